#include "zones/internet/transfer/authority.h"

#include "common/call/call.h"
#include "common/workflow/agent.h"
#include "common/workflow/mandate.h"
#include <stdio.h>
#include <string.h>

static int ask(const struct portal *p, const char *what, const json_t *body, long *status, json_t **reply,
	struct err_note *note)
{
	char url[CALL_URL + 16];
	snprintf(url, sizeof url, "%.*s/%s", CALL_URL, p->config->authority_url, what);
	const struct call c = {.what = "authority of powers of attorney",
		.url = url,
		.json = body,
		.secret = p->authority_token,
		.timeout_ms = 8000,
		.status = status};
	return body ? call_json(&c, reply, note) : ERR_NOMEM;
}

/* A row as the pages get it. New reference; NULL: not of this form. */
static json_t *row_clean(const json_t *row)
{
	static const char *const texts[] = {"power", "kind", "from", "until", "revoked"},
				 *const persons[] = {"name", "id_kind", "id_number"},
				 *const lists[] = {"businesses", "units"};
	const json_t *principal = json_object_get(row, "principal");
	bool good = json_is_object(principal);
	for (size_t i = 0; i < 5; i++)
		good = good && json_is_string(json_object_get(row, texts[i]));
	for (size_t i = 0; i < 3; i++)
		good = good && json_is_string(json_object_get(principal, persons[i]));
	for (size_t i = 0; i < 2; i++)
		good = good && json_is_array(json_object_get(row, lists[i]));
	json_t *out = good ? json_object() : NULL, *who = out ? json_object() : NULL;
	for (size_t i = 0; out && i < 5; i++)
		json_object_set(out, texts[i], json_object_get(row, texts[i]));
	for (size_t i = 0; who && i < 3; i++)
		json_object_set(who, persons[i], json_object_get(principal, persons[i]));
	for (size_t i = 0; out && i < 2; i++)
		json_object_set(out, lists[i], json_object_get(row, lists[i]));
	if (out)
		json_object_set_new(out, "principal", who);
	return out;
}

int authority_mandates(
	const struct portal *p, const char *name, const char *id_number, json_t **rows, struct err_note *note)
{
	json_t *reply = NULL, *list = NULL, *out = json_array(),
	       *body = json_pack(
		       "{s:{s:s,s:s,s:s}}", "agent", "name", name, "id_kind", "1", "id_number", id_number);
	const json_t *row;
	size_t i;
	int rc = out ? ask(p, "mandates", body, NULL, &reply, note) : ERR_NOMEM;
	if (rc == 0)
		rc = json_get_arr(reply, "rows", 100, &list, note);
	json_array_foreach(list, i, row)
	{
		json_t *clean = row_clean(row);
		if (rc == 0 && (!clean || json_array_append_new(out, clean) < 0))
			rc = err_set(note, ERR_SYNTAX, "authority: rows[%zu] is not of its form", i);
	}
	if (rc == 0)
		*rows = json_incref(out);
	json_decref(out);
	json_decref(reply);
	json_decref(body);
	return rc;
}

static json_t *person_of(const json_t *o)
{
	return json_pack("{s:O,s:O,s:O}", "name", json_object_get(o, "name"), "id_kind",
		json_object_get(o, "id_kind"), "id_number", json_object_get(o, "id_number"));
}

static int facts_make(
	const json_t *statement, const struct authority_question *q, json_t **out, struct err_note *note)
{
	struct mandate m;
	struct err_note why = {.text = ""};
	char today[11];
	int rc = mandate_read(statement, q->party, q->form_digest, &m, note);
	if (rc < 0)
		return rc;
	time_date_cst(time_now_ms(), today);
	rc = mandate_covers(&m, q->business, q->unit, today, &why);
	*out = json_pack("{s:s,s:s,s:O,s:O,s:s,s:s,s:s}", "kind", m.kind, "power", m.power.s, "businesses",
		m.businesses, "units", m.units, "from", m.from, "until", m.until, "problem",
		rc < 0 ? why.text : "");
	return *out ? 0 : ERR_NOMEM;
}

static int reply_check(const json_t *reply, struct err_note *note)
{
	static const char *const keys[] = {"statement", "signature", "certificate", NULL};
	const char *text = NULL;
	int rc = json_only_keys(reply, keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		rc = json_get_str(reply, keys[i], 8192, &text, note);
	return rc;
}

int authority_attest(const struct portal *p, const struct authority_question *q, json_t **result,
	json_t **facts, struct err_note *note)
{
	long status = 0;
	json_t *reply = NULL, *statement = NULL,
	       *body = json_pack("{s:o,s:o,s:s,s:s,s:s}", "agent", person_of(agent_signer(q->party)),
		       "principal", person_of(q->party), "business", q->business, "unit_code", q->unit,
		       "form_digest", q->form_digest);
	int rc = ask(p, "attest", body, &status, &reply, note);
	if (rc == ERR_REFUSED)
		rc = status == 404
			     ? err_set(note, ERR_REFUSED,
				       "未查到授权委托 no power of attorney of this party for this agent")
			     : ERR_IO;
	if (rc == 0)
		rc = reply_check(reply, note);
	if (rc == 0)
		rc = json_parse(
			view_str(json_str(reply, "statement")), MANDATE_STATEMENT_MAX, &statement, note);
	if (rc == 0)
		rc = facts_make(statement, q, facts, note);
	if (rc == 0)
		*result = json_incref(reply);
	json_decref(statement);
	json_decref(reply);
	json_decref(body);
	return rc;
}
