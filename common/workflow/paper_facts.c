#include "common/workflow/paper_facts.h"

#include "common/workflow/agent.h"
#include "common/workflow/record.h"
#include <stdio.h>
#include <string.h>

void paper_words(const char *type, const json_t *values, const json_t *v, char to[static PAPER_WORDS_MAX])
{
	long long n = json_is_integer(v) ? json_integer_value(v) : 0;
	const json_t *one;
	size_t i;
	if (!v)
		*to = '\0';
	else if (json_is_boolean(v))
		snprintf(to, PAPER_WORDS_MAX, "%s", json_is_true(v) ? "是" : "否");
	else if (json_is_string(v))
		snprintf(to, PAPER_WORDS_MAX, "%s", json_string_value(v));
	else if (strcmp(type, "money") == 0)
		snprintf(to, PAPER_WORDS_MAX, "%lld.%02lld 元", n / 100, n % 100);
	else if (strcmp(type, "area") == 0)
		snprintf(to, PAPER_WORDS_MAX, "%lld.%02lld m²", n / 10000, n % 10000 / 100);
	else
		snprintf(to, PAPER_WORDS_MAX, "%lld", n);
	json_array_foreach(values, i,
		one) if (json_is_string(v) && strcmp(json_str(one, "value"), json_string_value(v)) == 0)
		snprintf(to, PAPER_WORDS_MAX, "%s", json_str(one, "label"));
}

static const char *role_words(const struct business *b, const json_t *party)
{
	const struct business_role *r = business_role_find(b, json_str(party, "role"));
	return r ? r->zh : "";
}

/* With who acts for the party. */
static json_t *name_words(const json_t *party)
{
	const json_t *a = agent_of(party);
	return a ? json_sprintf(
			   "%s（%s %s）", json_str(party, "name"), agent_title(party), json_str(a, "name"))
		 : json_string(json_str(party, "name"));
}

json_t *paper_parties(const struct business *b, const json_t *form)
{
	json_t *list = json_array();
	const json_t *p;
	size_t i;
	json_array_foreach(json_object_get(form, "parties"), i, p) json_array_append_new(
		list, json_pack("{s:s,s:o,s:s,s:o}", "role", role_words(b, p), "name", name_words(p),
			      "id_number", json_str(p, "id_number"), "share",
			      json_sprintf("%lld/%lld", (long long)json_int(p, "share_num"),
				      (long long)json_int(p, "share_den"))));
	return list;
}

static void set(json_t *to, const char *name, const char *text)
{
	json_object_set_new(to, name, json_string(text));
}

static void agent_words(const json_t *party, char to[static 160])
{
	const json_t *a = agent_of(party);
	snprintf(to, 160, "%s%s%s%s%s%s", agent_title(party), a ? " " : "", json_str(a, "name"),
		a ? "（" : "", json_str(a, "id_number"), a ? "）" : "");
}

/* Everybody in a role: "甲（证件号码 …），代理人 …、乙（…）". */
static void role_set(const struct paper_source *s, const char *role, json_t *pool)
{
	char text[4096] = "", agent[160];
	const json_t *p;
	size_t i, n = 0;
	json_array_foreach(json_object_get(s->form, "parties"), i, p)
	{
		if (strcmp(json_str(p, "role"), role) != 0 || n + 400 > sizeof text)
			continue;
		agent_words(p, agent);
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%.90s（证件号码 %.30s）%s%s",
			n ? "、" : "", json_str(p, "name"), json_str(p, "id_number"), *agent ? "，" : "",
			agent);
	}
	set(pool, role, text);
}

static void party_set(const struct paper_source *s, json_t *pool)
{
	const json_t *p = json_array_get(json_object_get(s->form, "parties"), s->party);
	char agent[160];
	agent_words(p, agent);
	set(pool, "role", role_words(s->b, p));
	set(pool, "name", json_str(p, "name"));
	set(pool, "id_number", json_str(p, "id_number"));
	set(pool, "agent", agent);
}

static void answers_set(const struct paper_source *s, json_t *pool)
{
	const char *role =
		s->paper->each
			? json_str(json_array_get(json_object_get(s->form, "parties"), s->party), "role")
			: "";
	json_t *list = json_array();
	char text[PAPER_WORDS_MAX];
	for (size_t i = 0; i < s->b->nquestions; i++) {
		const struct business_question *q = &s->b->questions[i];
		if (&s->b->papers[q->paper] != s->paper)
			continue;
		paper_words(q->f.type, q->values, json_object_get(s->answers, q->f.code), text);
		/* To be filled in by hand where it is printed before everything is answered. */
		if (!*text && q->f.required && !*s->signed_at && !*q->when)
			snprintf(text, sizeof text, "＿＿＿＿＿＿＿＿");
		set(pool, q->f.code, text);
		if (record_question_open(q, role, s->answers))
			json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "question", q->zh, "answer",
							    text, "note", q->note_zh));
	}
	json_object_set_new(pool, "answers", list);
}

static json_t *pool_make(const struct paper_source *s)
{
	char text[PAPER_WORDS_MAX];
	/* Not every form asks where it is: the unit code says it then. */
	json_t *pool =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "location", "—", "number", s->number,
			"office", s->office, "date", s->date, "application", json_str(s->form, "application"),
			"business", s->b->zh, "unit_code", json_str(s->form, "unit_code"), "statement",
			s->b->pledge_zh, "signed", s->signed_at, "unsigned", *s->signed_at ? "" : "尚未签署");
	for (size_t i = 0; i < s->b->nfields; i++) {
		const struct business_field *f = &s->b->fields[i];
		paper_words(f->type, f->values, json_object_get(json_object_get(s->form, "fields"), f->code),
			text);
		set(pool, f->code, text);
	}
	answers_set(s, pool);
	json_object_set_new(pool, "parties", paper_parties(s->b, s->form));
	if (s->paper->each)
		party_set(s, pool);
	for (size_t i = 0; !s->paper->each && i < s->b->nroles; i++)
		role_set(s, s->b->roles[i].code, pool);
	return pool;
}

static int take(json_t *out, const json_t *pool, const char *name, struct err_note *note)
{
	json_t *v = json_object_get(pool, name);
	if (!v)
		return err_set(note, ERR_CONFIG, "%.48s: this paper has no such text", name);
	return json_object_set(out, name, v) ? ERR_NOMEM : 0;
}

int paper_facts(const struct paper_source *s, const json_t *def, json_t **out, struct err_note *note)
{
	static const char *const fixed[] = {"number", "office", "date"};
	json_t *pool = pool_make(s), *facts = json_object(), *v;
	const char *name;
	size_t i;
	int rc = pool && facts ? 0 : ERR_NOMEM;
	for (i = 0; rc == 0 && i < sizeof fixed / sizeof fixed[0]; i++)
		rc = take(facts, pool, fixed[i], note);
	json_array_foreach(json_object_get(def, "fields"), i, v) if (rc == 0) rc =
		take(facts, pool, json_string_value(v), note);
	json_object_foreach(json_object_get(def, "lists"), name, v) if (rc == 0) rc =
		take(facts, pool, name, note);
	json_decref(pool);
	if (rc == 0)
		*out = facts;
	else
		json_decref(facts);
	return rc;
}
