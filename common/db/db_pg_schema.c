/* What is asked of the server before transactions begin: its settings, the schema, every statement. Outside
 * of pipeline mode. */
#include "common/db/db_pg_impl.h"
#include "common/db/db_pg_value.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PLAN_MAX (4 << 20)

static int plain_begin(struct pg_conn *c)
{
	return !c->h || pg_line_wait(c) < 0 || !PQexitPipelineMode(c->h) ? ERR_BUSY : 0;
}

static int plain_end(struct pg_conn *c, int rc)
{
	return PQenterPipelineMode(c->h) ? rc : ERR_BUSY;
}

static int failed(struct pg_conn *c, struct err_note *note)
{
	const char *text = PQerrorMessage(c->h);
	return err_set(note, ERR_DB, "%.*s", (int)strcspn(text, "\n"), text);
}

int pg_script(struct db_conn *head, const char *sql, struct err_note *note)
{
	struct pg_conn *c = pg_conn(head);
	int rc = plain_begin(c);
	if (rc < 0)
		return err_set(note, rc, "database: no connection");
	PGresult *r = PQexec(c->h, sql);
	ExecStatusType s = PQresultStatus(r);
	rc = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK ? 0 : failed(c, note);
	PQclear(r);
	return plain_end(c, rc);
}

static int ask(struct pg_conn *c, const char *sql, const char *const *params, int n, struct buf *out)
{
	PGresult *r = PQexecParams(c->h, sql, n, NULL, params, NULL, NULL, 0);
	ExecStatusType s = PQresultStatus(r);
	int rc = s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK ? ERR_DB : PQntuples(r) > 0;
	if (rc == 1 && out && buf_add_str(out, PQgetvalue(r, 0, 0)) < 0)
		rc = ERR_NOMEM;
	PQclear(r);
	return rc;
}

int pg_ask(struct db_conn *head, const char *sql, const char *const *params, int n, struct buf *out)
{
	struct pg_conn *c = pg_conn(head);
	int rc = plain_begin(c);
	return rc < 0 ? rc : plain_end(c, ask(c, sql, params, n, out));
}

/* Texts sort and compare by their bytes, as SQLite's do. */
int pg_check_database(struct pg_conn *c, struct err_note *note)
{
	static const char sql[] =
		"SELECT 1 FROM pg_database WHERE datname = current_database() AND encoding = "
		"pg_char_to_encoding('UTF8') AND datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')";
	int rc = pg_ask(&c->head, sql, NULL, 0, NULL);
	return rc == 1 ? 0
		       : err_set(note, rc < 0 ? rc : ERR_CONFIG,
				 "database: make it with createdb --template=template0 --encoding=UTF8 "
				 "--locale=C");
}

/* ---- every statement */

static bool only_reads(const char *sql)
{
	while (isspace((unsigned char)*sql))
		sql++;
	return strncasecmp(sql, "SELECT", 6) == 0;
}

/* What the server makes of it. Whole numbers are 64 bits wide, whatever literal stands beside a parameter. */
static int describe(struct pg_conn *c, size_t i, bool *widened, struct err_note *note)
{
	const struct db_text *t = &c->head.db->texts[i];
	struct pg_text *p = pg_text(c, i);
	char name[16];
	snprintf(name, sizeof name, "s%zu", i);
	PGresult *r = PQprepare(c->h, name, t->sql, (int)t->nparams, p->types);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	if (!ok)
		return failed(c, note);
	r = PQdescribePrepared(c->h, name);
	if (PQresultStatus(r) != PGRES_COMMAND_OK || (size_t)PQnparams(r) != t->nparams) {
		PQclear(r);
		return failed(c, note);
	}
	p->rows = PQnfields(r) > 0;
	p->reads = only_reads(t->sql);
	if (!p->types)
		p->types = calloc(t->nparams + 1, sizeof *p->types);
	REQUIRE(p->types);
	*widened = false;
	for (size_t k = 0; k < t->nparams; k++) {
		Oid type = PQparamtype(r, (int)k);
		*widened |= type == PG_INT4 || type == PG_INT2;
		p->types[k] = type == PG_INT4 || type == PG_INT2 ? PG_INT8 : type;
	}
	PQclear(r);
	return 0;
}

/* Tables that have a column `tenant`, each between two spaces. */
static int tenant_tables(struct pg_conn *c, struct buf *out)
{
	return ask(c,
		"SELECT coalesce(' ' || string_agg(t.relname, ' ') || ' ', '') FROM pg_attribute a JOIN "
		"pg_class t "
		"ON t.oid = a.attrelid WHERE a.attname = 'tenant' AND t.relkind IN ('r', 'p') AND "
		"pg_table_is_visible(t.oid)",
		NULL, 0, out);
}

/* Whether the plan touches one of the tables. */
static int touches(struct pg_conn *c, size_t i, const char *tables, bool *out)
{
	static const char key[] = "\"Relation Name\": \"";
	struct buf sql;
	buf_init(&sql, 4096);
	int rc = buf_addf(&sql, "EXPLAIN (FORMAT JSON) EXECUTE s%zu", i);
	for (size_t k = 0; rc == 0 && k < c->head.db->texts[i].nparams; k++)
		rc = buf_addf(&sql, "%sNULL", k ? ", " : "(");
	if (rc == 0 && c->head.db->texts[i].nparams)
		rc = buf_add_str(&sql, ")");
	PGresult *r = rc == 0 ? PQexec(c->h, (const char *)sql.p) : NULL;
	buf_fini(&sql);
	if (PQresultStatus(r) != PGRES_TUPLES_OK) {
		PQclear(r);
		return rc < 0 ? rc : ERR_DB;
	}
	*out = false;
	for (const char *s = PQgetvalue(r, 0, 0); (s = strstr(s, key)); s++) {
		char name[80];
		s += sizeof key - 1;
		snprintf(name, sizeof name, " %.*s ", (int)strcspn(s, "\""), s);
		*out |= strstr(tables, name) != NULL;
	}
	PQclear(r);
	return 0;
}

static int check_one(struct pg_conn *c, size_t i, const char *tables, struct err_note *note)
{
	const struct db_text *t = &c->head.db->texts[i];
	struct err_note why = {0};
	bool again = false, tenant = false;
	int rc = describe(c, i, &again, &why);
	if (rc == 0 && again) {
		char drop[40];
		snprintf(drop, sizeof drop, "DEALLOCATE s%zu", i);
		PQclear(PQexec(c->h, drop));
		rc = describe(c, i, &again, &why);
	}
	if (rc == 0)
		rc = touches(c, i, tables, &tenant);
	if (rc < 0)
		return err_set(note, rc, "statement %s: %.180s", t->stmt->name,
			why.err ? why.text : PQerrorMessage(c->h));
	if (tenant && !t->stmt->cross && !t->tenant)
		return err_set(note, ERR_DB, "statement %s: touches a tenant's table without :tenant",
			t->stmt->name);
	c->prepared[i] = true;
	return 0;
}

int pg_prepare(struct db_conn *head, struct err_note *note)
{
	struct pg_conn *c = pg_conn(head);
	struct buf tables;
	buf_init(&tables, PLAN_MAX);
	int rc = plain_begin(c);
	if (rc < 0)
		return rc;
	PQclear(PQexec(c->h, "SET plan_cache_mode = force_generic_plan"));
	rc = tenant_tables(c, &tables);
	for (size_t i = 0; rc >= 0 && i < head->db->ntexts; i++)
		if (head->db->texts[i].stmt)
			rc = check_one(c, i, (const char *)tables.p, note);
	PQclear(PQexec(c->h, "RESET plan_cache_mode"));
	buf_fini(&tables);
	return plain_end(c, rc < 0 ? rc : 0);
}
