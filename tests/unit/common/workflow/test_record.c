/* 询问笔录 of every business that can be begun online: each party that signs is asked, each answer that stops
 * is found with its ground, each question that hangs on another opens with it and not before, and with the
 * right answers everybody can sign. */
#include "common/workflow/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool has_word(const char *words, const char *w)
{
	size_t n = strlen(w);
	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t k = strcspn(p, " ");
		if (k == n && strncmp(p, w, n) == 0)
			return true;
		p += k;
	}
	return false;
}

static const char *value_at(const struct business_question *q, size_t i)
{
	return json_str(json_array_get(q->values, i), "value");
}

/* Whether a question of the same paper is asked only after this answer. */
static bool opens(const struct business *b, const struct business_question *q, const char *value)
{
	for (size_t i = 0; i < b->nquestions; i++)
		if (strcmp(b->questions[i].when, q->f.code) == 0 && strcmp(b->questions[i].is, value) == 0)
			return true;
	return false;
}

/* An answer that does not stop: with `wide` the one that opens more, else one that does not. */
static json_t *answer(const struct business *b, const struct business_question *q, bool wide)
{
	const char *found = NULL;
	if (strcmp(q->f.type, "code") != 0)
		return strcmp(q->f.type, "text") == 0   ? json_string("无")
		       : strcmp(q->f.type, "date") == 0 ? json_string("2030-01-01")
							: json_integer(q->f.min);
	for (size_t i = 0; i < json_array_size(q->values); i++)
		if (!has_word(q->stops, value_at(q, i)) && (!found || opens(b, q, value_at(q, i)) == wide))
			found = value_at(q, i);
	return found ? json_string(found) : NULL;
}

static json_t *answers_of(const struct business *b, const char *role, bool wide)
{
	json_t *answers = json_object();
	for (size_t i = 0; i < b->nquestions; i++) {
		const struct business_question *q = &b->questions[i];
		if (b->papers[q->paper].each && record_question_open(q, role, answers)) {
			json_t *v = answer(b, q, wide);
			if (!v)
				fail_msg("%s: %s: every answer stops", b->code, q->f.code);
			json_object_set_new(answers, q->f.code, v);
		}
	}
	return answers;
}

static bool finding(const json_t *findings, const char *code, const char *says)
{
	char key[80];
	size_t i;
	const json_t *one;
	snprintf(key, sizeof key, "record[0].%s", code);
	json_array_foreach(findings, i, one) if (strcmp(json_str(one, "key"), key) == 0 &&
						 strstr(json_str(one, "zh"), says)) return true;
	return false;
}

static json_t *form_of(const struct business *b, const char *role)
{
	return json_pack("{s:s,s:[{s:s,s:s,s:s,s:s}]}", "statement", b->pledge_zh, "parties", "role", role,
		"name", "张三", "id_kind", "1", "id_number", "11010119900307109X");
}

/* One answer in the place of a right one: refused, with this said of it. */
static void refused(const struct business *b, const char *role, const json_t *right, const char *code,
	json_t *value, const char *says)
{
	json_t *answers = json_deep_copy(right), *findings = json_array(), *form = form_of(b, role);
	struct err_note note = {0};
	if (value)
		json_object_set_new(answers, code, value);
	else
		json_object_del(answers, code);
	json_t *record = json_pack("[{s:i,s:o}]", "party", 0, "answers", answers);
	assert_int_equal(record_check(b, form, record, 0, findings, &note), ERR_SCHEMA);
	if (!finding(findings, code, says))
		fail_msg("%s: %s: %s: not found: %s", b->code, role, code, says);
	json_decref(record);
	json_decref(findings);
	json_decref(form);
}

static size_t question_walk(
	const struct business *b, const char *role, const struct business_question *q, const json_t *right)
{
	size_t n = 0;
	if (q->f.required)
		refused(b, role, right, q->f.code, NULL, "请回答");
	for (size_t i = 0; i < json_array_size(q->values); i++)
		if (has_word(q->stops, value_at(q, i))) {
			refused(b, role, right, q->f.code, json_string(value_at(q, i)), q->note_zh);
			n++;
		}
	return n;
}

/* All that one role is asked; how many of its answers end the application. */
static size_t role_walk(const struct business *b, const char *role, bool wide)
{
	struct err_note note = {0};
	json_t *right = answers_of(b, role, wide), *form = form_of(b, role),
	       *record = json_pack("[{s:i,s:O}]", "party", 0, "answers", right);
	size_t n = 0;
	if (record_check(b, form, record, 0, NULL, &note) != 0)
		fail_msg("%s: %s: %s", b->code, role, note.text);
	for (size_t i = 0; i < b->nquestions; i++) {
		const struct business_question *q = &b->questions[i];
		if (b->papers[q->paper].each && record_question_open(q, role, right))
			n += question_walk(b, role, q, right);
		else if (b->papers[q->paper].each && !*q->roles)
			refused(b, role, right, q->f.code, json_string("yes"), "不必");
	}
	json_decref(record);
	json_decref(form);
	json_decref(right);
	return n;
}

static void test_every_online_business(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	size_t online = 0;
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; business_at(s, i); i++) {
		const struct business *b = business_at(s, i);
		online += b->portal;
		for (size_t k = 0; b->portal && k < b->nroles; k++) {
			const char *role = b->roles[k].code;
			if (!b->roles[k].signs)
				continue;
			if (!record_asks(b, role))
				fail_msg("%s: %s is not asked", b->code, role);
			/* The own free will at least. */
			assert_true(role_walk(b, role, false) > 0);
			assert_true(role_walk(b, role, true) > 0);
		}
	}
	assert_int_equal(online, 12);
	business_free(s);
}

/* What an answer leads to is another business that can be applied for online. */
static void test_where_answers_lead(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	size_t n = 0;
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; business_at(s, i); i++)
		for (size_t k = 0; k < business_at(s, i)->nquestions; k++) {
			const struct business_question *q = &business_at(s, i)->questions[k];
			if (!*q->leads)
				continue;
			n++;
			assert_non_null(business_find(s, q->leads));
			assert_true(business_find(s, q->leads)->portal);
			assert_string_not_equal(q->leads, business_at(s, i)->code);
		}
	assert_true(n >= 4);
	business_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_online_business), cmocka_unit_test(test_where_answers_lead)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
