#include "zones/extranet/store/tax_due.h"

#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

DB_STMT(tax_due_insert, "INSERT INTO reg_tax_due (tenant, case_id, number, declaration, amount_cents, state, "
			"at, assessed_by, "
			"payment, refund) VALUES (:tenant, :case_id, :number, :declaration, :amount, 'due', "
			":at, :who, '', '')");
DB_STMT(tax_due_select,
	"SELECT number, declaration, amount_cents, state, at, assessed_by, payment, refund FROM reg_tax_due "
	"WHERE tenant = :tenant AND case_id = :case_id");
DB_STMT(tax_due_update, "UPDATE reg_tax_due SET state = :state, at = :at, payment = :payment, refund = "
			":refund WHERE tenant = "
			":tenant AND case_id = :case_id");

int tax_due_get(struct db_tx *tx, const char *case_id, struct tax_due *out)
{
	struct db_query *q = db_query(tx, &tax_due_select);
	memset(out, 0, sizeof *out);
	snprintf(out->case_id, sizeof out->case_id, "%s", case_id);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
		snprintf(out->declaration, sizeof out->declaration, "%s", db_text(q, 1));
		out->amount_cents = db_int(q, 2);
		snprintf(out->state, sizeof out->state, "%s", db_text(q, 3));
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 4));
		snprintf(out->assessed_by, sizeof out->assessed_by, "%s", db_text(q, 5));
		snprintf(out->payment, sizeof out->payment, "%s", db_text(q, 6));
		snprintf(out->refund, sizeof out->refund, "%s", db_text(q, 7));
	}
	db_done(q);
	return db_found(rc);
}

int tax_due_assess(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *declaration,
	int64_t amount_cents, const char *who, struct err_note *note)
{
	struct tax_due t = {.amount_cents = amount_cents, .state = "due"};
	if (c->state != CASE_ACCEPTED || c->has_tax)
		return err_set(note, ERR_STATE, "the case does not wait for its tax (%s)",
			c->has_tax ? "paid" : case_state_code(c->state));
	snprintf(t.number, sizeof t.number, "%s-SK1", c->number);
	snprintf(t.declaration, sizeof t.declaration, "%s", declaration);
	time_text(time_now_ms(), t.at);
	struct db_query *q = db_query(tx, &tax_due_insert);
	db_bind_text(q, "case_id", c->id);
	db_bind_text(q, "number", t.number);
	db_bind_text(q, "declaration", declaration);
	db_bind_int(q, "amount", amount_cents);
	db_bind_text(q, "at", t.at);
	db_bind_text(q, "who", who);
	int rc = db_exec(q);
	if (rc == ERR_EXISTS)
		return err_set(note, ERR_EXISTS, "the tax of this case was assessed before");
	return rc == 0 ? progress_put_tax(r, tx, c, &t) : rc;
}

static int move(
	struct registry *r, struct db_tx *tx, const struct case_row *c, struct tax_due *t, const char *state)
{
	snprintf(t->state, sizeof t->state, "%s", state);
	time_text(time_now_ms(), t->at);
	struct db_query *q = db_query(tx, &tax_due_update);
	db_bind_text(q, "state", t->state);
	db_bind_text(q, "at", t->at);
	db_bind_text(q, "payment", t->payment);
	db_bind_text(q, "refund", t->refund);
	db_bind_text(q, "case_id", c->id);
	int rc = db_exec(q);
	if (rc == 0)
		rc = progress_put_tax(r, tx, c, t);
	return rc == 0 && strcmp(state, "refund") == 0
		       ? progress_put_refund(r, tx, c, t->number, t->amount_cents)
		       : rc;
}

static int amount_check(const struct tax_due *t, int64_t amount_cents, struct err_note *note)
{
	return t->amount_cents == amount_cents
		       ? 0
		       : err_set(note, ERR_SCHEMA, "amount_cents: %lld, assessed were %lld",
				 (long long)amount_cents, (long long)t->amount_cents);
}

int tax_due_paid(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *payment,
	int64_t amount_cents, bool *back, struct err_note *note)
{
	struct tax_due t;
	int rc = tax_due_get(tx, c->id, &t);
	if (rc == 0)
		rc = amount_check(&t, amount_cents, note);
	if (rc < 0)
		return rc;
	bool ended = strcmp(t.state, "cancelled") == 0;
	if (!ended && strcmp(t.state, "due") != 0)
		return err_set(note, ERR_STATE, "not possible while the tax is %s", t.state);
	snprintf(t.payment, sizeof t.payment, "%s", payment);
	rc = move(r, tx, c, &t, ended ? "refund" : "paid");
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_EXISTS, "receipt: this one was taken before");
	if (rc == 0)
		*back = ended;
	return rc;
}

int tax_due_refunded(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *refund,
	int64_t amount_cents, struct err_note *note)
{
	struct tax_due t;
	int rc = tax_due_get(tx, c->id, &t);
	if (rc == 0)
		rc = amount_check(&t, amount_cents, note);
	if (rc == 0 && strcmp(t.state, "refund") != 0)
		rc = err_set(note, ERR_STATE, "not possible while the tax is %s", t.state);
	if (rc < 0)
		return rc;
	snprintf(t.refund, sizeof t.refund, "%s", refund);
	return move(r, tx, c, &t, "refunded");
}

int tax_due_by_hand(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *voucher)
{
	struct tax_due t;
	int rc = tax_due_get(tx, c->id, &t);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(t.state, "due") != 0))
		return 0;
	if (rc < 0)
		return rc;
	snprintf(t.payment, sizeof t.payment, "%s", voucher);
	return move(r, tx, c, &t, "elsewhere");
}

int tax_due_end(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct tax_due t;
	int rc = tax_due_get(tx, c->id, &t);
	if (rc == 0 && strcmp(t.state, "due") == 0)
		return move(r, tx, c, &t, "cancelled");
	if (rc == 0 && strcmp(t.state, "paid") == 0)
		return move(r, tx, c, &t, "refund");
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int tax_due_json(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct tax_due t;
	int rc = tax_due_get(tx, case_id, &t);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	json_t *o =
		rc == 0 ? json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "number", t.number, "declaration",
				  t.declaration, "state", t.state, "amount_cents", (json_int_t)t.amount_cents,
				  "at", t.at, "by", t.assessed_by, "payment", t.payment, "refund", t.refund)
			: json_null();
	if (!o)
		return ERR_NOMEM;
	*out = o;
	return 0;
}
