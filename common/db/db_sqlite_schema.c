/* SQLite: what is done before the transactions begin. */
#include "common/db/db_sqlite_impl.h"
#include "common/log/log.h"

int sqlite_script(sqlite3 *h, const char *sql, struct err_note *note)
{
	char *text = NULL;
	int rc = sqlite3_exec(h, sql, NULL, NULL, &text);
	int err = sqlite_err(rc == SQLITE_OK ? rc : sqlite3_extended_errcode(h));
	if (rc != SQLITE_OK) {
		log_error("database", "%.60s: %s", sql, text ? text : sqlite3_errstr(rc));
		err_set(note, err, "%s", text ? text : sqlite3_errstr(rc));
	}
	sqlite3_free(text);
	return err;
}

int sqlite_schema_ask(struct db_conn *c, const char *sql, const char *const *params, int n, struct buf *out)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(sqlite_conn(c)->h, sql, -1, &q, NULL);
	for (int i = 0; rc == SQLITE_OK && i < n; i++)
		rc = sqlite3_bind_text(q, i + 1, params[i], -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	int err = rc == SQLITE_ROW ? 1 : sqlite_err(rc);
	if (err == 1 && out && buf_add_str(out, (const char *)sqlite3_column_text(q, 0)) < 0)
		err = ERR_NOMEM;
	sqlite3_finalize(q);
	return err;
}

/* Which tables a statement touches while it is prepared. */
struct touched {
	sqlite3 *h;
	bool tenant;
};

static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	struct touched *t = arg;
	(void)b;
	(void)c;
	(void)d;
	if ((action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE ||
		    action == SQLITE_DELETE) &&
		a && !t->tenant)
		t->tenant = sqlite3_table_column_metadata(
				    t->h, "main", a, "tenant", NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
	return SQLITE_OK;
}

/* All of them on the writer, which tells what is wrong with any. Eight readers that held each of a thousand
 * would take forty megabytes for what few of them are asked. */
int sqlite_schema_prepare(struct db_conn *c, struct err_note *note)
{
	sqlite3 *h = sqlite_conn(c)->h;
	for (size_t i = 0; i < c->db->ntexts; i++) {
		const struct db_text *t = &c->db->texts[i];
		struct touched touched = {.h = h};
		const char *tail = "";
		sqlite3_stmt *q = NULL;
		if (!t->stmt)
			continue;
		sqlite3_set_authorizer(h, authorize, &touched);
		int rc = sqlite3_prepare_v3(h, t->sql, -1, SQLITE_PREPARE_PERSISTENT, &q, &tail);
		sqlite3_set_authorizer(h, NULL, NULL);
		c->queries[i].own = q;
		if (rc != SQLITE_OK || *tail)
			return err_set(note, ERR_DB, "statement %s: %s", t->stmt->name,
				rc ? sqlite3_errmsg(h) : "more than one statement");
		if (touched.tenant && !t->stmt->cross && !t->tenant)
			return err_set(note, ERR_DB, "statement %s: touches a tenant's table without :tenant",
				t->stmt->name);
	}
	return 0;
}
