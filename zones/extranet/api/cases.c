#include "common/message/format.h"
#include "common/workflow/agent.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/face.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/mandate.h"
#include "zones/extranet/store/party_signature.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/visit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list_query {
	const char *state, *before;
	json_t *rows;
};

static int list_read(struct db_tx *tx, void *arg)
{
	struct list_query *q = arg;
	return case_list(tx, q->state, q->before, &q->rows);
}

int api_case_list(struct http_request *r)
{
	const char *state = http_query(r, "state"), *before = http_query(r, "before");
	struct list_query q = {state ? state : "", before ? before : "", NULL};
	enum case_state known;
	if (q.state[0] && case_state_parse(q.state, &known) < 0)
		return http_fail(r, ERR_SCHEMA, "state: unknown");
	int rc = account_read(r, list_read, &q);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", q.rows));
}

struct case_query {
	struct service *s;
	const char *id;
	json_t *out;
};

/* In full: the reply is masked as a whole (registry_masks) unless the look was allowed and recorded. */
static int party_json(const struct case_party *p, json_t **out)
{
	*out = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s}", "role", p->role, "name", p->name, "id_kind",
		p->id_kind, "id_number", p->id_number, "share_num", (json_int_t)p->share_num, "share_den",
		(json_int_t)p->share_den, "signed_at", p->signed_at, "certificate", p->person_certificate);
	return *out ? 0 : ERR_NOMEM;
}

/* 人脸比对 of the party, where there was one. */
static int face_json(struct db_tx *tx, const char *case_id, int n, json_t *into)
{
	int64_t score = 0;
	char at[TIME_TEXT];
	int rc = face_of(tx, case_id, n, &score, at);
	if (rc == 0 && json_object_set_new(into, "face",
			       json_pack("{s:I,s:s}", "score", (json_int_t)score, "at", at)) < 0)
		rc = ERR_NOMEM;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* 代理人, 监护人 of the party, and by what power. */
static int agent_json(struct db_tx *tx, const char *case_id, int n, const json_t *form, json_t *into)
{
	const json_t *agent = agent_of(json_array_get(json_object_get(form, "parties"), (size_t)n));
	json_t *own = agent ? json_deep_copy(agent) : NULL, *mandate = NULL;
	if (!agent)
		return 0;
	if (!own || json_object_set_new(into, "agent", own) < 0)
		return ERR_NOMEM;
	int rc = mandate_of(tx, case_id, n, &mandate);
	if (rc == 0 && json_object_set_new(own, "mandate", mandate) < 0)
		rc = ERR_NOMEM;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* 询问笔录 of party n: the newest that was signed. What was answered in free words, where names may be,
 * stands in the document alone, whose opening is recorded. */
static int answers_json(const struct business *b, const json_t *signatures, int n, json_t *into)
{
	const json_t *answers = NULL, *s, *one;
	size_t i, k;
	json_array_foreach(signatures, i, s) json_array_foreach(json_object_get(s, "record"), k,
		one) if (json_int(one, "party") == n) answers = json_object_get(one, "answers");
	if (!b || !answers)
		return 0;
	json_t *out = json_object();
	for (i = 0; i < b->nquestions; i++) {
		const struct business_question *question = &b->questions[i];
		json_t *v = json_object_get(answers, question->f.code);
		if (v && strcmp(question->f.type, "text") != 0)
			json_object_set(out, question->f.code, v);
	}
	return json_object_set_new(into, "answers", out) < 0 ? ERR_NOMEM : 0;
}

static int parties_json(
	struct case_query *q, struct db_tx *tx, const struct case_row *c, const json_t *form, json_t **out)
{
	const struct business *b = flows_business(registry_of(q->s)->flows, c->business, c->business_version);
	const char *case_id = c->id;
	json_t *list = json_array(), *signatures = NULL;
	struct case_party p;
	int rc = party_signature_list(tx, q->s->vault, case_id, &signatures);
	for (int n = 0; rc == 0 && (rc = case_get_party(tx, q->s->vault, case_id, n, &p)) == 0; n++) {
		json_t *one = NULL;
		rc = party_json(&p, &one);
		if (rc == 0)
			rc = face_json(tx, case_id, n, one);
		if (rc == 0)
			rc = agent_json(tx, case_id, n, form, one);
		if (rc == 0)
			rc = answers_json(b, signatures, n, one);
		if (rc < 0) {
			json_decref(one);
			break;
		}
		json_array_append_new(list, one);
	}
	buf_wipe(&p, sizeof p);
	json_decref(signatures);
	if (rc != ERR_NOTFOUND) {
		json_decref(list);
		return rc;
	}
	*out = list;
	return 0;
}

static int form_json(struct case_query *q, struct db_tx *tx, const char *case_id, json_t **out)
{
	struct buf text;
	buf_init(&text, 4 << 20);
	int rc = case_get_form(tx, q->s->vault, case_id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 4 << 20, out, NULL);
	buf_fini(&text);
	return rc;
}

static int case_read(struct db_tx *tx, void *arg)
{
	struct case_query *q = arg;
	struct case_row c;
	json_t *form = NULL, *parts[10] = {NULL};
	static const char *const names[10] = {"parties", "form", "materials", "steps", "tax", "register_now",
		"flow", "corrections", "decisions", "visit"};
	int rc = case_get(tx, q->id, &c);
	if (rc == 0)
		rc = form_json(q, tx, c.id, &form);
	if (rc == 0)
		rc = parties_json(q, tx, &c, form, &parts[0]);
	/* The fields of the business: the parties are listed, masked, apart. */
	if (rc == 0)
		parts[1] = json_incref(json_object_get(form, "fields"));
	if (rc == 0)
		rc = case_materials(tx, c.id, &parts[2]);
	if (rc == 0)
		rc = case_steps(tx, c.id, &parts[3]);
	if (rc == 0)
		rc = case_tax(tx, c.id, &parts[4]);
	if (rc == 0)
		rc = book_unit(tx, q->s->vault, c.unit_code, NULL, &parts[5]);
	if (rc == 0)
		rc = flows_json(registry_of(q->s), tx, &c, &parts[6]);
	if (rc == 0)
		rc = resubmission_list(tx, c.id, &parts[7]);
	if (rc == 0)
		rc = decision_list(tx, c.id, false, &parts[8]);
	if (rc == 0)
		rc = visit_get(tx, c.id, &parts[9]);
	if (rc == 0)
		rc = case_json(&c, &q->out);
	for (size_t i = 0; i < 10; i++) {
		if (rc == 0)
			json_object_set(q->out, names[i], parts[i]);
		json_decref(parts[i]);
	}
	json_decref(form);
	return rc;
}

int api_case_get(struct http_request *r)
{
	struct case_query q = {http_arg(r), http_param(r, "id"), NULL};
	const char *reveal = http_query(r, "reveal");
	int rc = account_read(r, case_read, &q);
	/* No record, no look. */
	if (rc == 0 && reveal && (rc = account_reveal(r, json_str(q.out, "number"), reveal)) < 0)
		json_decref(q.out);
	if (rc < 0)
		return rc;
	const struct business *b = flows_business(
		api_registry(r)->flows, json_str(q.out, "business"), json_int(q.out, "business_version"));
	json_object_set_new(q.out, "business_zh", json_string(b ? b->zh : ""));
	json_object_set_new(q.out, "business_en", json_string(b ? b->en : ""));
	json_object_set_new(q.out, "needs",
		json_pack("{s:b,s:b}", "tax", b && b->needs_tax, "cadastral", b && b->needs_cadastral));
	return http_reply_json(r, 200, q.out);
}

struct material_query {
	const char *id;
	int n;
	struct case_material m;
};

static int material_read(struct db_tx *tx, void *arg)
{
	struct material_query *q = arg;
	struct case_row c;
	int rc = case_get(tx, q->id, &c);
	return rc < 0 ? rc : case_get_material(tx, c.id, q->n, &q->m);
}

int api_case_material(struct http_request *r)
{
	struct service *s = http_arg(r);
	struct material_query q = {.id = http_param(r, "id"), .n = atoi(http_param(r, "n"))};
	struct buf content;
	int rc = account_read(r, material_read, &q);
	if (rc < 0)
		return rc;
	buf_init(&content, 64 << 20);
	rc = blob_load(s->blobs, &q.m.ref, 64 << 20, &content);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, q.m.media, q.m.name, buf_view(&content));
	buf_fini(&content);
	return rc;
}
