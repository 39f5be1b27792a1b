#include "zones/extranet/store/import.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define CONTENT_MAX (4 << 20)

static const char *const states[] = {"reading", "writing", "done"};

DB_STMT(import_run_insert, "INSERT INTO import_run (tenant, run, origin, at, state) VALUES (:tenant, :run, "
			   ":origin, :at, 'reading') ON "
			   "CONFLICT (tenant, run) DO NOTHING");
DB_STMT(import_run_get, "SELECT state FROM import_run WHERE tenant = :tenant AND run = :run");
DB_STMT(import_run_set, "UPDATE import_run SET state = :state WHERE tenant = :tenant AND run = :run");
DB_STMT(import_insert, "INSERT INTO import_record (tenant, run, source, n, line, unit, content, state, col, "
		       "reason, ywh) VALUES (:tenant, :run, "
		       ":source, :n, :line, :unit, :content, :state, :col, :reason, '')");
DB_STMT(import_top, "SELECT coalesce(max(n), 0) FROM import_record WHERE tenant = :tenant AND run = :run AND "
		    "source = :source");
DB_STMT(import_next_units, "SELECT DISTINCT unit FROM import_record WHERE tenant = :tenant AND run = :run "
			   "AND state = 'read' AND unit > :after ORDER BY unit LIMIT "
			   ":limit");
DB_STMT(import_unit_rows, "SELECT source, n, content, line FROM import_record WHERE tenant = :tenant AND run "
			  "= :run AND state = 'read' AND unit = "
			  ":unit ORDER BY source, n");
DB_STMT(import_unit_taken, "UPDATE import_record SET state = 'taken', content = '', ywh = :ywh WHERE tenant "
			   "= :tenant AND run = :run AND state "
			   "= 'read' AND unit = :unit");
DB_STMT(import_unit_cause, "UPDATE import_record SET state = 'refused', content = '', col = :col, reason = "
			   ":reason WHERE tenant = :tenant AND run = :run AND source "
			   "= :source AND n = :n");
DB_STMT(import_unit_refused, "UPDATE import_record SET state = 'refused', content = '', reason = :reason "
			     "WHERE tenant = :tenant AND run = :run "
			     "AND state = 'read' AND unit = :unit");
DB_STMT(import_sums, "SELECT source, count(*), sum(CASE WHEN state = 'taken' THEN 1 ELSE 0 END), sum(CASE "
		     "WHEN state = 'refused' THEN 1 ELSE 0 END) FROM "
		     "import_record WHERE tenant = :tenant AND run = :run GROUP BY source ORDER BY source");
DB_STMT(import_refused_rows, "SELECT source, line, unit, col, reason FROM import_record WHERE tenant = "
			     ":tenant AND run = :run AND state = "
			     "'refused' ORDER BY source, n");
DB_STMT(import_forget_rows, "DELETE FROM import_record WHERE tenant = :tenant AND run = :run");
DB_STMT(import_forget_run, "DELETE FROM import_run WHERE tenant = :tenant AND run = :run");

int import_begin(struct db_tx *tx, const char *run, const char *origin, enum import_state *state)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &import_run_insert);
	time_text(time_now_ms(), at);
	db_bind_text(q, "run", run);
	db_bind_text(q, "origin", origin);
	db_bind_text(q, "at", at);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &import_run_get);
	db_bind_text(q, "run", run);
	rc = db_step(q);
	for (int i = 0; rc == 1 && i < 3; i++)
		if (strcmp(db_text(q, 0), states[i]) == 0)
			*state = (enum import_state)i;
	db_done(q);
	return rc == 1 ? 0 : rc == 0 ? ERR_BUG : rc;
}

int import_set_state(struct db_tx *tx, const char *run, enum import_state to)
{
	struct db_query *q = db_query(tx, &import_run_set);
	db_bind_text(q, "run", run);
	db_bind_text(q, "state", states[to]);
	return db_exec(q);
}

/* Sealed values are bound to their row. */
static void row_name(const char *run, const char *source, int64_t n, char out[static 128])
{
	snprintf(out, 128, "%s/%s/%lld", run, source, (long long)n);
}

static int content_seal(struct vault *v, const struct import_record *r, struct buf *out)
{
	char name[128];
	struct buf plain;
	if (!r->rows)
		return 0;
	row_name(r->run, r->source, r->n, name);
	buf_init(&plain, CONTENT_MAX);
	int rc = json_canon(r->rows, &plain);
	if (rc == 0)
		rc = vault_seal(v, "import_record", "content", name, buf_view(&plain), out);
	buf_fini(&plain);
	return rc;
}

int import_add(struct db_tx *tx, struct vault *v, const struct import_record *r)
{
	struct buf content;
	buf_init(&content, 2 * CONTENT_MAX);
	int rc = content_seal(v, r, &content);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &import_insert);
		db_bind_text(q, "run", r->run);
		db_bind_text(q, "source", r->source);
		db_bind_int(q, "n", r->n);
		db_bind_int(q, "line", r->line);
		db_bind_text(q, "unit", r->unit);
		db_bind_text(q, "content", content.n ? (const char *)content.p : "");
		db_bind_text(q, "state", r->rows ? "read" : "refused");
		db_bind_text(q, "col", r->column);
		db_bind_text(q, "reason", r->reason);
		rc = db_exec(q);
	}
	buf_fini(&content);
	return rc;
}

int import_last(struct db_tx *tx, const char *run, const char *source, int64_t *n)
{
	struct db_query *q = db_query(tx, &import_top);
	db_bind_text(q, "run", run);
	db_bind_text(q, "source", source);
	return db_one_int(q, n);
}

int import_units(struct db_tx *tx, const char *run, const char *after, int limit, json_t **out)
{
	json_t *units = json_array();
	struct db_query *q = db_query(tx, &import_next_units);
	int rc;
	db_bind_text(q, "run", run);
	db_bind_text(q, "after", after);
	db_bind_int(q, "limit", limit);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(units, json_string(db_text(q, 0)));
	return db_rows_end(q, rc, units, out);
}

static int record_open(struct vault *v, const char *run, struct db_query *q, json_t *all)
{
	char name[128];
	struct buf plain;
	json_t *rows = NULL;
	row_name(run, db_text(q, 0), db_int(q, 1), name);
	buf_init(&plain, CONTENT_MAX);
	int rc = vault_unseal(v, "import_record", "content", name, db_text(q, 2), &plain);
	if (rc == 0)
		rc = json_parse(buf_view(&plain), CONTENT_MAX, &rows, NULL);
	if (rc == 0 && json_array_append_new(all, json_pack("{s:s,s:I,s:I,s:O}", "source", db_text(q, 0), "n",
							  (json_int_t)db_int(q, 1), "line",
							  (json_int_t)db_int(q, 3), "rows", rows)))
		rc = ERR_NOMEM;
	json_decref(rows);
	buf_fini(&plain);
	return rc;
}

int import_of_unit(struct db_tx *tx, struct vault *v, const char *run, const char *unit, json_t **out)
{
	json_t *all = json_array();
	struct db_query *q = db_query(tx, &import_unit_rows);
	int rc;
	db_bind_text(q, "run", run);
	db_bind_text(q, "unit", unit);
	while ((rc = db_step(q)) == 1)
		if ((rc = record_open(v, run, q, all)) < 0)
			break;
	return db_rows_end(q, rc, all, out);
}

int import_taken(struct db_tx *tx, const char *run, const char *unit, const char *ywh)
{
	struct db_query *q = db_query(tx, &import_unit_taken);
	db_bind_text(q, "run", run);
	db_bind_text(q, "unit", unit);
	db_bind_text(q, "ywh", ywh);
	return db_exec(q);
}

int import_refuse(struct db_tx *tx, const char *run, const char *unit, const char *source, int64_t n,
	const char *column, const char *reason)
{
	char because[400];
	snprintf(because, sizeof because, "%.300s", reason);
	if (source) {
		struct db_query *q = db_query(tx, &import_unit_cause);
		db_bind_text(q, "run", run);
		db_bind_text(q, "source", source);
		db_bind_int(q, "n", n);
		db_bind_text(q, "col", column);
		db_bind_text(q, "reason", reason);
		int rc = db_exec(q);
		if (rc < 0)
			return rc;
		snprintf(because, sizeof because, "with record %lld of %s, of the same unit: %.260s",
			(long long)n, source, reason);
	}
	struct db_query *q = db_query(tx, &import_unit_refused);
	db_bind_text(q, "run", run);
	db_bind_text(q, "unit", unit);
	db_bind_text(q, "reason", because);
	return db_exec(q);
}

int import_counts(struct db_tx *tx, const char *run, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, &import_sums);
	int rc;
	db_bind_text(q, "run", run);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:I,s:I,s:I}", "source", db_text(q, 0), "read",
				      (json_int_t)db_int(q, 1), "taken", (json_int_t)db_int(q, 2), "refused",
				      (json_int_t)db_int(q, 3)));
	return db_rows_end(q, rc, rows, out);
}

int import_refused(struct db_tx *tx, const char *run, int (*each)(void *arg, json_t *row), void *arg)
{
	struct db_query *q = db_query(tx, &import_refused_rows);
	int rc;
	db_bind_text(q, "run", run);
	while ((rc = db_step(q)) == 1) {
		json_t *row = json_pack("{s:s,s:I,s:s,s:s,s:s}", "source", db_text(q, 0), "line",
			(json_int_t)db_int(q, 1), "unit", db_text(q, 2), "column", db_text(q, 3), "reason",
			db_text(q, 4));
		rc = row ? each(arg, row) : ERR_NOMEM;
		json_decref(row);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

int import_forget(struct db_tx *tx, const char *run)
{
	struct db_query *q = db_query(tx, &import_forget_rows);
	db_bind_text(q, "run", run);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &import_forget_run);
	db_bind_text(q, "run", run);
	return db_exec(q);
}
