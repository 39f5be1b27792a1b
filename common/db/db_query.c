#include "common/db/db_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct db_query {
	struct db_tx *tx;
	const struct db_stmt *s;
	sqlite3_stmt *q;
	int rc; /* first failure of a bind */
};

static void failed(struct db_query *q, int sqlite_rc)
{
	int rc = db_err(sqlite_rc);
	/* Constraints are the rules at work; the caller says what they mean. */
	if (rc == ERR_DB || rc == ERR_IO || rc == ERR_NOSPACE)
		log_error("database", "statement=%s %s", q->s->name, sqlite3_errmsg(q->tx->conn->h));
}

struct db_query *db_query(struct db_tx *tx, const struct db_stmt *s)
{
	struct db_query *q = calloc(1, sizeof *q);
	REQUIRE(q);
	q->tx = tx;
	q->s = s;
	for (size_t i = 0; i < db_stmt_count() && !q->q; i++)
		if (__start_db_stmts[i] == s)
			q->q = tx->conn->stmts[i];
	REQUIRE(q->q);
	/* One use at a time: a statement that is used inside its own loop is a bug. */
	REQUIRE(!sqlite3_stmt_busy(q->q));
	sqlite3_clear_bindings(q->q);
	int at = sqlite3_bind_parameter_index(q->q, ":tenant");
	if (at) {
		REQUIRE(tx->tenant[0]);
		sqlite3_bind_text(q->q, at, tx->tenant, -1, SQLITE_TRANSIENT);
	}
	return q;
}

static int param(struct db_query *q, const char *name)
{
	char text[64];
	snprintf(text, sizeof text, ":%s", name);
	int at = sqlite3_bind_parameter_index(q->q, text);
	if (!at && q->rc == 0) {
		log_error("database", "statement=%s has no parameter %s", q->s->name, text);
		q->rc = ERR_BUG;
	}
	return at;
}

static void bound(struct db_query *q, int sqlite_rc)
{
	if (sqlite_rc != SQLITE_OK && q->rc == 0)
		q->rc = db_err(sqlite_rc);
}

void db_bind_text(struct db_query *q, const char *name, const char *v)
{
	int at = param(q, name);
	if (at)
		bound(q, v ? sqlite3_bind_text(q->q, at, v, -1, SQLITE_TRANSIENT)
			   : sqlite3_bind_null(q->q, at));
}

void db_bind_textn(struct db_query *q, const char *name, struct view v)
{
	int at = param(q, name);
	if (at)
		bound(q, sqlite3_bind_text64(
				 q->q, at, v.n ? (const char *)v.p : "", v.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void db_bind_int(struct db_query *q, const char *name, int64_t v)
{
	int at = param(q, name);
	if (at)
		bound(q, sqlite3_bind_int64(q->q, at, v));
}

void db_bind_real(struct db_query *q, const char *name, double v)
{
	int at = param(q, name);
	if (at)
		bound(q, sqlite3_bind_double(q->q, at, v));
}

void db_bind_blob(struct db_query *q, const char *name, struct view v)
{
	int at = param(q, name);
	if (at)
		bound(q, sqlite3_bind_blob64(q->q, at, v.n ? (const void *)v.p : "", v.n, SQLITE_TRANSIENT));
}

void db_bind_digest(struct db_query *q, const char *name, const struct digest *d)
{
	db_bind_blob(q, name, view_of(d->b, sizeof d->b));
}

int db_step(struct db_query *q)
{
	if (q->rc < 0)
		return q->rc;
	int rc = sqlite3_step(q->q);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	failed(q, rc);
	return q->rc = db_err(rc);
}

void db_done(struct db_query *q)
{
	if (!q)
		return;
	sqlite3_reset(q->q);
	sqlite3_clear_bindings(q->q);
	free(q);
}

int db_exec(struct db_query *q)
{
	int rc;
	while ((rc = db_step(q)) == 1)
		;
	db_done(q);
	return rc;
}

int db_one_int(struct db_query *q, int64_t *out)
{
	int rc = db_step(q);
	if (rc == 1) {
		*out = db_int(q, 0);
		/* Run to the end: an INSERT … RETURNING takes effect whole. */
		while ((rc = db_step(q)) == 1)
			;
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int64_t db_changes(struct db_tx *tx)
{
	return sqlite3_changes64(tx->conn->h);
}

const char *db_text(struct db_query *q, int col)
{
	const char *s = (const char *)sqlite3_column_text(q->q, col);
	return s ? s : "";
}

int64_t db_int(struct db_query *q, int col)
{
	return sqlite3_column_int64(q->q, col);
}

double db_real(struct db_query *q, int col)
{
	return sqlite3_column_double(q->q, col);
}

struct view db_blob(struct db_query *q, int col)
{
	const void *p = sqlite3_column_blob(q->q, col);
	return view_of(p, (size_t)sqlite3_column_bytes(q->q, col));
}

bool db_null(struct db_query *q, int col)
{
	return sqlite3_column_type(q->q, col) == SQLITE_NULL;
}
