/* The queue of the desk: a page by key, counts behind each filter, and claims 认领. */
#include "zones/extranet/store/queue.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/claim.h"
#include <stdlib.h>
#include <string.h>

#define PAGE 50

struct queue_work {
	struct queue_filter f;
	const char *due, *number;
	int64_t limit;
	json_t *out;
};

static int filter_read(struct http_request *r, struct queue_filter *f)
{
	const struct {
		const char *name, **to;
		size_t max;
	} wanted[] = {{"business", &f->business, 47}, {"state", &f->state, 15}, {"office", &f->office, 31},
		{"channel", &f->channel, 15}, {"step", &f->step, 47}, {"band", &f->band, 7},
		{"holder", &f->holder, 63}, {"words", &f->words, 120}};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		const char *v = http_query(r, wanted[i].name);
		*wanted[i].to = v ? v : "";
		if (v && strlen(v) > wanted[i].max)
			return http_fail(
				r, ERR_SCHEMA, "%s: longer than %zu bytes", wanted[i].name, wanted[i].max);
	}
	return 0;
}

static int page_read(struct db_tx *tx, void *arg)
{
	struct queue_work *w = arg;
	return queue_page(tx, &w->f, w->due, w->number, w->limit, &w->out);
}

int api_queue(struct http_request *r)
{
	struct queue_work w = {.limit = PAGE};
	const char *due = http_query(r, "due"), *number = http_query(r, "number"),
		   *limit = http_query(r, "limit");
	int rc = filter_read(r, &w.f);
	if (rc < 0)
		return rc;
	w.due = due ? due : "";
	w.number = number ? number : "";
	if (limit) {
		char *end = NULL;
		w.limit = strtol(limit, &end, 10);
		if (*end || w.limit < 1 || w.limit > QUEUE_PAGE_MAX)
			return http_fail(r, ERR_SCHEMA, "limit: 1 to %d", QUEUE_PAGE_MAX);
	}
	rc = account_read(r, page_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}

static int counts_read(struct db_tx *tx, void *arg)
{
	struct queue_work *w = arg;
	return queue_counts(tx, &w->f, &w->out);
}

int api_queue_counts(struct http_request *r)
{
	struct queue_work w = {.limit = 0};
	int rc = filter_read(r, &w.f);
	if (rc == 0)
		rc = account_read(r, counts_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, w.out);
}

/* ---- claims */
struct claim_work {
	const char *id, *who, *reason;
	struct claim claim;
	char number[24];
	struct err_note note;
};

static int claim_run(struct db_tx *tx, void *arg)
{
	struct claim_work *w = arg;
	struct case_row c;
	struct claim before;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = claim_get(tx, c.id, &before);
	if (rc == 0)
		rc = claim_take(tx, c.id, w->who, &w->claim, &w->note);
	/* A renewal is no news. */
	return rc == 0 && !before.until_ms ? audit_record(tx, w->who, "case.claim", c.number, NULL) : rc;
}

int api_case_claim(struct http_request *r)
{
	struct claim_work w = {.id = http_param(r, "id"), .who = http_user(r)->user};
	int rc = account_act(r, claim_run, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	return http_reply_json(r, 200, claim_json(&w.claim));
}

/* The own claim, or with a reason anybody's. */
static int release_run(struct db_tx *tx, void *arg)
{
	struct claim_work *w = arg;
	struct case_row c;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = claim_get(tx, c.id, &w->claim);
	if (rc == 0 && !w->reason)
		rc = claim_guard(tx, c.id, w->who, &w->note);
	if (rc < 0 || !w->claim.until_ms)
		return rc;
	rc = claim_drop(tx, c.id);
	json_t *detail = w->reason ? json_pack("{s:s,s:s}", "of", w->claim.who, "reason", w->reason) : NULL;
	if (rc == 0)
		rc = audit_record(tx, w->who, w->reason ? "case.unclaim" : "case.release", c.number, detail);
	json_decref(detail);
	return rc;
}

static int release(struct http_request *r, struct claim_work *w)
{
	w->id = http_param(r, "id");
	w->who = http_user(r)->user;
	int rc = account_act(r, release_run, w);
	if (rc < 0)
		return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
	return http_reply_json(r, 200, json_pack("{s:s}", "released", w->claim.who));
}

int api_case_release(struct http_request *r)
{
	return release(r, &(struct claim_work){.reason = NULL});
}

int api_case_unclaim(struct http_request *r)
{
	struct claim_work w = {.id = NULL};
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "reason", 200, &w.reason, &note);
	if (rc == 0 && !*w.reason)
		rc = err_set(&note, ERR_SCHEMA, "reason: must not be empty");
	return rc < 0 ? http_fail_note(r, &note) : release(r, &w);
}
