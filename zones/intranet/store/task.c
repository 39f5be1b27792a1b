#include "zones/intranet/store/task.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define COLUMNS                                                                                              \
	"id, case_number, unit_code, parcel_code, state, received_at, name, verdict, opinion, reviewer, "    \
	"approver, approval, claimed_cm2,"                                                                   \
	" version, size, digest, blob"
DB_STMT(task_insert_row, "INSERT INTO task (tenant, id, case_number, unit_code, parcel_code, claimed_cm2, "
			 "state, version, received_at, name, size,"
			 " digest, blob) VALUES (:tenant, :id, :case_number, :unit_code, :parcel_code, "
			 ":claimed, 'received', 1, :at, :name,"
			 " :size, :digest, :blob)");
DB_STMT(task_select, "SELECT " COLUMNS " FROM task WHERE tenant = :tenant AND id = :id");
DB_STMT(task_select_list, "SELECT " COLUMNS " FROM task WHERE tenant = :tenant AND (:state = '' OR state = "
			  ":state) ORDER BY received_at DESC LIMIT 200");
DB_STMT(task_update_row, "UPDATE task SET state = :state, verdict = :verdict, opinion = :opinion, reviewer = "
			 ":reviewer, approver = :approver,"
			 " approval = :approval, version = version + 1 WHERE tenant = :tenant AND id = :id "
			 "AND version = :version");
DB_STMT(copy_upsert, "INSERT INTO book_row (tenant, tbl, key, unit, row, entry) VALUES (:tenant, :tbl, :key, "
		     ":unit, :row, :entry)"
		     " ON CONFLICT (tenant, tbl, key) DO UPDATE SET row = :row, entry = :entry");
DB_STMT(copy_all, "SELECT tbl, key, row FROM book_row WHERE tenant = :tenant ORDER BY tbl, key");
DB_STMT(copy_unit,
	"SELECT tbl, key, row FROM book_row WHERE tenant = :tenant AND unit = :unit ORDER BY tbl, key");

int task_insert(struct db_tx *tx, const struct task *t)
{
	struct db_query *q = db_query(tx, &task_insert_row);
	db_bind_text(q, "id", t->id);
	db_bind_text(q, "case_number", t->case_number);
	db_bind_text(q, "unit_code", t->unit_code);
	db_bind_text(q, "parcel_code", t->parcel_code);
	db_bind_int(q, "claimed", t->claimed_cm2);
	db_bind_text(q, "at", t->received_at);
	db_bind_text(q, "name", t->name);
	db_bind_int(q, "size", t->graphics.size);
	db_bind_digest(q, "digest", &t->graphics.digest);
	db_bind_digest(q, "blob", &t->graphics.name);
	return db_exec(q);
}

static void digest_fill(struct db_query *q, int col, struct digest *d)
{
	struct view v = db_blob(q, col);
	REQUIRE(v.n == sizeof d->b);
	memcpy(d->b, v.p, v.n);
}

static void row_fill(struct db_query *q, struct task *t)
{
	memset(t, 0, sizeof *t);
	const struct {
		char *to;
		size_t n;
	} texts[] = {{t->id, sizeof t->id}, {t->case_number, sizeof t->case_number},
		{t->unit_code, sizeof t->unit_code}, {t->parcel_code, sizeof t->parcel_code},
		{t->state, sizeof t->state}, {t->received_at, sizeof t->received_at},
		{t->name, sizeof t->name}, {t->verdict, sizeof t->verdict}, {t->opinion, sizeof t->opinion},
		{t->reviewer, sizeof t->reviewer}, {t->approver, sizeof t->approver},
		{t->approval, sizeof t->approval}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		snprintf(texts[i].to, texts[i].n, "%s", db_text(q, (int)i));
	t->claimed_cm2 = db_int(q, 12);
	t->version = db_int(q, 13);
	t->graphics.size = db_int(q, 14);
	digest_fill(q, 15, &t->graphics.digest);
	digest_fill(q, 16, &t->graphics.name);
}

int task_get(struct db_tx *tx, const char *id, struct task *out)
{
	struct db_query *q = db_query(tx, &task_select);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1)
		row_fill(q, out);
	db_done(q);
	return db_found(rc);
}

int task_update(struct db_tx *tx, struct task *t, int64_t version)
{
	struct db_query *q = db_query(tx, &task_update_row);
	db_bind_text(q, "state", t->state);
	db_bind_text(q, "verdict", t->verdict);
	db_bind_text(q, "opinion", t->opinion);
	db_bind_text(q, "reviewer", t->reviewer);
	db_bind_text(q, "approver", t->approver);
	db_bind_text(q, "approval", t->approval);
	db_bind_text(q, "id", t->id);
	db_bind_int(q, "version", version);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc == 0)
		t->version = version + 1;
	return rc;
}

json_t *task_json(const struct task *t)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I}", "id", t->id,
		"case_number", t->case_number, "unit_code", t->unit_code, "parcel_code", t->parcel_code,
		"state", t->state, "received", t->received_at, "name", t->name, "verdict", t->verdict,
		"opinion", t->opinion, "reviewer", t->reviewer, "approver", t->approver, "approval",
		t->approval, "claimed_cm2", (json_int_t)t->claimed_cm2, "version", (json_int_t)t->version);
}

int task_list(struct db_tx *tx, const char *state, json_t **out)
{
	struct db_query *q = db_query(tx, &task_select_list);
	db_bind_text(q, "state", state);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct task t;
		row_fill(q, &t);
		json_array_append_new(rows, task_json(&t));
	}
	return db_rows_end(q, rc, rows, out);
}

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
