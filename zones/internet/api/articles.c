/* What the office publishes (guide 二(二)8): read by everybody, written at the operators' desk, published by
 * a second person. */
#include "zones/internet/api/api.h"

#include <string.h>

#define SLUG_MAX 60
#define TITLE_MAX 200
#define BODY_MAX 60000
#define COLUMNS "slug, version, kind, zh_title, en_title, zh_body, en_body, state, author, publisher, at"

DB_STMT(article_list,
	"SELECT " COLUMNS
	" FROM article WHERE tenant = :tenant AND state = 'published' AND (:kind = '' OR kind = "
	":kind) ORDER BY kind, slug LIMIT 500");
DB_STMT(article_one,
	"SELECT " COLUMNS " FROM article WHERE tenant = :tenant AND slug = :slug AND state = 'published'");
DB_STMT(article_desk,
	"SELECT " COLUMNS " FROM article WHERE tenant = :tenant ORDER BY slug, version DESC LIMIT 1000");
DB_STMT(article_insert,
	"INSERT INTO article (tenant, slug, version, kind, zh_title, en_title, zh_body, en_body, state, "
	"author, "
	"at) SELECT :tenant, :slug, 1 + coalesce(max(version), 0), :kind, :zh_title, :en_title, :zh_body, "
	":en_body, 'draft', :who, :at FROM article WHERE tenant = :tenant AND slug = :slug");
DB_STMT(article_drop_draft,
	"DELETE FROM article WHERE tenant = :tenant AND slug = :slug AND state = 'draft'");
DB_STMT(article_author,
	"SELECT author FROM article WHERE tenant = :tenant AND slug = :slug AND state = 'draft'");
DB_STMT(article_withdraw, "UPDATE article SET state = 'withdrawn' WHERE tenant = :tenant AND slug = :slug "
			  "AND state = 'published'");
DB_STMT(article_publish, "UPDATE article SET state = 'published', publisher = :who, at = :at WHERE tenant = "
			 ":tenant AND slug = "
			 ":slug AND state = 'draft'");

static json_t *row_json(struct db_query *q)
{
	return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "slug", db_text(q, 0), "version",
		(json_int_t)db_int(q, 1), "kind", db_text(q, 2), "zh_title", db_text(q, 3), "en_title",
		db_text(q, 4), "zh_body", db_text(q, 5), "en_body", db_text(q, 6), "state", db_text(q, 7),
		"author", db_text(q, 8), "publisher", db_text(q, 9), "at", db_text(q, 10));
}

/* ---- reading */

struct listing {
	const struct db_stmt *stmt;
	const char *kind, *slug, *word;
	json_t *rows;
};

static bool has_word(const json_t *row, const char *word)
{
	static const char *const keys[] = {"zh_title", "en_title", "zh_body", "en_body"};
	for (size_t i = 0; i < 4; i++)
		if (strcasestr(json_str(row, keys[i]), word))
			return true;
	return false;
}

static int list_tx(struct db_tx *tx, void *arg)
{
	struct listing *l = arg;
	struct db_query *q = db_query(tx, l->stmt);
	int rc;
	if (l->kind)
		db_bind_text(q, "kind", l->kind);
	if (l->slug)
		db_bind_text(q, "slug", l->slug);
	while ((rc = db_step(q)) == 1) {
		json_t *row = row_json(q);
		if (row && (!l->word || has_word(row, l->word)))
			json_array_append(l->rows, row);
		json_decref(row);
	}
	db_done(q);
	return rc;
}

static int list_reply(struct http_request *r, struct listing *l)
{
	l->rows = json_array();
	int rc = l->rows ? account_read(r, list_tx, l) : ERR_NOMEM;
	if (rc == 0)
		return http_reply_json(r, 200, json_pack("{s:o}", "rows", l->rows));
	json_decref(l->rows);
	return rc;
}

/* The public sees neither who wrote nor who published; a list is titles only. */
static void anonymous(json_t *rows, bool list)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		json_object_del(row, "author");
		json_object_del(row, "publisher");
		json_object_del(row, "state");
		if (list) {
			json_object_del(row, "zh_body");
			json_object_del(row, "en_body");
		}
	}
}

int api_articles(struct http_request *r)
{
	const char *kind = http_query(r, "kind"), *word = http_query(r, "q");
	struct listing l = {&article_list, kind ? kind : "", NULL, word && *word ? word : NULL, json_array()};
	int rc = l.rows ? account_read(r, list_tx, &l) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(l.rows);
		return rc;
	}
	anonymous(l.rows, true);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

int api_article(struct http_request *r)
{
	struct listing l = {&article_one, NULL, http_param(r, "slug"), NULL, json_array()};
	int rc = l.rows ? account_read(r, list_tx, &l) : ERR_NOMEM;
	if (rc == 0 && json_array_size(l.rows) == 0)
		rc = ERR_NOTFOUND;
	anonymous(l.rows, false);
	json_t *one = rc == 0 ? json_incref(json_array_get(l.rows, 0)) : NULL;
	json_decref(l.rows);
	return rc < 0 ? rc : http_reply_json(r, 200, one);
}

int api_desk_articles(struct http_request *r)
{
	return list_reply(r, &(struct listing){&article_desk, NULL, NULL, NULL, NULL});
}

/* ---- writing */

struct writing {
	const char *who, *slug, *kind, *zh_title, *en_title, *zh_body, *en_body;
	char at[TIME_TEXT];
	struct err_note note;
};

static int save_tx(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	struct db_query *q = db_query(tx, &article_drop_draft);
	db_bind_text(q, "slug", w->slug);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &article_insert);
	db_bind_text(q, "slug", w->slug);
	db_bind_text(q, "kind", w->kind);
	db_bind_text(q, "zh_title", w->zh_title);
	db_bind_text(q, "en_title", w->en_title);
	db_bind_text(q, "zh_body", w->zh_body);
	db_bind_text(q, "en_body", w->en_body);
	db_bind_text(q, "who", w->who);
	db_bind_text(q, "at", w->at);
	rc = db_exec(q);
	if (rc == ERR_CONFLICT)
		return err_set(&w->note, ERR_SCHEMA, "kind: guide, faq, policy or note");
	return rc == 0 ? audit_record(tx, w->who, "article.write", w->slug, NULL) : rc;
}

static int slug_check(struct writing *w)
{
	size_t n = strspn(w->slug, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n < 2 || n > SLUG_MAX || w->slug[n]
		       ? err_set(&w->note, ERR_SCHEMA, "slug: 2 to %d of a-z, 0-9, dash", SLUG_MAX)
		       : 0;
}

static void writing_begin(struct http_request *r, struct writing *w)
{
	w->who = http_user(r)->user;
	w->slug = http_param(r, "slug");
	time_text(time_now_ms(), w->at);
}

static int answer(struct http_request *r, int rc, const struct err_note *note)
{
	if (rc < 0)
		return note->err ? http_fail_note(r, note) : rc;
	return http_reply_json(r, 200, json_object());
}

int api_desk_article_save(struct http_request *r)
{
	static const char *const keys[] = {"kind", "zh_title", "en_title", "zh_body", "en_body", NULL};
	const json_t *b = http_body(r);
	struct writing w = {.note = {0}};
	writing_begin(r, &w);
	int rc = slug_check(&w);
	if (rc == 0)
		rc = json_only_keys(b, keys, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "kind", 16, &w.kind, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "zh_title", TITLE_MAX, &w.zh_title, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "en_title", TITLE_MAX, &w.en_title, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "zh_body", BODY_MAX, &w.zh_body, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "en_body", BODY_MAX, &w.en_body, &w.note);
	if (rc == 0 && (!*w.zh_title || !*w.zh_body))
		rc = err_set(&w.note, ERR_SCHEMA, "zh_title, zh_body: the Chinese text is needed");
	if (rc == 0)
		rc = account_write(r, save_tx, &w);
	return answer(r, rc, &w.note);
}

static int author_check(struct db_tx *tx, struct writing *w)
{
	struct db_query *q = db_query(tx, &article_author);
	db_bind_text(q, "slug", w->slug);
	int rc = db_step(q);
	bool own = rc == 1 && strcmp(db_text(q, 0), w->who) == 0;
	db_done(q);
	if (rc == 0)
		return ERR_NOTFOUND;
	return rc == 1 && own ? err_set(&w->note, ERR_APPROVAL, "somebody else than the author publishes")
	       : rc < 0       ? rc
			      : 0;
}

static int publish_tx(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	int rc = author_check(tx, w);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &article_withdraw);
	db_bind_text(q, "slug", w->slug);
	rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &article_publish);
	db_bind_text(q, "slug", w->slug);
	db_bind_text(q, "who", w->who);
	db_bind_text(q, "at", w->at);
	rc = db_exec(q);
	return rc == 0 ? audit_record(tx, w->who, "article.publish", w->slug, NULL) : rc;
}

int api_desk_article_publish(struct http_request *r)
{
	struct writing w = {.note = {0}};
	writing_begin(r, &w);
	return answer(r, account_write(r, publish_tx, &w), &w.note);
}

static int withdraw_tx(struct db_tx *tx, void *arg)
{
	struct writing *w = arg;
	struct db_query *q = db_query(tx, &article_withdraw);
	db_bind_text(q, "slug", w->slug);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) == 0)
		rc = ERR_NOTFOUND;
	return rc == 0 ? audit_record(tx, w->who, "article.withdraw", w->slug, NULL) : rc;
}

int api_desk_article_withdraw(struct http_request *r)
{
	struct writing w = {.note = {0}};
	writing_begin(r, &w);
	return answer(r, account_write(r, withdraw_tx, &w), &w.note);
}
