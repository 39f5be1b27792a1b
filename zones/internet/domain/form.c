#include "zones/internet/domain/form.h"

#include "common/message/delivery.h"
#include "common/message/format.h"
#include "common/workflow/agent.h"
#include "common/workflow/holder.h"
#include "common/workflow/record.h"
#include <stdio.h>
#include <string.h>

static int fields_check(const struct business *b, const json_t *fields, struct err_note *note)
{
	const char *key;
	json_t *value;
	if (fields && !json_is_object(fields))
		return err_set(note, ERR_SCHEMA, "fields: not an object");
	json_object_foreach((json_t *)(uintptr_t)fields, key, value)
	{
		const struct business_field *f = business_field_find(b, key);
		if (!f)
			return err_set(note, ERR_SCHEMA, "fields.%.48s: unknown field", key);
		bool is_bool = json_is_boolean(value) && strcmp(f->type, "bool") == 0;
		if (!json_is_integer(value) && !json_is_string(value) && !is_bool && !json_is_null(value))
			return err_set(
				note, ERR_SCHEMA, "fields.%.48s: a text, a whole number, yes or no", key);
		if (json_is_string(value) && json_string_length(value) > 2000)
			return err_set(note, ERR_SCHEMA, "fields.%.48s: longer than 2000 bytes", key);
	}
	return 0;
}

static int party_check(const struct business *b, const json_t *p, size_t n, struct err_note *note)
{
	static const char *const keys[] = {"role", "name", "id_kind", "id_number", "agent", "share_num",
		"share_den", "signed_at", "signs", NULL};
	const json_t *agent = json_object_get(p, "agent");
	const char *role = NULL, *text = NULL;
	int64_t share;
	int rc = json_only_keys(p, keys, note);
	if (rc == 0)
		rc = json_get_str(p, "role", 23, &role, note);
	if (rc == 0 && !business_role_find(b, role))
		rc = err_set(note, ERR_SCHEMA, "parties[%zu].role: unknown", n);
	if (rc == 0)
		rc = json_get_str(p, "name", 90, &text, note);
	if (rc == 0)
		rc = json_get_str(p, "id_number", 30, &text, note);
	if (rc == 0 && agent)
		rc = agent_check(agent, note);
	if (rc == 0)
		rc = json_get_int(p, "share_num", 1, 1000000, &share, note);
	if (rc == 0)
		rc = json_get_int(p, "share_den", 1, 1000000, &share, note);
	return rc;
}

static int papers_check(const struct business *b, const json_t *papers, struct err_note *note)
{
	static const char *const keys[] = {"code", "online", "answers", NULL};
	const json_t *one;
	size_t i;
	if (papers && (!json_is_array(papers) || json_array_size(papers) > BUSINESS_PAPERS_MAX))
		return err_set(note, ERR_SCHEMA, "papers: a list of at most %d", BUSINESS_PAPERS_MAX);
	json_array_foreach(papers, i, one)
	{
		const struct business_paper *p = business_paper_find(b, json_str(one, "code"));
		int rc = json_only_keys(one, keys, note);
		if (rc == 0 && (!p || p->each || !json_is_boolean(json_object_get(one, "online"))))
			rc = err_set(note, ERR_SCHEMA, "papers[%zu]: not filled in with the application", i);
		if (rc == 0)
			rc = record_check_answers(b, p, json_object_get(one, "answers"), note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* 领证方式; null takes it back. */
static int delivery_look(const json_t *chosen, struct err_note *note)
{
	struct delivery d;
	int rc = !chosen || json_is_null(chosen) ? 0 : delivery_parse(chosen, NULL, &d, note);
	buf_wipe(&d, sizeof d);
	return rc;
}

/* Places that the applicant found right as they stand, in a correction 补正. */
static int confirmed_check(const json_t *list, struct err_note *note)
{
	const json_t *one;
	size_t i;
	bool good = !list || (json_is_array(list) && json_array_size(list) <= 50);
	json_array_foreach(list, i, one) good = good && json_is_string(one) && json_string_length(one) < 80;
	return good ? 0 : err_set(note, ERR_SCHEMA, "confirmed: a list of at most 50 places");
}

int form_check_draft(const struct business *b, const json_t *draft, struct err_note *note)
{
	static const char *const keys[] = {"version", "division", "unit_code", "fields", "parties", "papers",
		"delivery", "confirmed", NULL};
	const json_t *parties = json_object_get(draft, "parties"),
		     *unit = json_object_get(draft, "unit_code"), *p;
	size_t i;
	int rc = json_only_keys(draft, keys, note);
	if (rc == 0)
		rc = delivery_look(json_object_get(draft, "delivery"), note);
	if (rc == 0)
		rc = confirmed_check(json_object_get(draft, "confirmed"), note);
	if (rc < 0)
		return rc;
	const json_t *division = json_object_get(draft, "division");
	if (division && !format_division(json_string_value(division) ? json_string_value(division) : ""))
		return err_set(note, ERR_SCHEMA, "division: six digits of a division");
	if (unit && (!json_is_string(unit) || json_string_length(unit) > 28))
		return err_set(note, ERR_SCHEMA, "unit_code: a text of at most 28 characters");
	if (parties &&
		(!json_is_array(parties) || json_array_size(parties) < 1 || json_array_size(parties) > 20))
		return err_set(note, ERR_SCHEMA, "parties: a list of 1 to 20");
	json_array_foreach(parties, i, p)
	{
		rc = party_check(b, p, i, note);
		if (rc < 0)
			return rc;
	}
	rc = papers_check(b, json_object_get(draft, "papers"), note);
	return rc == 0 ? fields_check(b, json_object_get(draft, "fields"), note) : rc;
}

/* What the definition itself answers: 登记原因. */
static json_t *fields_given(const struct business *b)
{
	json_t *o = json_object();
	for (size_t i = 0; i < b->nfields && *b->ground; i++)
		if (strcmp(b->fields[i].code, "reason") == 0)
			json_object_set_new(o, "reason", json_string(b->ground));
	return o;
}

json_t *form_new(const struct business *b, const char *division, const char *name, const char *id_number)
{
	return json_pack("{s:s,s:s,s:o,s:[{s:s,s:s,s:s,s:s,s:i,s:i}]}", "division", division, "unit_code", "",
		"fields", fields_given(b), "parties", "role", b->roles[0].code, "name", name, "id_kind", "1",
		"id_number", id_number, "share_num", 1, "share_den", 1);
}

/* Identity comes from authentication, not from the keyboard: the person is the first party, or acts for it.
 */
static void identity_set(json_t *first, const char *name, const char *id_number)
{
	json_t *agent = json_object_get(first, "agent"), *me = json_is_object(agent) ? agent : first;
	json_object_set_new(me, "name", json_string(name));
	json_object_set_new(me, "id_kind", json_string("1"));
	json_object_set_new(me, "id_number", json_string(id_number));
}

int form_merge(
	const json_t *draft, const json_t *patch, const char *name, const char *id_number, json_t **out)
{
	static const char *const whole[] = {"division", "unit_code", "papers", "delivery"};
	const json_t *patched = json_object_get(patch, "parties");
	/* Of its own is what is changed here; the rest is shared with the two. */
	json_t *d = json_copy((json_t *)(uintptr_t)draft),
	       *fields = json_copy(json_object_get(draft, "fields")),
	       *parties = json_deep_copy(patched ? patched : json_object_get(draft, "parties"));
	if (json_object_set_new(d, "fields", fields) | json_object_set_new(d, "parties", parties)) {
		json_decref(d);
		return ERR_NOMEM;
	}
	for (size_t k = 0; k < sizeof whole / sizeof whole[0]; k++)
		if (json_object_get(patch, whole[k]))
			json_object_set(d, whole[k], json_object_get(patch, whole[k]));
	json_object_update(fields, json_object_get(patch, "fields"));
	size_t i;
	json_t *p;
	json_array_foreach(parties, i, p)
	{
		json_object_del(p, "signed_at");
		json_object_del(p, "signs");
		if (strcmp(json_str(p, "id_kind"), "7") != 0)
			json_object_set_new(p, "id_kind", json_string("1"));
	}
	identity_set(json_array_get(parties, 0), name, id_number);
	*out = d;
	return 0;
}

/* Empty and null fields are left out: what is not filled in is not signed. */
static json_t *fields_filled(const json_t *fields)
{
	json_t *out = json_object();
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)fields, key, value)
	{
		if (json_is_integer(value) || json_is_boolean(value) ||
			(json_is_string(value) && json_string_length(value) > 0))
			json_object_set(out, key, value);
	}
	return out;
}

/* What was answered of what is asked: an answer whose question no longer stands is not signed. */
static json_t *answers_filled(const struct business *b, const json_t *answers)
{
	json_t *filled = fields_filled(answers), *value;
	const char *code;
	void *next;
	json_object_foreach_safe(filled, next, code, value)
	{
		const struct business_question *q = business_question_find(b, code);
		if (q && !record_question_open(q, "", answers))
			json_object_del(filled, code);
	}
	return filled;
}

/* Papers filled in here; NULL: none. */
static json_t *papers_filled(const struct business *b, const json_t *papers)
{
	json_t *out = json_array();
	const json_t *one;
	size_t i;
	json_array_foreach(papers, i, one) if (json_is_true(json_object_get(one, "online")))
		json_array_append_new(out, json_pack("{s:s,s:o}", "code", json_str(one, "code"), "answers",
						   answers_filled(b, json_object_get(one, "answers"))));
	if (json_array_size(out) == 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

/* Where somebody who chooses signs it; NULL: none. */
static json_t *delivery_given(const struct business *b, const json_t *draft)
{
	json_t *chosen = json_object_get(draft, "delivery");
	if (!json_is_object(chosen) || !holder_signs(b, json_object_get(draft, "parties")))
		return NULL;
	return strcmp(json_str(chosen, "way"), "post") == 0
		       ? json_incref(chosen)
		       : json_pack("{s:s}", "way", json_str(chosen, "way"));
}

const char *form_division(const json_t *draft, const char *const *served)
{
	const char *unit = json_str(draft, "unit_code"), *chosen = json_str(draft, "division");
	const char *found = NULL;
	for (size_t i = 0; served[i]; i++) {
		if (strncmp(served[i], unit, 6) == 0)
			return served[i];
		if (strcmp(served[i], chosen) == 0)
			found = served[i];
	}
	return found ? found : served[0];
}

int form_check_office(const json_t *draft, const char *const *served, struct err_note *note)
{
	const char *unit = json_str(draft, "unit_code"), *of = form_division(draft, served);
	char other[7];
	if (!*unit || strncmp(unit, of, 6) == 0)
		return 0;
	snprintf(other, sizeof other, "%.6s", unit);
	const char *name = format_division_name(other);
	return err_set(note, ERR_REFUSED,
		"unit_code: 不动产所在地不在本门户受理范围，请向 %s %s 的不动产登记机构申请; the office of "
		"%s is "
		"responsible, which takes no applications here",
		other, name ? name : "", other);
}

json_t *form_sign_text(const struct business *b, const char *application, const char *division,
	const json_t *draft, const json_t *materials)
{
	return json_pack("{s:s,s:s,s:I,s:s,s:O,s:O,s:o,s:O,s:s,s:o*,s:o*}", "application", application,
		"business", b->code, "business_version", (json_int_t)b->version, "division", division,
		"unit_code", json_object_get(draft, "unit_code"), "parties",
		json_object_get(draft, "parties"), "fields", fields_filled(json_object_get(draft, "fields")),
		"materials", materials, "statement", b->pledge_zh, "papers",
		papers_filled(b, json_object_get(draft, "papers")), "delivery", delivery_given(b, draft));
}
