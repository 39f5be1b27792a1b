#include "zones/extranet/domain/receipt.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

/* The receipt names the order of this case, and was not taken before: *taken. */
static int receipt_fits(struct db_tx *tx, const struct case_row *c, const struct receipt *got, bool *taken,
	struct err_note *note)
{
	struct charge ch;
	int rc = charge_get(tx, c->id, &ch);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(ch.number, got->order) != 0))
		rc = err_set(note, ERR_REFUSED, "body.receipt.order: none of this case");
	charge_fini(&ch);
	return rc == 0 ? charge_has_receipt(tx, c->id, got->payment, taken) : rc;
}

int receive_payment(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct case_row c;
	struct receipt got;
	bool taken = false;
	(void)attachments;
	int rc = case_get(tx, json_str(m->body, "application"), &c);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? err_set(note, ERR_REFUSED, "body.application: no such case") : rc;
	if (!r->payment)
		return err_set(note, ERR_REFUSED, "no payment platform is configured here");
	rc = receipt_check(r->payment, json_str(m->body, "receipt"), json_str(m->body, "signature"),
		json_str(m->body, "certificate"), &got, note);
	if (rc == 0)
		rc = receipt_fits(tx, &c, &got, &taken, note);
	/* Told twice: the first one counted. */
	if (rc < 0 || taken)
		return rc;
	const struct charge_move move = {got.refund ? CHARGE_DO_REFUND : CHARGE_DO_PAY, "payment",
		got.refund ? "支付平台退款" : "网上缴费", got.payment, got.amount_cents};
	rc = charge_do(r, tx, &c, &move, note);
	if (rc == ERR_STATE || rc == ERR_EXISTS || rc == ERR_SCHEMA)
		return err_set(note, ERR_REFUSED, "body.receipt: %.200s", note->text);
	return rc == 0 ? audit_record(tx, "payment", got.refund ? "fee.refunded" : "fee.paid", c.number, NULL)
		       : rc;
}
