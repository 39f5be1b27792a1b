#include "common/db/db_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

size_t db_stmt_count(void)
{
	return __start_db_stmts ? (size_t)(__stop_db_stmts - __start_db_stmts) : 0;
}

int db_err(int sqlite_rc)
{
	switch (sqlite_rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_FULL:
		return ERR_NOSPACE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_IOERR:
		return ERR_IO;
	case SQLITE_CONSTRAINT:
		return sqlite_rc == SQLITE_CONSTRAINT_UNIQUE || sqlite_rc == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? ERR_EXISTS
			       : ERR_CONFLICT;
	default:
		return ERR_DB;
	}
}

int db_conn_exec(struct db_conn *c, const char *sql)
{
	char *text = NULL;
	int rc = sqlite3_exec(c->h, sql, NULL, NULL, &text);
	if (rc != SQLITE_OK)
		log_error("database", "%.60s: %s", sql, text ? text : sqlite3_errstr(rc));
	sqlite3_free(text);
	return db_err(rc == SQLITE_OK ? rc : sqlite3_extended_errcode(c->h));
}

int db_conn_open(const char *path, bool readonly, struct db_conn **out)
{
	struct db_conn *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	mode_t was = umask(077);
	int rc = sqlite3_open_v2(path, &c->h,
		(readonly ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
			SQLITE_OPEN_NOMUTEX,
		NULL);
	umask(was);
	if (rc != SQLITE_OK) {
		log_error("database", "%s: %s", path, c->h ? sqlite3_errmsg(c->h) : sqlite3_errstr(rc));
		db_conn_close(c);
		return db_err(rc);
	}
	sqlite3_extended_result_codes(c->h, 1);
	sqlite3_busy_timeout(c->h, 20000);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	int err = db_conn_exec(c,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA "
		"trusted_schema=OFF;"
		"PRAGMA secure_delete=ON; PRAGMA mmap_size=1073741824; PRAGMA wal_autocheckpoint=0");
	if (err == 0 && readonly)
		err = db_conn_exec(c, "PRAGMA query_only=ON");
	if (err < 0) {
		db_conn_close(c);
		return err;
	}
	*out = c;
	return 0;
}

void db_conn_close(struct db_conn *c)
{
	if (!c)
		return;
	for (size_t i = 0; c->stmts && i < db_stmt_count(); i++)
		sqlite3_finalize(c->stmts[i]);
	free(c->stmts);
	sqlite3_close(c->h);
	free(c);
}

/* Which tables a statement touches while it is prepared. */
struct touched {
	sqlite3 *h;
	bool tenant;
};

static bool has_tenant_column(sqlite3 *h, const char *table)
{
	return sqlite3_table_column_metadata(h, "main", table, "tenant", NULL, NULL, NULL, NULL, NULL) ==
	       SQLITE_OK;
}

static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	struct touched *t = arg;
	(void)b;
	(void)c;
	(void)d;
	if ((action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE ||
		    action == SQLITE_DELETE) &&
		a && !t->tenant)
		t->tenant = has_tenant_column(t->h, a);
	return SQLITE_OK;
}

int db_conn_prepare(struct db_conn *c, struct err_note *note)
{
	size_t n = db_stmt_count();
	c->stmts = calloc(n + 1, sizeof *c->stmts);
	if (!c->stmts)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct db_stmt *s = __start_db_stmts[i];
		struct touched t = {.h = c->h};
		const char *tail = "";
		if (!s)
			continue; /* padding between objects */
		sqlite3_set_authorizer(c->h, authorize, &t);
		int rc = sqlite3_prepare_v3(c->h, s->sql, -1, SQLITE_PREPARE_PERSISTENT, &c->stmts[i], &tail);
		sqlite3_set_authorizer(c->h, NULL, NULL);
		if (rc != SQLITE_OK || *tail)
			return err_set(note, ERR_DB, "statement %s: %s", s->name,
				rc ? sqlite3_errmsg(c->h) : "more than one statement");
		if (t.tenant && !s->cross && sqlite3_bind_parameter_index(c->stmts[i], ":tenant") == 0)
			return err_set(note, ERR_DB, "statement %s: touches a tenant's table without :tenant",
				s->name);
	}
	return 0;
}
