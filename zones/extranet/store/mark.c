#include "zones/extranet/store/mark.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define NOTE_MAX 4096

DB_STMT(mark_count, "SELECT count(*) FROM reg_mark WHERE tenant = :tenant AND case_id = :id");
DB_STMT(mark_insert, "INSERT INTO reg_mark (tenant, case_id, n, material, page, x, y, w, h, note, who, at) "
		     "VALUES (:tenant, "
		     ":id, :n, :material, :page, :x, :y, :w, :h, :note, :who, :at)");
DB_STMT(mark_gone, "UPDATE reg_mark SET removed_by = :who, removed_at = :at WHERE tenant = :tenant AND "
		   "case_id = :id AND "
		   "n = :n AND who = :who AND removed_at IS NULL");
DB_STMT(mark_rows, "SELECT n, material, page, x, y, w, h, note, who, at FROM reg_mark WHERE tenant = :tenant "
		   "AND case_id = :id AND removed_at IS NULL ORDER BY n");
DB_STMT(draft_put,
	"INSERT INTO reg_draft (tenant, case_id, who, opinion, at) VALUES (:tenant, :id, :who, :opinion, "
	":at) ON "
	"CONFLICT (tenant, case_id, who) DO UPDATE SET opinion = excluded.opinion, at = excluded.at");
DB_STMT(draft_select,
	"SELECT opinion, at FROM reg_draft WHERE tenant = :tenant AND case_id = :id AND who = :who");
DB_STMT(draft_delete, "DELETE FROM reg_draft WHERE tenant = :tenant AND case_id = :id AND who = :who");

static void now_text(char out[static TIME_TEXT])
{
	time_text(time_now_ms(), out);
}

/* Sealed values are bound to their row, as sealed.c names it. */
static void mark_row(const char *case_id, int64_t n, char out[static 64])
{
	snprintf(out, 64, "%s/%lld", case_id, (long long)n);
}

static void draft_row(const char *case_id, const char *who, char out[static 128])
{
	snprintf(out, 128, "%s/%s", case_id, who);
}

int mark_add(struct db_tx *tx, struct vault *v, const char *case_id, const struct mark *m, const char *who,
	int64_t *n)
{
	struct buf sealed;
	char row[64], at[TIME_TEXT];
	int64_t next = 0;
	struct db_query *q = db_query(tx, &mark_count);
	db_bind_text(q, "id", case_id);
	int rc = db_one_int(q, &next);
	if (rc == 0 && next >= MARKS_MAX)
		rc = ERR_LIMIT;
	buf_init(&sealed, NOTE_MAX);
	mark_row(case_id, next, row);
	now_text(at);
	if (rc == 0)
		rc = vault_seal(v, "reg_mark", "note", row, view_str(m->note), &sealed);
	if (rc == 0) {
		q = db_query(tx, &mark_insert);
		db_bind_text(q, "id", case_id);
		db_bind_int(q, "n", next);
		db_bind_int(q, "material", m->material);
		db_bind_int(q, "page", m->page);
		db_bind_int(q, "x", m->x);
		db_bind_int(q, "y", m->y);
		db_bind_int(q, "w", m->w);
		db_bind_int(q, "h", m->h);
		db_bind_textn(q, "note", buf_view(&sealed));
		db_bind_text(q, "who", who);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	if (rc == 0)
		*n = next;
	return rc;
}

int mark_remove(struct db_tx *tx, const char *case_id, int64_t n, const char *who)
{
	char at[TIME_TEXT];
	now_text(at);
	struct db_query *q = db_query(tx, &mark_gone);
	db_bind_text(q, "id", case_id);
	db_bind_int(q, "n", n);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

int mark_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	static const char *const names[] = {"n", "material", "page", "x", "y", "w", "h"};
	struct db_query *q = db_query(tx, &mark_rows);
	json_t *rows = json_array();
	int rc;
	db_bind_text(q, "id", case_id);
	while ((rc = db_step(q)) == 1) {
		struct buf note;
		char row[64];
		buf_init(&note, NOTE_MAX);
		mark_row(case_id, db_int(q, 0), row);
		rc = vault_unseal(v, "reg_mark", "note", row, db_text(q, 7), &note);
		json_t *one = json_pack("{s:s,s:s,s:s}", "note", note.n ? (const char *)note.p : "", "by",
			db_text(q, 8), "at", db_text(q, 9));
		for (int i = 0; i < 7; i++)
			json_object_set_new(one, names[i], json_integer(db_int(q, i)));
		json_array_append_new(rows, one);
		buf_fini(&note);
		if (rc < 0)
			break;
	}
	return db_rows_end(q, rc, rows, out);
}

int mark_draft_put(
	struct db_tx *tx, struct vault *v, const char *case_id, const char *who, const char *opinion)
{
	struct buf sealed;
	char row[128], at[TIME_TEXT];
	if (!*opinion)
		return mark_draft_drop(tx, case_id, who);
	buf_init(&sealed, NOTE_MAX);
	draft_row(case_id, who, row);
	now_text(at);
	int rc = vault_seal(v, "reg_draft", "opinion", row, view_str(opinion), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &draft_put);
		db_bind_text(q, "id", case_id);
		db_bind_text(q, "who", who);
		db_bind_textn(q, "opinion", buf_view(&sealed));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int mark_draft_get(struct db_tx *tx, struct vault *v, const char *case_id, const char *who, json_t **out)
{
	struct buf plain;
	char row[128];
	json_t *one = json_null();
	struct db_query *q = db_query(tx, &draft_select);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "who", who);
	buf_init(&plain, NOTE_MAX);
	draft_row(case_id, who, row);
	int rc = db_step(q);
	if (rc == 1) {
		rc = vault_unseal(v, "reg_draft", "opinion", row, db_text(q, 0), &plain);
		if (rc == 0)
			one = json_pack("{s:s,s:s}", "opinion", plain.n ? (const char *)plain.p : "", "at",
				db_text(q, 1));
	}
	db_done(q);
	buf_fini(&plain);
	if (rc == 0)
		*out = one;
	return rc;
}

int mark_draft_drop(struct db_tx *tx, const char *case_id, const char *who)
{
	struct db_query *q = db_query(tx, &draft_delete);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "who", who);
	return db_exec(q);
}
