/* 查询: the text a person signs, the question to the registry, its answer. Nothing of it is kept here. */
#include "common/message/format.h"
#include "zones/internet/api/api.h"
#include "zones/internet/transfer/asking.h"
#include <stdio.h>
#include <string.h>

#define QUERY_MAX 4096

struct asked_about {
	const char *division, *kind, *about, *purpose;
};

/* Fixed and canonical: what the person signs at the identity platform. */
static int text_canon(const struct asked_about *q, struct buf *out)
{
	struct uuid id = uuid_new();
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *t = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "query", id.s, "kind", q->kind, "division",
		q->division, "about", q->about, "purpose", q->purpose, "created", at);
	int rc = t ? json_canon(t, out) : ERR_NOMEM;
	json_decref(t);
	return rc;
}

static int text_make(struct http_request *r, bool open, struct buf *out, struct err_note *note)
{
	static const char *const keys[] = {"kind", "division", "about", "purpose", NULL};
	static const char *const public_keys[] = {"kind", "division", "about", NULL};
	struct asked_about q = {api_division(r, json_str(http_body(r), "division")), "", "", ""};
	int rc = json_only_keys(http_body(r), open ? public_keys : keys, note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "kind", 15, &q.kind, note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "about", 255, &q.about, note);
	if (rc == 0 && !open)
		rc = json_get_str(http_body(r), "purpose", 120, &q.purpose, note);
	if (rc < 0)
		return rc;
	if (!q.division)
		return err_set(note, ERR_SCHEMA, "division: of no office here");
	/* Who can name it in full, or what is published. */
	bool anybody = strcmp(q.kind, "paper") == 0 || strcmp(q.kind, "number") == 0 ||
		       strcmp(q.kind, "case") == 0 || strcmp(q.kind, "notice") == 0;
	if (open != anybody || strcmp(q.kind, "holding") == 0)
		return err_set(note, ERR_SCHEMA, "kind: not asked this way");
	return text_canon(&q, out);
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

static int ask(struct http_request *r, const char *division, const char *query, const json_t *consent,
	bool level, char id[static 37], struct err_note *note)
{
	const struct asking_question q = {division, asker(r), query, consent, level};
	return asking_ask(api_portal(r), &q, id, note);
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
	if (rc == 0 && strcmp(json_str(text, "kind"), "holding") == 0)
		rc = err_set(&note, ERR_SCHEMA, "query.kind: not asked this way");
	struct recording c = {http_user(r)->user, json_str(text, "query")};
	const char *division = api_division(r, json_str(text, "division"));
	if (rc == 0 && !division)
		rc = err_set(&note, ERR_SCHEMA, "query.division: of no office here");
	if (rc == 0)
		rc = account_write(r, record_run, &c);
	if (rc == 0)
		rc = ask(r, division, query, consent, false, id, &note);
	json_decref(text);
	return asked(r, rc, id, &note);
}

/* {"certificate_no","unit_code","id_kind","id_number","name"} as the registry wants them: none holds what
 * parts them, but the name, which is last. */
static int holding_about(struct http_request *r, char about[static 256], struct err_note *note)
{
	static const char *const keys[] = {
		"certificate_no", "unit_code", "id_kind", "id_number", "name", NULL};
	static const int64_t max[] = {120, 28, 2, 18, 90};
	size_t n = 0;
	int rc = json_only_keys(http_body(r), keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++) {
		const char *one = "";
		rc = json_get_str(http_body(r), keys[i], max[i], &one, note);
		if (rc == 0 && (!*one || (keys[i + 1] && strchr(one, ';'))))
			rc = err_set(note, ERR_SCHEMA, "%s: missing or not in its form", keys[i]);
		if (rc == 0 && (n += (size_t)snprintf(about + n, 256 - n, "%s%s", n ? ";" : "", one)) >= 256)
			rc = err_set(note, ERR_SCHEMA, "%s: too long", keys[i]);
	}
	return rc;
}

int api_query_holding(struct http_request *r)
{
	static const struct limit_rule rule = {"query-holding", 20, 6000};
	struct err_note note = {0};
	struct buf text;
	char about[256], id[37] = "";
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	buf_init(&text, QUERY_MAX);
	rc = holding_about(r, about, &note);
	/* The office that the unit lies with; where there is none here the portal's own knows nothing of it.
	 */
	char of[7];
	snprintf(of, sizeof of, "%.6s", json_str(http_body(r), "unit_code"));
	const char *division = api_division(r, of);
	const struct asked_about q = {division ? division : api_division(r, NULL), "holding", about, ""};
	if (rc == 0)
		rc = text_canon(&q, &text);
	struct recording c = {http_user(r)->user, "holding"};
	if (rc == 0)
		rc = account_write(r, record_run, &c);
	if (rc == 0)
		rc = ask(r, q.division, (const char *)text.p, NULL, true, id, &note);
	buf_fini(&text);
	return asked(r, rc, id, &note);
}

/* Numbers run on, so that whoever has one can guess others, names are known, and so is what most identity
 * numbers begin with: who holds one part fast and tries the other has a few of an address, then one a minute.
 */
static int guess_limit(struct http_request *r, const char *about)
{
	static const struct limit_rule first = {"query-first", 5, 60000}, second = {"query-second", 5, 60000};
	const char *cut = strchr(about, ';');
	size_t n = cut ? (size_t)(cut - about) : strlen(about);
	char part[HTTP_NETWORK + 256];
	snprintf(part, sizeof part, "%s %.*s", http_network(r), (int)n, about);
	int rc = api_limit_by(r, &first, part);
	if (rc < 0 || !cut)
		return rc;
	snprintf(part, sizeof part, "%s %s", http_network(r), cut + 1);
	return api_limit_by(r, &second, part);
}

static int public_limit(struct http_request *r)
{
	static const struct limit_rule rule = {"query-public", 10, 6000}, number = {"query-number", 5, 60000};
	const char *kind = json_str(http_body(r), "kind");
	int rc = api_limit(r, strcmp(kind, "number") == 0 ? &number : &rule);
	return rc == 0 && strcmp(kind, "case") == 0 ? guess_limit(r, json_str(http_body(r), "about")) : rc;
}

int api_query_public(struct http_request *r)
{
	struct err_note note = {0};
	struct buf text;
	char id[37] = "";
	int rc = public_limit(r);
	if (rc < 0)
		return rc;
	buf_init(&text, QUERY_MAX);
	rc = text_make(r, true, &text, &note);
	if (rc == 0)
		rc = ask(r, api_division(r, json_str(http_body(r), "division")), (const char *)text.p, NULL,
			false, id, &note);
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
