/* What the law says of a case before its entry: 受理, 补正, 不予受理, 完税, 审核, 不予登记, 归档. */
#include "common/message/format.h"
#include "common/workflow/correction.h"
#include "zones/extranet/api/case_act.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/store/terms.h"
#include "zones/extranet/store/visit.h"
#include "zones/extranet/transfer/progress.h"
#include <string.h>

/* Where the law lets the act take the case. */
static int next_state(struct case_act *a, const struct case_row *c, enum case_state *to)
{
	const struct business *b = flows_business(a->r->flows, c->business, c->business_version);
	REQUIRE(b);
	return case_state_next(c->state, a->kind->law, (struct case_needs){b->needs_tax, b->needs_cadastral},
		(struct case_has){c->has_tax, c->has_cadastral, c->deadline[0] != '\0'}, to, &a->note);
}

int case_act_move(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	enum case_state to;
	int rc = next_state(a, c, &to);
	if (rc == 0)
		rc = case_move(tx, c, a->version, to, a->who, a->text);
	return rc == 0 ? progress_put(a->r, tx, c, a->text, a->items) : rc;
}

/* The law and the process have to wait for the act; `set` is what it leaves with the case. */
static int step(struct case_act *a, struct db_tx *tx, struct case_row *c,
	int (*set)(struct case_act *a, struct db_tx *tx, struct case_row *c))
{
	enum case_state to;
	int rc = next_state(a, c, &to);
	if (rc == 0)
		rc = flows_act(a->r, tx, c, a->kind->act, a->who, &a->note);
	if (rc == 0 && set)
		rc = set(a, tx, c);
	return rc == 0 ? case_act_move(a, tx, c) : rc;
}

/* Acceptance starts the term 承诺期限 in working days and reckons the fee. */
static int accepted(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	const struct business *b = flows_business(a->r->flows, c->business, c->business_version);
	REQUIRE(b);
	int rc = terms_begin(a->r, tx, c);
	a->charge.who = a->who;
	return rc == 0 ? charge_reckon(a->r, tx, c, b, &a->charge, &a->note) : rc;
}

static int accept(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	return step(a, tx, c, accepted);
}

static int reviewed(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	return case_set_reviewer(tx, c, a->who);
}

static int review(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	return step(a, tx, c, reviewed);
}

static int taxed(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	int rc = case_add_tax(tx, c->id, a->voucher, a->amount_cents, a->paid_on, a->who);
	if (rc == ERR_EXISTS)
		return err_set(&a->note, ERR_EXISTS, "voucher_no: this voucher was entered before");
	return rc == 0 ? tax_due_by_hand(a->r, tx, c, a->voucher) : rc;
}

static int tax(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	return step(a, tx, c, taxed);
}

static int archive(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	return step(a, tx, c, NULL);
}

/* What is asked for is what the applicants may change then. */
static int correct(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	const struct business *b = flows_business(a->r->flows, c->business, c->business_version);
	REQUIRE(b);
	int rc = correction_check(b, a->items, &a->note);
	/* After the acceptance the term stands still until it is answered. */
	if (rc == 0 && c->state != CASE_SUBMITTED)
		rc = terms_stop(a->r, tx, c, "受理后补正 correction", a->who, &a->note);
	if (rc == 0)
		rc = resubmission_ask(tx, c->id, a->items, a->who);
	return rc == 0 ? case_act_move(a, tx, c) : rc;
}

/* 最多跑一次: what came online was looked through; the rest is done in one visit. */
static int visit(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	static const enum case_state states[] = {
		CASE_ACCEPTED, CASE_TAX, CASE_CADASTRAL, CASE_REVIEW, CASE_ENTRY, CASE_CERTIFICATE};
	size_t i = 0;
	while (i < sizeof states / sizeof states[0] && states[i] != c->state)
		i++;
	if (i == sizeof states / sizeof states[0])
		return err_set(&a->note, ERR_STATE, "come once: between the acceptance and the delivery");
	if (strcmp(c->channel, "portal") != 0)
		return err_set(&a->note, ERR_STATE, "this case did not come online");
	int rc = visit_ask(tx, c->id, a->text, a->who);
	if (rc == 0)
		rc = case_move(tx, c, a->version, c->state, a->who, a->text);
	return rc == 0 ? progress_put_visit(a->r, tx, c, a->text) : rc;
}

/* Refusals end the process; the law is asked first. */
static int end(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	struct case_row now = *c;
	int rc = case_act_move(a, tx, c);
	return rc == 0 ? flows_status(a->r, tx, &now, FLOW_CANCEL, a->who, &a->note) : rc;
}

static const struct case_act_kind kind_accept = {"accept", "case.accept", "accept", CASE_DO_ACCEPT, true,
					  accept},
				  kind_correct = {"", "case.correct", NULL, CASE_DO_CORRECT, false, correct},
				  kind_reject = {"", "case.reject", NULL, CASE_DO_REJECT, false, end},
				  kind_tax = {"tax", "case.tax", NULL, CASE_DO_TAX, true, tax},
				  kind_review = {"review", "case.review", "review", CASE_DO_REVIEW, false,
					  review},
				  kind_visit = {"", "case.visit", NULL, CASE_DO_REVIEW, true, visit},
				  kind_refuse = {"", "case.refuse", NULL, CASE_DO_REFUSE, false, end},
				  kind_archive = {
					  "archive", "case.archive", NULL, CASE_DO_ARCHIVE, false, archive};

const struct case_act_kind *case_act_find(const char *act)
{
	static const struct case_act_kind *const kinds[] = {&kind_accept, &kind_review, &case_act_approve,
		&case_act_check, &case_act_enter, &kind_archive};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i]->act, act) == 0)
			return kinds[i];
	return NULL;
}

int api_case_accept(struct http_request *r)
{
	struct case_act a = {.kind = &kind_accept, .text = "", .charge.copies = 1};
	struct err_note note = {0};
	json_t *reliefs = NULL;
	int rc = json_object_get(http_body(r), "reliefs")
			 ? json_get_arr(http_body(r), "reliefs", 8, &reliefs, &note)
			 : 0;
	if (rc == 0 && json_object_get(http_body(r), "copies"))
		rc = json_get_int(http_body(r), "copies", 1, 20, &a.charge.copies, &note);
	a.charge.reliefs = reliefs;
	return rc < 0 ? http_fail_note(r, &note) : case_act_answer(r, &a);
}

int api_case_correct(struct http_request *r)
{
	struct case_act a = {.kind = &kind_correct};
	struct err_note note = {0};
	json_t *items = NULL;
	int rc = case_act_text(r, "text", &a.text);
	if (rc < 0)
		return rc;
	if (json_get_arr(http_body(r), "items", CORRECTION_ITEMS_MAX, &items, &note) < 0)
		return http_fail_note(r, &note);
	a.items = items;
	return case_act_answer(r, &a);
}

static int with_text(struct http_request *r, const struct case_act_kind *kind, const char *key)
{
	struct case_act a = {.kind = kind};
	int rc = case_act_text(r, key, &a.text);
	return rc < 0 ? rc : case_act_answer(r, &a);
}

/* With its legal ground 法定事由. */
static int with_ground(struct http_request *r, const struct case_act_kind *kind)
{
	struct case_act a = {.kind = kind};
	struct err_note note = {0};
	int rc = case_act_text(r, "reason", &a.text);
	if (rc < 0)
		return rc;
	if (case_act_ground(r, kind->audit + strlen("case."), &a.ground, &note) < 0)
		return http_fail_note(r, &note);
	return case_act_answer(r, &a);
}

int api_case_reject(struct http_request *r)
{
	return with_ground(r, &kind_reject);
}

int api_case_refuse(struct http_request *r)
{
	return with_ground(r, &kind_refuse);
}

int api_grounds(struct http_request *r)
{
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", json_deep_copy(api_registry(r)->grounds)));
}

int api_case_review(struct http_request *r)
{
	return with_text(r, &kind_review, "opinion");
}

int api_case_visit(struct http_request *r)
{
	return with_text(r, &kind_visit, "reason");
}

int api_case_archive(struct http_request *r)
{
	return case_act_answer(r, &(struct case_act){.kind = &kind_archive, .text = ""});
}

int api_case_tax(struct http_request *r)
{
	struct case_act a = {.kind = &kind_tax, .text = ""};
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
	return rc < 0 ? http_fail_note(r, &note) : case_act_answer(r, &a);
}
