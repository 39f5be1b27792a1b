/* Review rules: the shipped ones give an answer on a good case of every business, and each business has a
 * case that one of its rules stops or marks; each rule speaks and is silent; a rule that gives no answer
 * still blocks. */
#include "common/workflow/business.h"
#include "common/workflow/rule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct jqbox *box;
static struct rule rules[RULES_MAX];
static size_t nrules;

#define RENEWED(until) "[{\"cfwh\":\"(2025)示例执字第9号\",\"cfjssj\":\"" until "\"}]"
static const char good[] = "{\"stage\":\"review\",\"today\":\"2026-11-26\",\"business\":{\"code\":\"x\"},"
			   "\"case\":{\"has_tax\":true},\"form\":{"
			   "\"unit_code\":\"110101001001GB00001F00010101\",\"parties\":[{\"role\":"
			   "\"transferor\",\"name\":\"张三\",\"id_kind\":\"1\","
			   "\"id_number\":\"11010119900307109X\"},{\"role\":\"transferee\",\"name\":\"李四\","
			   "\"id_kind\":\"1\",\"id_number\":"
			   "\"110101198001010010\"}],\"materials\":[{\"code\":\"contract\"},{\"code\":"
			   "\"consent\"},{\"code\":\"notary\"}],\"fields\":{"
			   "\"location\":\"新路2号\",\"certificate_no\":\"京(2020)"
			   "东城区不动产权第0000001号\",\"price_cents\":500000000,\"contract_no\":"
			   "\"BA-2026-1\",\"reason\":\"赠与\",\"deceased_id\":\"11010119900307109X\","
			   "\"document_no\":\"(2026)示例执字第1号\",\"court\":"
			   "\"示例市人民法院\",\"area_cm2\":900000,\"parcel_area_cm2\":1000000,\"old_id_"
			   "number\":\"11010119900307109X\",\"use\":\"商业\","
			   "\"units\":\"110101001001GB00001F00010102|102|1\\n110101001001GB00001F00010103|"
			   "103|1\",\"term_from\":\"2026-01-01\",\"term_to\":"
			   "\"2028-01-01\",\"secured_cents\":100000,\"transfer_restricted\":\"no\",\"proof_"
			   "no\":\"京(2026)东城区不动产证明第0000001号\","
			   "\"matter\":\"权利人记载有误\",\"seizure_no\":\"(2025)示例执字第9号\",\"table\":"
			   "\"h\",\"column\":\"zl\",\"dominant_unit\":"
			   "\"110101001001GB00001F00010199\"}},\"register\":{\"h\":[{\"zl\":\"示例路1号\","
			   "\"jzmj\":900000,\"ghyt\":\"住宅\"}],\"fdcq2\":[{"
			   "\"bdcqzh\":\"京(2020)东城区不动产权第0000001号\"}],\"qlr\":[{\"zjh\":"
			   "\"11010119900307109X\"}],\"cfdj\":[{\"cfqssj\":"
			   "\"2020-01-01\",\"cfjssj\":\"2021-01-01\",\"cfjg\":\"示例市人民法院\",\"cfwh\":\"("
			   "2025)示例执字第9号\"}],\"dyaq\":[],\"yydj\":[]}}";
#define SEIZED                                                                                               \
	"[{\"cfqssj\":\"2026-01-01\",\"cfjssj\":\"2028-12-31\",\"cfjg\":\"示例市人民法院\",\"cfwh\":\"x\"}]"

/* One change of the good case, and the rule of the business that finds it. */
static const struct {
	const char *business, *rule, *part, *key, *value;
} found[] = {
	{"transfer-existing-flat", "seizure-in-force", "register", "cfdj", SEIZED},
	{"transfer-new-flat", "contract-filed", "fields", "contract_no", "\"1\""},
	{"gift-transfer", "gift-between", "fields", "reason", "\"买卖\""},
	{"division-transfer", "division-among-holders", "register", "qlr", "[{\"zjh\":\"other\"}]"},
	{"inheritance-transfer", "deceased-is-holder", "fields", "deceased_id", "\"other\""},
	{"court-transfer", "document-no", "fields", "document_no", "\"1号\""},
	{"first-registration", "unit-free", "register", "fdcq2", "[{\"bdcqzh\":\"x\"}]"},
	{"homestead-first-registration", "unit-free", "register", "fdcq2", "[{\"bdcqzh\":\"x\"}]"},
	{"change-holder", "old-number-registered", "fields", "old_id_number", "\"other\""},
	{"change-address", "location-new", "fields", "location", "\"示例路1号\""},
	{"change-use", "seizure-in-force", "register", "cfdj", SEIZED},
	{"split-registration", "split-lines", "fields", "units", "\"one\""},
	{"merge-registration", "merge-lines", "fields", "units", "\"\""},
	{"mortgage", "term-order", "fields", "term_to", "\"2020-01-01\""},
	{"mortgage-maximum", "term-order", "fields", "term_to", "\"2020-01-01\""},
	{"mortgage-change", "proof-registered", "fields", "proof_no", "\"1\""},
	{"mortgage-transfer", "proof-registered", "fields", "proof_no", "\"1\""},
	{"mortgage-cancel", "proof-registered", "fields", "proof_no", "\"1\""},
	{"prenotice-presale", "contract-filed", "fields", "contract_no", "\"\""},
	{"prenotice-mortgage", "seizure-in-force", "register", "cfdj", SEIZED},
	{"prenotice-transfer", "seizure-in-force", "register", "cfdj", SEIZED},
	{"prenotice-cancel", "proof-registered", "fields", "proof_no", "\"1\""},
	{"objection", "matter-said", "fields", "matter", "\"x\""},
	{"objection-cancel", "proof-registered", "fields", "proof_no", "\"1\""},
	{"seizure", "seizure-term", "fields", "term_to", "\"2029-01-02\""},
	{"seizure-renew", "seizure-known", "fields", "seizure_no", "\"unknown\""},
	{"seizure-release", "seizure-known", "fields", "seizure_no", "\"unknown\""},
	{"correction", "correction-known-column", "fields", "column", "\"ZL;\""},
	{"correction-ex-officio", "correction-known-column", "fields", "table", "\"H H\""},
	{"reissue", "certificate-matches", "fields", "certificate_no", "\"another\""},
	{"exchange", "certificate-matches", "fields", "certificate_no", "\"another\""},
	{"residence-right", "residence-dwelling", "register", "h",
		"[{\"zl\":\"x\",\"jzmj\":1,\"ghyt\":\"工业\"}]"},
	{"residence-right-cancel", "proof-registered", "fields", "proof_no", "\"1\""},
	{"easement", "easement-two-units", "fields", "dominant_unit", "\"110101001001GB00001F00010101\""},
	{"easement-cancel", "proof-registered", "fields", "proof_no", "\"1\""},
	{"cancellation", "seizure-in-force", "register", "cfdj", SEIZED},
};

/* The rules that no line above tells of: one value with which each speaks, one with which it is silent (NULL:
 * the good case). */
static const struct {
	const char *rule, *part, *key, *speaks, *silent;
} spoken[] = {
	{"certificate-registered", "fields", "certificate_no", "\"another\"", NULL},
	{"mortgage-follows", "register", "dyaq", "[{\"bdbzzqse\":1}]", NULL},
	{"mortgage-in-the-way", "form", "materials", "[]", "[{\"code\":\"consent\"}]"},
	{"objection-open", "register", "yydj", "[{\"yysx\":\"x\"}]", NULL},
	{"minor-party", "form", "parties",
		"[{\"role\":\"transferee\",\"id_kind\":\"1\",\"id_number\":\"110101201501010010\"}]", NULL},
	{"price-low", "fields", "price_cents", "100", NULL},
	{"location-matches", "fields", "location", "\"别处\"", "\"示例路1号\""},
	{"inheritance-materials", "form", "materials", "[]", NULL},
	{"court-named", "fields", "court", "\"示例单位\"", NULL},
	{"area-plausible", "fields", "area_cm2", "99000000", NULL},
	{"homestead-area", "fields", "parcel_area_cm2", "3000000", NULL},
	{"use-new", "fields", "use", "\"住宅\"", NULL},
	{"term-order-if-any", "fields", "term_to", "\"2020-01-01\"", NULL},
	{"mortgage-amount", "fields", "secured_cents", "20000000000", NULL},
	{"transfer-ban-shown", "fields", "transfer_restricted", "\"yes\"", NULL},
	{"change-says-something", "form", "fields", "{}", NULL},
	{"objection-not-holder", "register", "qlr", "[{\"zjh\":\"11010119900307109X\"}]",
		"[{\"zjh\":\"other\"}]"},
	{"renewal-term", "register", "cfdj", RENEWED("2024-12-31"), RENEWED("2027-01-01")},
};

static int setup(void **state)
{
	char program[4096];
	struct err_note note = {0};
	json_t *list = NULL, *one;
	size_t i;
	(void)state;
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
	assert_true(n > 0);
	program[n] = '\0';
	memcpy(strstr(program, "/unit/"), "/bin/jqbox", 11);
	assert_int_equal(jqbox_start(&(struct jqbox_options){.program = program}, &box, &note), 0);
	if (rule_file("conf/businesses/rules.yaml", &list, &note) != 0)
		fail_msg("%s", note.text);
	json_array_foreach(list, i, one) if (rule_parse(one, box, &rules[nrules++], &note) != 0)
		fail_msg("%s: %s", json_str(one, "code"), note.text);
	json_decref(list);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	jqbox_stop(box);
	return 0;
}

static const struct rule *rule_find(const char *code)
{
	for (size_t i = 0; i < nrules; i++)
		if (strcmp(rules[i].code, code) == 0)
			return &rules[i];
	fail_msg("no rule %s", code);
	return NULL;
}

static json_t *judge(const struct rule *r, const json_t *input)
{
	char *text = json_dumps(input, JSON_COMPACT);
	json_t *verdict = NULL;
	assert_non_null(text);
	assert_int_equal(rule_judge(&r, 1, box, view_str(text), &verdict), 0);
	free(text);
	return verdict;
}

/* A good case of each: no owner yet where one is made, the parties among the holders or not. */
static json_t *input_of(const char *business)
{
	json_t *v = json_loads(good, 0, NULL);
	assert_non_null(v);
	if (strcmp(business, "division-transfer") == 0)
		json_object_set_new(json_object_get(v, "register"), "qlr",
			json_pack("[{s:s},{s:s}]", "zjh", "11010119900307109X", "zjh", "110101198001010010"));
	if (strcmp(business, "seizure-renew") == 0)
		json_object_set_new(
			json_object_get(v, "register"), "cfdj", json_loads(RENEWED("2027-01-01"), 0, NULL));
	if (strcmp(business, "objection") == 0)
		json_object_set_new(
			json_object_get(v, "register"), "qlr", json_pack("[{s:s}]", "zjh", "other"));
	if (strstr(business, "first-registration"))
		json_object_set_new(json_object_get(v, "register"), "fdcq2", json_array());
	return v;
}

static void test_every_business(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; business_at(s, i); i++) {
		const struct business *b = business_at(s, i);
		bool has_case = false;
		for (size_t k = 0; k < b->nrules; k++) {
			json_t *in = input_of(b->code), *v = judge(rule_find(b->rules[k]), in);
			if (json_is_true(json_object_get(v, "blocked")))
				fail_msg("%s: a good case is stopped by %s", b->code, b->rules[k]);
			json_decref(v);
			json_decref(in);
		}
		for (size_t k = 0; k < sizeof found / sizeof *found; k++) {
			bool named = false;
			if (strcmp(found[k].business, b->code) != 0)
				continue;
			has_case = true;
			for (size_t j = 0; j < b->nrules; j++)
				named |= strcmp(b->rules[j], found[k].rule) == 0;
			json_t *in = input_of(b->code);
			json_t *part = strcmp(found[k].part, "fields") == 0
					       ? json_object_get(json_object_get(in, "form"), "fields")
					       : json_object_get(in, "register");
			json_object_set_new(
				part, found[k].key, json_loads(found[k].value, JSON_DECODE_ANY, NULL));
			const struct rule *r = rule_find(found[k].rule);
			json_t *v = judge(r, in);
			if (!named || json_array_size(json_object_get(v, "findings")) != 1 ||
				json_is_true(json_object_get(v, "blocked")) != (r->severity == RULE_BLOCK))
				fail_msg("%s: %s does not find it", b->code, found[k].rule);
			json_decref(v);
			json_decref(in);
		}
		if (!has_case)
			fail_msg("%s: no case that a rule finds", b->code);
	}
	business_free(s);
}

static json_t *part_of(json_t *in, const char *part)
{
	json_t *form = json_object_get(in, "form");
	return strcmp(part, "form") == 0     ? form
	       : strcmp(part, "fields") == 0 ? json_object_get(form, "fields")
					     : json_object_get(in, "register");
}

/* What the rule says of the good case with one value changed. */
static size_t says(const struct rule *r, size_t row, const char *value)
{
	json_t *in = json_loads(good, 0, NULL);
	assert_non_null(in);
	if (strcmp(r->code, "mortgage-in-the-way") == 0)
		json_object_set_new(
			part_of(in, "register"), "dyaq", json_loads("[{\"bdbzzqse\":1}]", 0, NULL));
	if (value)
		json_object_set_new(part_of(in, spoken[row].part), spoken[row].key,
			json_loads(value, JSON_DECODE_ANY, NULL));
	json_t *v = judge(r, in);
	size_t n = json_array_size(json_object_get(v, "findings"));
	if (json_is_true(json_object_get(v, "blocked")) != (n && r->severity == RULE_BLOCK))
		fail_msg("%s: what it finds does not stop as its severity says", r->code);
	json_decref(v);
	json_decref(in);
	return n;
}

/* No shipped rule is there that never speaks or always does. */
static void test_every_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < nrules; i++) {
		size_t told = 0;
		for (size_t k = 0; k < sizeof found / sizeof *found; k++)
			told += strcmp(found[k].rule, rules[i].code) == 0;
		for (size_t k = 0; k < sizeof spoken / sizeof *spoken; k++) {
			if (strcmp(spoken[k].rule, rules[i].code) != 0)
				continue;
			told++;
			if (says(&rules[i], k, spoken[k].speaks) != 1)
				fail_msg("%s: does not speak", rules[i].code);
			if (says(&rules[i], k, spoken[k].silent) != 0)
				fail_msg("%s: is never silent", rules[i].code);
		}
		if (!told)
			fail_msg("%s: no case of it here", rules[i].code);
	}
}

static void test_no_answer_blocks(void **state)
{
	struct err_note note = {0};
	struct rule r;
	json_t *v = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", "loops", "zh", "甲", "en", "a",
		       "basis", "b", "stages", "review", "severity", "block", "expr",
		       ".form.nothing.here | tonumber"),
	       *in = json_object();
	(void)state;
	assert_int_equal(rule_parse(v, box, &r, &note), 0);
	json_t *verdict = judge(&r, in);
	assert_true(json_is_true(json_object_get(verdict, "blocked")));
	json_decref(verdict);
	static const char *const bad[][2] = {{"expr", ".a =="}, {"expr", "env"}, {"severity", "deadly"},
		{"stages", "dream"}, {"basis", ""}, {"code", "A B"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_t *x = json_deep_copy(v);
		json_object_set_new(x, bad[i][0], json_string(bad[i][1]));
		assert_int_equal(rule_parse(x, box, &r, &note), ERR_SCHEMA);
		json_decref(x);
	}
	json_decref(in);
	json_decref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_business),
		cmocka_unit_test(test_every_rule), cmocka_unit_test(test_no_answer_blocks)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
