/* dept-sms: simulator of a short-message gateway 短信平台 (README.md of this folder's parent). It keeps what
 * it took in memory and tells it: here everybody is the holder of every number. */
#include "tests/departments/simulator.h"
#include <pthread.h>
#include <string.h>

enum { FAULT_NONE, FAULT_REFUSE, FAULT_UNAVAILABLE, FAULT_LOSE_ANSWER, FAULT_NOT_ACCEPTED };
static const char *const faults[] = {"none", "refuse", "unavailable", "lose-answer", "not-accepted", NULL};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *taken; /* {id: message} */

static int send_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const json_t *b = http_body(r);
	const char *id = json_str(b, "id");
	int fault = atomic_load(&s->fault), rc = simulator_begins(s, r);
	if (rc < 0)
		return rc;
	if (!*id || !*json_str(b, "phone") || !*json_str(b, "template") ||
		!json_is_object(json_object_get(b, "words")))
		return http_fail(r, ERR_SCHEMA, "id, phone, template, words");
	if (fault == FAULT_NOT_ACCEPTED)
		return http_reply_json(r, 200, json_pack("{s:b}", "accepted", 0));
	pthread_mutex_lock(&lock);
	json_t *before = json_object_get(taken, id);
	if (before)
		json_object_set_new(before, "times", json_integer(json_int(before, "times") + 1));
	else {
		json_t *m = json_deep_copy(b);
		json_object_set_new(m, "times", json_integer(1));
		json_object_set_new(taken, id, m);
	}
	pthread_mutex_unlock(&lock);
	if (fault == FAULT_LOSE_ANSWER)
		return ERR_IO;
	return http_reply_json(r, 200, json_pack("{s:b}", "accepted", 1));
}

static int sent_route(struct http_request *r)
{
	const char *phone = http_query(r, "phone"), *id;
	json_t *rows = json_array(), *m;
	pthread_mutex_lock(&lock);
	json_object_foreach(taken, id, m) if (!phone || strcmp(json_str(m, "phone"), phone) == 0)
		json_array_append_new(rows, json_deep_copy(m));
	pthread_mutex_unlock(&lock);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

static const struct http_route routes[] = {
	{"POST", "/api/send", "public", send_route, 0, NULL, "a message {id, phone, template, words}"},
	{"GET", "/api/sent", "public", sent_route, 0, NULL, "what was taken, oldest first; ?phone="},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-sms",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0]};
	taken = json_object();
	int rc = simulator_main(&s, argc, argv);
	json_decref(taken);
	return rc;
}
