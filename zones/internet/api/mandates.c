/* Agents 委托代理人 and representatives of organisations: for whom the signed-in person may act, and what the
 * authority says of it for the form that is about to be signed. */
#include "zones/internet/api/withdrawal.h"

#include "common/workflow/agent.h"
#include "zones/internet/store/mandate.h"
#include "zones/internet/store/party.h"
#include "zones/internet/transfer/authority.h"
#include <string.h>

static int unavailable(int rc, struct err_note *note)
{
	return rc == ERR_TIMEOUT || rc == ERR_IO || rc == ERR_SYNTAX
		       ? err_set(note, ERR_TIMEOUT, "the authority of powers of attorney cannot be reached")
		       : rc;
}

static int fail(struct http_request *r, int rc, const struct err_note *note)
{
	return note->err == rc ? http_fail_note(r, note) : rc;
}

int api_mandates(struct http_request *r)
{
	static const struct limit_rule rule = {"mandates", 20, 10000};
	const struct http_account *me = http_user(r);
	struct err_note note = {0};
	json_t *rows = NULL;
	if (!api_portal(r)->config->authority_url)
		return http_reply_json(r, 200,
			json_pack("{s:[],s:{s:s,s:s}}", "rows", "self", "name", me->name, "id_number",
				me->id_number));
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = unavailable(authority_mandates(api_portal(r), me->name, me->id_number, &rows, &note), &note);
	return rc < 0 ? fail(r, rc, &note)
		      : http_reply_json(r, 200,
				json_pack("{s:o,s:{s:s,s:s}}", "rows", rows, "self", "name", me->name,
					"id_number", me->id_number));
}

struct stating {
	struct http_request *r;
	struct portal *p;
	const char *id;
	bool others; /* also for those who signed before: what is sent must be of the day */
	json_t *form, *marks, *results, *rows;
	char digest[DIGEST_HEX];
	struct err_note *note;
};

/* It is the withdrawal 撤回 that waits to be signed, or nothing. */
static int withdrawal_tx(struct stating *s, struct db_tx *tx, const struct application *a)
{
	struct api_withdrawal w;
	int rc = api_withdrawal_load(s->p, tx, a, &w);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(w.w.state, "signing") != 0))
		rc = err_set(s->note, ERR_STATE, "nothing is to be signed now");
	if (rc == 0) {
		json_decref(s->form);
		json_decref(s->marks);
		s->form = json_incref(w.form);
		s->marks = json_incref(w.marks);
		memcpy(s->digest, w.digest, sizeof s->digest);
	}
	api_withdrawal_fini(&w);
	return rc;
}

static int form_tx(struct db_tx *tx, void *arg)
{
	struct stating *s = arg;
	struct service *sv = s->p->service;
	struct application a;
	struct buf text;
	int party = -1;
	int rc = application_get(tx, s->id, &a);
	if (rc == 0)
		rc = api_may_see(sv, tx, http_user(s->r), &a, &party);
	if (rc == 0 && party < 0)
		rc = err_set(s->note, ERR_STATE, "nothing is to be signed now");
	if (rc < 0)
		return rc;
	if (strcmp(a.state, "signing") != 0)
		return withdrawal_tx(s, tx, &a);
	buf_init(&text, 1 << 20);
	rc = application_form_digest(tx, sv->vault, sv->suite, a.id, &text, s->digest);
	json_decref(s->form);
	json_decref(s->marks);
	s->form = s->marks = NULL;
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &s->form, s->note);
	if (rc == 0)
		rc = party_list(tx, a.id, &s->marks);
	buf_fini(&text);
	return rc;
}

/* Whether the statement about party `n` is wanted: one of this person's, or of somebody who has signed. */
static bool wanted(const struct stating *s, size_t n, const json_t *party)
{
	const json_t *mark = json_array_get(s->marks, n);
	if (!agent_is(party, AGENT_POWER))
		return false;
	return strcmp(json_str(agent_of(party), "id_number"), http_user(s->r)->id_number) == 0 ||
	       (s->others && *json_str(mark, "signed_at"));
}

/* No statement, and why. New reference. */
static json_t *facts_none(const char *problem)
{
	return json_pack("{s:s,s:s,s:[],s:[],s:s,s:s,s:s}", "kind", "", "power", "", "businesses", "units",
		"from", "", "until", "", "problem", problem);
}

static int one_state(struct stating *s, size_t n, const json_t *party)
{
	const struct authority_question q = {
		party, json_str(s->form, "business"), json_str(s->form, "unit_code"), s->digest};
	json_t *result = NULL, *facts = NULL;
	int rc = 0;
	if (!s->p->config->authority_url) {
		facts = facts_none(
			"授权委托不能在网上核验，请到窗口办理 powers of attorney are not taken online here");
	} else {
		rc = unavailable(authority_attest(s->p, &q, &result, &facts, s->note), s->note);
		if (rc == ERR_REFUSED)
			facts = facts_none(s->note->text);
	}
	if (rc < 0 && !facts)
		return rc;
	json_object_set_new(facts, "party", json_integer((json_int_t)n));
	json_object_set(facts, "principal", json_object_get(party, "name"));
	if (json_array_append_new(s->rows, facts) < 0 ||
		(result && json_array_append_new(s->results,
				   json_pack("{s:I,s:o}", "party", (json_int_t)n, "result", result)) < 0))
		return ERR_NOMEM;
	return 0;
}

static int keep_tx(struct db_tx *tx, void *arg)
{
	struct stating *s = arg;
	size_t i;
	const json_t *one;
	int rc = 0;
	json_array_foreach(s->results, i, one) if (rc == 0) rc = mandate_put(tx, s->p->service->vault, s->id,
		(int)json_int(one, "party"), s->digest, json_object_get(one, "result"));
	return rc == 0 ? audit_record(tx, http_user(s->r)->user, "application.mandate", s->id, NULL) : rc;
}

int api_mandates_state(
	struct http_request *r, const char *application, bool others, json_t **rows, struct err_note *note)
{
	struct stating s = {.r = r,
		.p = api_portal(r),
		.id = application,
		.others = others,
		.results = json_array(),
		.rows = json_array(),
		.note = note};
	const json_t *party;
	size_t n;
	int rc = s.results && s.rows ? account_read(r, form_tx, &s) : ERR_NOMEM;
	json_array_foreach(json_object_get(s.form, "parties"), n, party) if (rc == 0 && wanted(&s, n, party))
		rc = one_state(&s, n, party);
	if (rc == 0 && json_array_size(s.results))
		rc = account_write(r, keep_tx, &s);
	if (rc == 0)
		*rows = json_incref(s.rows);
	json_decref(s.form);
	json_decref(s.marks);
	json_decref(s.results);
	json_decref(s.rows);
	return rc;
}

int api_mandate_check(struct http_request *r)
{
	static const struct limit_rule rule = {"mandate", 20, 10000};
	struct err_note note = {0};
	json_t *rows = NULL;
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = api_mandates_state(r, http_param(r, "id"), false, &rows, &note);
	return rc < 0 ? fail(r, rc, &note) : http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}
