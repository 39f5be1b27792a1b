#include "common/workflow/record.h"

#include "common/workflow/agent.h"
#include "common/workflow/business_impl.h"
#include <stdio.h>
#include <string.h>

static bool role_asked(const struct business_question *q, const char *role)
{
	return !*q->roles || business_word_in(q->roles, role, strlen(role));
}

bool record_asks(const struct business *b, const char *role)
{
	for (size_t i = 0; i < b->nquestions; i++)
		if (b->papers[b->questions[i].paper].each && role_asked(&b->questions[i], role))
			return true;
	return false;
}

bool record_question_open(const struct business_question *q, const char *role, const json_t *answers)
{
	return role_asked(q, role) && (!*q->when || strcmp(json_str(answers, q->when), q->is) == 0);
}

const json_t *record_of(const json_t *record, size_t party)
{
	size_t i;
	const json_t *one;
	json_array_foreach(record, i,
		one) if (json_int(one, "party") == (int64_t)party) return json_object_get(one, "answers");
	return NULL;
}

int record_text(const json_t *form, const json_t *record, struct buf *out)
{
	if (json_array_size(record) == 0)
		return json_canon(form, out);
	json_t *text = json_copy((json_t *)(uintptr_t)form);
	int rc = text && json_object_set(text, "record", (json_t *)(uintptr_t)record) == 0
			 ? json_canon(text, out)
			 : ERR_NOMEM;
	json_decref(text);
	return rc;
}

/* Whether a question belongs to a paper; NULL: to those of each party. */
static bool of_paper(
	const struct business *b, const struct business_question *q, const struct business_paper *p)
{
	return p ? &b->papers[q->paper] == p : b->papers[q->paper].each;
}

int record_check_answers(const struct business *b, const struct business_paper *paper, const json_t *answers,
	struct err_note *note)
{
	const char *key;
	json_t *value;
	if (!json_is_object(answers))
		return err_set(note, ERR_SCHEMA, "answers: not an object");
	json_object_foreach((json_t *)(uintptr_t)answers, key, value)
	{
		const struct business_question *q = business_question_find(b, key);
		if (!q || !of_paper(b, q, paper))
			return err_set(note, ERR_SCHEMA, "answers.%.48s: not asked", key);
		if (!business_field_good(&q->f, value))
			return err_set(note, ERR_SCHEMA, "answers.%.48s: not an answer to it", key);
	}
	return 0;
}

static void question_check(struct business_checking *c, const struct business_question *q, const char *where,
	const char *role, const json_t *answers)
{
	const json_t *v = json_object_get(answers, q->f.code);
	bool open = record_question_open(q, role, answers);
	char key[120], zh[720], en[720];
	snprintf(key, sizeof key, "%s.%s", where, q->f.code);
	if (v && !open) {
		business_finding(c, key, "此问题不必回答", "this was not to be answered");
	} else if (open && (v ? !business_field_good(&q->f, v) : q->f.required)) {
		snprintf(zh, sizeof zh, v ? "回答不正确：%s" : "请回答：%s", q->zh);
		snprintf(en, sizeof en, v ? "not an answer to: %s" : "to be answered: %s", q->en);
		business_finding(c, key, zh, en);
	} else if (open && json_is_string(v) &&
		   business_word_in(q->stops, json_string_value(v), json_string_length(v))) {
		snprintf(zh, sizeof zh, "%s 按此回答不能办理：%s", q->zh, q->note_zh);
		snprintf(
			en, sizeof en, "%s With this answer it cannot be applied for: %s", q->en, q->note_en);
		business_finding(c, key, zh, en);
	}
}

static void answers_check(struct business_checking *c, const struct business_paper *paper, const char *where,
	const char *role, const json_t *answers)
{
	const char *key;
	json_t *value;
	for (size_t i = 0; i < c->b->nquestions; i++)
		if (of_paper(c->b, &c->b->questions[i], paper))
			question_check(c, &c->b->questions[i], where, role, answers);
	json_object_foreach((json_t *)(uintptr_t)answers, key, value)
	{
		const struct business_question *q = business_question_find(c->b, key);
		if (!q || !of_paper(c->b, q, paper))
			business_finding(c, where, "有未询问的回答", "an answer to what was not asked");
	}
}

void business_check_papers(struct business_checking *c)
{
	const json_t *list = json_object_get(c->form, "papers"), *one;
	size_t i;
	json_array_foreach(list, i, one)
	{
		const struct business_paper *p = business_paper_find(c->b, json_str(one, "code"));
		char where[64];
		if (!p || p->each || business_paper_given(c->form, p->code) != one) {
			business_finding(c, "papers", "有清单外的文书", "a paper that is not on the list");
			continue;
		}
		snprintf(where, sizeof where, "papers.%s", p->code);
		answers_check(c, p, where, "", json_object_get(one, "answers"));
		if (json_find(json_object_get(c->form, "materials"), "code", p->code))
			business_finding(
				c, where, "在线填写与上传只选一种", "filled in here or uploaded, not both");
	}
}

const json_t *business_paper_given(const json_t *form, const char *code)
{
	return json_find(json_object_get(form, "papers"), "code", code);
}

static const char *signer_number(const json_t *form, size_t n)
{
	return json_str(agent_signer(json_array_get(json_object_get(form, "parties"), n)), "id_number");
}

/* Entries of who signs for party n alone, each party once. */
static void owners_check(struct business_checking *c, const json_t *record, size_t n)
{
	size_t i;
	const json_t *one;
	json_array_foreach(record, i, one)
	{
		int64_t party = json_int(one, "party");
		if (party < 0 || party >= (int64_t)json_array_size(json_object_get(c->form, "parties")) ||
			record_of(record, (size_t)party) != json_object_get(one, "answers") ||
			strcmp(signer_number(c->form, (size_t)party), signer_number(c->form, n)) != 0)
			business_finding(
				c, "record", "笔录须由本人回答", "answered by another than who signs");
	}
}

int record_check(const struct business *b, const json_t *form, const json_t *record, size_t n,
	json_t *findings, struct err_note *note)
{
	struct business_checking c = {b, form, findings, note, 0};
	const char *role = json_str(json_array_get(json_object_get(form, "parties"), n), "role");
	const json_t *answers = record_of(record, n);
	char where[32];
	snprintf(where, sizeof where, "record[%zu]", n);
	if (strcmp(json_str(form, "statement"), b->pledge_zh) != 0)
		business_finding(&c, "statement", "承诺书文本不符", "not the pledge of this business");
	owners_check(&c, record, n);
	if (record_asks(b, role))
		answers_check(&c, NULL, where, role, answers);
	else if (answers)
		business_finding(&c, where, "此身份不必询问", "this role is not asked");
	return c.n ? ERR_SCHEMA : 0;
}
