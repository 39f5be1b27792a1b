/* Feedback from the public 意见建议 (guide 二(二)8): a ticket, its answer, counts. Texts are sealed. */
#include "zones/internet/api/api.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 2000
#define OPEN_MAX 5

DB_STMT(feedback_insert, "INSERT INTO feedback (tenant, id, owner, topic, text, at) VALUES (:tenant, :id, "
			 ":owner, :topic, :text, "
			 ":at)");
DB_STMT(feedback_open_count,
	"SELECT count(*) FROM feedback WHERE tenant = :tenant AND owner = :owner AND answered_at = ''");
DB_STMT(feedback_own, "SELECT id, topic, text, answer, at, answered_at FROM feedback WHERE tenant = :tenant "
		      "AND owner = :owner ORDER BY id DESC LIMIT 100");
DB_STMT(feedback_desk,
	"SELECT id, topic, text, answer, at, answered_at FROM feedback WHERE tenant = :tenant AND (:before = "
	"'' OR id"
	" < :before) ORDER BY CASE WHEN answered_at = '' THEN 0 ELSE 1 END, id DESC LIMIT 100");
DB_STMT(feedback_counts, "SELECT topic, count(*), sum(CASE WHEN answered_at = '' THEN 1 ELSE 0 END) FROM "
			 "feedback WHERE tenant = "
			 ":tenant GROUP BY topic ORDER BY topic");
DB_STMT(feedback_answer_set, "UPDATE feedback SET answer = :answer, answered_by = :who, answered_at = :at "
			     "WHERE tenant = :tenant AND "
			     "id = :id AND answered_at = ''");

struct ticket {
	struct vault *vault;
	const struct http_account *who;
	const char *id, *topic, *text, *before;
	struct uuid fresh;
	json_t *rows, *counts;
	struct err_note note;
};

static int add_tx(struct db_tx *tx, void *arg)
{
	struct ticket *t = arg;
	struct buf sealed;
	int64_t open = 0;
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &feedback_open_count);
	db_bind_text(q, "owner", t->who->id);
	int rc = db_one_int(q, &open);
	if (rc == 0 && open >= OPEN_MAX)
		return err_set(&t->note, ERR_LIMIT, "%d of yours wait for an answer already", OPEN_MAX);
	buf_init(&sealed, 1 << 20);
	time_text(time_now_ms(), at);
	if (rc == 0)
		rc = vault_seal(t->vault, "feedback", "text", t->fresh.s, view_str(t->text), &sealed);
	if (rc == 0) {
		q = db_query(tx, &feedback_insert);
		db_bind_text(q, "id", t->fresh.s);
		db_bind_text(q, "owner", t->who->id);
		db_bind_text(q, "topic", t->topic);
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	if (rc == ERR_CONFLICT)
		rc = err_set(&t->note, ERR_SCHEMA, "topic: process, page, staff or other");
	buf_fini(&sealed);
	return rc == 0 ? audit_record(tx, t->who->user, "feedback.add", t->fresh.s, NULL) : rc;
}

static void ticket_begin(struct http_request *r, struct ticket *t)
{
	t->vault = ((struct service *)http_arg(r))->vault;
	t->who = http_user(r);
	t->fresh = uuid_new();
}

int api_feedback_add(struct http_request *r)
{
	static const char *const keys[] = {"topic", "text", NULL};
	struct ticket t = {.note = {0}};
	ticket_begin(r, &t);
	int rc = json_only_keys(http_body(r), keys, &t.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "topic", 16, &t.topic, &t.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "text", TEXT_MAX, &t.text, &t.note);
	if (rc == 0 && !*t.text)
		rc = err_set(&t.note, ERR_SCHEMA, "text: empty");
	if (rc == 0)
		rc = account_write(r, add_tx, &t);
	if (rc < 0)
		return t.note.err ? http_fail_note(r, &t.note) : rc;
	return http_reply_json(r, 201, json_pack("{s:s}", "id", t.fresh.s));
}

/* ---- reading */

static int text_open(struct vault *v, const char *column, const char *id, const char *sealed, json_t *into)
{
	struct buf plain;
	buf_init(&plain, 1 << 16);
	int rc = *sealed ? vault_unseal(v, "feedback", column, id, sealed, &plain) : 0;
	if (rc == 0 && json_object_set_new(
			       into, column, json_stringn(plain.n ? (const char *)plain.p : "", plain.n)) < 0)
		rc = ERR_NOMEM;
	buf_fini(&plain);
	return rc;
}

static int rows_take(struct ticket *t, struct db_query *q)
{
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *o = json_pack("{s:s,s:s,s:s,s:s}", "id", db_text(q, 0), "topic", db_text(q, 1), "at",
			db_text(q, 4), "answered", db_text(q, 5));
		rc = o ? text_open(t->vault, "text", db_text(q, 0), db_text(q, 2), o) : ERR_NOMEM;
		if (rc == 0)
			rc = text_open(t->vault, "answer", db_text(q, 0), db_text(q, 3), o);
		if (rc == 0)
			json_array_append(t->rows, o);
		json_decref(o);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

static int own_tx(struct db_tx *tx, void *arg)
{
	struct ticket *t = arg;
	struct db_query *q = db_query(tx, &feedback_own);
	db_bind_text(q, "owner", t->who->id);
	return rows_take(t, q);
}

static int desk_tx(struct db_tx *tx, void *arg)
{
	struct ticket *t = arg;
	struct db_query *q = db_query(tx, &feedback_desk);
	db_bind_text(q, "before", t->before);
	int rc = rows_take(t, q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &feedback_counts);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			t->counts, json_pack("{s:s,s:I,s:I}", "topic", db_text(q, 0), "all",
					   (json_int_t)db_int(q, 1), "open", (json_int_t)db_int(q, 2)));
	db_done(q);
	return rc;
}

static int rows_reply(struct http_request *r, db_fn *fn, struct ticket *t)
{
	const char *before = http_query(r, "before");
	ticket_begin(r, t);
	t->before = before ? before : "";
	t->rows = json_array();
	t->counts = json_array();
	int rc = t->rows && t->counts ? account_read(r, fn, t) : ERR_NOMEM;
	if (rc == 0)
		return http_reply_json(r, 200, json_pack("{s:o,s:o}", "rows", t->rows, "counts", t->counts));
	json_decref(t->rows);
	json_decref(t->counts);
	return rc;
}

int api_feedback_own(struct http_request *r)
{
	return rows_reply(r, own_tx, &(struct ticket){.note = {0}});
}

int api_desk_feedback(struct http_request *r)
{
	return rows_reply(r, desk_tx, &(struct ticket){.note = {0}});
}

/* ---- answering */

static int answer_tx(struct db_tx *tx, void *arg)
{
	struct ticket *t = arg;
	struct buf sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(t->vault, "feedback", "answer", t->id, view_str(t->text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &feedback_answer_set);
		db_bind_text(q, "id", t->id);
		db_bind_textn(q, "answer", buf_view(&sealed));
		db_bind_text(q, "who", t->who->user);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	if (rc == 0 && db_changes(tx) == 0)
		rc = err_set(&t->note, ERR_STATE, "unknown, or answered already");
	buf_fini(&sealed);
	return rc == 0 ? audit_record(tx, t->who->user, "feedback.answer", t->id, NULL) : rc;
}

int api_desk_feedback_answer(struct http_request *r)
{
	static const char *const keys[] = {"answer", NULL};
	struct ticket t = {.id = http_param(r, "id")};
	ticket_begin(r, &t);
	int rc = json_only_keys(http_body(r), keys, &t.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "answer", TEXT_MAX, &t.text, &t.note);
	if (rc == 0 && !*t.text)
		rc = err_set(&t.note, ERR_SCHEMA, "answer: empty");
	if (rc == 0)
		rc = account_write(r, answer_tx, &t);
	if (rc < 0)
		return t.note.err ? http_fail_note(r, &t.note) : rc;
	return http_reply_json(r, 200, json_object());
}
