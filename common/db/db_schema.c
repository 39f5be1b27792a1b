#include "common/crypto/suite.h"
#include "common/db/db_impl.h"
#include <stdio.h>
#include <string.h>

/* The text's digest is kept: an applied migration is never edited afterwards. */
static void text_digest(const char *sql, char hex[static DIGEST_HEX])
{
	struct digest d;
	digest_of(suite_by_name("intl"), view_str(sql), &d);
	digest_hex(&d, hex);
}

/* 1 applied with the same text, 0 not yet, or an error. */
static int applied(struct db_conn *c, const char *schema, const struct db_migration *m, const char *hex,
	struct err_note *note)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(
		c->h, "SELECT digest FROM schema_migration WHERE schema = ?1 AND number = ?2", -1, &q, NULL);
	if (rc != SQLITE_OK)
		return db_err(rc);
	sqlite3_bind_text(q, 1, schema, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, m->number);
	rc = sqlite3_step(q);
	int out = rc == SQLITE_ROW ? 1 : db_err(rc);
	if (out == 1 && strcmp((const char *)sqlite3_column_text(q, 0), hex) != 0)
		out = err_set(note, ERR_DB, "migration %s/%04d-%s: was applied with another text", schema,
			m->number, m->name);
	sqlite3_finalize(q);
	return out;
}

static int record(struct db_conn *c, const char *schema, const struct db_migration *m, const char *hex)
{
	sqlite3_stmt *q = NULL;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	int rc = sqlite3_prepare_v2(c->h,
		"INSERT INTO schema_migration (schema, number, name, digest, applied_at) VALUES (?1, ?2, ?3, "
		"?4, ?5)",
		-1, &q, NULL);
	if (rc != SQLITE_OK)
		return db_err(rc);
	sqlite3_bind_text(q, 1, schema, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, m->number);
	sqlite3_bind_text(q, 3, m->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 4, hex, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, at, -1, SQLITE_STATIC);
	rc = sqlite3_step(q);
	sqlite3_finalize(q);
	return db_err(rc);
}

static int migrate(struct db_conn *c, const char *schema, const struct db_migration *m, struct err_note *note)
{
	char hex[DIGEST_HEX];
	text_digest(m->sqlite, hex);
	int rc = applied(c, schema, m, hex, note);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = db_conn_exec(c, m->sqlite);
	return rc < 0 ? err_set(note, rc, "migration %s/%04d-%s: %s", schema, m->number, m->name,
				sqlite3_errmsg(c->h))
		      : record(c, schema, m, hex);
}

int db_schema_apply(struct db_conn *c, const struct db_options *o, struct err_note *note)
{
	int rc = db_conn_exec(c, "BEGIN IMMEDIATE");
	if (rc < 0)
		return rc;
	rc = db_conn_exec(c,
		"CREATE TABLE IF NOT EXISTS schema_migration (schema TEXT NOT NULL, number INTEGER NOT NULL, "
		"name TEXT NOT NULL,"
		" digest TEXT NOT NULL, applied_at TEXT NOT NULL, PRIMARY KEY (schema, number)) STRICT");
	for (size_t i = 0; rc == 0 && i < o->nschemas; i++)
		for (size_t k = 0; rc == 0 && k < o->schemas[i]->n; k++)
			rc = migrate(c, o->schemas[i]->name, &o->schemas[i]->v[k], note);
	int end = db_conn_exec(c, rc == 0 ? "COMMIT" : "ROLLBACK");
	return rc < 0 ? rc : end;
}
