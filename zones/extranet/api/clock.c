/* The machine's clock: what it is judged by, and an officer's word. */
#include "zones/extranet/store/clock.h"

#include "zones/extranet/api/api.h"
#include "zones/extranet/transfer/certifier.h"

#define REASON_MAX 500

int api_clock(struct http_request *r)
{
	json_t *state = NULL;
	int rc = clock_state(api_registry(r), &state);
	return rc < 0 ? rc : http_reply_json(r, 200, state);
}

struct word {
	struct registry *r;
	const char *who, *reason;
	struct clock_word said;
};

static int settle(struct db_tx *tx, void *arg)
{
	struct word *w = arg;
	return clock_settle(w->r, tx, w->who, w->reason, &w->said);
}

int api_clock_settle(struct http_request *r)
{
	struct word w = {.r = api_registry(r), .who = http_user(r)->user};
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "reason", REASON_MAX, &w.reason, &note);
	if (rc == 0 && !*w.reason)
		rc = err_set(&note, ERR_SCHEMA, "reason: is empty");
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = account_act(r, settle, &w);
	if (rc == ERR_STATE)
		return http_fail(r, rc, "nothing speaks against the clock: there is nothing to settle");
	if (rc < 0)
		return rc;
	clock_settled(w.r, &w.said);
	certifier_wake(w.r->certifier); /* what was due meanwhile */
	return api_clock(r);
}
