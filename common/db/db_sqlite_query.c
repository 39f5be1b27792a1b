/* Uses of SQLite's statements. */
#include "common/db/db_sqlite_impl.h"
#include "common/log/log.h"

/* Prepared by now: the writer's at the start, a reader's when it is first asked. NULL: it cannot be. */
static sqlite3_stmt *stmt(struct db_query *q)
{
	sqlite3_stmt *s = NULL;
	if (!q->own && sqlite3_prepare_v3(sqlite_conn(q->tx->conn)->h, q->text->sql, -1,
			       SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
		log_error("database", "statement=%s %s", q->text->stmt->name,
			sqlite3_errmsg(sqlite_conn(q->tx->conn)->h));
	return q->own ? q->own : (q->own = s);
}

void sqlite_query_bind(struct db_query *q, size_t at, const struct db_value *v)
{
	int rc = SQLITE_OK, i = (int)at;
	const void *p = v->v.n ? (const void *)v->v.p : "";
	switch (v->kind) {
	case DB_NULL:
		rc = sqlite3_bind_null(stmt(q), i);
		break;
	case DB_INT:
		rc = sqlite3_bind_int64(stmt(q), i, v->i);
		break;
	case DB_REAL:
		rc = sqlite3_bind_double(stmt(q), i, v->r);
		break;
	case DB_TEXT:
		rc = sqlite3_bind_text64(stmt(q), i, p, v->v.n, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case DB_BLOB:
		rc = sqlite3_bind_blob64(stmt(q), i, p, v->v.n, SQLITE_TRANSIENT);
		break;
	}
	if (rc != SQLITE_OK && q->rc == 0)
		q->rc = sqlite_err(rc);
}

int sqlite_query_step(struct db_query *q)
{
	int rc = sqlite3_step(stmt(q));
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	int err = sqlite_err(rc);
	/* Constraints are the rules at work; the caller says what they mean. */
	if (err == ERR_DB || err == ERR_IO || err == ERR_NOSPACE)
		log_error("database", "statement=%s %s", q->text->stmt->name,
			sqlite3_errmsg(sqlite_conn(q->tx->conn)->h));
	return err;
}

int sqlite_query_exec(struct db_query *q)
{
	int rc;
	while ((rc = sqlite_query_step(q)) == 1)
		;
	return rc;
}

void sqlite_query_done(struct db_query *q)
{
	sqlite3_reset(stmt(q));
	sqlite3_clear_bindings(stmt(q));
}

bool sqlite_query_null(struct db_query *q, int col)
{
	return sqlite3_column_type(stmt(q), col) == SQLITE_NULL;
}

int64_t sqlite_query_integer(struct db_query *q, int col)
{
	return sqlite3_column_int64(stmt(q), col);
}

double sqlite_query_real(struct db_query *q, int col)
{
	return sqlite3_column_double(stmt(q), col);
}

struct view sqlite_query_bytes(struct db_query *q, int col)
{
	/* A blob's bytes as they are; anything else as text, with its NUL. */
	const void *p = sqlite3_column_type(stmt(q), col) == SQLITE_BLOB
				? sqlite3_column_blob(stmt(q), col)
				: (const void *)sqlite3_column_text(stmt(q), col);
	return view_of(p, (size_t)sqlite3_column_bytes(stmt(q), col));
}
