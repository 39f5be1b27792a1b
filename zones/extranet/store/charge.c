#include "zones/extranet/store/charge.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

#define RELIEFS_MAX 8
#define TEXT_MAX 65536

DB_STMT(charge_insert,
	"INSERT INTO reg_charge (tenant, case_id, number, fees_version, reckoned_on, pieces, copies, "
	"dwelling, "
	"amount_cents, lines, reliefs) VALUES (:tenant, :case_id, :number, :fees_version, :on, :pieces, "
	":copies, :dwelling, :amount, :lines, :reliefs)");
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
/* One table for all offices, published by the first of them (publish.c). */
DB_STMT_CROSS(charge_fees_version,
	"SELECT coalesce(max(version), 0) FROM definition_sent WHERE tenant = :publisher AND kind = 'fees'");

/* ---- reckoning */
struct reckoning {
	struct registry *r;
	struct db_tx *tx;
	const struct case_row *c;
	const struct business *b;
	const struct charge_order *o;
	const char *codes[2 * RELIEFS_MAX + 1]; /* of reductions; NULL ends */
	char claims[128], today[11];
	json_t *form, *rows, *reliefs;
	struct charge_facts facts;
	struct err_note *note;
};

static int relief_add(struct reckoning *k, const char *code, const char *why, const char *who)
{
	size_t n = json_array_size(k->reliefs);
	if (n == RELIEFS_MAX)
		return err_set(k->note, ERR_LIMIT, "reliefs: more than %d", RELIEFS_MAX);
	if (!fee_relief_claimable(business_fees(k->r->businesses), code, k->b->code, k->today))
		return err_set(
			k->note, ERR_SCHEMA, "reliefs: %.40s is not to be claimed here and today", code);
	json_t *one = json_pack("{s:s,s:s,s:s}", "code", code, "why", why, "by", who);
	if (!one || json_array_append_new(k->reliefs, one))
		return ERR_NOMEM;
	k->codes[n] = json_str(one, "code");
	k->codes[n + 1] = NULL;
	return 0;
}

/* What the window took in as claimed, and what the registrar finds proved now. */
static int reliefs_find(struct reckoning *k)
{
	char *rest = k->claims;
	const json_t *one;
	size_t i;
	int rc = 0;
	snprintf(k->claims, sizeof k->claims, "%s", k->c->claims);
	for (char *code; rc == 0 && (code = strsep(&rest, " "));)
		if (*code)
			rc = relief_add(k, code, "收件时申请并提交证明材料", k->o->who);
	json_array_foreach(k->o->reliefs, i, one)
	{
		const char *code = NULL, *why = NULL;
		if (rc == 0)
			rc = json_get_str(one, "code", FEE_CODE - 1, &code, k->note);
		if (rc == 0)
			rc = json_get_str(one, "why", 200, &why, k->note);
		if (rc == 0 && !*why)
			rc = err_set(k->note, ERR_SCHEMA, "reliefs[%zu].why: must not be empty", i);
		if (rc == 0)
			rc = relief_add(k, code, why, k->o->who);
	}
	return rc;
}

static int facts_read(struct reckoning *k)
{
	struct buf text;
	buf_init(&text, 4 << 20);
	int rc = case_get_form(k->tx, k->r->service->vault, k->c->id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 4 << 20, &k->form, k->note);
	if (rc == 0)
		rc = book_unit(k->tx, k->r->service->vault, k->c->unit_code, NULL, &k->rows);
	if (rc == 0)
		k->facts = charge_facts(k->b, k->form, k->rows);
	buf_fini(&text);
	return rc;
}

static int text_of(const json_t *v, struct buf *out)
{
	buf_init(out, TEXT_MAX);
	return json_canon(v, out);
}

static int row_insert(struct reckoning *k, const char *number, int64_t sum, const json_t *lines)
{
	struct buf text, reliefs;
	int64_t version = 0;
	struct db_query *last = db_query(k->tx, &charge_fees_version);
	db_bind_text(last, "publisher", k->r->service->tenant);
	int rc = db_one_int(last, &version);
	int a = text_of(lines, &text), b = text_of(k->reliefs, &reliefs);
	rc = rc < 0 ? rc : a < 0 ? a : b;
	if (rc == 0) {
		struct db_query *q = db_query(k->tx, &charge_insert);
		db_bind_text(q, "case_id", k->c->id);
		db_bind_text(q, "number", number);
		db_bind_int(q, "fees_version", version);
		db_bind_text(q, "on", k->today);
		db_bind_int(q, "pieces", k->facts.pieces);
		db_bind_int(q, "copies", k->o->copies);
		db_bind_int(q, "dwelling", k->facts.dwelling);
		db_bind_int(q, "amount", sum);
		db_bind_textn(q, "lines", buf_view(&text));
		db_bind_textn(q, "reliefs", buf_view(&reliefs));
		rc = db_exec(q);
	}
	buf_fini(&text);
	buf_fini(&reliefs);
	return rc;
}

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

static int reckon(struct reckoning *k)
{
	struct fee_line lines[FEE_LINES_MAX];
	const struct fee_facts f = {
		k->b->code, k->today, k->facts.pieces, k->o->copies, k->facts.dwelling, k->codes};
	char number[64] = "";
	int64_t sum = 0;
	size_t n = 0;
	int rc = fee_reckon(business_fees(k->r->businesses), k->b->fees, k->b->nfees, &f, lines, &n, k->note);
	if (rc < 0)
		return rc;
	json_t *list = charge_lines(lines, n, &sum);
	if (sum)
		snprintf(number, sizeof number, "%s-JF1", k->c->number);
	rc = list ? row_insert(k, number, sum, list) : ERR_NOMEM;
	json_decref(list);
	if (rc == 0)
		rc = step_add(k->tx, k->c->id, 1, sum ? CHARGE_DUE : CHARGE_FREE, k->o->who, "", "");
	if (rc == 0 && sum)
		rc = notice_put_charge(k->r, k->tx, k->c, k->o->who);
	return rc == 0 ? tell(k->r, k->tx, k->c) : rc;
}

int charge_reckon(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct business *b,
	const struct charge_order *o, struct err_note *note)
{
	struct reckoning k = {
		.r = r, .tx = tx, .c = c, .b = b, .o = o, .reliefs = json_array(), .note = note};
	if (b->nfees == 0) {
		json_decref(k.reliefs);
		return 0;
	}
	time_date_cst(time_now_ms(), k.today);
	int rc = k.reliefs ? reliefs_find(&k) : ERR_NOMEM;
	if (rc == 0)
		rc = facts_read(&k);
	if (rc == 0)
		rc = reckon(&k);
	json_decref(k.form);
	json_decref(k.rows);
	json_decref(k.reliefs);
	return rc;
}

/* ---- afterwards */
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
	json_t *steps = NULL, *o = NULL;
	int rc = charge_get(tx, case_id, &ch);
	if (rc == 0)
		rc = steps_json(tx, case_id, &steps);
	if (rc == 0) {
		o = json_pack("{s:s,s:s,s:I,s:I,s:s,s:O,s:O,s:O}", "number", ch.number, "state",
			charge_state_code(ch.state), "amount_cents", (json_int_t)ch.amount_cents, "table",
			(json_int_t)ch.fees_version, "reckoned", ch.reckoned_on, "lines", ch.lines, "reliefs",
			ch.reliefs, "steps", steps);
		rc = o ? basis_json(tx, case_id, o) : ERR_NOMEM;
	}
	json_decref(steps);
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
