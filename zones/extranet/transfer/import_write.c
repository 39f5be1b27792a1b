/* The second step: the records of a unit become one entry of the book, its numbers and its copy. */
#include "zones/extranet/domain/book_check.h"
#include "zones/extranet/domain/plan.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/domain/share.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/transfer/import_impl.h"
#include "zones/extranet/transfer/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOGETHER 32 /* units of one transaction */
#define HOLDERS_MAX 100
#define ROW_MAX 65536

/* A unit's plan: rights keep the name their source has for them, holders the right they are of. */
struct building {
	struct import_run *i;
	const char *unit;
	json_t *records; /* [{"source","n","line","rows"}] */
	struct plan plan;
	json_t *rights; /* id → number in the plan; tables beside it */
	json_t *tables;
	const json_t *at; /* record in hand, and column, when something is refused */
	const char *column;
	struct err_note note;
};

static bool is_holder(const json_t *one)
{
	return strcmp(json_str(one, "table"), "qlr") == 0;
}

static int right_name(struct building *b, const json_t *one, int64_t number)
{
	const char *id = json_str(one, "id");
	if (!*id)
		return 0;
	if (json_object_get(b->rights, id))
		return err_set(&b->note, ERR_EXISTS, "two rows of this unit have one id");
	json_object_set_new(b->tables, id, json_string(json_str(one, "table")));
	return json_object_set_new(b->rights, id, json_integer(number)) ? ERR_NOMEM : 0;
}

/* What is no holder comes first; within a record a holder without a name for its right is of the row before
 * it. */
static int rights_put(struct building *b)
{
	size_t i, k;
	json_t *record, *one;
	json_array_foreach(b->records, i, record)
	{
		int64_t last = 0;
		const char *table = "";
		b->at = record;
		json_array_foreach(json_object_get(record, "rows"), k, one)
		{
			json_t *row = json_object_get(one, "row");
			if (is_holder(one)) {
				json_object_set_new(one, "right", json_integer(last));
				json_object_set_new(one, "right_table", json_string(table));
				continue;
			}
			json_object_set_new(row, "ssbsm", json_null());
			last = plan_insert(
				&b->plan, json_str(one, "table"), json_incref(row), ENTRY_NO_PAPER);
			table = json_str(one, "table");
			int rc = b->plan.failed ? b->plan.failed : right_name(b, one, last);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

static int holder_put(struct building *b, json_t *one)
{
	json_t *row = json_object_get(one, "row");
	const char *of = json_str(one, "of"), *table = json_str(one, "right_table");
	int64_t right = json_int(one, "right");
	if (*of) {
		right = json_int(b->rights, of);
		table = json_str(b->tables, of);
	}
	if (!right) {
		b->column = json_str(one, "of_column");
		return err_set(&b->note, ERR_NOTFOUND, "names no right of this unit");
	}
	json_object_set_new(row, "qltb", json_string(table));
	json_object_set_new(row, "qlbsm", json_integer(right));
	json_object_set_new(row, "ssbsm", json_null());
	return 0;
}

/* Holders of one right get their order and one denominator. */
static int holders_level(struct building *b, json_t *holders)
{
	struct share s[HOLDERS_MAX];
	int64_t nums[HOLDERS_MAX] = {0}, den = 1;
	size_t i, n = json_array_size(holders);
	json_t *h;
	int rc = n <= HOLDERS_MAX
			 ? 0
			 : err_set(&b->note, ERR_LIMIT, "more than %d holders of one right", HOLDERS_MAX);
	json_array_foreach(holders, i, h)
	{
		if (rc == 0 && (rc = share_make(json_int(h, "qlbl_fz"), json_int(h, "qlbl_fm"), &s[i])) < 0)
			err_set(&b->note, rc, "a share that is no fraction");
	}
	if (rc == 0 && (rc = share_common(s, n, nums, &den)) < 0)
		err_set(&b->note, rc, "shares without a common denominator");
	json_array_foreach(holders, i, h)
	{
		if (rc < 0)
			break;
		json_object_set_new(h, "sxh", json_integer((json_int_t)i + 1));
		json_object_set_new(h, "qlbl_fz", json_integer(nums[i]));
		json_object_set_new(h, "qlbl_fm", json_integer(den));
	}
	return rc;
}

static int holders_put(struct building *b)
{
	size_t i, k;
	json_t *record, *one, *by_right = json_object(), *holders;
	const char *key;
	int rc = by_right ? 0 : ERR_NOMEM;
	json_array_foreach(b->records, i, record)
	{
		json_array_foreach(json_object_get(record, "rows"), k, one)
		{
			char right[24];
			if (rc < 0 || !is_holder(one))
				continue;
			b->at = record;
			rc = holder_put(b, one);
			snprintf(right, sizeof right, "%lld",
				(long long)json_int(json_object_get(one, "row"), "qlbsm"));
			if (rc == 0 && !json_object_get(by_right, right))
				json_object_set_new(by_right, right, json_array());
			if (rc == 0)
				json_array_append(
					json_object_get(by_right, right), json_object_get(one, "row"));
		}
	}
	json_object_foreach(by_right, key, holders)
	{
		if (rc == 0)
			rc = holders_level(b, holders);
		json_array_foreach(holders, k, one)
		{
			if (rc == 0)
				plan_insert(&b->plan, "qlr", json_incref(one), ENTRY_NO_PAPER);
		}
	}
	json_decref(by_right);
	return rc == 0 ? b->plan.failed : rc;
}

/* The unit as it is in force after the plan: what was over before it came is history. */
static int unit_check(struct building *b, struct db_tx *tx)
{
	json_t *rows = NULL, *one;
	size_t i;
	int rc = book_unit(tx, b->i->r->service->vault, b->unit, NULL, &rows);
	json_array_foreach(b->plan.inserts, i, one)
	{
		const char *table = json_str(one, "table");
		json_t *row = json_object_get(one, "row");
		if (rc < 0 || json_is_string(json_object_get(row, "yxq_z")))
			continue;
		json_t *now = json_copy(row);
		json_object_set_new(now, "bsm", json_integer(-(json_int_t)i - 1));
		if (!json_object_get(rows, table))
			json_object_set_new(rows, table, json_array());
		json_array_append_new(json_object_get(rows, table), now);
	}
	if (rc == 0 && (rc = book_check_unit(rows, &b->note)) < 0)
		b->at = NULL; /* of all its records */
	json_decref(rows);
	return rc;
}

/* A row that came along over ends after it began. */
static int spans_check(struct building *b)
{
	size_t i;
	const json_t *one;
	json_array_foreach(b->plan.inserts, i, one)
	{
		const json_t *row = json_object_get(one, "row");
		if (*json_str(row, "yxq_z") && strcmp(json_str(row, "yxq_q"), json_str(row, "yxq_z")) >= 0) {
			b->at = NULL;
			return err_set(&b->note, ERR_RANGE, "%s: its validity ends before it begins",
				json_str(one, "table"));
		}
	}
	return 0;
}

static int plan_build(struct building *b, struct db_tx *tx)
{
	int rc = plan_init(&b->plan, b->unit);
	b->rights = json_object();
	b->tables = json_object();
	if (rc == 0) {
		plan_set_ground(&b->plan, import_map_origin(b->i->map));
		rc = rights_put(b);
	}
	if (rc == 0)
		rc = holders_put(b);
	if (rc == 0)
		rc = spans_check(b);
	return rc == 0 ? unit_check(b, tx) : rc;
}

static int paper_keep(struct building *b, struct db_tx *tx, const json_t *written, const char *ywh)
{
	const char *table = json_str(written, "table"), *column = right_paper_column(table);
	json_t *row = NULL;
	if (!column)
		return 0;
	int rc = json_parse(view_str(json_str(written, "row")), ROW_MAX, &row, NULL);
	/* A right that is over may have given its number on. */
	const char *number = rc == 0 && !*json_str(row, "yxq_z") ? json_str(row, column) : "";
	if (*number && b->i->seen && import_seen_has(b->i->seen, number))
		rc = ERR_EXISTS;
	if (rc == 0 && *number)
		rc = paper_take_in(tx, &registry_office(b->i->r, tx)->paper, right_has_proof(table), number,
			b->unit, json_int(row, "bsm"), ywh, json_str(row, "djsj"));
	if (rc == 0 && *number && b->i->seen)
		rc = import_seen_note(b->i->seen, number);
	if (rc == ERR_EXISTS) {
		b->at = NULL;
		err_set(&b->note, rc, "%s: this number stands on another right", column);
	}
	json_decref(row);
	return rc;
}

static int unit_enter(struct building *b, struct db_tx *tx)
{
	struct entry_book office = entry_office(b->i->r, tx);
	struct entry_written w = {.rows = NULL};
	char ywh[NUMBER_CASE];
	int64_t n;
	size_t i, rows = json_array_size(b->plan.inserts);
	const json_t *row;
	int rc = book_series(tx, "import", "", 1, &n);
	snprintf(ywh, sizeof ywh, "import-%06lld", (long long)n);
	struct entry_order o = {&b->plan, ywh, "import", 0, 0, time_now_ms()};
	if (rc == 0 && (rc = entry_book_write(&office, tx, &o, &w, &b->note)) < 0)
		b->at = NULL;
	json_array_foreach(w.rows, i, row)
	{
		if (rc == 0 && i < rows)
			rc = paper_keep(b, tx, row, ywh);
	}
	if (rc == 0)
		rc = progress_put_entry(b->i->r, tx, ywh, w.rows);
	if (rc == 0)
		rc = import_taken(tx, b->i->name, b->unit, ywh);
	if (rc == 0)
		rc = audit_record(tx, "import", "book.import", ywh, NULL);
	entry_book_fini(&w);
	return rc;
}

static int unit_write(struct building *b, struct db_tx *tx)
{
	int rc = import_of_unit(tx, b->i->r->service->vault, b->i->name, b->unit, &b->records);
	if (rc == 0)
		rc = plan_build(b, tx);
	return rc == 0 ? unit_enter(b, tx) : rc;
}

static void building_fini(struct building *b)
{
	plan_fini(&b->plan);
	json_decref(b->rights);
	json_decref(b->tables);
	json_decref(b->records);
	b->rights = b->tables = b->records = NULL;
}

/* ---- units by units */
struct writing {
	struct import_run *i;
	json_t *units;
	const char *unit, *after;
	char source[40], column[IMPORT_NAME], reason[256];
	int64_t n;
};

static int units_next(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	json_decref(w->units);
	w->units = NULL;
	return import_units(tx, w->i->name, w->after, TOGETHER, &w->units);
}

/* Functions of a transaction may be run again. */
static void anew(const struct writing *w)
{
	if (w->i->seen)
		import_seen_drop(w->i->seen);
}

/* A trial is done as the real thing and not kept. */
static int kept(const struct writing *w, int rc)
{
	return rc == 0 && w->i->dry ? ERR_STOPPING : rc;
}

static int all_write(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	size_t k;
	const json_t *unit;
	int rc = 0;
	anew(w);
	json_array_foreach(w->units, k, unit)
	{
		struct building b = {.i = w->i, .unit = json_string_value(unit)};
		if (rc == 0)
			rc = unit_write(&b, tx);
		building_fini(&b);
	}
	return kept(w, rc);
}

static int one_write(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	struct building b = {.i = w->i, .unit = w->unit};
	anew(w);
	int rc = unit_write(&b, tx);
	snprintf(w->reason, sizeof w->reason, "%s", b.note.err ? b.note.text : err_text(rc));
	snprintf(w->source, sizeof w->source, "%s", b.at ? json_str(b.at, "source") : "");
	snprintf(w->column, sizeof w->column, "%s", b.column ? b.column : "");
	w->n = b.at ? json_int(b.at, "n") : 0;
	building_fini(&b);
	return kept(w, rc);
}

static int one_refuse(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	return import_refuse(
		tx, w->i->name, w->unit, *w->source ? w->source : NULL, w->n, w->column, w->reason);
}

static int one_mark(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	return import_taken(tx, w->i->name, w->unit, "trial");
}

static int all_mark(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	size_t k;
	const json_t *unit;
	int rc = 0;
	json_array_foreach(w->units, k, unit) if (rc == 0) rc =
		import_taken(tx, w->i->name, json_string_value(unit), "trial");
	return rc;
}

/* Is it the data that is wrong, and not this machine? */
static bool is_verdict(int rc)
{
	return rc == ERR_EXISTS || rc == ERR_CONFLICT || rc == ERR_BUG || rc == ERR_LIMIT ||
	       rc == ERR_RANGE || rc == ERR_SCHEMA || rc == ERR_NOTFOUND;
}

/* A trial that passed: marked, its numbers kept for the units behind it. */
static int tried(struct writing *w, db_fn *mark)
{
	struct service *s = w->i->r->service;
	int rc = import_seen_keep(w->i->seen);
	return rc == 0 ? db_write(s->db, s->tenant, mark, w) : rc;
}

static int one_by_one(struct writing *w)
{
	struct service *s = w->i->r->service;
	size_t k;
	const json_t *unit;
	int rc = 0;
	json_array_foreach(w->units, k, unit)
	{
		if (rc < 0)
			break;
		w->unit = json_string_value(unit);
		rc = db_write(s->db, s->tenant, one_write, w);
		if (rc == ERR_STOPPING && w->i->dry)
			rc = tried(w, one_mark);
		else if (is_verdict(rc))
			rc = db_write(s->db, s->tenant, one_refuse, w);
		if (rc < 0)
			err_set(&w->i->note, rc, "unit %s: %s", w->unit, w->reason);
	}
	return rc;
}

int import_step_write(struct import_run *i)
{
	struct service *s = i->r->service;
	struct writing w = {.i = i, .after = ""};
	int rc;
	for (;;) {
		rc = db_read(s->db, s->tenant, units_next, &w);
		if (rc < 0 || json_array_size(w.units) == 0)
			break;
		rc = db_write(s->db, s->tenant, all_write, &w);
		if (rc == ERR_STOPPING && i->dry)
			rc = tried(&w, all_mark);
		else if (is_verdict(rc))
			rc = one_by_one(&w);
		if (rc < 0)
			break;
	}
	json_decref(w.units);
	return rc;
}
