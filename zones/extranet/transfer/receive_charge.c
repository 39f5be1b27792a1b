#include "common/message/paid.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

/* What the receipt is for, and whether it was taken before. */
struct due {
	bool tax, taken;
	struct tax_due round;
};

/* The receipt names the fee or taxes of this case. */
static int due_find(struct db_tx *tx, const struct case_row *c, const struct paid *got, struct due *d,
	struct err_note *note)
{
	struct charge ch;
	const struct tax_due *t = &d->round;
	int rc = charge_get(tx, c->id, &ch);
	bool fee = rc == 0 && strcmp(ch.number, got->order) == 0;
	charge_fini(&ch);
	if (fee)
		return charge_has_receipt(tx, c->id, got->payment, &d->taken);
	if (rc == 0 || rc == ERR_NOTFOUND)
		rc = tax_due_find(tx, c->id, got->order, &d->round);
	if (rc == ERR_NOTFOUND)
		rc = err_set(note, ERR_REFUSED, "body.receipt.order: none of this case");
	d->tax = rc == 0;
	d->taken = rc == 0 && (strcmp(t->payment, got->payment) == 0 || strcmp(t->refund, got->payment) == 0);
	return rc;
}

static int fee_take(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got,
	struct err_note *note)
{
	const struct charge_move move = {got->refund ? CHARGE_DO_REFUND : CHARGE_DO_PAY, "payment",
		got->refund ? "支付平台退款" : "网上缴费", got->payment, got->amount_cents};
	return charge_do(r, tx, c, &move, note);
}

static int tax_take(struct registry *r, struct db_tx *tx, struct case_row *c, struct tax_due *t,
	const struct paid *got, struct err_note *note)
{
	int64_t ms = 0;
	char day[11];
	if (got->refund)
		return tax_due_refunded(r, tx, c, t, got->payment, got->amount_cents, note);
	int rc = time_parse(got->at, &ms);
	time_date_cst(ms, day);
	return rc == 0 ? tax_due_paid(r, tx, c, t, got->payment, got->amount_cents, day, note) : rc;
}

int receive_payment(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct case_row c;
	struct paid got;
	struct due d = {.tax = false};
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
	rc = d.tax ? tax_take(r, tx, &c, &d.round, &got, note) : fee_take(r, tx, &c, &got, note);
	if (rc == ERR_STATE || rc == ERR_EXISTS || rc == ERR_SCHEMA)
		return err_set(note, ERR_REFUSED, "body.receipt: %.200s", note->text);
	return rc == 0 ? audit_record(tx, "payment", got.refund ? "fee.refunded" : "fee.paid", c.number, NULL)
		       : rc;
}
