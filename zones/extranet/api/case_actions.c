/* What a registrar does to a case: each action is one transaction that rechecks the version. */
#include "common/message/format.h"
#include "common/workflow/correction.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/store/terms.h"
#include "zones/extranet/transfer/certifier.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

struct action {
	struct registry *r;
	enum case_action act;
	const char *id, *who, *audit;
	int64_t version;
	const char *note_text;         /* to the applicant */
	const json_t *items;           /* correction */
	const char *voucher, *paid_on; /* tax */
	int64_t amount_cents;
	struct charge_order charge; /* acceptance */
	struct rules_look look;     /* what the review rules say, taken on a snapshot before */
	bool looked;
	struct err_note note;
	struct case_row after;
};

/* Acceptance starts the term 承诺期限 in working days. */
static int deadline_set(struct action *a, struct db_tx *tx, struct case_row *c, const struct business *b)
{
	char today[11];
	time_date_cst(time_now_ms(), today);
	int rc = terms_deadline(a->r, tx, today, b->promised_days, c->deadline);
	return rc == 0 ? case_set_deadline(tx, c, c->deadline) : rc;
}

static int action_effect(struct action *a, struct db_tx *tx, struct case_row *c, const struct business *b)
{
	int rc;
	switch (a->act) {
	case CASE_DO_ACCEPT:
		rc = deadline_set(a, tx, c, b);
		a->charge.who = a->who;
		return rc == 0 ? charge_reckon(a->r, tx, c, b, &a->charge, &a->note) : rc;
	case CASE_DO_CORRECT:
		rc = correction_check(b, a->items, &a->note);
		return rc == 0 ? resubmission_ask(tx, c->id, a->items, a->who) : rc;
	case CASE_DO_REVIEW:
		return case_set_reviewer(tx, c, a->who);
	case CASE_DO_TAX:
		rc = case_add_tax(tx, c->id, a->voucher, a->amount_cents, a->paid_on, a->who);
		return rc == ERR_EXISTS
			       ? err_set(&a->note, ERR_EXISTS, "voucher_no: this voucher was entered before")
			       : rc;
	default:
		return 0;
	}
}

/* The process of the case has to wait for the act; refusals end it. */
static int action_process(struct action *a, struct db_tx *tx, const struct case_row *c)
{
	static const char *const acts[] = {[CASE_DO_ACCEPT] = "accept",
		[CASE_DO_TAX] = "tax",
		[CASE_DO_REVIEW] = "review",
		[CASE_DO_ARCHIVE] = "archive"};
	if (a->act == CASE_DO_REJECT || a->act == CASE_DO_REFUSE)
		return flows_status(a->r, tx, c, FLOW_CANCEL, a->who, &a->note);
	if (a->act == CASE_DO_CORRECT)
		return 0;
	return flows_act(a->r, tx, c, acts[a->act], a->who, &a->note);
}

static int action_run(struct db_tx *tx, void *arg)
{
	struct action *a = arg;
	struct case_row c;
	enum case_state to;
	int rc = case_get(tx, a->id, &c);
	if (rc < 0)
		return rc;
	const struct business *b = flows_business(a->r->flows, c.business, c.business_version);
	REQUIRE(b);
	if (a->version != c.version)
		return err_set(&a->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)c.version);
	rc = case_state_next(c.state, a->act, (struct case_needs){b->needs_tax, b->needs_cadastral},
		(struct case_has){c.has_tax, c.has_cadastral}, &to, &a->note);
	if (rc == 0)
		rc = action_process(a, tx, &c);
	if (rc == 0)
		rc = action_effect(a, tx, &c, b);
	if (rc == 0 && a->looked)
		rc = rules_keep(a->r, tx, c.id, a->who, &a->look);
	if (rc == 0)
		rc = case_move(tx, &c, a->version, to, a->who, a->note_text);
	if (rc == 0)
		rc = progress_put(a->r, tx, &c, a->note_text, a->items);
	if (rc == 0)
		rc = audit_record(tx, a->who, a->audit, c.number, NULL);
	a->after = c;
	return rc;
}

static int look_read(struct db_tx *tx, void *arg)
{
	struct action *a = arg;
	const char *stage = a->act == CASE_DO_ACCEPT   ? "accept"
			    : a->act == CASE_DO_REVIEW ? "review"
						       : "enter";
	int rc = case_get(tx, a->id, &a->after);
	return rc == 0 ? rules_look(a->r, tx, a->id, stage, &a->look, &a->note) : rc;
}

static int look_keep(struct db_tx *tx, void *arg)
{
	const struct action *a = arg;
	return rules_keep(a->r, tx, a->after.id, a->who, &a->look);
}

/* The review rules on a snapshot. When one blocks, its verdict is kept and the answer given: *blocked. */
static int action_judge(struct http_request *r, struct action *a, bool *blocked)
{
	size_t i;
	const json_t *one, *said = NULL;
	*blocked = false;
	int rc = account_read(r, look_read, a);
	if (rc == 0)
		rc = rules_say(a->r, &a->look, a->after.business, a->after.business_version);
	a->looked = rc == 0;
	if (rc < 0 || !json_is_true(json_object_get(a->look.verdict, "blocked")) ||
		a->after.version != a->version)
		return rc;
	rc = account_write(r, look_keep, a);
	if (rc < 0)
		return rc;
	json_array_foreach(json_object_get(a->look.verdict, "findings"), i,
		one) if (!said && strcmp(json_str(one, "severity"), "block") == 0) said = one;
	*blocked = true;
	return http_reply_json(r, 409,
		json_pack("{s:s,s:s,s:s,s:O}", "error", "BLOCKED", "text", json_str(said, "zh"), "where",
			json_str(said, "rule"), "verdict", a->look.verdict));
}

static int action_do(struct http_request *r, struct action *a)
{
	struct err_note note = {0};
	a->r = api_registry(r);
	a->id = http_param(r, "id");
	a->who = http_user(r)->user;
	int rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &a->version, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	bool blocked = false, judged = a->act == CASE_DO_ACCEPT || a->act == CASE_DO_REVIEW;
	if (judged)
		rc = action_judge(r, a, &blocked);
	if (rc == 0 && !blocked)
		rc = account_write(r, action_run, a);
	if (judged)
		rules_look_fini(&a->look);
	if (rc < 0)
		return a->note.err == rc ? http_fail_note(r, &a->note) : rc;
	if (blocked)
		return 0;
	json_t *out = NULL;
	rc = case_json(&a->after, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

/* A text of the body that goes to the applicant; required unless `optional`. */
static int text_get(struct http_request *r, const char *key, bool optional, const char **out)
{
	struct err_note note = {0};
	*out = "";
	if (optional && !json_object_get(http_body(r), key))
		return 0;
	int rc = json_get_str(http_body(r), key, 500, out, &note);
	if (rc == 0 && !optional && !**out)
		rc = err_set(&note, ERR_SCHEMA, "%s: must not be empty", key);
	return rc < 0 ? http_fail_note(r, &note) : 0;
}

int api_case_accept(struct http_request *r)
{
	struct action a = {
		.act = CASE_DO_ACCEPT, .audit = "case.accept", .note_text = "", .charge.copies = 1};
	struct err_note note = {0};
	json_t *reliefs = NULL;
	int rc = json_object_get(http_body(r), "reliefs")
			 ? json_get_arr(http_body(r), "reliefs", 8, &reliefs, &note)
			 : 0;
	if (rc == 0 && json_object_get(http_body(r), "copies"))
		rc = json_get_int(http_body(r), "copies", 1, 20, &a.charge.copies, &note);
	a.charge.reliefs = reliefs;
	return rc < 0 ? http_fail_note(r, &note) : action_do(r, &a);
}

int api_case_correct(struct http_request *r)
{
	struct action a = {.act = CASE_DO_CORRECT, .audit = "case.correct"};
	struct err_note note = {0};
	json_t *items = NULL;
	int rc = text_get(r, "text", false, &a.note_text);
	if (rc < 0)
		return rc;
	if (json_get_arr(http_body(r), "items", CORRECTION_ITEMS_MAX, &items, &note) < 0)
		return http_fail_note(r, &note);
	a.items = items;
	return action_do(r, &a);
}

int api_case_reject(struct http_request *r)
{
	struct action a = {.act = CASE_DO_REJECT, .audit = "case.reject"};
	int rc = text_get(r, "reason", false, &a.note_text);
	return rc < 0 ? rc : action_do(r, &a);
}

int api_case_refuse(struct http_request *r)
{
	struct action a = {.act = CASE_DO_REFUSE, .audit = "case.refuse"};
	int rc = text_get(r, "reason", false, &a.note_text);
	return rc < 0 ? rc : action_do(r, &a);
}

int api_case_review(struct http_request *r)
{
	struct action a = {.act = CASE_DO_REVIEW, .audit = "case.review"};
	int rc = text_get(r, "opinion", false, &a.note_text);
	return rc < 0 ? rc : action_do(r, &a);
}

int api_case_archive(struct http_request *r)
{
	struct action a = {.act = CASE_DO_ARCHIVE, .audit = "case.archive", .note_text = ""};
	return action_do(r, &a);
}

int api_case_tax(struct http_request *r)
{
	struct action a = {.act = CASE_DO_TAX, .audit = "case.tax", .note_text = ""};
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "voucher_no", 64, &a.voucher, &note);
	if (rc == 0)
		rc = json_get_int(http_body(r), "amount_cents", 0, INT64_C(1) << 50, &a.amount_cents, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "paid_on", 10, &a.paid_on, &note);
	if (rc == 0 && !a.voucher[0])
		rc = err_set(&note, ERR_SCHEMA, "voucher_no: must not be empty");
	if (rc == 0 && !format_date(a.paid_on))
		rc = err_set(&note, ERR_SCHEMA, "paid_on: not a date YYYY-MM-DD");
	return rc < 0 ? http_fail_note(r, &note) : action_do(r, &a);
}

/* 登簿 has a transaction of its own. */
static int enter_run(struct db_tx *tx, void *arg)
{
	struct action *a = arg;
	int rc = entry_make(a->r, tx, a->id, a->version, a->who, &a->note);
	if (rc == 0)
		rc = case_get(tx, a->id, &a->after);
	if (rc == 0)
		rc = rules_keep(a->r, tx, a->after.id, a->who, &a->look);
	return rc == 0 ? flows_act(a->r, tx, &a->after, "enter", a->who, &a->note) : rc;
}

int api_case_enter(struct http_request *r)
{
	struct action a = {.act = CASE_DO_ENTER,
		.r = api_registry(r),
		.id = http_param(r, "id"),
		.who = http_user(r)->user};
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &a.version, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	bool blocked = false;
	rc = action_judge(r, &a, &blocked);
	if (rc == 0 && !blocked)
		rc = account_write(r, enter_run, &a);
	rules_look_fini(&a.look);
	if (blocked)
		return rc;
	if (rc < 0)
		return a.note.err == rc ? http_fail_note(r, &a.note) : rc;
	certifier_wake(a.r->certifier);
	rc = case_json(&a.after, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

/* Acts of the process that leave the state of the law as it is: 复审核定, 核查. */
struct task {
	struct registry *r;
	const char *id, *who, *act, *opinion;
	int64_t version;
	struct err_note note;
	struct case_row after;
};

static int task_run(struct db_tx *tx, void *arg)
{
	struct task *t = arg;
	int rc = case_get(tx, t->id, &t->after);
	if (rc < 0)
		return rc;
	if (t->version != t->after.version)
		return err_set(&t->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)t->after.version);
	rc = flows_act(t->r, tx, &t->after, t->act, t->who, &t->note);
	if (rc == 0)
		rc = case_move(tx, &t->after, t->version, t->after.state, t->who, t->opinion);
	return rc == 0 ? audit_record(tx, t->who, "case.task", t->after.number, NULL) : rc;
}

static int task_do(struct http_request *r, const char *act)
{
	struct task t = {
		.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user, .act = act};
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = text_get(r, "opinion", false, &t.opinion);
	if (rc < 0)
		return rc;
	if (json_get_int(http_body(r), "version", 1, INT64_MAX, &t.version, &note) < 0)
		return http_fail_note(r, &note);
	rc = account_write(r, task_run, &t);
	if (rc < 0)
		return t.note.err == rc ? http_fail_note(r, &t.note) : rc;
	rc = case_json(&t.after, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

int api_case_approve(struct http_request *r)
{
	return task_do(r, "approve");
}

int api_case_check(struct http_request *r)
{
	return task_do(r, "check");
}
