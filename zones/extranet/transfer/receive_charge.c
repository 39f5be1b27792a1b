#include "common/message/paid.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/surplus.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

/* What the receipt is for, and whether it was taken before. */
struct due {
	bool tax, taken;
	bool settled; /* another way: what comes now was paid twice */
	char state[16];
	struct tax_due round;
};

static void settled_by(struct due *d, const char *state, bool settled)
{
	snprintf(d->state, sizeof d->state, "%s", state);
	d->settled = settled;
}

static int tax_find(struct db_tx *tx, const struct case_row *c, const struct paid *got, struct due *d,
	struct err_note *note)
{
	struct tax_due *t = &d->round;
	int rc = tax_due_find(tx, c->id, got->order, t);
	if (rc < 0)
		return rc == ERR_NOTFOUND
			       ? err_set(note, ERR_REFUSED, "body.receipt.order: none of this case")
			       : rc;
	d->tax = true;
	d->taken = strcmp(t->payment, got->payment) == 0 || strcmp(t->refund, got->payment) == 0;
	settled_by(
		d, t->state, !t->back && strcmp(t->state, "due") != 0 && strcmp(t->state, "cancelled") != 0);
	return 0;
}

/* The receipt names the fee or taxes of this case. */
static int due_find(struct db_tx *tx, const struct case_row *c, const struct paid *got, struct due *d,
	struct err_note *note)
{
	struct charge ch;
	enum charge_state to;
	int rc = charge_get(tx, c->id, &ch);
	bool fee = rc == 0 && strcmp(ch.number, got->order) == 0;
	if (fee) {
		settled_by(
			d, charge_state_code(ch.state), charge_next(ch.state, CHARGE_DO_PAY, &to, NULL) < 0);
		rc = charge_has_receipt(tx, c->id, got->payment, &d->taken);
	}
	charge_fini(&ch);
	if (!fee && (rc == 0 || rc == ERR_NOTFOUND))
		rc = tax_find(tx, c, got, d, note);
	return rc == 0 && !d->taken ? surplus_has(tx, c->id, got->payment, &d->taken) : rc;
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

static int money_take(struct registry *r, struct db_tx *tx, struct case_row *c, struct due *d,
	const struct paid *got, struct err_note *note)
{
	const char *action = got->refund ? "fee.refunded" : "fee.paid";
	int rc = ERR_NOTFOUND;
	if (got->refund && (rc = surplus_refunded(r, tx, c, got)) == 0)
		action = "surplus.refunded";
	else if (!got->refund && d->settled && (rc = surplus_take(r, tx, c, got, d->state)) == 0)
		action = "surplus.paid";
	if (rc == ERR_NOTFOUND)
		rc = d->tax ? tax_take(r, tx, c, &d->round, got, note) : fee_take(r, tx, c, got, note);
	if (rc == ERR_STATE || rc == ERR_EXISTS || rc == ERR_SCHEMA)
		return err_set(note, ERR_REFUSED, "body.receipt: %.200s", note->text);
	return rc == 0 ? audit_record(tx, "payment", action, c->number, NULL) : rc;
}

int receive_payment(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct case_row c;
	struct paid got;
	struct due d = {.tax = false};
	(void)attachments;
	int rc = receive_case(tx, m, &c, note);
	if (rc < 0)
		return rc;
	if (!r->payment)
		return err_set(note, ERR_REFUSED, "no payment platform is configured here");
	rc = paid_check(r->payment, json_str(m->body, "receipt"), json_str(m->body, "signature"),
		json_str(m->body, "certificate"), &got, note);
	if (rc == 0)
		rc = due_find(tx, &c, &got, &d, note);
	/* Told twice: the first one counted. */
	return rc < 0 || d.taken ? rc : money_take(r, tx, &c, &d, &got, note);
}
