#include "common/db/db_move_row.h"

#include "common/crypto/suite.h"
#include "common/db/db_pg_value.h"
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAX (256 << 20)
#define CHUNK 65536

bool move_row_type(Oid type)
{
	return type == PG_INT8 || type == PG_FLOAT8 || type == PG_TEXT || type == PG_BYTEA;
}

/* In key order; a table without a key by all columns. */
static int select_make(const struct move_table *t, struct buf *out)
{
	bool keyed = false;
	int rc = buf_add_str(out, "SELECT ");
	for (size_t i = 0; rc == 0 && i < t->ncolumns; i++) {
		keyed |= t->columns[i].key > 0;
		rc = buf_addf(out, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
	}
	if (rc == 0)
		rc = buf_addf(out, " FROM \"%s\" ORDER BY ", t->name);
	bool first = true;
	for (int place = 1; rc == 0 && place <= MOVE_COLUMNS_MAX; place++)
		for (size_t i = 0; rc == 0 && i < t->ncolumns; i++)
			if (keyed ? t->columns[i].key == place : (int)i + 1 == place) {
				rc = buf_addf(out, "%s\"%s\"", first ? "" : ", ", t->columns[i].name);
				first = false;
			}
	return rc;
}

/* ---- a row for the digest: kind, then 8 bytes of a number, or length and bytes */

static int add64(struct buf *out, char kind, uint64_t n)
{
	char bytes[9] = {kind};
	n = htobe64(n);
	memcpy(bytes + 1, &n, sizeof n);
	return buf_add(out, bytes, sizeof bytes);
}

static int add_bytes(struct buf *out, char kind, struct view v)
{
	int rc = add64(out, kind, v.n);
	return rc == 0 ? buf_add_view(out, v) : rc;
}

static int add_real(struct buf *out, double r)
{
	uint64_t bits;
	memcpy(&bits, &r, sizeof bits);
	return add64(out, 'r', bits);
}

/* ---- a row for COPY */

static int copy_text(struct buf *out, struct view v)
{
	int rc = 0;
	for (size_t i = 0, from = 0; rc == 0 && i <= v.n; i++) {
		const char *escaped = i == v.n         ? ""
				      : v.p[i] == '\\' ? "\\\\"
				      : v.p[i] == '\t' ? "\\t"
				      : v.p[i] == '\n' ? "\\n"
				      : v.p[i] == '\r' ? "\\r"
						       : NULL;
		if (!escaped)
			continue;
		rc = buf_add(out, v.p + from, i - from);
		if (rc == 0)
			rc = buf_add_str(out, escaped);
		from = i + 1;
	}
	return rc;
}

static int copy_bytes(struct buf *out, struct view v)
{
	int rc = buf_add_str(out, "\\\\x");
	return rc == 0 ? hex_add(out, v) : rc;
}

/* One value, into both. */
static int value_take(sqlite3_stmt *q, int i, Oid type, struct buf *row, struct buf *copy)
{
	if (sqlite3_column_type(q, i) == SQLITE_NULL) {
		int rc = buf_add_str(row, "n");
		return rc == 0 ? buf_add_str(copy, "\\N") : rc;
	}
	if (type == PG_INT8) {
		int64_t n = sqlite3_column_int64(q, i);
		int rc = add64(row, 'i', (uint64_t)n);
		return rc == 0 ? buf_addf(copy, "%lld", (long long)n) : rc;
	}
	if (type == PG_FLOAT8) {
		int rc = add_real(row, sqlite3_column_double(q, i));
		return rc == 0 ? buf_addf(copy, "%.17g", sqlite3_column_double(q, i)) : rc;
	}
	const void *p = type == PG_TEXT ? (const void *)sqlite3_column_text(q, i) : sqlite3_column_blob(q, i);
	struct view v = view_of(p, (size_t)sqlite3_column_bytes(q, i));
	int rc = add_bytes(row, type == PG_TEXT ? 't' : 'b', v);
	return rc < 0 ? rc : type == PG_TEXT ? copy_text(copy, v) : copy_bytes(copy, v);
}

static int row_take(sqlite3_stmt *q, const struct move_table *t, struct buf *row, struct buf *copy)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < t->ncolumns; i++) {
		if (i)
			rc = buf_add_str(copy, "\t");
		if (rc == 0)
			rc = value_take(q, (int)i, t->columns[i].type, row, copy);
	}
	return rc == 0 ? buf_add_str(copy, "\n") : rc;
}

static int copy_failed(PGconn *to, const struct move_table *t, struct err_note *note)
{
	const char *text = PQerrorMessage(to);
	return err_set(note, ERR_DB, "%s: %.*s", t->name, (int)strcspn(text, "\n"), text);
}

static int copy_begin(PGconn *to, const struct move_table *t, struct err_note *note)
{
	struct buf sql;
	buf_init(&sql, CHUNK);
	int rc = buf_addf(&sql, "COPY \"%s\" (", t->name);
	for (size_t i = 0; rc == 0 && i < t->ncolumns; i++)
		rc = buf_addf(&sql, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
	if (rc == 0)
		rc = buf_add_str(&sql, ") FROM STDIN");
	if (rc == 0) {
		PGresult *r = PQexec(to, (const char *)sql.p);
		rc = PQresultStatus(r) == PGRES_COPY_IN ? 0 : copy_failed(to, t, note);
		PQclear(r);
	}
	buf_fini(&sql);
	return rc;
}

static int copy_end(PGconn *to, const struct move_table *t, int rc, struct err_note *note)
{
	if (PQputCopyEnd(to, rc < 0 ? "given up" : NULL) != 1)
		return rc < 0 ? rc : copy_failed(to, t, note);
	for (PGresult *r; (r = PQgetResult(to)); PQclear(r))
		if (rc == 0 && PQresultStatus(r) != PGRES_COMMAND_OK)
			rc = copy_failed(to, t, note);
	return rc;
}

static int rows_copy(
	sqlite3_stmt *q, PGconn *to, const struct move_table *t, struct hasher *h, struct db_moved *out)
{
	struct buf row, copy;
	int rc = 0, s = SQLITE_DONE;
	buf_init(&row, ROW_MAX);
	buf_init(&copy, ROW_MAX);
	while (rc == 0 && (s = sqlite3_step(q)) == SQLITE_ROW) {
		buf_reset(&row);
		rc = row_take(q, t, &row, &copy);
		hasher_add(h, buf_view(&row));
		out->rows++;
		if (rc == 0 && copy.n >= CHUNK) {
			rc = PQputCopyData(to, (const char *)copy.p, (int)copy.n) == 1 ? 0 : ERR_DB;
			buf_reset(&copy);
		}
	}
	if (rc == 0 && s != SQLITE_DONE)
		rc = ERR_DB;
	if (rc == 0 && copy.n)
		rc = PQputCopyData(to, (const char *)copy.p, (int)copy.n) == 1 ? 0 : ERR_DB;
	buf_fini(&row);
	buf_fini(&copy);
	return rc;
}

int move_row_copy(
	sqlite3 *from, PGconn *to, const struct move_table *t, struct db_moved *out, struct err_note *note)
{
	struct buf sql;
	struct hasher *h = NULL;
	sqlite3_stmt *q = NULL;
	buf_init(&sql, CHUNK);
	int rc = select_make(t, &sql);
	if (rc == 0)
		rc = hasher_new(suite_by_name("intl"), &h);
	if (rc == 0 && sqlite3_prepare_v2(from, (const char *)sql.p, -1, &q, NULL) != SQLITE_OK)
		rc = err_set(note, ERR_DB, "%s: %s", t->name, sqlite3_errmsg(from));
	if (rc == 0)
		rc = copy_begin(to, t, note);
	if (rc == 0)
		rc = copy_end(to, t, rows_copy(q, to, t, h, out), note);
	if (rc == 0)
		hasher_get(h, &out->digest);
	sqlite3_finalize(q);
	hasher_free(h);
	buf_fini(&sql);
	return rc;
}

/* ---- the other side */

static int value_digest(const PGresult *r, int i, Oid type, struct buf *row)
{
	const char *p = PQgetvalue(r, 0, i);
	size_t n = (size_t)PQgetlength(r, 0, i);
	if (PQgetisnull(r, 0, i))
		return buf_add_str(row, "n");
	if (type == PG_INT8)
		return add64(row, 'i', (uint64_t)pg_value_int(type, p, n));
	if (type == PG_FLOAT8)
		return add_real(row, pg_value_real(type, p, n));
	return add_bytes(row, type == PG_TEXT ? 't' : 'b', view_of(p, n));
}

static int rows_digest(
	PGconn *to, const struct move_table *t, struct hasher *h, struct db_moved *out, struct err_note *note)
{
	struct buf row;
	int rc = 0;
	buf_init(&row, ROW_MAX);
	for (PGresult *r; (r = PQgetResult(to)); PQclear(r)) {
		if (PQresultStatus(r) != PGRES_SINGLE_TUPLE && PQresultStatus(r) != PGRES_TUPLES_OK)
			rc = copy_failed(to, t, note);
		if (rc < 0 || PQresultStatus(r) != PGRES_SINGLE_TUPLE)
			continue;
		buf_reset(&row);
		for (size_t i = 0; rc == 0 && i < t->ncolumns; i++)
			rc = value_digest(r, (int)i, t->columns[i].type, &row);
		hasher_add(h, buf_view(&row));
		out->rows++;
	}
	buf_fini(&row);
	return rc;
}

int move_row_digest(PGconn *to, const struct move_table *t, struct db_moved *out, struct err_note *note)
{
	struct buf sql;
	struct hasher *h = NULL;
	buf_init(&sql, CHUNK);
	int rc = select_make(t, &sql);
	if (rc == 0)
		rc = hasher_new(suite_by_name("intl"), &h);
	if (rc == 0 && !(PQsendQueryParams(to, (const char *)sql.p, 0, NULL, NULL, NULL, NULL, 1) &&
			       PQsetSingleRowMode(to)))
		rc = copy_failed(to, t, note);
	if (rc == 0)
		rc = rows_digest(to, t, h, out, note);
	if (rc == 0)
		hasher_get(h, &out->digest);
	hasher_free(h);
	buf_fini(&sql);
	return rc;
}
