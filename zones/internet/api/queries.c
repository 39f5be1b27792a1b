/* 查询: the text a person signs, the question to the registry, its answer. Nothing of it is kept here. */
#include "common/message/format.h"
#include "zones/internet/api/api.h"
#include "zones/internet/transfer/asking.h"
#include <stdio.h>
#include <string.h>

#define QUERY_MAX 4096

/* Fixed and canonical: what the person signs at the identity platform. */
static int text_make(struct http_request *r, bool open, struct buf *out, struct err_note *note)
{
	static const char *const keys[] = {"kind", "about", "purpose", NULL};
	static const char *const public_keys[] = {"kind", "about", NULL};
	const char *kind = "", *about = "", *purpose = "";
	struct service *s = http_arg(r);
	struct uuid id = uuid_new();
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	int rc = json_only_keys(http_body(r), open ? public_keys : keys, note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "kind", 15, &kind, note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "about", 255, &about, note);
	if (rc == 0 && !open)
		rc = json_get_str(http_body(r), "purpose", 120, &purpose, note);
	if (rc < 0)
		return rc;
	if (open != (strcmp(kind, "paper") == 0 || strcmp(kind, "case") == 0))
		return err_set(note, ERR_SCHEMA, "kind: not asked this way");
	json_t *t = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "query", id.s, "kind", kind, "division", s->tenant,
		"about", about, "purpose", purpose, "created", at);
	rc = t ? json_canon(t, out) : ERR_NOMEM;
	json_decref(t);
	return rc;
}

int api_query_text(struct http_request *r)
{
	static const struct limit_rule rule = {"query-text", 30, 2000};
	struct err_note note = {0};
	struct buf text;
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	buf_init(&text, QUERY_MAX);
	rc = text_make(r, false, &text, &note);
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:s#}", "query", (const char *)text.p, (int)text.n));
	buf_fini(&text);
	return rc < 0 && note.err == rc ? http_fail_note(r, &note) : rc;
}

static const char *asker(struct http_request *r)
{
	const struct http_account *who = http_user(r);
	return who ? who->id : http_address(r);
}

static int asked(struct http_request *r, int rc, const char *id, struct err_note *note)
{
	if (rc < 0)
		return note->err == rc ? http_fail_note(r, note) : rc;
	return http_reply_json(r, 202, json_pack("{s:s}", "id", id));
}

struct recording {
	const char *who, *subject;
};

static int record_run(struct db_tx *tx, void *arg)
{
	const struct recording *c = arg;
	return audit_record(tx, c->who, "query.asked", c->subject, NULL);
}

/* What was signed belongs to who is signed in: else the browser mixed something up. */
static int consent_plausible(struct http_request *r, const json_t *consent, struct err_note *note)
{
	static const char *const keys[] = {
		"signature", "certificate", "token", "token_signature", "token_certificate", NULL};
	const char *value = NULL;
	json_t *token = NULL;
	int rc = json_only_keys(consent, keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		rc = json_get_str(consent, keys[i], 8192, &value, note);
	if (rc == 0)
		rc = json_parse(view_str(json_str(consent, "token")), 4096, &token, note);
	if (rc == 0 && strcmp(json_str(token, "id_number"), http_user(r)->id_number) != 0)
		rc = err_set(note, ERR_SIGNATURE, "token.id_number: another person signed");
	json_decref(token);
	return rc;
}

int api_query_ask(struct http_request *r)
{
	static const struct limit_rule rule = {"query", 10, 10000};
	struct err_note note = {0};
	const char *query = NULL;
	json_t *consent = NULL, *text = NULL;
	char id[37] = "";
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = json_get_str(http_body(r), "query", QUERY_MAX - 1, &query, &note);
	if (rc == 0 && !json_is_canon(view_str(query)))
		rc = err_set(&note, ERR_SCHEMA, "query: not the text that was signed");
	if (rc == 0)
		rc = json_get_obj(http_body(r), "consent", &consent, &note);
	if (rc == 0)
		rc = consent_plausible(r, consent, &note);
	if (rc == 0)
		rc = json_parse(view_str(query), QUERY_MAX, &text, &note);
	struct recording c = {http_user(r)->user, json_str(text, "query")};
	if (rc == 0)
		rc = account_write(r, record_run, &c);
	if (rc == 0)
		rc = asking_ask(api_portal(r), ((struct service *)http_arg(r))->tenant, asker(r), query,
			consent, id, &note);
	json_decref(text);
	return asked(r, rc, id, &note);
}

int api_query_public(struct http_request *r)
{
	static const struct limit_rule rule = {"query-public", 10, 6000};
	struct err_note note = {0};
	struct buf text;
	char id[37] = "";
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	buf_init(&text, QUERY_MAX);
	rc = text_make(r, true, &text, &note);
	if (rc == 0)
		rc = asking_ask(api_portal(r), ((struct service *)http_arg(r))->tenant, asker(r),
			(const char *)text.p, NULL, id, &note);
	buf_fini(&text);
	return asked(r, rc, id, &note);
}

int api_query_answer(struct http_request *r)
{
	struct err_note note = {0};
	json_t *body = NULL;
	int rc = asking_answer(api_portal(r), asker(r), http_param(r, "id"), &body, &note);
	if (rc == ERR_BUSY)
		return http_reply_json(r, 202, json_pack("{s:b}", "waiting", 1));
	if (rc == ERR_TIMEOUT)
		return http_fail(r, rc, "the register did not answer in time; nothing was shown, ask again");
	if (rc < 0)
		return note.err == rc ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 200, body);
}
