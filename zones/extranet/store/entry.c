#include "zones/extranet/store/entry.h"

#include "zones/extranet/domain/book_check.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/clock.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

struct entry {
	struct registry *r;
	struct db_tx *tx;
	struct entry_book office;
	const struct business *b;
	const struct entry_kind *kind;
	struct case_row c;
	struct case_form own;
	const json_t *form;
	json_t *rows, *others, *findings;
	struct plan plan;
	int64_t now_ms;
	char today[DAY_TEXT];
	struct err_note *note;
};

struct entry_book entry_office(const struct registry *r, const struct db_tx *tx)
{
	const struct office *o = registry_office(r, tx);
	return (struct entry_book){r->service->vault, r->service->suite, o->paper, o->name};
}

static void fini(struct entry *e)
{
	case_form_fini(&e->own);
	json_decref(e->rows);
	json_decref(e->others);
	json_decref(e->findings);
	plan_fini(&e->plan);
}

static int form_read(struct entry *e)
{
	const struct case_form *form = e->c.form;
	int rc = form ? 0 : case_form_read(e->tx, e->office.vault, e->office.suite, &e->c, &e->own, e->note);
	e->form = form ? form->json : e->own.json;
	/* What the parties signed is checked again as it was at the door: shares, roles, unit. */
	return rc == 0 ? business_check_form(e->b, e->form, NULL, e->note) : rc;
}

static int others_read(struct entry *e)
{
	json_t *units = entry_plan_units(e->form), *unit;
	size_t i;
	int rc = units ? 0 : ERR_NOMEM;
	e->others = json_object();
	json_array_foreach(units, i, unit)
	{
		json_t *rows = NULL;
		if (rc == 0)
			rc = book_unit(e->tx, e->office.vault, json_string_value(unit), NULL, &rows);
		if (rc == 0)
			json_object_set_new(e->others, json_string_value(unit), rows);
	}
	json_decref(units);
	return rc;
}

static int load(struct entry *e, const struct case_row *c)
{
	e->c = *c;
	e->office = entry_office(e->r, e->tx);
	e->now_ms = time_now_ms();
	e->findings = json_array();
	time_date_cst(e->now_ms, e->today);
	e->b = flows_business(e->r->flows, e->c.business, e->c.business_version);
	REQUIRE(e->b);
	e->kind = entry_kind_find(e->b->entry);
	REQUIRE(e->kind);
	int rc = form_read(e);
	if (rc == 0 && c->rows)
		e->rows = json_incref((json_t *)(uintptr_t)c->rows);
	else if (rc == 0)
		rc = book_unit(e->tx, e->office.vault, e->c.unit_code, NULL, &e->rows);
	return rc == 0 ? others_read(e) : rc;
}

/* The plan, and that the unit is sound after it. */
static int plan_make(struct entry *e)
{
	struct entry_input in = {
		e->b, e->kind, e->form, e->rows, e->others, e->today, e->c.has_tax, e->c.cadastral_area_cm2};
	int rc = entry_plan_make(&in, &e->plan, e->findings, e->note);
	if (rc < 0)
		return rc;
	json_t *after = json_deep_copy(e->rows);
	rc = after ? plan_apply(&e->plan, 0, after) : ERR_NOMEM;
	if (rc == 0 && json_array_size(e->plan.units) == 1)
		rc = book_check_unit(after, e->note);
	json_decref(after);
	return rc;
}

static int rows_add(json_t *to, const char *table, json_t *row)
{
	json_t *rows = json_object_get(to, table);
	if (!rows) {
		rows = json_array();
		json_object_set_new(to, table, rows);
	}
	return json_array_append(rows, row) ? ERR_NOMEM : 0;
}

static json_t *row_find(const json_t *rows, const char *table, json_int_t bsm)
{
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(rows, table), i, one) if (json_int(one, "bsm") == bsm) return one;
	return NULL;
}

/* Rows that are not among `after` any more. */
static int gone_add(json_t *before, const json_t *after, json_t *to)
{
	const char *table;
	json_t *rows, *one;
	size_t i;
	int rc = 0;
	json_object_foreach(before, table, rows) json_array_foreach(rows, i,
		one) if (rc == 0 && json_is_object(one) && !row_find(after, table, json_int(one, "bsm"))) rc =
		rows_add(to, table, one);
	return rc;
}

/* The rows that a plan ends and makes, by table. */
static int plan_show(const struct entry *e, json_t *ended, json_t *made)
{
	const json_t *one, *rows;
	const char *unit;
	size_t i;
	int rc = 0;
	json_array_foreach(e->plan.ends, i, one)
	{
		const char *table = json_str(one, "table");
		json_t *row = row_find(e->rows, table, json_int(one, "bsm"));
		json_object_foreach(e->others, unit, rows) if (!row) row =
			row_find(rows, table, json_int(one, "bsm"));
		if (rc == 0 && row)
			rc = rows_add(ended, table, row);
	}
	json_array_foreach(e->plan.inserts, i, one) if (rc == 0) rc =
		rows_add(made, json_str(one, "table"), json_object_get(one, "row"));
	return rc;
}

int entry_preview(struct registry *r, struct db_tx *tx, const char *case_id, json_t **out)
{
	struct err_note note = {0};
	struct entry e = {.r = r, .tx = tx, .note = &note};
	struct case_row c;
	json_t *before = NULL, *wrong = json_null();
	json_t *all = json_pack("{s:{},s:{},s:{}}", "ended", "made", "lapsed");
	int rc = all ? case_get(tx, case_id, &c) : ERR_NOMEM;
	if (rc == 0)
		rc = load(&e, &c);
	if (rc == 0)
		before = json_deep_copy(e.rows);
	if (rc == 0 && clock_ends(r))
		rc = entry_lapse_settle(e.rows, e.c.unit_code, e.today);
	if (rc == 0)
		rc = gone_add(before, e.rows, json_object_get(all, "lapsed"));
	if (rc == 0)
		rc = plan_make(&e);
	if (rc == 0)
		rc = plan_show(&e, json_object_get(all, "ended"), json_object_get(all, "made"));
	else if (err_fault(rc) != ERR_FAULT_US && rc != ERR_NOTFOUND) {
		if (rc != ERR_BLOCKED)
			wrong = json_string(note.text);
		rc = 0;
	}
	json_object_set(all, "findings", e.findings);
	json_object_set_new(all, "wrong", wrong);
	json_decref(before);
	fini(&e);
	if (rc < 0)
		json_decref(all);
	else
		*out = all;
	return rc;
}

static int gate(struct entry *e, int64_t version, const char *who, enum case_state *to)
{
	if (version != e->c.version)
		return err_set(e->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)e->c.version);
	int rc = case_state_next(e->c.state, CASE_DO_ENTER,
		(struct case_needs){e->b->needs_tax, e->b->needs_cadastral},
		(struct case_has){e->c.has_tax, e->c.has_cadastral, false}, to, e->note);
	if (rc == 0 && strcmp(e->c.reviewer, who) == 0)
		rc = err_set(e->note, ERR_APPROVAL, "who reviewed the case cannot enter it");
	return rc == 0 ? charge_gate(e->tx, &e->c, e->b, e->note) : rc;
}

static int audit_entry(struct entry *e, const struct entry_written *w, const char *who)
{
	json_t *detail = json_pack("{s:I,s:s}", "log", (json_int_t)w->log, "chain", w->chain);
	int rc = detail ? audit_record(e->tx, who, "book.enter", e->c.number, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

/* The lapses that are due come first, each an entry of its own. */
static int settle(struct entry *e)
{
	if (!clock_ends(e->r))
		return 0;
	json_t *written = json_array();
	int rc = entry_book_settle(&e->office, e->tx, e->c.unit_code, e->now_ms, &e->rows, written, e->note);
	if (rc == 0 && json_array_size(written))
		rc = progress_put_entries(e->r, e->tx, written);
	json_decref(written);
	return rc;
}

int entry_make(struct registry *r, struct db_tx *tx, struct case_row *c, int64_t version, const char *who,
	struct err_note *note)
{
	struct entry e = {.r = r, .tx = tx, .note = note};
	struct entry_written w = {.rows = NULL};
	enum case_state to;
	int rc = clock_steady(r, note);
	if (rc == 0)
		rc = load(&e, c);
	if (rc == 0)
		rc = gate(&e, version, who, &to);
	if (rc == 0)
		rc = settle(&e);
	if (rc == 0)
		rc = plan_make(&e);
	if (rc == 0) {
		struct entry_order o = {
			&e.plan, e.c.number, who, e.b->registration_type, e.b->right_type, e.now_ms};
		rc = entry_book_write(&e.office, tx, &o, &w, note);
	}
	if (rc == 0)
		rc = case_move(tx, &e.c, version, to, who, w.number);
	if (rc == 0)
		rc = progress_put(r, tx, &e.c, w.number, NULL);
	if (rc == 0)
		rc = progress_put_entry(r, tx, e.c.number, w.rows);
	if (rc == 0)
		rc = audit_entry(&e, &w, who);
	if (rc == 0)
		*c = e.c;
	entry_book_fini(&w);
	fini(&e);
	return rc;
}

/* Units with a row whose last day is past; what really lapses is judged by the rules. || '': so that SQLite
 * looks by the day, and not through all units in their order. */
DB_STMT(lapse_due,
	"SELECT bdcdyh || '' FROM cfdj WHERE tenant = :tenant AND yxq_z IS NULL AND cflx IN ('1', '3') AND "
	"cfjssj < :today UNION SELECT bdcdyh || '' FROM ygdj WHERE tenant = :tenant AND yxq_z IS NULL AND "
	"kdjrq <> '' AND kdjrq < :prenotice UNION SELECT bdcdyh || '' FROM yydj WHERE tenant = :tenant AND "
	"yxq_z IS NULL AND ssfy = '' AND djsj < :objection ORDER BY 1 LIMIT :limit");

static int due_units(struct db_tx *tx, const char *today, int limit, json_t *units)
{
	char prenotice[DAY_TEXT], objection[DAY_TEXT], before[DAY_INSTANT];
	day_add(today, -LAPSE_PRENOTICE_DAYS, prenotice);
	day_add(today, -LAPSE_OBJECTION_DAYS - 1, objection);
	int rc = day_end_instant(objection, before);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &lapse_due);
	db_bind_text(q, "today", today);
	db_bind_text(q, "prenotice", prenotice);
	db_bind_text(q, "objection", before);
	db_bind_int(q, "limit", limit);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(units, json_string(db_text(q, 0)));
	db_done(q);
	return rc;
}

int entry_settle_due(struct registry *r, struct db_tx *tx, int limit, int *n, struct err_note *note)
{
	int rc = clock_steady(r, note);
	if (rc == 0 && !clock_ends(r))
		rc = err_set(note, ERR_STATE,
			"this machine's clock may be ahead: nothing lapses until it agrees with the other "
			"zone's or a security officer has settled it");
	if (rc < 0)
		return rc;
	struct entry_book office = entry_office(r, tx);
	json_t *units = json_array(), *unit, *written = json_array();
	size_t i;
	char today[DAY_TEXT];
	int64_t now = time_now_ms();
	time_date_cst(now, today);
	rc = units && written ? due_units(tx, today, limit, units) : ERR_NOMEM;
	json_array_foreach(units, i, unit)
	{
		json_t *rows = NULL;
		if (rc == 0)
			rc = book_unit(tx, office.vault, json_string_value(unit), NULL, &rows);
		if (rc == 0)
			rc = entry_book_settle(
				&office, tx, json_string_value(unit), now, &rows, written, note);
		json_decref(rows);
	}
	if (rc == 0 && json_array_size(written))
		rc = progress_put_entries(r, tx, written);
	if (rc == 0 && json_array_size(written))
		rc = audit_record(tx, "system", "book.lapse", today, NULL);
	*n = (int)json_array_size(units);
	json_decref(units);
	json_decref(written);
	return rc;
}
