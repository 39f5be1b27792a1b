#include "common/workflow/mandate.h"

#include "common/message/format.h"
#include "common/workflow/agent.h"
#include <stdio.h>
#include <string.h>

static int person_equals(
	const json_t *statement, const char *which, const json_t *want, struct err_note *note)
{
	static const char *const keys[] = {"name", "id_kind", "id_number", NULL};
	json_t *have = NULL;
	const char *text = NULL;
	int rc = json_get_obj(statement, which, &have, note);
	if (rc == 0)
		rc = json_only_keys(have, keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++) {
		rc = json_get_str(have, keys[i], 96, &text, note);
		if (rc == 0 && strcmp(text, json_str(want, keys[i])) != 0)
			rc = err_set(
				note, ERR_SIGNATURE, "power of attorney: %s.%s is another's", which, keys[i]);
	}
	return rc;
}

static int list_get(const json_t *o, const char *key, const json_t **out, struct err_note *note)
{
	json_t *list = NULL;
	const json_t *one;
	size_t i;
	int rc = json_get_arr(o, key, 64, &list, note);
	json_array_foreach(list, i, one) if (rc == 0 && !json_is_string(one)) rc =
		err_set(note, ERR_SCHEMA, "power of attorney: %s[%zu] is no text", key, i);
	*out = list;
	return rc;
}

static int id_get(const json_t *o, const char *key, struct uuid *out, struct err_note *note)
{
	int rc = json_get_text(o, key, out->s, sizeof out->s, note);
	return rc == 0 && !uuid_valid(out->s)
		       ? err_set(note, ERR_SCHEMA, "power of attorney: %s is no UUID", key)
		       : rc;
}

static int members_read(const json_t *o, struct mandate *m, struct err_note *note)
{
	int64_t ms;
	int rc = json_get_text(o, "kind", m->kind, sizeof m->kind, note);
	if (rc == 0 && strcmp(m->kind, "representative") != 0 && strcmp(m->kind, "power") != 0)
		rc = err_set(note, ERR_SCHEMA, "power of attorney: kind unknown");
	if (rc == 0)
		rc = id_get(o, "power", &m->power, note);
	if (rc == 0)
		rc = id_get(o, "nonce", &m->nonce, note);
	if (rc == 0)
		rc = json_get_text(o, "from", m->from, sizeof m->from, note);
	if (rc == 0)
		rc = json_get_text(o, "until", m->until, sizeof m->until, note);
	if (rc == 0)
		rc = json_get_text(o, "revoked", m->revoked, sizeof m->revoked, note);
	if (rc == 0)
		rc = json_get_text(o, "issued", m->issued, sizeof m->issued, note);
	if (rc == 0 && (!format_date(m->from) || !format_date(m->until) || time_parse(m->issued, &ms) < 0 ||
			       (*m->revoked && time_parse(m->revoked, &ms) < 0)))
		rc = err_set(note, ERR_SCHEMA, "power of attorney: not a date or time");
	if (rc == 0)
		rc = list_get(o, "businesses", &m->businesses, note);
	return rc == 0 ? list_get(o, "units", &m->units, note) : rc;
}

int mandate_read(const json_t *statement, const json_t *party, const char *form_digest, struct mandate *out,
	struct err_note *note)
{
	static const char *const keys[] = {"iss", "kind", "power", "principal", "agent", "businesses",
		"units", "from", "until", "revoked", "form_digest", "issued", "nonce", NULL};
	struct mandate m;
	memset(&m, 0, sizeof m);
	int rc = json_only_keys(statement, keys, note);
	if (rc == 0 && strcmp(json_str(statement, "iss"), "authority") != 0)
		rc = err_set(note, ERR_SIGNATURE, "power of attorney: stated by another");
	if (rc == 0)
		rc = person_equals(statement, "principal", party, note);
	if (rc == 0)
		rc = person_equals(statement, "agent", agent_signer(party), note);
	if (rc == 0 && strcmp(json_str(statement, "form_digest"), form_digest) != 0)
		rc = err_set(note, ERR_SIGNATURE, "power of attorney: stated for another form");
	if (rc == 0)
		rc = members_read(statement, &m, note);
	if (rc == 0)
		*out = m;
	return rc;
}

static bool names(const json_t *list, const char *what)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one) if (strcmp(json_string_value(one), "*") == 0 ||
					     strcmp(json_string_value(one), what) == 0) return true;
	return false;
}

int mandate_covers(const struct mandate *m, const char *business, const char *unit, const char *day,
	struct err_note *note)
{
	if (*m->revoked)
		return err_set(note, ERR_REFUSED, "授权委托已于%.10s撤销 power of attorney %s: revoked",
			m->revoked, m->power.s);
	if (strcmp(day, m->from) < 0 || strcmp(day, m->until) > 0)
		return err_set(note, ERR_REFUSED,
			"授权委托不在有效期内（%s至%s） power of attorney %s: not valid on %s", m->from,
			m->until, m->power.s, day);
	if (!names(m->businesses, business))
		return err_set(note, ERR_REFUSED,
			"授权委托不含本业务 power of attorney %s: does not cover this business", m->power.s);
	if (!names(m->units, unit))
		return err_set(note, ERR_REFUSED,
			"授权委托不含该不动产单元 power of attorney %s: does not cover this unit",
			m->power.s);
	return 0;
}
