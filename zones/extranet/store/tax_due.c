#include "zones/extranet/store/tax_due.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

#define ROUNDS_MAX 32
#define COLUMNS                                                                                              \
	"number, declaration, assessed_cents, back, amount_cents, state, at, assessed_by, payment, refund, " \
	"n, assessed_at"

DB_STMT(tax_due_insert,
	"INSERT INTO reg_tax_due (tenant, case_id, n, number, declaration, assessed_cents, back, "
	"amount_cents, state, at, assessed_by, assessed_at, payment, refund) VALUES (:tenant, "
	":case_id, :n, :number, :declaration, :assessed, :back, :amount, :state, :at, :who, "
	":at, '', '')");
DB_STMT(tax_due_select,
	"SELECT " COLUMNS " FROM reg_tax_due WHERE tenant = :tenant AND case_id = :case_id ORDER BY n");
DB_STMT(tax_due_update, "UPDATE reg_tax_due SET state = :state, at = :at, payment = :payment, refund = "
			":refund WHERE tenant = :tenant AND case_id = :case_id AND n = :n");

struct rounds {
	struct tax_due v[ROUNDS_MAX];
	size_t n;
};

static void round_take(struct db_query *q, const char *case_id, struct tax_due *out)
{
	memset(out, 0, sizeof *out);
	snprintf(out->case_id, sizeof out->case_id, "%s", case_id);
	snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
	snprintf(out->declaration, sizeof out->declaration, "%s", db_text(q, 1));
	out->assessed_cents = db_int(q, 2);
	out->back = db_int(q, 3) != 0;
	out->amount_cents = db_int(q, 4);
	snprintf(out->state, sizeof out->state, "%s", db_text(q, 5));
	snprintf(out->at, sizeof out->at, "%s", db_text(q, 6));
	snprintf(out->assessed_by, sizeof out->assessed_by, "%s", db_text(q, 7));
	snprintf(out->payment, sizeof out->payment, "%s", db_text(q, 8));
	snprintf(out->refund, sizeof out->refund, "%s", db_text(q, 9));
	out->n = db_int(q, 10);
	snprintf(out->assessed_at, sizeof out->assessed_at, "%s", db_text(q, 11));
}

static int rounds_read(struct db_tx *tx, const char *case_id, struct rounds *out)
{
	struct db_query *q = db_query(tx, &tax_due_select);
	int rc;
	out->n = 0;
	db_bind_text(q, "case_id", case_id);
	while ((rc = db_step(q)) == 1 && out->n < ROUNDS_MAX)
		round_take(q, case_id, &out->v[out->n++]);
	db_done(q);
	return rc == 1 ? ERR_LIMIT : rc;
}

static bool is(const struct tax_due *t, const char *state)
{
	return strcmp(t->state, state) == 0;
}

int tax_due_find(struct db_tx *tx, const char *case_id, const char *number, struct tax_due *out)
{
	struct rounds all;
	int rc = rounds_read(tx, case_id, &all);
	for (size_t i = 0; rc == 0 && i < all.n; i++)
		if (strcmp(all.v[i].number, number) == 0) {
			*out = all.v[i];
			return 0;
		}
	return rc < 0 ? rc : ERR_NOTFOUND;
}

/* ---- money */
/* Paid and not gone back; here: what the payment platform can send back. */
static int64_t kept(const struct rounds *all, bool here)
{
	int64_t sum = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct tax_due *t = &all->v[i];
		if (t->back)
			sum -= is(t, "refund") || is(t, "refunded") ? t->amount_cents : 0;
		else if (is(t, "paid") || (!here && is(t, "elsewhere")))
			sum += t->amount_cents;
	}
	return sum;
}

static int insert(struct db_tx *tx, const struct case_row *c, struct tax_due *t)
{
	snprintf(t->case_id, sizeof t->case_id, "%s", c->id);
	snprintf(t->number, sizeof t->number, "%s-SK%lld", c->number, (long long)t->n);
	time_text(time_now_ms(), t->at);
	struct db_query *q = db_query(tx, &tax_due_insert);
	db_bind_text(q, "case_id", c->id);
	db_bind_int(q, "n", t->n);
	db_bind_text(q, "number", t->number);
	db_bind_text(q, "declaration", t->declaration);
	db_bind_int(q, "assessed", t->assessed_cents);
	db_bind_int(q, "back", t->back);
	db_bind_int(q, "amount", t->amount_cents);
	db_bind_text(q, "state", t->state);
	db_bind_text(q, "at", t->at);
	db_bind_text(q, "who", t->assessed_by);
	return db_exec(q);
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
	db_bind_int(q, "n", t->n);
	int rc = db_exec(q);
	if (rc == 0)
		rc = progress_put_tax(r, tx, c, t);
	/* What the platform took it sends back on the office's sealed order. */
	return rc == 0 && strcmp(state, "refund") == 0 && !t->back
		       ? progress_put_refund(r, tx, c, t->number, t->amount_cents)
		       : rc;
}

/* ---- the step 完税, where the case waits for it; what was paid is its voucher. Otherwise the registrar
 * enters it there. */
static int step(struct registry *r, struct db_tx *tx, struct case_row *c, const struct tax_due *paid,
	int64_t assessed_cents, const char *day, struct err_note *note)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	enum case_state to;
	REQUIRE(b);
	if (case_state_next(c->state, CASE_DO_TAX, (struct case_needs){b->needs_tax, b->needs_cadastral},
		    (struct case_has){c->has_tax, c->has_cadastral, true}, &to, NULL) < 0)
		return 0;
	int rc = flows_act(r, tx, c, "tax", "payment", note);
	if (rc == 0)
		rc = case_add_tax(tx, c->id, paid->payment, assessed_cents, day, "payment");
	if (rc == 0)
		rc = case_move(tx, c, c->version, to, "payment", "");
	return rc == 0 ? progress_put(r, tx, c, "", NULL) : rc;
}

/* ---- assessment */
static int waits(struct registry *r, struct db_tx *tx, const struct case_row *c, struct err_note *note)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	enum case_state to;
	bool open = false;
	REQUIRE(b);
	int rc = case_state_next(c->state, CASE_DO_TAX, (struct case_needs){b->needs_tax, b->needs_cadastral},
		(struct case_has){c->has_tax, c->has_cadastral, true}, &to, note);
	if (rc == 0)
		rc = flows_is_open(r, tx, c, "tax", &open);
	return rc == 0 && !open ? err_set(note, ERR_STATE, "the case does not wait for its tax") : rc;
}

/* Nothing more is due: the receipt of what was paid last stands for all of it. */
static int covered(struct registry *r, struct db_tx *tx, struct case_row *c, const struct rounds *all,
	const struct tax_due *t, struct err_note *note)
{
	const struct tax_due *paid = NULL;
	int64_t ms = 0;
	char day[11];
	for (size_t i = 0; i < all->n; i++)
		if (is(&all->v[i], "paid") || is(&all->v[i], "elsewhere"))
			paid = &all->v[i];
	REQUIRE(paid);
	int rc = time_parse(paid->at, &ms);
	time_date_cst(ms, day);
	if (rc == 0)
		rc = step(r, tx, c, paid, t->assessed_cents, day, note);
	return rc;
}

int tax_due_assess(struct registry *r, struct db_tx *tx, struct case_row *c, const char *declaration,
	int64_t assessed_cents, const char *who, struct err_note *note)
{
	struct rounds all;
	struct tax_due t = {.assessed_cents = assessed_cents};
	int rc = waits(r, tx, c, note);
	if (rc == 0)
		rc = rounds_read(tx, c->id, &all);
	if (rc < 0)
		return rc;
	if (all.n && is(&all.v[all.n - 1], "due"))
		return err_set(note, ERR_EXISTS, "the tax of this case was assessed before");
	int64_t difference = assessed_cents - kept(&all, false);
	t.n = (int64_t)all.n + 1;
	t.back = difference < 0;
	t.amount_cents = t.back ? -difference : difference;
	snprintf(t.state, sizeof t.state, "%s", t.back ? "refund" : difference ? "due" : "covered");
	snprintf(t.declaration, sizeof t.declaration, "%s", declaration);
	snprintf(t.assessed_by, sizeof t.assessed_by, "%s", who);
	rc = insert(tx, c, &t);
	if (rc == 0 && difference)
		rc = progress_put_tax(r, tx, c, &t);
	return rc == 0 && difference <= 0 ? covered(r, tx, c, &all, &t, note) : rc;
}

/* ---- what becomes of it */
static int amount_check(const struct tax_due *t, int64_t amount_cents, struct err_note *note)
{
	return t->amount_cents == amount_cents
		       ? 0
		       : err_set(note, ERR_SCHEMA, "amount_cents: %lld, assessed were %lld",
				 (long long)amount_cents, (long long)t->amount_cents);
}

int tax_due_paid(struct registry *r, struct db_tx *tx, struct case_row *c, struct tax_due *t,
	const char *payment, int64_t amount_cents, const char *day, struct err_note *note)
{
	bool ended = is(t, "cancelled");
	int rc = amount_check(t, amount_cents, note);
	if (rc == 0 && (t->back || (!ended && !is(t, "due"))))
		rc = err_set(note, ERR_STATE, "not possible while the tax is %s", t->state);
	if (rc < 0)
		return rc;
	snprintf(t->payment, sizeof t->payment, "%s", payment);
	rc = move(r, tx, c, t, ended ? "refund" : "paid");
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_EXISTS, "receipt: this one was taken before");
	return rc == 0 && !ended ? step(r, tx, c, t, t->assessed_cents, day, note) : rc;
}

int tax_due_refunded(struct registry *r, struct db_tx *tx, const struct case_row *c, struct tax_due *t,
	const char *refund, int64_t amount_cents, struct err_note *note)
{
	int rc = amount_check(t, amount_cents, note);
	if (rc == 0 && !is(t, "refund"))
		rc = err_set(note, ERR_STATE, "not possible while the tax is %s", t->state);
	if (rc < 0)
		return rc;
	snprintf(t->refund, sizeof t->refund, "%s", refund);
	rc = move(r, tx, c, t, "refunded");
	return rc == ERR_EXISTS ? err_set(note, ERR_EXISTS, "receipt: this one was taken before") : rc;
}

int tax_due_refunded_by_hand(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *refund, int64_t amount_cents, struct err_note *note)
{
	struct rounds all;
	int rc = rounds_read(tx, c->id, &all);
	for (size_t i = 0; rc == 0 && i < all.n; i++)
		if (all.v[i].back && is(&all.v[i], "refund"))
			return tax_due_refunded(r, tx, c, &all.v[i], refund, amount_cents, note);
	return rc < 0 ? rc : err_set(note, ERR_STATE, "no tax of this case goes back by the tax office");
}

int tax_due_by_hand(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *voucher)
{
	struct rounds all;
	int rc = rounds_read(tx, c->id, &all);
	struct tax_due *t = rc == 0 && all.n ? &all.v[all.n - 1] : NULL;
	if (!t || !is(t, "due"))
		return rc;
	snprintf(t->payment, sizeof t->payment, "%s", voucher);
	return move(r, tx, c, t, "elsewhere");
}

/* A part has gone back already: what is left goes the same way. */
static int rest_back(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct rounds *all)
{
	struct tax_due t = {
		.n = (int64_t)all->n + 1, .back = true, .amount_cents = kept(all, true), .state = "refund"};
	if (t.amount_cents <= 0)
		return 0;
	snprintf(t.declaration, sizeof t.declaration, "%s", all->v[all->n - 1].declaration);
	snprintf(t.assessed_by, sizeof t.assessed_by, "system");
	int rc = insert(tx, c, &t);
	return rc == 0 ? progress_put_tax(r, tx, c, &t) : rc;
}

int tax_due_end(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct rounds all;
	bool parted = false;
	int rc = rounds_read(tx, c->id, &all);
	for (size_t i = 0; rc == 0 && i < all.n; i++) {
		struct tax_due *t = &all.v[i];
		parted |= t->back && is(t, "refunded");
		if (is(t, "due") || (t->back && is(t, "refund")))
			rc = move(r, tx, c, t, "cancelled");
	}
	for (size_t i = 0; rc == 0 && !parted && i < all.n; i++)
		if (is(&all.v[i], "paid"))
			rc = move(r, tx, c, &all.v[i], "refund");
	return rc == 0 && parted ? rest_back(r, tx, c, &all) : rc;
}

/* ---- for pages */
static json_t *round_json(const struct tax_due *t)
{
	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:b,s:s,s:s,s:s,s:s,s:s}", "number", t->number, "declaration",
		t->declaration, "state", t->state, "assessed_cents", (json_int_t)t->assessed_cents,
		"amount_cents", (json_int_t)t->amount_cents, "back", t->back, "at", t->at, "by",
		t->assessed_by, "assessed_at", t->assessed_at, "payment", t->payment, "refund", t->refund);
}

int tax_due_json(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct rounds all;
	int rc = rounds_read(tx, case_id, &all);
	if (rc < 0)
		return rc;
	json_t *o = all.n ? round_json(&all.v[all.n - 1]) : json_null(), *list = json_array();
	for (size_t i = 0; i < all.n; i++)
		json_array_append_new(list, round_json(&all.v[i]));
	if (o && all.n)
		json_object_set(o, "rounds", list);
	json_decref(list);
	*out = o;
	return o ? 0 : ERR_NOMEM;
}
