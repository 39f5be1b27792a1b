#include "common/message/paid.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

/* What the receipt is for, and whether it was taken before. */
struct due {
	bool tax, taken;
};

/* The receipt names the fee or the taxes of this case. */
static int due_find(struct db_tx *tx, const struct case_row *c, const struct paid *got, struct due *d,
	struct err_note *note)
{
	struct charge ch;
	struct tax_due t;
	int rc = charge_get(tx, c->id, &ch);
	bool fee = rc == 0 && strcmp(ch.number, got->order) == 0;
	charge_fini(&ch);
	if (fee)
		return charge_has_receipt(tx, c->id, got->payment, &d->taken);
	if (rc == 0 || rc == ERR_NOTFOUND)
		rc = tax_due_get(tx, c->id, &t);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(t.number, got->order) != 0))
		rc = err_set(note, ERR_REFUSED, "body.receipt.order: none of this case");
	d->tax = rc == 0;
	d->taken = rc == 0 && (strcmp(t.payment, got->payment) == 0 || strcmp(t.refund, got->payment) == 0);
	return rc;
}

static int fee_take(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got,
	struct err_note *note)
{
	const struct charge_move move = {got->refund ? CHARGE_DO_REFUND : CHARGE_DO_PAY, "payment",
		got->refund ? "支付平台退款" : "网上缴费", got->payment, got->amount_cents};
	return charge_do(r, tx, c, &move, note);
}

/* 完税: the platform's receipt is the voucher. A case that is not at this step keeps it, and the registrar
 * enters it there. */
static int tax_step(struct registry *r, struct db_tx *tx, struct case_row *c, const struct paid *got,
	struct err_note *note)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	enum case_state to;
	int64_t ms = 0;
	char day[11];
	REQUIRE(b);
	if (case_state_next(c->state, CASE_DO_TAX, (struct case_needs){b->needs_tax, b->needs_cadastral},
		    (struct case_has){c->has_tax, c->has_cadastral, true}, &to, NULL) < 0)
		return 0;
	int rc = time_parse(got->at, &ms);
	time_date_cst(ms, day);
	if (rc == 0)
		rc = flows_act(r, tx, c, "tax", "payment", note);
	if (rc == 0)
		rc = case_add_tax(tx, c->id, got->payment, got->amount_cents, day, "payment");
	if (rc == 0)
		rc = case_move(tx, c, c->version, to, "payment", "");
	return rc == 0 ? progress_put(r, tx, c, "", NULL) : rc;
}

static int tax_take(struct registry *r, struct db_tx *tx, struct case_row *c, const struct paid *got,
	struct err_note *note)
{
	bool back = false;
	if (got->refund)
		return tax_due_refunded(r, tx, c, got->payment, got->amount_cents, note);
	int rc = tax_due_paid(r, tx, c, got->payment, got->amount_cents, &back, note);
	return rc == 0 && !back ? tax_step(r, tx, c, got, note) : rc;
}

int receive_payment(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct case_row c;
	struct paid got;
	struct due d = {false, false};
	(void)attachments;
	int rc = case_get(tx, json_str(m->body, "application"), &c);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? err_set(note, ERR_REFUSED, "body.application: no such case") : rc;
	if (!r->payment)
		return err_set(note, ERR_REFUSED, "no payment platform is configured here");
	rc = paid_check(r->payment, json_str(m->body, "receipt"), json_str(m->body, "signature"),
		json_str(m->body, "certificate"), &got, note);
	if (rc == 0)
		rc = due_find(tx, &c, &got, &d, note);
	/* Told twice: the first one counted. */
	if (rc < 0 || d.taken)
		return rc;
	rc = d.tax ? tax_take(r, tx, &c, &got, note) : fee_take(r, tx, &c, &got, note);
	if (rc == ERR_STATE || rc == ERR_EXISTS || rc == ERR_SCHEMA)
		return err_set(note, ERR_REFUSED, "body.receipt: %.200s", note->text);
	return rc == 0 ? audit_record(tx, "payment", got.refund ? "fee.refunded" : "fee.paid", c.number, NULL)
		       : rc;
}
