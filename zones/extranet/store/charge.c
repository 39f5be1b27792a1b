#include "zones/extranet/store/charge.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/store/surplus.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 65536

DB_STMT(charge_step_insert,
	"INSERT INTO reg_charge_step (tenant, case_id, n, state, at, who, reason, receipt) VALUES (:tenant, "
	":case_id, :n, :state, :at, :who, :reason, :receipt)");
DB_STMT(charge_select,
	"SELECT c.number, c.fees_version, c.reckoned_on, c.amount_cents, c.lines, c.reliefs, s.n, s.state, "
	"s.at, s.who, s.reason FROM reg_charge c JOIN reg_charge_step s ON s.tenant = c.tenant AND s.case_id "
	"= "
	"c.case_id WHERE c.tenant = :tenant AND c.case_id = :case_id ORDER BY s.n DESC LIMIT 1");
DB_STMT(charge_basis, "SELECT pieces, copies, dwelling FROM reg_charge WHERE tenant = :tenant AND case_id = "
		      ":case_id");
DB_STMT(charge_steps,
	"SELECT state, at, who, reason, receipt FROM reg_charge_step WHERE tenant = :tenant AND "
	"case_id = :case_id ORDER BY n");
DB_STMT(charge_receipts, "SELECT count(*) FROM reg_charge_step WHERE tenant = :tenant AND case_id = :case_id "
			 "AND receipt = :receipt");
DB_STMT(charge_online, "SELECT count(*) FROM reg_charge_step WHERE tenant = :tenant AND case_id = :case_id "
		       "AND who = 'payment' AND receipt <> ''");
static int step_add(struct db_tx *tx, const char *case_id, int64_t n, enum charge_state s, const char *who,
	const char *reason, const char *receipt)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &charge_step_insert);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	db_bind_text(q, "state", charge_state_code(s));
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "receipt", receipt);
	return db_exec(q);
}

static int tell(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct charge ch;
	int rc = charge_get(tx, c->id, &ch);
	if (rc == 0)
		rc = progress_put_charge(r, tx, c, &ch);
	bool online = false;
	if (rc == 0 && ch.state == CHARGE_REFUND && (rc = charge_is_online(tx, c->id, &online)) == 0 &&
		online)
		rc = progress_put_refund(r, tx, c, ch.number, ch.amount_cents);
	charge_fini(&ch);
	return rc;
}

int charge_begin(struct registry *r, struct db_tx *tx, const struct case_row *c, bool due, const char *who)
{
	int rc = step_add(tx, c->id, 1, due ? CHARGE_DUE : CHARGE_FREE, who, "", "");
	if (rc == 0 && due)
		rc = notice_put_charge(r, tx, c, who);
	return rc == 0 ? tell(r, tx, c) : rc;
}

static int row_take(struct db_query *q, struct charge *out)
{
	snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
	out->fees_version = db_int(q, 1);
	snprintf(out->reckoned_on, sizeof out->reckoned_on, "%s", db_text(q, 2));
	out->amount_cents = db_int(q, 3);
	out->n = db_int(q, 6);
	snprintf(out->at, sizeof out->at, "%s", db_text(q, 8));
	snprintf(out->who, sizeof out->who, "%s", db_text(q, 9));
	snprintf(out->reason, sizeof out->reason, "%s", db_text(q, 10));
	int rc = charge_state_parse(db_text(q, 7), &out->state);
	if (rc == 0)
		rc = json_parse(view_str(db_text(q, 4)), TEXT_MAX, &out->lines, NULL);
	return rc == 0 ? json_parse(view_str(db_text(q, 5)), TEXT_MAX, &out->reliefs, NULL) : rc;
}

int charge_get(struct db_tx *tx, const char *case_id, struct charge *out)
{
	struct db_query *q = db_query(tx, &charge_select);
	memset(out, 0, sizeof *out);
	snprintf(out->case_id, sizeof out->case_id, "%s", case_id);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q), taken = rc == 1 ? row_take(q, out) : 0;
	db_done(q);
	return rc == 1 ? taken : db_found(rc);
}

void charge_fini(struct charge *c)
{
	json_decref(c->lines);
	json_decref(c->reliefs);
	c->lines = c->reliefs = NULL;
}

static int move_check(const struct charge *ch, const struct charge_move *m, struct err_note *note)
{
	bool money = m->act == CHARGE_DO_PAY || m->act == CHARGE_DO_REFUND;
	if (money && m->amount_cents != ch->amount_cents)
		return err_set(note, ERR_SCHEMA, "amount_cents: %lld, the notice says %lld",
			(long long)m->amount_cents, (long long)ch->amount_cents);
	if ((m->act == CHARGE_DO_WAIVE || m->act == CHARGE_DO_KEEP) && strcmp(ch->who, m->who) == 0)
		return err_set(note, ERR_APPROVAL, "who asked for the waiver cannot decide on it");
	return 0;
}

int charge_do(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct charge_move *m,
	struct err_note *note)
{
	struct charge ch;
	enum charge_state to;
	int rc = charge_get(tx, c->id, &ch);
	if (rc == ERR_NOTFOUND)
		rc = err_set(note, ERR_STATE, "no fee was reckoned for this case");
	if (rc == 0)
		rc = charge_next(ch.state, m->act, &to, note);
	if (rc == 0)
		rc = move_check(&ch, m, note);
	if (rc == 0)
		rc = step_add(tx, c->id, ch.n + 1, to, m->who, m->reason, m->receipt);
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_EXISTS, "receipt: this one was taken before");
	if (rc == 0)
		rc = tell(r, tx, c);
	charge_fini(&ch);
	return rc;
}

int charge_end(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct charge ch;
	const struct charge_move m = {CHARGE_DO_END, "system", "办件已终结", "", 0};
	enum charge_state to;
	int rc = charge_get(tx, c->id, &ch);
	bool moves = rc == 0 && charge_next(ch.state, CHARGE_DO_END, &to, NULL) == 0 && to != ch.state;
	charge_fini(&ch);
	if (rc == ERR_NOTFOUND || (rc == 0 && !moves))
		return 0;
	return rc == 0 ? charge_do(r, tx, c, &m, NULL) : rc;
}

int charge_gate(struct db_tx *tx, const struct case_row *c, const struct business *b, struct err_note *note)
{
	struct charge ch;
	if (!b->fee_first)
		return 0;
	int rc = charge_get(tx, c->id, &ch);
	if (rc == 0 && !charge_settled(ch.state))
		rc = err_set(note, ERR_FEE,
			"the registration fee 登记费 of %s is neither paid nor waived (%s)", ch.number,
			charge_state_code(ch.state));
	charge_fini(&ch);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static json_t *steps_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "state", db_text(q, 0), "at", db_text(q, 1), "by",
		db_text(q, 2), "reason", db_text(q, 3), "receipt", db_text(q, 4));
}

static int steps_json(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &charge_steps);
	db_bind_text(q, "case_id", case_id);
	return db_rows(q, steps_row, out);
}

static int basis_json(struct db_tx *tx, const char *case_id, json_t *to)
{
	struct db_query *q = db_query(tx, &charge_basis);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1) {
		json_object_set_new(to, "pieces", json_integer(db_int(q, 0)));
		json_object_set_new(to, "copies", json_integer(db_int(q, 1)));
		json_object_set_new(to, "dwelling", json_boolean(db_int(q, 2)));
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

int charge_json(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct charge ch;
	json_t *steps = NULL, *surplus = NULL, *o = NULL;
	int rc = charge_get(tx, case_id, &ch);
	if (rc == 0)
		rc = steps_json(tx, case_id, &steps);
	if (rc == 0)
		rc = surplus_list(tx, case_id, &surplus);
	if (rc == 0) {
		o = json_pack("{s:s,s:s,s:I,s:I,s:s,s:O,s:O,s:O,s:O}", "number", ch.number, "state",
			charge_state_code(ch.state), "amount_cents", (json_int_t)ch.amount_cents, "table",
			(json_int_t)ch.fees_version, "reckoned", ch.reckoned_on, "lines", ch.lines, "reliefs",
			ch.reliefs, "steps", steps, "surplus", surplus);
		rc = o ? basis_json(tx, case_id, o) : ERR_NOMEM;
	}
	json_decref(steps);
	json_decref(surplus);
	charge_fini(&ch);
	if (rc == ERR_NOTFOUND) {
		*out = json_null();
		return 0;
	}
	if (rc < 0)
		json_decref(o);
	else
		*out = o;
	return rc;
}

int charge_has_receipt(struct db_tx *tx, const char *case_id, const char *receipt, bool *has)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &charge_receipts);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "receipt", receipt);
	int rc = db_one_int(q, &n);
	*has = n > 0;
	return rc;
}

int charge_is_online(struct db_tx *tx, const char *case_id, bool *online)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &charge_online);
	db_bind_text(q, "case_id", case_id);
	int rc = db_one_int(q, &n);
	*online = n > 0;
	return rc;
}
