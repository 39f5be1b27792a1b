/* 登簿, the acts of the process that leave the state of the law as it is (复审核定, 核查), and 退回. */
#include "zones/extranet/api/case_act.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include <string.h>

/* 登簿 writes step, progress and record by itself. */
static int enter(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	int rc = entry_make(a->r, tx, c, a->version, a->who, &a->note);
	return rc == 0 ? flows_act(a->r, tx, c, "enter", a->who, &a->note) : rc;
}

/* The applicant is told the step; the opinion is between the reviewers. */
static int task(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	bool check = a->kind == &case_act_check;
	int rc = flows_act(a->r, tx, c, a->kind->act, a->who, &a->note);
	if (rc == 0)
		rc = case_move(tx, c, a->version, c->state, a->who, a->text);
	return rc == 0 ? progress_put_step(a->r, tx, c, check ? "异议已核查" : "已核定",
				 check ? "Objection looked into 核查" : "Confirmed 核定", "")
		       : rc;
}

/* What the drawing calls the compensation of a step is done by whom it concerns: a voucher is voided. What
 * came from the intranet stands, and its step is not waited for again. */
static int compensate(struct case_act *a, struct db_tx *tx, struct case_row *c, const struct flows_undone *u)
{
	bool waits = false;
	int rc = u->tax ? case_void_tax(tx, c, a->who) : 0;
	if (rc == 0 && u->tax)
		rc = flows_served(a->r, tx, c, "tax-void", &a->note);
	if (rc == 0 && c->has_cadastral)
		rc = flows_is_waiting(a->r, tx, c, "cadastral", &waits);
	if (rc == 0 && waits)
		rc = flows_tell(a->r, tx, c, "cadastral", &a->note);
	return rc == 0 && u->review ? case_set_reviewer(tx, c, NULL) : rc;
}

/* 退回: the last step, or one before it, is undone with what came of it, and somebody does it anew. */
static int back(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	struct flows_undone u = {false, false};
	enum case_state to = c->state, collecting;
	int rc = case_state_next(c->state, CASE_DO_BACK, (struct case_needs){false, false},
		(struct case_has){c->has_tax, c->has_cadastral, true}, &collecting, &a->note);
	if (rc == 0)
		rc = flows_back(a->r, tx, c, a->to ? a->to : "", a->who, &u, &a->note);
	if (rc == 0)
		rc = compensate(a, tx, c, &u);
	/* Without its review it is back among what it has collected, which may be less now. */
	if (rc == 0 && (u.review || (u.tax && c->state != CASE_REVIEW)))
		rc = case_state_next(c->state, CASE_DO_BACK, (struct case_needs){false, false},
			(struct case_has){c->has_tax, c->has_cadastral, true}, &to, &a->note);
	if (rc == 0)
		rc = case_move(tx, c, a->version, to, a->who, a->text);
	/* Why is between the reviewers. */
	return rc == 0 ? progress_put(a->r, tx, c, "", NULL) : rc;
}

const struct case_act_kind case_act_enter = {"enter", "case.enter", "enter", CASE_DO_ENTER, false, enter},
			   case_act_approve = {"approve", "case.task", "review", CASE_DO_REVIEW, false, task},
			   case_act_check = {"check", "case.task", NULL, CASE_DO_REVIEW, false, task};
static const struct case_act_kind kind_back = {"", "case.back", NULL, CASE_DO_BACK, false, back};

int api_case_enter(struct http_request *r)
{
	return case_act_answer(r, &(struct case_act){.kind = &case_act_enter, .text = ""});
}

static int with_text(struct http_request *r, const struct case_act_kind *kind, const char *key)
{
	struct case_act a = {.kind = kind};
	int rc = case_act_text(r, key, &a.text);
	return rc < 0 ? rc : case_act_answer(r, &a);
}

int api_case_approve(struct http_request *r)
{
	return with_text(r, &case_act_approve, "opinion");
}

int api_case_check(struct http_request *r)
{
	return with_text(r, &case_act_check, "opinion");
}

int api_case_back(struct http_request *r)
{
	struct case_act a = {.kind = &kind_back};
	struct err_note note = {0};
	int rc = case_act_text(r, "reason", &a.text);
	if (rc < 0)
		return rc;
	if (json_object_get(http_body(r), "to") && json_get_str(http_body(r), "to", 15, &a.to, &note) < 0)
		return http_fail_note(r, &note);
	return case_act_answer(r, &a);
}
