/* What a case owes by the fee table of its day. */
#include "zones/extranet/store/charge.h"

#include <stdio.h>
#include <string.h>

#define RELIEFS_MAX 8
#define TEXT_MAX 65536

DB_STMT(charge_insert,
	"INSERT INTO reg_charge (tenant, case_id, number, fees_version, reckoned_on, pieces, copies, "
	"dwelling, "
	"amount_cents, lines, reliefs) VALUES (:tenant, :case_id, :number, :fees_version, :on, :pieces, "
	":copies, :dwelling, :amount, :lines, :reliefs)");
/* One table for all offices, published by the first of them (publish.c). */
DB_STMT_CROSS(charge_fees_version,
	"SELECT coalesce(max(version), 0) FROM definition_sent WHERE tenant = :publisher AND kind = 'fees'");

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
	return rc == 0 ? charge_begin(k->r, k->tx, k->c, sum > 0, k->o->who) : rc;
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
