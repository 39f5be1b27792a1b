/* 登记费: what a case costs, paid at the window, waived by two persons, sent back. */
#include "zones/extranet/store/charge.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/tax_due.h"
#include <string.h>

struct charging {
	struct registry *r;
	const char *id, *audit;
	struct charge_move move;
	const char *declaration; /* of taxes that are assessed; NULL: they went back */
	json_t *out, *tax;
	struct err_note note;
};

static int charge_read(struct db_tx *tx, void *arg)
{
	struct charging *w = arg;
	struct case_row c;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = charge_json(tx, c.id, &w->out);
	return rc == 0 ? tax_due_json(tx, c.id, &w->tax) : rc;
}

int api_case_fee(struct http_request *r)
{
	struct charging w = {.id = http_param(r, "id")};
	int rc = account_read(r, charge_read, &w);
	if (rc < 0) {
		json_decref(w.out);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o,s:o}", "fee", w.out, "tax", w.tax));
}

static int assess_run(struct db_tx *tx, void *arg)
{
	struct charging *w = arg;
	struct case_row c;
	json_decref(w->tax);
	w->tax = NULL;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = w->declaration ? tax_due_assess(w->r, tx, &c, w->declaration, w->move.amount_cents,
					      w->move.who, &w->note)
				    : tax_due_refunded_by_hand(
					      w->r, tx, &c, w->move.receipt, w->move.amount_cents, &w->note);
	if (rc == 0)
		rc = audit_record(tx, w->move.who, w->audit, c.number, NULL);
	return rc == 0 ? tax_due_json(tx, c.id, &w->tax) : rc;
}

static int charge_run(struct db_tx *tx, void *arg)
{
	struct charging *w = arg;
	struct case_row c;
	json_decref(w->out);
	w->out = NULL;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = charge_do(w->r, tx, &c, &w->move, &w->note);
	if (rc == 0)
		rc = audit_record(tx, w->move.who, w->audit, c.number, NULL);
	return rc == 0 ? charge_json(tx, c.id, &w->out) : rc;
}

static int charge_act(struct http_request *r, struct charging *w)
{
	w->r = api_registry(r);
	w->id = http_param(r, "id");
	w->move.who = http_user(r)->user;
	int rc = account_act(r, charge_run, w);
	if (rc < 0) {
		json_decref(w->out);
		return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "fee", w->out));
}

static int word_get(
	struct http_request *r, const char *key, size_t max, const char **out, struct err_note *note)
{
	int rc = json_get_str(http_body(r), key, max, out, note);
	return rc == 0 && !**out ? err_set(note, ERR_SCHEMA, "%s: must not be empty", key) : rc;
}

static int money_act(struct http_request *r, enum charge_act act, const char *audit)
{
	struct charging w = {.audit = audit, .move = {.act = act}};
	static const char *const keys[] = {"receipt", "amount_cents", "way", NULL};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = word_get(r, "receipt", 63, &w.move.receipt, &w.note);
	if (rc == 0)
		rc = json_get_int(
			http_body(r), "amount_cents", 1, INT64_C(1) << 40, &w.move.amount_cents, &w.note);
	if (rc == 0)
		rc = word_get(r, "way", 40, &w.move.reason, &w.note);
	return rc < 0 ? http_fail_note(r, &w.note) : charge_act(r, &w);
}

int api_case_fee_pay(struct http_request *r)
{
	return money_act(r, CHARGE_DO_PAY, "fee.pay");
}

int api_case_fee_refund(struct http_request *r)
{
	return money_act(r, CHARGE_DO_REFUND, "fee.refund");
}

static int waiver_act(struct http_request *r, enum charge_act act, const char *audit)
{
	struct charging w = {.audit = audit, .move = {.act = act, .receipt = ""}};
	static const char *const keys[] = {"reason", NULL};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = word_get(r, "reason", 300, &w.move.reason, &w.note);
	return rc < 0 ? http_fail_note(r, &w.note) : charge_act(r, &w);
}

int api_case_fee_ask(struct http_request *r)
{
	return waiver_act(r, CHARGE_DO_ASK, "fee.waiver-asked");
}

int api_case_fee_waive(struct http_request *r)
{
	return waiver_act(r, CHARGE_DO_WAIVE, "fee.waived");
}

int api_case_fee_keep(struct http_request *r)
{
	return waiver_act(r, CHARGE_DO_KEEP, "fee.waiver-refused");
}

static int tax_act(struct http_request *r, struct charging *w)
{
	w->r = api_registry(r);
	w->id = http_param(r, "id");
	w->move.who = http_user(r)->user;
	int rc = json_get_int(
		http_body(r), "amount_cents", 1, INT64_C(100000000000), &w->move.amount_cents, &w->note);
	if (rc == 0)
		rc = account_act(r, assess_run, w);
	if (rc < 0) {
		json_decref(w->tax);
		return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "tax", w->tax));
}

/* What the tax office assessed 税款核定, to be paid together with the fee 统缴; again behind a step back. */
int api_case_tax_assess(struct http_request *r)
{
	static const char *const keys[] = {"declaration", "amount_cents", NULL};
	struct charging w = {.audit = "tax.assessed"};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = word_get(r, "declaration", 63, &w.declaration, &w.note);
	return rc < 0 ? http_fail_note(r, &w.note) : tax_act(r, &w);
}

/* 退税: what was paid too much went back by the tax office. */
int api_case_tax_refund(struct http_request *r)
{
	static const char *const keys[] = {"receipt", "amount_cents", NULL};
	struct charging w = {.audit = "tax.refunded"};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = word_get(r, "receipt", 63, &w.move.receipt, &w.note);
	return rc < 0 ? http_fail_note(r, &w.note) : tax_act(r, &w);
}
