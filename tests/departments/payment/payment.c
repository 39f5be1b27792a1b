/* Simulator of the payment platform 非税收入收缴/统缴: orders, payments, signed receipts, notices, refunds on
 * the office's sealed order, e-receipts. It speaks the documented interface (README.md one folder up), with
 * faults on demand. All it knows is in memory. */
#include "common/document/document.h"
#include "common/os/file.h"
#include "tests/departments/simulator.h"
#include <curl/curl.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FAULT_NONE,
	FAULT_REFUSE,
	FAULT_LATE,
	FAULT_DUPLICATE,
	FAULT_WRONG_AMOUNT,
	FAULT_BAD_SIGNATURE,
	FAULT_SILENT
};
static const char *const faults[] = {
	"none", "refuse", "late", "duplicate", "wrong-amount", "bad-signature", "silent", NULL};

static const char *office_ca, *layouts_dir, *portal_port_file; /* of the command line */
static struct trust *office;
static struct layout_set *layouts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static json_t *orders; /* [{"order","lines","state","held","receipts":[…],"refunds":[…]}] */

static bool has_fault(const struct simulator *s, int fault)
{
	return atomic_load(&s->fault) == fault;
}

/* ---- receipts */
static int receipt_make(
	const struct simulator *s, const char *kind, const char *item, int64_t cents, json_t **out)
{
	struct uuid id = uuid_new();
	char at[TIME_TEXT], number[40] = "P", *to = number + 1;
	struct buf text, sig;
	struct view pem = sign_key_cert_pem(s->key);
	for (const char *c = id.s; *c; c++)
		if (*c != '-')
			*to++ = *c;
	*to = '\0';
	time_text(time_now_ms(), at);
	buf_init(&text, 4096);
	buf_init(&sig, 1024);
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:s,s:s}", "iss", "payment", "kind", kind, "order", item,
		"amount_cents", (json_int_t)cents, "payment", number, "at", at);
	int rc = json_canon(o, &text);
	if (rc == 0)
		rc = sign_make_base64(s->key,
			has_fault(s, FAULT_BAD_SIGNATURE) ? view_str("another text") : buf_view(&text), &sig);
	if (rc == 0)
		*out = json_pack("{s:s,s:s,s:s#}", "receipt", (const char *)text.p, "signature",
			(const char *)sig.p, "certificate", (const char *)pem.p, (int)pem.n);
	json_decref(o);
	buf_fini(&text);
	buf_fini(&sig);
	return rc;
}

/* ---- notices */
static int portal_address(char *to, size_t size)
{
	struct buf text;
	buf_init(&text, 64);
	int rc = file_read(AT_FDCWD, portal_port_file, 64, &text);
	if (rc == 0)
		snprintf(to, size, "http://127.0.0.1:%d/", atoi((const char *)text.p));
	buf_fini(&text);
	return rc;
}

static size_t reply_drop(char *text, size_t size, size_t n, void *arg)
{
	(void)text;
	(void)arg;
	return size * n;
}

struct notice {
	char to[128];
	struct buf body;
	int times;
};

static void *notice_run(void *arg)
{
	struct notice *n = arg;
	struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
	h = curl_slist_append(h, "X-Requested-With: sanwang");
	for (int tries = 0; n->times > 0 && tries < 100; tries++) {
		CURL *c = curl_easy_init();
		long status = 0;
		curl_easy_setopt(c, CURLOPT_URL, n->to);
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)n->body.n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)n->body.p);
		curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 5000L);
		curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, reply_drop);
		bool answered = curl_easy_perform(c) == CURLE_OK;
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_cleanup(c);
		/* Again until it is taken, or refused for what it is. */
		if (answered && status != 503 && status != 429)
			n->times--;
		else
			usleep(100000);
	}
	curl_slist_free_all(h);
	buf_fini(&n->body);
	free(n);
	return NULL;
}

static void notice_send(const struct simulator *s, const json_t *receipts)
{
	struct notice *n = calloc(1, sizeof *n);
	pthread_t t;
	char portal[96] = "";
	json_t *body = json_pack("{s:O}", "receipts", receipts);
	REQUIRE(n && body);
	buf_init(&n->body, 65536);
	n->times = has_fault(s, FAULT_DUPLICATE) ? 3 : 1;
	int rc = json_canon(body, &n->body);
	if (rc == 0)
		rc = portal_address(portal, sizeof portal);
	snprintf(n->to, sizeof n->to, "%sapi/payments/notice", portal);
	json_decref(body);
	if (rc == 0 && pthread_create(&t, NULL, notice_run, n) == 0) {
		pthread_detach(t);
		return;
	}
	buf_fini(&n->body);
	free(n);
}

/* ---- orders */
static json_t *order_find(const char *id)
{
	return json_find(orders, "order", id);
}

/* The paid order with a line of this number; *line. */
static json_t *paid_find(const char *number, const json_t **line)
{
	size_t i, k;
	json_t *o;
	const json_t *l;
	json_array_foreach(orders, i, o)
	{
		if (strcmp(json_str(o, "state"), "open") == 0)
			continue;
		json_array_foreach(
			json_object_get(o, "lines"), k, l) if (strcmp(json_str(l, "number"), number) == 0)
		{
			*line = l;
			return o;
		}
	}
	return NULL;
}

static bool paid_line(const json_t *lines)
{
	size_t i;
	const json_t *l, *there;
	json_array_foreach(lines, i, l) if (paid_find(json_str(l, "number"), &there)) return true;
	return false;
}

static int lines_check(const json_t *lines, struct err_note *note)
{
	size_t i;
	const json_t *l;
	int64_t cents;
	const char *text;
	int rc = json_array_size(lines) ? 0 : err_set(note, ERR_SCHEMA, "lines: none");
	json_array_foreach(lines, i, l)
	{
		if (rc == 0)
			rc = json_get_str(l, "number", 63, &text, note);
		if (rc == 0)
			rc = json_get_int(l, "amount_cents", 1, INT64_C(100000000000), &cents, note);
	}
	return rc;
}

static int order_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	struct err_note note = {0};
	const char *id = NULL;
	json_t *lines = NULL;
	char url[128];
	int rc = json_get_str(http_body(r), "order", 63, &id, &note);
	if (rc == 0)
		rc = json_get_arr(http_body(r), "lines", 8, &lines, &note);
	if (rc == 0)
		rc = lines_check(lines, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	pthread_mutex_lock(&lock);
	json_t *o = order_find(id);
	if (o && !json_equal(json_object_get(o, "lines"), lines))
		rc = err_set(&note, ERR_CONFLICT, "order: another one has this number");
	else if (paid_line(lines))
		rc = err_set(&note, ERR_EXISTS, "lines: paid already");
	else if (!o)
		json_array_append_new(
			orders, json_pack("{s:s,s:o,s:s,s:[],s:[]}", "order", id, "lines",
					json_deep_copy(lines), "state", "open", "receipts", "refunds"));
	pthread_mutex_unlock(&lock);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/?order=%s", s->port, id);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, 200, json_pack("{s:s}", "url", url));
}

static int order_get_route(struct http_request *r)
{
	char portal[96] = "";
	if (portal_address(portal, sizeof portal) < 0)
		portal[0] = '\0';
	pthread_mutex_lock(&lock);
	json_t *o = order_find(http_param(r, "order")), *out = NULL;
	if (o) {
		bool held = json_is_true(json_object_get(o, "held"));
		json_t *all = json_deep_copy(json_object_get(o, "receipts"));
		json_array_extend(all, json_object_get(o, "refunds"));
		if (held)
			json_array_clear(all);
		out = json_pack("{s:s,s:o,s:o,s:s}", "state", held ? "processing" : json_str(o, "state"),
			"lines", json_deep_copy(json_object_get(o, "lines")), "receipts", all, "portal",
			portal);
	}
	pthread_mutex_unlock(&lock);
	return out ? http_reply_json(r, 200, out) : ERR_NOTFOUND;
}

static int receipts_add(const struct simulator *s, json_t *o)
{
	size_t i;
	const json_t *l;
	int64_t more = has_fault(s, FAULT_WRONG_AMOUNT) ? 100 : 0;
	json_array_foreach(json_object_get(o, "lines"), i, l)
	{
		json_t *one = NULL;
		int rc = receipt_make(
			s, "payment", json_str(l, "number"), json_int(l, "amount_cents") + more, &one);
		if (rc < 0)
			return rc;
		json_array_append_new(json_object_get(o, "receipts"), one);
	}
	return 0;
}

/* The person at the page: {"order","account"}. Money is taken once for each line, whatever is repeated. */
static int pay_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	int rc = 0;
	pthread_mutex_lock(&lock);
	json_t *o = order_find(json_str(http_body(r), "order"));
	if (!o)
		rc = ERR_NOTFOUND;
	else if (has_fault(s, FAULT_REFUSE))
		rc = http_fail(r, ERR_DENIED, "the bank refuses");
	else if (paid_line(json_object_get(o, "lines")))
		rc = http_fail(r, ERR_EXISTS, "paid already");
	else if ((rc = receipts_add(s, o)) == 0) {
		bool held = has_fault(s, FAULT_LATE);
		json_object_set_new(o, "state", json_string("paid"));
		json_object_set_new(o, "held", json_boolean(held));
		if (!held && !has_fault(s, FAULT_SILENT))
			notice_send(s, json_object_get(o, "receipts"));
	}
	pthread_mutex_unlock(&lock);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "state", "paid"));
}

/* ---- refunds: only on the sealed order of the office */
static int instruction_check(const json_t *body, json_t **out, struct err_note *note)
{
	const char *text = json_str(body, "instruction");
	struct cert *seal = NULL;
	int rc = cert_check(office, view_str(json_str(body, "seal_certificate")), CERT_SEAL, 0, &seal, note);
	if (rc == 0)
		rc = cert_verify_base64(seal, view_str(text), json_str(body, "signature"));
	if (rc == 0)
		rc = json_parse(view_str(text), 1024, out, note);
	else if (note->err != rc)
		err_set(note, rc, "instruction: not sealed by the office");
	cert_free(seal);
	return rc;
}

static int refund_line(
	const struct simulator *s, const json_t *order, json_t *o, const json_t *line, struct err_note *note)
{
	json_t *list = json_object_get(o, "refunds"), *one, *parsed = NULL;
	size_t i;
	if (json_int(order, "amount_cents") != json_int(line, "amount_cents"))
		return err_set(note, ERR_CONFLICT, "amount_cents: another sum was paid");
	/* Told twice: the money goes back once. */
	json_array_foreach(list, i, one)
	{
		int rc = json_parse(view_str(json_str(one, "receipt")), 4096, &parsed, note);
		bool same = rc == 0 && strcmp(json_str(parsed, "order"), json_str(line, "number")) == 0;
		json_decref(parsed);
		if (rc < 0 || same)
			return rc;
	}
	json_t *fresh = NULL;
	int rc = receipt_make(s, "refund", json_str(line, "number"), json_int(line, "amount_cents"), &fresh);
	return rc == 0 && json_array_append_new(list, fresh) ? ERR_NOMEM : rc;
}

static int refund_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	struct err_note note = {0};
	json_t *order = NULL, *out = NULL;
	const json_t *line = NULL;
	int rc = instruction_check(http_body(r), &order, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	pthread_mutex_lock(&lock);
	json_t *o = strcmp(json_str(order, "kind"), "refund") == 0
			    ? paid_find(json_str(order, "order"), &line)
			    : NULL;
	rc = o ? refund_line(s, order, o, line, &note) : err_set(&note, ERR_NOTFOUND, "order: not paid here");
	if (rc == 0) {
		bool held = has_fault(s, FAULT_LATE);
		json_object_set_new(o, "held", json_boolean(held));
		out = json_pack("{s:o}", "receipts",
			held ? json_array() : json_deep_copy(json_object_get(o, "refunds")));
	}
	pthread_mutex_unlock(&lock);
	json_decref(order);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, 200, out);
}

/* ---- e-receipts */
static json_t *receipt_find(const char *number)
{
	size_t i, k;
	json_t *o, *one, *found = NULL;
	json_array_foreach(orders, i, o)
	{
		json_array_foreach(json_object_get(o, "receipts"), k, one)
		{
			json_t *t = NULL;
			if (json_parse(view_str(json_str(one, "receipt")), 4096, &t, NULL) < 0)
				continue;
			if (strcmp(json_str(t, "payment"), number) == 0)
				found = json_incref(t);
			json_decref(t);
		}
	}
	return found;
}

static int bill_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	struct document *d = NULL;
	struct err_note note = {0};
	struct buf pdf;
	char sum[32], day[11];
	pthread_mutex_lock(&lock);
	json_t *t = receipt_find(http_param(r, "number"));
	pthread_mutex_unlock(&lock);
	if (!t)
		return ERR_NOTFOUND;
	snprintf(sum, sizeof sum, "%lld.%02lld", (long long)json_int(t, "amount_cents") / 100,
		(long long)json_int(t, "amount_cents") % 100);
	snprintf(day, sizeof day, "%.10s", json_str(t, "at"));
	json_t *data = json_pack("{s:s,s:s,s:s,s:s,s:s}", "number", json_str(t, "payment"), "office",
		"示例市财政局（模拟）", "date", day, "item", json_str(t, "order"), "amount", sum);
	buf_init(&pdf, 4 << 20);
	int rc = document_new(layout_find(layouts, "bill"), data, sign_key_suite(s->key), &d, &note);
	if (rc == 0)
		rc = document_pdf(d, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", "bill.pdf", buf_view(&pdf));
	document_free(d);
	json_decref(data);
	json_decref(t);
	buf_fini(&pdf);
	return rc < 0 && note.err == rc ? http_fail_note(r, &note) : rc;
}

/* {"release": true} tells what was held back. */
static void controlled(struct simulator *s, const json_t *body)
{
	size_t i;
	json_t *o;
	pthread_mutex_lock(&lock);
	json_array_foreach(orders, i, o)
	{
		if (!json_is_true(json_object_get(body, "release")) ||
			!json_is_true(json_object_get(o, "held")))
			continue;
		json_object_set_new(o, "held", json_false());
		if (has_fault(s, FAULT_SILENT))
			continue;
		notice_send(
			s, json_object_get(o,
				   json_array_size(json_object_get(o, "refunds")) ? "refunds" : "receipts"));
	}
	pthread_mutex_unlock(&lock);
}

static const struct http_route routes[] = {
	{"POST", "/api/orders", "public", order_route, 0, NULL,
		"an order {order, lines: [{number, zh, en, amount_cents}]}"},
	{"GET", "/api/orders/:order", "public", order_get_route, 0, NULL, "its state, lines and receipts"},
	{"POST", "/api/pay", "public", pay_route, 0, NULL, "the person pays {order}"},
	{"POST", "/api/refunds", "public", refund_route, 0, NULL,
		"money goes back {instruction, signature, seal_certificate}"},
	{"GET", "/api/bills/:number", "public", bill_route, 0, NULL, "电子票据 of a payment"},
};

static int prepare(struct simulator *s, struct err_note *note)
{
	if (s->init)
		return 0;
	if (!office_ca || !layouts_dir || !portal_port_file)
		return err_set(note, ERR_CONFIG, "--office, --layouts and --portal-port-file are needed");
	int rc = trust_load(office_ca, &office, note);
	return rc == 0 ? layout_load(layouts_dir, &layouts, note) : rc;
}

int main(int argc, char **argv)
{
	static const struct simulator_option options[] = {{"office", &office_ca}, {"layouts", &layouts_dir},
		{"portal-port-file", &portal_port_file}, {NULL, NULL}};
	struct simulator s = {.title = "dept-payment",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.options = options,
		.signer = "payment",
		.prepare = prepare,
		.controlled = controlled};
	orders = json_array();
	int rc = simulator_main(&s, argc, argv);
	trust_free(office);
	layout_free(layouts);
	json_decref(orders);
	return rc;
}
