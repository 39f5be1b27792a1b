/* papers and pledge of business.yaml: documents made of answers. */
#include "common/workflow/business_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char pledge_zh[] = "本人承诺所填内容和所交材料真实、合法、有效，知悉不实申请的法律责任。";
static const char pledge_en[] =
	"I declare that what is stated and handed in is true, lawful and valid, and know "
	"what the law attaches to a false application.";

static int value_add(const struct marked *m, const json_t *one, struct business_question *q)
{
	static const char *const keys[] = {"value", "zh", "en", NULL};
	char value[48] = "", zh[96] = "", en[96] = "";
	int rc = marked_map(m, one, keys);
	if (rc == 0)
		rc = marked_code(m, one, "value", true, value, sizeof value);
	if (rc == 0)
		rc = marked_text(m, one, "zh", true, zh, sizeof zh);
	if (rc == 0)
		rc = marked_text(m, one, "en", true, en, sizeof en);
	if (rc == 0 && json_array_append_new(
			       q->values, json_pack("{s:s,s:s,s:s}", "value", value, "label", zh, "en", en)))
		rc = ERR_NOMEM;
	return rc;
}

static int values_read(const struct marked *m, const json_t *o, struct business_question *q)
{
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_list(m, o, "values", true, 16, &list);
	if (rc == 0 && json_array_size(list) < 2)
		return marked_fail(m, o, "values: at least two are expected");
	if (rc == 0 && !(q->values = json_array()))
		rc = ERR_NOMEM;
	json_array_foreach(list, i, one) if (rc == 0) rc = value_add(m, one, q);
	return rc;
}

static int type_read(const struct marked *m, const json_t *o, struct business_question *q)
{
	static const char *const types[] = {"yesno", "code", "text", "money", "int", "date", NULL};
	char type[16];
	size_t i = 0;
	q->f.max = INT64_C(1) << 52;
	int rc = marked_code(m, o, "type", true, type, sizeof type);
	while (rc == 0 && types[i] && strcmp(types[i], type) != 0)
		i++;
	if (rc == 0 && !types[i])
		return marked_fail(m, marked_get(o, "type"), "type: yesno, code, text, money, int or date");
	snprintf(q->f.type, sizeof q->f.type, "%s", strcmp(type, "yesno") == 0 ? "code" : type);
	if (rc == 0 && strcmp(type, "yesno") == 0 &&
		!(q->values = json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s}]", "value", "yes", "label", "是", "en",
			  "Yes", "value", "no", "label", "否", "en", "No")))
		rc = ERR_NOMEM;
	if (rc == 0 && strcmp(type, "code") == 0)
		rc = values_read(m, o, q);
	if (rc == 0 && strcmp(type, "text") == 0)
		rc = marked_int(m, o, "max", true, 1, 600, &q->f.max);
	else if (rc == 0)
		rc = marked_int(m, o, "max", false, 1, INT64_C(1) << 46, &q->f.max);
	if (rc == 0)
		rc = marked_int(m, o, "min", false, 0, INT64_C(1) << 46, &q->f.min);
	q->f.values = q->values;
	return rc;
}

static bool value_known(const struct business_question *q, const char *s, size_t n)
{
	size_t i;
	const json_t *one;
	json_array_foreach(q->values, i, one)
	{
		const char *v = json_str(one, "value");
		if (strlen(v) == n && strncmp(v, s, n) == 0)
			return true;
	}
	return false;
}

/* when: QUESTION=ANSWER, of one that was asked before in the same paper. */
static int when_read(
	const struct marked *m, const json_t *o, const struct business *b, struct business_question *q)
{
	char when[100];
	int rc = marked_text(m, o, "when", false, when, sizeof when);
	char *is = strchr(when, '=');
	if (rc < 0 || !*when)
		return rc;
	if (is)
		*is++ = '\0';
	const struct business_question *on = is ? business_question_find(b, when) : NULL;
	if (!on || on == q || on->paper != q->paper || !value_known(on, is, strlen(is)))
		return marked_fail(m, marked_get(o, "when"),
			"when: QUESTION=ANSWER of one before it in this paper is expected");
	snprintf(q->when, sizeof q->when, "%.47s", when);
	snprintf(q->is, sizeof q->is, "%.47s", is);
	return 0;
}

static int words_check(const struct marked *m, const json_t *o, const char *key, const char *words,
	const struct business *b, const struct business_question *q)
{
	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t k = strcspn(p, " ");
		char word[48];
		snprintf(word, sizeof word, "%.*s", (int)k, p);
		if (q ? !value_known(q, p, k) : !business_role_find(b, word))
			return marked_fail(
				m, marked_get(o, key), "%s: \"%.40s\" is none of the business", key, word);
		p += k;
	}
	return 0;
}

static int law_read(const struct marked *m, const json_t *o, struct business_question *q)
{
	int rc = marked_text(m, o, "note_zh", false, q->note_zh, sizeof q->note_zh);
	if (rc == 0)
		rc = marked_text(m, o, "note_en", false, q->note_en, sizeof q->note_en);
	if (rc == 0 && (!*q->note_zh != !*q->note_en))
		rc = marked_fail(m, o, "note_zh and note_en: both or none");
	if (rc == 0 && *q->stops && !*q->note_zh)
		rc = marked_fail(m, o, "note_zh: an answer that stops needs the ground");
	return rc;
}

static int question_read(const struct marked *m, const json_t *o, struct business *b, size_t paper)
{
	static const char *const keys[] = {"code", "roles", "zh", "en", "type", "required", "values", "min",
		"max", "when", "stops", "leads", "note_zh", "note_en", NULL};
	struct business_question *q = &b->questions[b->nquestions];
	q->paper = paper;
	q->f.required = true;
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = marked_code(m, o, "code", true, q->f.code, sizeof q->f.code);
	if (rc == 0 && strchr(q->f.code, '-'))
		rc = marked_fail(m, marked_get(o, "code"), "code: without -");
	if (rc == 0 && business_question_find(b, q->f.code))
		rc = marked_fail(m, marked_get(o, "code"), "code %s: stands twice", q->f.code);
	b->nquestions++; /* what it holds is freed with the rest */
	if (rc == 0)
		rc = marked_text(m, o, "zh", true, q->zh, sizeof q->zh);
	if (rc == 0)
		rc = marked_text(m, o, "en", true, q->en, sizeof q->en);
	if (rc == 0)
		rc = type_read(m, o, q);
	if (rc == 0)
		rc = marked_bool(m, o, "required", false, &q->f.required);
	if (rc == 0)
		rc = marked_text(m, o, "roles", false, q->roles, sizeof q->roles);
	if (rc == 0)
		rc = words_check(m, o, "roles", q->roles, b, NULL);
	if (rc == 0 && *q->roles && !b->papers[paper].each)
		rc = marked_fail(m, marked_get(o, "roles"), "roles: only where each party answers");
	if (rc == 0)
		rc = marked_text(m, o, "stops", false, q->stops, sizeof q->stops);
	if (rc == 0)
		rc = words_check(m, o, "stops", q->stops, b, q);
	if (rc == 0)
		rc = marked_code(m, o, "leads", false, q->leads, sizeof q->leads);
	if (rc == 0)
		rc = when_read(m, o, b, q);
	return rc == 0 ? law_read(m, o, q) : rc;
}

static int questions_read(const struct marked *m, const json_t *o, struct business *b, size_t paper)
{
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_list(m, o, "questions", false, BUSINESS_LIST_MAX, &list);
	size_t n = b->nquestions + json_array_size(list);
	if (rc < 0 || json_array_size(list) == 0)
		return rc;
	struct business_question *more = realloc(b->questions, n * sizeof *more);
	if (!more)
		return ERR_NOMEM;
	memset(more + b->nquestions, 0, (n - b->nquestions) * sizeof *more);
	b->questions = more;
	json_array_foreach(list, i, one) if (rc == 0) rc = question_read(m, one, b, paper);
	return rc;
}

static int paper_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"code", "zh", "en", "template", "each", "questions", NULL};
	struct business_paper *p = &b->papers[b->npapers];
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = marked_code(m, o, "code", true, p->code, sizeof p->code);
	if (rc == 0 && business_paper_find(b, p->code))
		rc = marked_fail(m, marked_get(o, "code"), "code %s: stands twice", p->code);
	b->npapers++;
	if (rc == 0)
		rc = marked_text(m, o, "zh", true, p->zh, sizeof p->zh);
	if (rc == 0)
		rc = marked_text(m, o, "en", true, p->en, sizeof p->en);
	if (rc == 0)
		rc = marked_code(m, o, "template", true, p->template, sizeof p->template);
	if (rc == 0)
		rc = marked_bool(m, o, "each", true, &p->each);
	if (rc == 0 && !p->each && !business_material_find(b, p->code))
		rc = marked_fail(m, marked_get(o, "code"),
			"code: of a material, for a paper that is not of each party");
	return rc == 0 ? questions_read(m, o, b, b->npapers - 1) : rc;
}

static int pledge_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"zh", "en", NULL};
	const json_t *v = marked_get(o, "pledge");
	snprintf(b->pledge_zh, sizeof b->pledge_zh, "%s", pledge_zh);
	snprintf(b->pledge_en, sizeof b->pledge_en, "%s", pledge_en);
	if (!v)
		return 0;
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_text(m, v, "zh", true, b->pledge_zh, sizeof b->pledge_zh);
	return rc == 0 ? marked_text(m, v, "en", true, b->pledge_en, sizeof b->pledge_en) : rc;
}

int business_read_papers(const struct marked *m, const json_t *o, struct business *b)
{
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_list(m, o, "papers", false, BUSINESS_PAPERS_MAX, &list);
	json_array_foreach(list, i, one) if (rc == 0) rc = paper_read(m, one, b);
	return rc == 0 ? pledge_read(m, o, b) : rc;
}

void business_papers_free(struct business *b)
{
	for (size_t i = 0; i < b->nquestions; i++)
		json_decref(b->questions[i].values);
	free(b->questions);
}

const struct business_paper *business_paper_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->npapers; i++)
		if (strcmp(b->papers[i].code, code) == 0)
			return &b->papers[i];
	return NULL;
}

const struct business_question *business_question_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nquestions; i++)
		if (strcmp(b->questions[i].f.code, code) == 0)
			return &b->questions[i];
	return NULL;
}
