#include "zones/intranet/store/copy.h"

#include <stdio.h>
#include <stdlib.h>

DB_STMT(copy_upsert, "INSERT INTO book_row (tenant, tbl, key, unit, row, entry) VALUES (:tenant, :tbl, :key, "
		     ":unit, :row, :entry)"
		     " ON CONFLICT (tenant, tbl, key) DO UPDATE SET row = :row, entry = :entry");
DB_STMT(copy_all, "SELECT tbl, key, row FROM book_row WHERE tenant = :tenant ORDER BY tbl, key");
DB_STMT(copy_unit,
	"SELECT tbl, key, row FROM book_row WHERE tenant = :tenant AND unit = :unit ORDER BY tbl, key");
DB_STMT(copy_one, "SELECT tbl, key, row FROM book_row WHERE tenant = :tenant AND tbl = :tbl AND key = :key");
DB_STMT(copy_entry_logs,
	"SELECT tbl, key, row FROM book_row WHERE tenant = :tenant AND tbl = 'djlog' AND entry "
	"= :entry ORDER BY key");
DB_STMT(copy_log_last,
	"SELECT coalesce(max(key), '0') FROM book_row WHERE tenant = :tenant AND tbl = 'djlog' "
	"AND key < :key");

static void row_name(const char *table, const char *key, char out[static 200])
{
	snprintf(out, 200, "%s/%s", table, key);
}

int copy_put(struct db_tx *tx, struct vault *v, const char *table, const char *key, const char *row,
	const char *entry, struct err_note *note)
{
	json_t *o = NULL;
	struct buf sealed;
	char name[200];
	buf_init(&sealed, 1 << 20);
	row_name(table, key, name);
	int rc = json_is_canon(view_str(row))
			 ? json_parse(view_str(row), 1 << 19, &o, note)
			 : err_set(note, ERR_SCHEMA, "row %.100s: not canonical JSON", name);
	if (rc == 0)
		rc = vault_seal(v, "book_row", "row", name, view_str(row), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &copy_upsert);
		db_bind_text(q, "tbl", table);
		db_bind_text(q, "key", key);
		db_bind_text(q, "unit", json_str(o, "bdcdyh"));
		db_bind_textn(q, "row", buf_view(&sealed));
		db_bind_text(q, "entry", entry);
		rc = db_exec(q);
	}
	json_decref(o);
	buf_fini(&sealed);
	return rc;
}

static int copy_visit(struct db_query *q, struct vault *v,
	int (*each)(void *arg, const char *table, const char *key, struct view row), void *arg)
{
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct buf plain;
		char name[200];
		buf_init(&plain, 1 << 20);
		row_name(db_text(q, 0), db_text(q, 1), name);
		rc = vault_unseal(v, "book_row", "row", name, db_text(q, 2), &plain);
		if (rc == 0)
			rc = each(arg, db_text(q, 0), db_text(q, 1), buf_view(&plain));
		buf_fini(&plain);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

int copy_each(struct db_tx *tx, struct vault *v,
	int (*each)(void *arg, const char *table, const char *key, struct view row), void *arg)
{
	return copy_visit(db_query(tx, &copy_all), v, each, arg);
}

static int unit_row(void *arg, const char *table, const char *key, struct view row)
{
	json_t *all = arg, *o = NULL;
	(void)key;
	int rc = json_parse(row, 1 << 20, &o, NULL);
	if (rc < 0)
		return rc;
	json_t *list = json_object_get(all, table);
	if (!list) {
		list = json_array();
		json_object_set_new(all, table, list);
	}
	return json_array_append_new(list, o) ? ERR_NOMEM : 0;
}

int copy_of_unit(struct db_tx *tx, struct vault *v, const char *unit, json_t **out)
{
	json_t *all = json_object();
	struct db_query *q = db_query(tx, &copy_unit);
	db_bind_text(q, "unit", unit);
	int rc = copy_visit(q, v, unit_row, all);
	if (rc < 0)
		json_decref(all);
	else
		*out = all;
	return rc;
}

static int row_keep(void *arg, const char *table, const char *key, struct view row)
{
	(void)table;
	(void)key;
	return buf_add_view(arg, row);
}

int copy_get(struct db_tx *tx, struct vault *v, const char *table, const char *key, struct buf *out)
{
	size_t before = out->n;
	struct db_query *q = db_query(tx, &copy_one);
	db_bind_text(q, "tbl", table);
	db_bind_text(q, "key", key);
	int rc = copy_visit(q, v, row_keep, out);
	if (rc == ERR_DIGEST) /* damaged here: not the sender's fault */
		return ERR_CRYPTO;
	return rc == 0 && out->n == before ? ERR_NOTFOUND : rc;
}

static int log_keep(void *arg, const char *table, const char *key, struct view row)
{
	json_t *o = NULL;
	(void)table;
	(void)key;
	int rc = json_parse(row, 1 << 20, &o, NULL);
	return rc == 0 && json_array_append_new(arg, o) ? ERR_NOMEM : rc;
}

int copy_logs(struct db_tx *tx, struct vault *v, const char *entry, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, &copy_entry_logs);
	db_bind_text(q, "entry", entry);
	int rc = copy_visit(q, v, log_keep, rows);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}

int copy_log_before(struct db_tx *tx, const char *key, int64_t *out)
{
	struct db_query *q = db_query(tx, &copy_log_last);
	db_bind_text(q, "key", key);
	int rc = db_step(q);
	if (rc == 1)
		*out = atoll(db_text(q, 0));
	db_done(q);
	return db_found(rc);
}
