#include "common/db/db_move.h"

#include "common/crypto/suite.h"
#include "common/db/db_impl.h"
#include "common/db/db_move_row.h"
#include <fcntl.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLES_MAX 256
#define SQL_MAX 65536

struct move {
	sqlite3 *from;
	PGconn *to;
	struct move_table tables[TABLES_MAX];
	size_t ntables;
	struct err_note *note;
};

bool db_move_is_source(const char *file)
{
	static const char magic[16] = "SQLite format 3";
	char head[16];
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd >= 0 && read(fd, head, sizeof head) == sizeof head &&
		  memcmp(head, magic, sizeof head) == 0;
	if (fd >= 0)
		close(fd);
	return is;
}

/* ---- both sides answer questions of one text column */

static int pg_rows(struct move *m, const char *sql, PGresult **out)
{
	PGresult *r = PQexec(m->to, sql);
	ExecStatusType s = PQresultStatus(r);
	if (s != PGRES_TUPLES_OK && s != PGRES_COMMAND_OK) {
		const char *text = PQerrorMessage(m->to);
		PQclear(r);
		return err_set(m->note, ERR_DB, "%.*s", (int)strcspn(text, "\n"), text);
	}
	if (out)
		*out = r;
	else
		PQclear(r);
	return 0;
}

/* Formatted. */
static int pg_run(struct move *m, PGresult **out, const char *fmt, ...) SW_PRINTF(3, 4);
static int pg_run(struct move *m, PGresult **out, const char *fmt, ...)
{
	char *sql = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&sql, fmt, ap);
	va_end(ap);
	int rc = n < 0 ? ERR_NOMEM : pg_rows(m, sql, out);
	free(n < 0 ? NULL : sql);
	return rc;
}

/* The first column of every row, one a line. */
static int sqlite_lines(struct move *m, const char *sql, struct buf *out)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(m->from, sql, -1, &q, NULL) == SQLITE_OK ? 0 : ERR_DB;
	while (rc == 0 && sqlite3_step(q) == SQLITE_ROW)
		rc = buf_addf(out, "%s\n", (const char *)sqlite3_column_text(q, 0));
	if (rc < 0)
		err_set(m->note, rc, "source: %s", sqlite3_errmsg(m->from));
	sqlite3_finalize(q);
	return rc;
}

static int pg_lines(struct move *m, const char *sql, struct buf *out)
{
	PGresult *r = NULL;
	int rc = pg_rows(m, sql, &r);
	for (int i = 0; rc == 0 && i < PQntuples(r); i++)
		rc = buf_addf(out, "%s\n", PQgetvalue(r, i, 0));
	PQclear(r);
	return rc;
}

/* The same answer on both sides; what differs is named. */
static int same(struct move *m, const char *sqlite_sql, const char *pg_sql, const char *what)
{
	struct buf a, b;
	buf_init(&a, SQL_MAX);
	buf_init(&b, SQL_MAX);
	int rc = sqlite_lines(m, sqlite_sql, &a);
	if (rc == 0)
		rc = pg_lines(m, pg_sql, &b);
	if (rc == 0 && !view_eq(buf_view(&a), buf_view(&b))) {
		size_t i = 0;
		while (i < a.n && i < b.n && a.p[i] == b.p[i])
			i++;
		while (i > 0 && a.p[i - 1] != '\n')
			i--;
		const char *x = i < a.n ? (const char *)a.p + i : "",
			   *y = i < b.n ? (const char *)b.p + i : "";
		rc = err_set(m->note, ERR_FORMAT, "%s differ: \"%.*s\" there, \"%.*s\" here", what,
			(int)strcspn(x, "\n"), x, (int)strcspn(y, "\n"), y);
	}
	buf_fini(&a);
	buf_fini(&b);
	return rc;
}

/* ---- what there is to move */

static int schemas_compare(struct move *m)
{
	int rc = same(m,
		"SELECT schema || '/' || number || '-' || name FROM schema_migration ORDER BY schema, number",
		"SELECT schema || '/' || number || '-' || name FROM schema_migration ORDER BY schema, number",
		"migrations");
	if (rc < 0)
		return rc;
	return same(m,
		"SELECT t.name || '.' || c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
		"WHERE "
		"t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\\_%' "
		"ESCAPE '\\' "
		"ORDER BY 1",
		"SELECT t.relname || '.' || a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = "
		"t.oid WHERE "
		"t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' AND a.attnum > 0 AND "
		"NOT "
		"a.attisdropped ORDER BY 1",
		"tables");
}

/* Tables with their columns and keys, those that others refer to first. */
static const char tables_sql[] =
	"WITH RECURSIVE t AS (SELECT oid, relname FROM pg_class WHERE relnamespace = "
	"current_schema()::regnamespace AND "
	"relkind = 'r' AND relname <> 'schema_migration'),"
	" deep (oid, level) AS (SELECT oid, 0 FROM t UNION SELECT c.conrelid, d.level + 1 FROM deep d JOIN "
	"pg_constraint "
	"c ON c.confrelid = d.oid AND c.contype = 'f' AND c.conrelid <> c.confrelid WHERE d.level < 64)"
	" SELECT t.relname, a.attname, a.atttypid, coalesce(array_position(k.conkey, a.attnum), 0), "
	"a.attidentity <> ''"
	" FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN "
	"pg_constraint "
	"k ON k.conrelid = t.oid AND k.contype = 'p' ORDER BY (SELECT max(level) FROM deep WHERE deep.oid = "
	"t.oid), "
	"t.relname, a.attnum";

static int tables_read(struct move *m)
{
	PGresult *r = NULL;
	struct move_table *t = NULL;
	int rc = pg_rows(m, tables_sql, &r);
	for (int i = 0; rc == 0 && i < PQntuples(r); i++) {
		const char *name = PQgetvalue(r, i, 0);
		if (!t || strcmp(t->name, name) != 0) {
			REQUIRE(m->ntables < TABLES_MAX);
			t = &m->tables[m->ntables++];
			snprintf(t->name, sizeof t->name, "%s", name);
		}
		REQUIRE(t->ncolumns < MOVE_COLUMNS_MAX);
		struct move_column *c = &t->columns[t->ncolumns++];
		snprintf(c->name, sizeof c->name, "%s", PQgetvalue(r, i, 1));
		c->type = (Oid)strtoul(PQgetvalue(r, i, 2), NULL, 10);
		c->key = atoi(PQgetvalue(r, i, 3));
		c->identity = PQgetvalue(r, i, 4)[0] == 't';
		if (!move_row_type(c->type))
			rc = err_set(
				m->note, ERR_FORMAT, "%s.%s: a type that cannot be moved", t->name, c->name);
	}
	PQclear(r);
	return rc;
}

/* New: what people's tables hold would be mixed with another's. Rows that the migrations made go. */
static int target_empty(struct move *m)
{
	PGresult *r = NULL;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->ntables; i++) {
		const struct move_table *t = &m->tables[i];
		bool peoples = strcmp(t->name, "audit_record") == 0;
		for (size_t k = 0; k < t->ncolumns; k++)
			peoples |= strcmp(t->columns[k].name, "tenant") == 0;
		rc = peoples ? pg_run(m, &r, "SELECT 1 FROM \"%s\" LIMIT 1", t->name) : 0;
		if (rc == 0 && peoples && PQntuples(r) > 0)
			rc = err_set(m->note, ERR_EXISTS,
				"%s holds rows already: only a new database takes a data set", t->name);
		PQclear(r);
		r = NULL;
	}
	for (size_t i = m->ntables; rc == 0 && i > 0; i--)
		rc = pg_run(m, NULL, "DELETE FROM \"%s\"", m->tables[i - 1].name);
	return rc;
}

/* ---- moving and comparing */

static int identity_set(struct move *m, const struct move_table *t)
{
	for (size_t k = 0; k < t->ncolumns; k++) {
		char sql[256];
		struct buf last;
		if (!t->columns[k].identity)
			continue;
		/* The last number given, also when its row is gone. */
		snprintf(sql, sizeof sql,
			"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '%s'), 0)", t->name);
		buf_init(&last, 64);
		int rc = sqlite_lines(m, sql, &last);
		if (rc == 0 && atoll((const char *)last.p) > 0)
			rc = pg_run(m, NULL, "SELECT setval(pg_get_serial_sequence('\"%s\"', '%s'), %lld)",
				t->name, t->columns[k].name, atoll((const char *)last.p));
		buf_fini(&last);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int table_move(struct move *m, const struct move_table *t, struct db_moved *out)
{
	struct db_moved here = {.table = t->name};
	/* The triggers watch what people do; the rows are compared below. */
	int rc = pg_run(m, NULL, "ALTER TABLE \"%s\" DISABLE TRIGGER USER", t->name);
	if (rc == 0)
		rc = move_row_copy(m->from, m->to, t, out, m->note);
	if (rc == 0)
		rc = pg_run(m, NULL, "ALTER TABLE \"%s\" ENABLE TRIGGER USER", t->name);
	if (rc == 0)
		rc = identity_set(m, t);
	if (rc == 0)
		rc = move_row_digest(m->to, t, &here, m->note);
	if (rc == 0 && (here.rows != out->rows || !digest_eq(&here.digest, &out->digest)))
		rc = err_set(m->note, ERR_DIGEST, "%s: %lld rows came out of %lld, or other ones", t->name,
			(long long)here.rows, (long long)out->rows);
	return rc;
}

static int source_open(struct move *m, const char *file)
{
	int rc = sqlite3_open_v2(file, &m->from, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(m->from, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0
			       : err_set(m->note, rc == SQLITE_BUSY ? ERR_BUSY : ERR_DB, "%s: %s", file,
					 m->from ? sqlite3_errmsg(m->from) : sqlite3_errstr(rc));
}

static int target_open(struct move *m, const struct db *d)
{
	m->to = PQconnectdb(d->place);
	if (PQstatus(m->to) != CONNECTION_OK)
		return err_set(m->note, ERR_BUSY, "database: no connection");
	int rc = pg_rows(m,
		"SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET enable_seqscan = off",
		NULL);
	if (rc == 0)
		rc = pg_rows(m, d->b->schema_begin, NULL);
	return rc;
}

int db_move(struct db *d, const char *file, void (*each)(void *arg, const struct db_moved *m), void *arg,
	struct err_note *note)
{
	if (d->b != &db_pg)
		return err_set(note, ERR_STATE, "the database is a SQLite file itself: copy the file");
	struct move *m = calloc(1, sizeof *m);
	if (!m)
		return ERR_NOMEM;
	m->note = note;
	int rc = source_open(m, file);
	if (rc == 0)
		rc = target_open(m, d);
	if (rc == 0)
		rc = schemas_compare(m);
	if (rc == 0)
		rc = tables_read(m);
	if (rc == 0)
		rc = target_empty(m);
	for (size_t i = 0; rc == 0 && i < m->ntables; i++) {
		struct db_moved moved = {.table = m->tables[i].name};
		rc = table_move(m, &m->tables[i], &moved);
		if (rc == 0)
			each(arg, &moved);
	}
	if (rc == 0)
		rc = pg_rows(m, "COMMIT", NULL);
	/* Not part of it, but the first look-ups are faster. */
	if (rc == 0 && pg_rows(m, "ANALYZE", NULL) < 0)
		rc = 0;
	PQfinish(m->to);
	sqlite3_close(m->from);
	free(m);
	return rc;
}
