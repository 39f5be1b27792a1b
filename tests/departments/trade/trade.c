/* dept-trade: simulator of the departments that are told of cases 一窗受理: trade 房屋交易, taxes 税务
 * (README.md of this folder's parent). */
#include "tests/departments/simulator.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { FAULT_NONE, FAULT_REFUSE, FAULT_UNAVAILABLE, FAULT_LOSE_ANSWER, FAULT_NO_RECEIPT, FAULT_BAD_RECEIPT };
static const char *const faults[] = {
	"none", "refuse", "unavailable", "lose-answer", "no-receipt", "bad-receipt", NULL};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *taken; /* [{"push","times","receipt","told"}] */

static json_t *find(const char *push)
{
	json_t *one;
	size_t i;
	json_array_foreach(taken, i, one) if (strcmp(json_str(one, "push"), push) == 0) return one;
	return NULL;
}

/* Taken under its receipt, a repeat under the same; borrowed. */
static json_t *take(const char *push, const json_t *told)
{
	char receipt[32];
	json_t *one = find(push);
	if (!one) {
		snprintf(receipt, sizeof receipt, "RC%06zu", json_array_size(taken) + 1);
		one = json_pack(
			"{s:s,s:i,s:s,s:O}", "push", push, "times", 0, "receipt", receipt, "told", told);
		json_array_append_new(taken, one);
	}
	json_object_set_new(one, "times", json_integer(json_int(one, "times") + 1));
	return one;
}

static int case_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const json_t *b = http_body(r);
	json_t *statement = NULL;
	int fault = atomic_load(&s->fault), rc = simulator_begins(s, r);
	if (rc == 0)
		rc = json_parse(view_str(json_str(b, "statement")), 4 << 20, &statement, NULL);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&lock);
	json_t *reply =
		json_pack("{s:s}", "receipt", json_str(take(json_str(statement, "push"), b), "receipt"));
	pthread_mutex_unlock(&lock);
	json_decref(statement);
	if (fault == FAULT_NO_RECEIPT)
		json_object_clear(reply);
	if (fault == FAULT_BAD_RECEIPT)
		json_object_set_new(reply, "receipt", json_string("回执 1"));
	if (fault == FAULT_LOSE_ANSWER) {
		json_decref(reply);
		return ERR_IO;
	}
	return http_reply_json(r, 200, reply);
}

static int taken_route(struct http_request *r)
{
	pthread_mutex_lock(&lock);
	json_t *copy = json_deep_copy(taken);
	pthread_mutex_unlock(&lock);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", copy));
}

static const struct http_route routes[] = {
	{"POST", "/api/cases", "public", case_route, 16 << 20, NULL, "what is told of a case"},
	{"GET", "/api/cases", "public", taken_route, 0, NULL, "what was taken, each with how often"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-trade",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0]};
	taken = json_array();
	int rc = simulator_main(&s, argc, argv);
	json_decref(taken);
	return rc;
}
