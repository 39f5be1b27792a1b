#include "common/crypto/suite.h"
#include "common/db/db_impl.h"
#include <stdio.h>
#include <string.h>

/* The text's digest is kept: an applied migration is never edited afterwards. */
static void text_digest(const char *sql, char hex[static DIGEST_HEX])
{
	digest_hex_of(suite_by_name("intl"), view_str(sql), hex);
}

/* 1 applied with the same text, 0 not yet, or an error. */
static int applied(struct db_conn *c, const char *schema, const struct db_migration *m, const char *hex,
	struct err_note *note)
{
	char number[16];
	struct buf had;
	snprintf(number, sizeof number, "%d", m->number);
	buf_init(&had, 256);
	int rc = c->db->b->schema_ask(c,
		"SELECT digest FROM schema_migration WHERE schema = $1 AND number = $2",
		(const char *const[]){schema, number}, 2, &had);
	if (rc == 1 && strcmp((const char *)had.p, hex) != 0)
		rc = err_set(note, ERR_DB, "migration %s/%04d-%s: was applied with another text", schema,
			m->number, m->name);
	buf_fini(&had);
	return rc;
}

static int record(struct db_conn *c, const char *schema, const struct db_migration *m, const char *hex)
{
	char number[16], at[TIME_TEXT];
	snprintf(number, sizeof number, "%d", m->number);
	time_text(time_now_ms(), at);
	return c->db->b->schema_ask(c,
		"INSERT INTO schema_migration (schema, number, name, digest, applied_at) VALUES ($1, $2, $3, "
		"$4, $5)",
		(const char *const[]){schema, number, m->name, hex, at}, 5, NULL);
}

static int migrate(struct db_conn *c, const char *schema, const struct db_migration *m, struct err_note *note)
{
	char hex[DIGEST_HEX];
	struct err_note why = {0};
	const char *sql;
	memcpy(&sql, (const char *)m + c->db->b->migration, sizeof sql);
	if (!sql)
		return err_set(note, ERR_DB, "migration %s/%04d-%s: has no text for this database", schema,
			m->number, m->name);
	text_digest(sql, hex);
	int rc = applied(c, schema, m, hex, note);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = c->db->b->script(c, sql, &why);
	return rc < 0 ? err_set(note, rc, "migration %s/%04d-%s: %.150s", schema, m->number, m->name,
				why.text)
		      : record(c, schema, m, hex);
}

int db_schema_apply(struct db_conn *c, const struct db_options *o, struct err_note *note)
{
	const struct db_backend *b = c->db->b;
	int rc = b->script(c, b->schema_begin, note);
	if (rc < 0)
		return rc;
	rc = b->script(c, b->schema_table, note);
	for (size_t i = 0; rc == 0 && i < o->nschemas; i++)
		for (size_t k = 0; rc == 0 && k < o->schemas[i]->n; k++)
			rc = migrate(c, o->schemas[i]->name, &o->schemas[i]->v[k], note);
	int end = b->script(c, rc == 0 ? "COMMIT" : "ROLLBACK", note);
	return rc < 0 ? rc : end;
}
