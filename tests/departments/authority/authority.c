/* dept-authority: simulator of the authority of organisations and powers of attorney 法人认证与授权委托
 * (README.md of this folder's parent). It keeps the powers of --data; what is granted or revoked later goes
 * when it stops. */
#include "tests/departments/simulator.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
	FAULT_NONE,
	FAULT_REFUSE,
	FAULT_UNAVAILABLE,
	FAULT_WRONG_PERSON,
	FAULT_WRONG_DIGEST,
	FAULT_BAD_SIGNATURE
};
static const char *const faults[] = {
	"none", "refuse", "unavailable", "wrong-person", "wrong-digest", "bad-signature", NULL};

static json_t *powers; /* rows as in /api/mandates, each with "agent" */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool same_person(const json_t *a, const json_t *b)
{
	return strcmp(json_str(a, "name"), json_str(b, "name")) == 0 &&
	       strcmp(json_str(a, "id_kind"), json_str(b, "id_kind")) == 0 &&
	       strcmp(json_str(a, "id_number"), json_str(b, "id_number")) == 0;
}

static int mandates(struct http_request *r)
{
	const json_t *agent = json_object_get(http_body(r), "agent"), *one;
	json_t *rows = json_array();
	size_t i;
	int rc = simulator_begins(http_arg(r), r);
	if (rc != 0) {
		json_decref(rows);
		return rc;
	}
	pthread_mutex_lock(&lock);
	json_array_foreach(powers, i, one) if (same_person(json_object_get(one, "agent"), agent))
	{
		json_t *row = json_deep_copy(one);
		json_object_del(row, "agent");
		json_array_append_new(rows, row);
	}
	pthread_mutex_unlock(&lock);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

static bool lists(const json_t *list, const char *what)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one) if (strcmp(json_string_value(one), "*") == 0 ||
					     strcmp(json_string_value(one), what) == 0) return true;
	return false;
}

/* How well a power serves what is asked: one that does comes before one that does not. */
static int rank(const json_t *power, const json_t *b, const char *today)
{
	return !*json_str(power, "revoked") * 4 +
	       (strcmp(json_str(power, "from"), today) <= 0 && strcmp(json_str(power, "until"), today) >= 0) *
		       4 +
	       lists(json_object_get(power, "businesses"), json_str(b, "business")) * 2 +
	       lists(json_object_get(power, "units"), json_str(b, "unit_code"));
}

static json_t *best(const json_t *b)
{
	char today[11];
	json_t *one, *found = NULL;
	size_t i;
	time_date_cst(time_now_ms(), today);
	json_array_foreach(powers, i,
		one) if (same_person(json_object_get(one, "agent"), json_object_get(b, "agent")) &&
			 same_person(json_object_get(one, "principal"), json_object_get(b, "principal")) &&
			 (!found || rank(one, b, today) > rank(found, b, today))) found = one;
	return found ? json_deep_copy(found) : NULL;
}

static int statement_make(json_t *power, const json_t *b, int fault, struct buf *out)
{
	char digest[DIGEST_HEX], issued[TIME_TEXT];
	snprintf(digest, sizeof digest, "%s", json_str(b, "form_digest"));
	if (fault == FAULT_WRONG_DIGEST)
		digest[0] = digest[0] == 'a' ? 'b' : 'a';
	if (fault == FAULT_WRONG_PERSON)
		json_object_set_new(json_object_get(power, "agent"), "name", json_string("另一人"));
	time_text(time_now_ms(), issued);
	json_object_set_new(power, "iss", json_string("authority"));
	json_object_set_new(power, "form_digest", json_string(digest));
	json_object_set_new(power, "issued", json_string(issued));
	json_object_set_new(power, "nonce", json_string(uuid_new().s));
	return json_canon(power, out);
}

static int attest(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	int fault = atomic_load(&s->fault);
	struct buf text;
	int rc = simulator_begins(s, r);
	if (rc != 0)
		return rc;
	pthread_mutex_lock(&lock);
	json_t *power = best(http_body(r));
	pthread_mutex_unlock(&lock);
	if (!power)
		return ERR_NOTFOUND;
	buf_init(&text, 8192);
	rc = statement_make(power, http_body(r), fault, &text);
	if (rc == 0)
		rc = simulator_states(s, r, buf_view(&text));
	json_decref(power);
	buf_fini(&text);
	return rc;
}

/* Stands for the page where a principal grants; the body is a row of powers. */
static int grant(struct http_request *r)
{
	json_t *power = json_deep_copy(http_body(r));
	json_object_set_new(power, "power", json_string(uuid_new().s));
	json_object_set_new(power, "revoked", json_string(""));
	pthread_mutex_lock(&lock);
	json_array_append(powers, power);
	pthread_mutex_unlock(&lock);
	json_t *out = json_pack("{s:O}", "power", json_object_get(power, "power"));
	json_decref(power);
	return http_reply_json(r, 201, out);
}

static int revoke(struct http_request *r)
{
	const char *which = json_str(http_body(r), "power");
	char at[TIME_TEXT];
	bool found = false;
	json_t *one;
	size_t i;
	time_text(time_now_ms(), at);
	pthread_mutex_lock(&lock);
	json_array_foreach(powers, i, one) if (strcmp(json_str(one, "power"), which) == 0)
	{
		json_object_set_new(one, "revoked", json_string(at));
		found = true;
	}
	pthread_mutex_unlock(&lock);
	return found ? http_reply_json(r, 200, json_pack("{s:s}", "revoked", at)) : ERR_NOTFOUND;
}

static const struct http_route routes[] = {
	{"POST", "/api/mandates", "public", mandates, 8192, NULL, "{agent}"},
	{"POST", "/api/attest", "public", attest, 8192, NULL,
		"{agent, principal, business, unit_code, form_digest}"},
	{"POST", "/api/grant", "public", grant, 8192, NULL,
		"{kind, principal, agent, businesses, units, from, until}"},
	{"POST", "/api/revoke", "public", revoke, 1024, NULL, "{power}"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-authority",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.signer = "authority",
		.data_in = &powers};
	return simulator_main(&s, argc, argv);
}
