/* dept-courier: simulator of a carrier of parcels 寄递服务 (README.md of this folder's parent). Stations come
 * by POST /api/event: here a test drives the van. */
#include "tests/departments/simulator.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FAULT_NONE,
	FAULT_REFUSE,
	FAULT_UNAVAILABLE,
	FAULT_LOSE_ANSWER,
	FAULT_OTHER_WAYBILL,
	FAULT_GAP,
	FAULT_NO_CODE,
	FAULT_BEHIND_END,
	FAULT_NO_JSON,
	FAULT_SAME_WAYBILL
};
static const char *const faults[] = {"none", "refuse", "unavailable", "lose-answer", "other-waybill", "gap",
	"no-code", "behind-end", "no-json", "same-waybill", NULL};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *orders; /* {order: {"asked","waybill","times","rows"}} */

static json_t *by_waybill(const char *waybill)
{
	const char *order;
	json_t *o;
	json_object_foreach(orders, order, o) if (strcmp(json_str(o, "waybill"), waybill) == 0) return o;
	return NULL;
}

/* *again: it is known with the same content; NULL: with another. */
static json_t *order_put(const json_t *b, int fault)
{
	const char *order = json_str(b, "order");
	char waybill[24];
	json_t *o = json_object_get(orders, order);
	if (o && !json_equal(json_object_get(o, "asked"), b))
		return NULL;
	if (!o) {
		int n = fault == FAULT_SAME_WAYBILL ? 1 : (int)json_object_size(orders) + 1;
		snprintf(waybill, sizeof waybill, "SW%09d", n);
		o = json_pack("{s:O,s:s,s:i,s:[]}", "asked", b, "waybill", waybill, "times", 0, "rows");
		json_object_set_new(orders, order, o);
	}
	json_object_set_new(o, "times", json_integer(json_int(o, "times") + 1));
	return o;
}

static int no_json(struct http_request *r)
{
	return http_reply_bytes(r, 200, "text/plain", NULL, view_str("{\"waybill\": "));
}

static int order_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const json_t *b = http_body(r), *to = json_object_get(b, "to");
	int fault = atomic_load(&s->fault), rc = simulator_begins(s, r);
	if (rc < 0 || fault == FAULT_NO_JSON)
		return rc < 0 ? rc : no_json(r);
	if (!*json_str(b, "order") || !*json_str(to, "name") || !*json_str(to, "phone") ||
		!*json_str(to, "address"))
		return http_fail(r, ERR_SCHEMA, "order, to");
	pthread_mutex_lock(&lock);
	json_t *o = order_put(b, fault), *reply = NULL;
	if (o)
		reply = json_pack("{s:s,s:s}", "waybill", json_str(o, "waybill"), "carrier", "示例速递");
	pthread_mutex_unlock(&lock);
	if (!reply)
		return http_fail(r, ERR_CONFLICT, "order: known with another content");
	if (fault == FAULT_LOSE_ANSWER) {
		json_decref(reply);
		return ERR_IO;
	}
	return http_reply_json(r, 200, reply);
}

static void rows_spoil(json_t *rows, int fault)
{
	json_t *last = json_array_get(rows, json_array_size(rows) - 1);
	if (fault == FAULT_GAP)
		json_object_set_new(last, "n", json_integer(json_int(last, "n") + 1));
	if (fault == FAULT_NO_CODE)
		json_object_set_new(last, "code", json_string("flying"));
	if (fault == FAULT_BEHIND_END && last) {
		json_t *more = json_deep_copy(last);
		json_object_set_new(last, "code", json_string("delivered"));
		json_object_set_new(more, "n", json_integer(json_int(last, "n") + 1));
		json_array_append_new(rows, more);
	}
}

static int events_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const char *waybill = http_param(r, "waybill"), *after = http_query(r, "after");
	int fault = atomic_load(&s->fault), rc = simulator_begins(s, r);
	size_t from = after ? (size_t)strtoul(after, NULL, 10) : 0;
	if (rc < 0 || fault == FAULT_NO_JSON)
		return rc < 0 ? rc : no_json(r);
	json_t *rows = json_array();
	pthread_mutex_lock(&lock);
	json_t *o = by_waybill(waybill), *all = json_object_get(o, "rows");
	for (size_t i = from; i < json_array_size(all); i++)
		json_array_append_new(rows, json_deep_copy(json_array_get(all, i)));
	pthread_mutex_unlock(&lock);
	if (!o) {
		json_decref(rows);
		return ERR_NOTFOUND;
	}
	rows_spoil(rows, fault);
	return http_reply_json(r, 200,
		json_pack("{s:s,s:o}", "waybill", fault == FAULT_OTHER_WAYBILL ? "SW999999999" : waybill,
			"rows", rows));
}

static int event_route(struct http_request *r)
{
	const json_t *b = http_body(r);
	char at[TIME_TEXT];
	int rc = ERR_NOTFOUND;
	time_text(time_now_ms(), at);
	pthread_mutex_lock(&lock);
	json_t *o = by_waybill(json_str(b, "waybill")), *rows = json_object_get(o, "rows");
	if (rows && json_array_append_new(rows,
			    json_pack("{s:I,s:s,s:s,s:s}", "n", (json_int_t)json_array_size(rows) + 1, "code",
				    json_str(b, "code"), "station", json_str(b, "station"), "at", at)) == 0)
		rc = 0;
	pthread_mutex_unlock(&lock);
	return rc < 0 ? rc : http_reply_json(r, 200, json_object());
}

static int orders_route(struct http_request *r)
{
	pthread_mutex_lock(&lock);
	json_t *copy = json_deep_copy(orders);
	pthread_mutex_unlock(&lock);
	return http_reply_json(r, 200, json_pack("{s:o}", "orders", copy));
}

static const struct http_route routes[] = {
	{"POST", "/api/orders", "public", order_route, 0, NULL, "an order {order, sender, to, pieces}"},
	{"GET", "/api/waybills/:waybill/events", "public", events_route, 0, NULL, "stations; ?after=N"},
	{"POST", "/api/event", "public", event_route, 0, NULL, "a station happens {waybill, code, station}"},
	{"GET", "/api/orders", "public", orders_route, 0, NULL, "what was ordered, each with how often"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-courier",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0]};
	orders = json_object();
	int rc = simulator_main(&s, argc, argv);
	json_decref(orders);
	return rc;
}
