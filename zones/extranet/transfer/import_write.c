/* The second step: the records of a unit become one entry of the book, its numbers and its copy. */
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/transfer/import_plan.h"
#include "zones/extranet/transfer/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOGETHER 32 /* units of one transaction */
#define ROW_MAX 65536

static int paper_keep(struct import_plan *b, struct db_tx *tx, const json_t *written, const char *ywh)
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

static int unit_enter(struct import_plan *b, struct db_tx *tx)
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

static int unit_write(struct import_plan *b, struct db_tx *tx)
{
	int rc = import_of_unit(tx, b->i->r->service->vault, b->i->name, b->unit, &b->records);
	if (rc == 0)
		rc = import_plan_make(b, tx);
	return rc == 0 ? unit_enter(b, tx) : rc;
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
		struct import_plan b = {.i = w->i, .unit = json_string_value(unit)};
		if (rc == 0)
			rc = unit_write(&b, tx);
		import_plan_fini(&b);
	}
	return kept(w, rc);
}

static int one_write(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	struct import_plan b = {.i = w->i, .unit = w->unit};
	anew(w);
	int rc = unit_write(&b, tx);
	snprintf(w->reason, sizeof w->reason, "%s", b.note.err ? b.note.text : err_text(rc));
	snprintf(w->source, sizeof w->source, "%s", b.at ? json_str(b.at, "source") : "");
	snprintf(w->column, sizeof w->column, "%s", b.column ? b.column : "");
	w->n = b.at ? json_int(b.at, "n") : 0;
	import_plan_fini(&b);
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
