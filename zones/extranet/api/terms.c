/* 中止, 恢复, 撤回 and objections to a 公告 at the window, what is published, and the terms. */
#include "zones/extranet/store/terms.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/api/case_act.h"
#include "zones/extranet/store/claim.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/mark.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/store/public_notice.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

enum holding { SUSPEND, RESUME, WITHDRAW, OBJECT };
struct terms_work {
	struct registry *r;
	const char *id, *who, *reason;
	const char *ground; /* of a suspension; NULL none */
	enum holding what;
	int64_t version;
	struct keyring_key *key;
	struct case_row after;
	json_t *out;
	struct err_note note;
};

/* Before the entry, after acceptance: the law's automaton says where a case may still be refused. */
static int suspend(struct terms_work *w, struct db_tx *tx)
{
	enum case_state to;
	int rc = case_state_next(w->after.state, CASE_DO_REFUSE, (struct case_needs){false, false},
		(struct case_has){false, false, false}, &to, &w->note);
	if (rc == 0)
		rc = terms_stop(w->r, tx, &w->after, w->reason, w->who, &w->note);
	if (rc == 0)
		rc = case_move(tx, &w->after, w->version, w->after.state, w->who, w->reason);
	return rc == 0 ? notice_put_suspension(w->r, tx, &w->after, w->who, w->reason) : rc;
}

/* What was asked for after the acceptance is answered at the portal, or brought to the window, where the case
 * goes on. */
static int answered(struct terms_work *w, struct db_tx *tx, enum case_state *to)
{
	const struct case_row *c = &w->after;
	if (strcmp(c->channel, "portal") == 0)
		return err_set(
			&w->note, ERR_STATE, "the applicants answer the correction 补正 at the portal");
	int rc = case_state_next(c->state, CASE_DO_RESUBMIT, (struct case_needs){false, false},
		(struct case_has){c->has_tax, c->has_cadastral, c->deadline[0] != '\0'}, to, &w->note);
	return rc == 0 ? resubmission_close(tx, c->id) : rc;
}

static int resume(struct terms_work *w, struct db_tx *tx)
{
	enum case_state to = w->after.state;
	int rc = terms_go_on(w->r, tx, &w->after, w->who, &w->note);
	if (rc == 0 && to == CASE_CORRECTION)
		rc = answered(w, tx, &to);
	return rc == 0 ? case_move(tx, &w->after, w->version, to, w->who, w->reason) : rc;
}

static int withdraw(struct terms_work *w, struct db_tx *tx)
{
	enum case_state to;
	int rc = case_state_next(w->after.state, CASE_DO_WITHDRAW, (struct case_needs){false, false},
		(struct case_has){false, false, false}, &to, &w->note);
	if (rc == 0)
		rc = flows_status(w->r, tx, &w->after, FLOW_CANCEL, w->who, &w->note);
	return rc == 0 ? case_move(tx, &w->after, w->version, to, w->who, w->reason) : rc;
}

/* 公告异议: the notice ends, and its matter is looked into before anything is entered. */
static int object(struct terms_work *w, struct db_tx *tx)
{
	struct public_notice_news news;
	bool published = false;
	int rc = flows_is_serving(w->r, tx, &w->after, "notice", &published);
	if (rc == 0 && !published)
		rc = err_set(&w->note, ERR_STATE, "no public notice 公告 of this case runs");
	if (rc == 0)
		rc = flows_tell(w->r, tx, &w->after, "objection", &w->note);
	if (rc == 0)
		rc = public_notice_settle(w->r, tx, &w->after, "objection", &news);
	return rc == 0 ? case_move(tx, &w->after, w->version, w->after.state, w->who, w->reason) : rc;
}

static int decide(struct terms_work *w, struct db_tx *tx, const char *act)
{
	return decision_put(w->r, tx, &w->after,
		&(struct decision){.act = act, .ground = w->ground, .key = keyring_key(w->key)});
}

static int hold_run(struct db_tx *tx, void *arg)
{
	static const char *const audits[] = {
		"case.suspend", "case.resume", "case.withdraw", "case.objection"};
	static int (*const acts[])(struct terms_work * w, struct db_tx * tx) = {
		suspend, resume, withdraw, object};
	struct terms_work *w = arg;
	int rc = case_get(tx, w->id, &w->after);
	if (rc < 0)
		return rc;
	if (w->version != w->after.version)
		return err_set(&w->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)w->after.version);
	if (rc == 0)
		rc = claim_guard(tx, w->after.id, w->who, &w->note);
	snprintf(w->after.ground, sizeof w->after.ground, "%s", w->ground ? w->ground : "");
	if (rc == 0)
		rc = acts[w->what](w, tx);
	if (rc == 0)
		rc = decide(w, tx, audits[w->what] + strlen("case."));
	if (rc == 0)
		rc = mark_draft_drop(tx, w->after.id, w->who);
	if (rc == 0 && w->what != RESUME)
		rc = claim_drop(tx, w->after.id);
	if (rc == 0)
		rc = progress_put(w->r, tx, &w->after, w->reason, NULL);
	return rc == 0 ? audit_record(tx, w->who, audits[w->what], w->after.number, NULL) : rc;
}

static int hold_do(struct http_request *r, enum holding what)
{
	struct terms_work w = {
		.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user, .what = what};
	json_t *out = NULL;
	int rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &w.version, &w.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "reason", 500, &w.reason, &w.note);
	if (rc == 0 && !*w.reason)
		rc = err_set(&w.note, ERR_SCHEMA, "reason: must not be empty");
	if (rc == 0 && what == SUSPEND)
		rc = case_act_ground(r, "suspend", &w.ground, &w.note);
	if (rc == 0)
		rc = keyring_take(w.r->keyring, http_session(r), w.who, &w.key, &w.note);
	if (rc == 0)
		rc = account_act(r, hold_run, &w);
	keyring_give(w.r->keyring, w.key);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	rc = case_json(&w.after, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

int api_case_suspend(struct http_request *r)
{
	return hold_do(r, SUSPEND);
}

int api_case_resume(struct http_request *r)
{
	return hold_do(r, RESUME);
}

int api_case_withdraw(struct http_request *r)
{
	return hold_do(r, WITHDRAW);
}

int api_case_objection(struct http_request *r)
{
	return hold_do(r, OBJECT);
}

static int notice_read(struct db_tx *tx, void *arg)
{
	struct terms_work *w = arg;
	return public_notice_list(w->r, tx, &w->out);
}

int api_notices(struct http_request *r)
{
	struct terms_work w = {.r = api_registry(r)};
	int rc = account_read(r, notice_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}

static int term_read(struct db_tx *tx, void *arg)
{
	struct terms_work *w = arg;
	int rc = case_get(tx, w->id, &w->after);
	return rc == 0 ? terms_json(w->r, tx, &w->after, &w->out) : rc;
}

int api_case_term(struct http_request *r)
{
	struct terms_work w = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_read(r, term_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "term", w.out));
}
