/* The shipped businesses load; a mistake in any of their files is refused with file, line and column; the fee
 * table by dates. */
#include "common/workflow/business_impl.h"
#include "common/workflow/holder.h"
#include "common/workflow/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_shipped(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	size_t n = 0;
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *transfer = business_find(s, "transfer-existing-flat"),
			      *first = business_find(s, "first-registration");
	assert_non_null(transfer);
	assert_non_null(first);
	assert_true(transfer->needs_tax && !transfer->needs_cadastral && transfer->portal);
	assert_true(!first->needs_tax && first->needs_cadastral);
	assert_string_equal(transfer->holder_role, "transferee");
	assert_string_equal(transfer->entry, "transfer");
	assert_string_equal(first->entry, "first");
	assert_string_equal(business_notice(transfer, "accepted"), "acceptance-notice");
	assert_null(business_notice(transfer, "unheard"));
	assert_non_null(business_role_find(transfer, "transferor"));
	assert_null(business_role_find(transfer, "nobody"));
	assert_null(business_find(s, "unheard"));
	for (; business_at(s, n); n++) {
		const struct business *b = business_at(s, n);
		struct business *copy = NULL;
		/* A rule, a form, a document that goes with its certificate; and it comes back whole from its
		 * texts. */
		assert_true(b->nrules > 0 && b->nfields > 0 && b->nmaterials > 0 && b->nsteps > 0);
		/* What a page offers to choose is what is taken. */
		for (size_t k = 0; k < b->nfields; k++) {
			size_t m;
			const json_t *v;
			json_array_foreach(b->fields[k].values, m, v)
				assert_true(business_field_good(&b->fields[k], json_object_get(v, "value")));
		}
		assert_int_equal(
			strcmp(b->certificate, "none") == 0, strcmp(b->document, "notice-entry") == 0);
		assert_int_equal(business_parse(b->texts, &copy, &note), 0);
		json_t *one = business_json(b, business_fees(s), "2026-11-26"),
		       *two = business_json(copy, business_fees(s), "2026-11-26");
		assert_true(json_equal(one, two));
		json_decref(one);
		json_decref(two);
		business_one_free(copy);
	}
	assert_true(n >= 25);
	business_free(s);
}

/* A copy of the shipped folder with one file changed by sed; what the loader says. */
static int load_with(const char *file, const char *edit, struct err_note *note)
{
	char dir[] = "/tmp/test-business.XXXXXX", command[512];
	struct business_set *s = NULL;
	assert_non_null(mkdtemp(dir));
	snprintf(command, sizeof command, "cp -r conf/businesses/. %s && sed -i '%s' %s/%s", dir, edit, dir,
		file);
	assert_int_equal(system(command), 0);
	int rc = business_load(dir, &s, note);
	business_free(s);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	return rc;
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *file, *edit, *says;
	} cases[] = {
		{"mortgage/business.yaml", "s/^code: .*/code: \"a b\"/", "mortgage/business.yaml:2:7: code"},
		{"mortgage/business.yaml", "s/^version: .*/version: 0/",
			"business.yaml:3:10: version: not within"},
		{"mortgage/business.yaml", "s/^version: .*/version: one/",
			"business.yaml:3:10: version: a whole number"},
		{"mortgage/business.yaml", "s/^zh: .*/zh: \"\"/", "business.yaml:4:5: zh: must not be empty"},
		{"mortgage/business.yaml", "s/^en:/anglice:/", "business.yaml:5:1: anglice: unknown key"},
		{"mortgage/business.yaml", "s/^registration_type: .*/registration_type: 123/",
			"business.yaml:6:20: registration_type: unknown"},
		{"mortgage/business.yaml", "s/^needs_tax: .*/needs_tax: perhaps/",
			"business.yaml:10:12: needs_tax: true or false"},
		{"mortgage/business.yaml", "s/^channels: .*/channels: window post/", "\"post\" is none of"},
		{"mortgage/business.yaml", "s/^promised_days: .*/promised_days: 31/",
			"promised_days: more than legal_days"},
		{"mortgage/business.yaml", "s/^fees: .*/fees: [unheard]/",
			"fees: unheard is not in fees.yaml"},
		{"mortgage/business.yaml", "s/^certificate: .*/certificate: paper/", "\"paper\" is none of"},
		{"mortgage/business.yaml", "s/^holder_role: .*/holder_role: nobody/",
			"holder_role: not among the roles"},
		{"mortgage/business.yaml", "s/^ended_role: .*/ended_role: nobody/",
			"ended_role: not among the roles"},
		{"mortgage/business.yaml", "s/{code: mortgagee, /{code: mortgagor, /", "not among the roles"},
		{"mortgage/business.yaml", "s/min: 1, max: 10/min: 3, max: 2/", "max: below min"},
		{"mortgage/business.yaml", "s/id_kinds: \"1 7\"/id_kinds: \"1 8\"/", "\"8\" is none of"},
		{"mortgage/business.yaml", "s/{code: loan, /{code: contract, /",
			"materials: contract stands twice"},
		{"mortgage/business.yaml", "s/required: true, sample/required: yes, sample/",
			"required: true or false"},
		{"mortgage/business.yaml", "s/{event: accepted,/{event: dreamt,/", "\"dreamt\" is none of"},
		{"mortgage/business.yaml", "/^roles:/,/^materials:/{/^  -/d}",
			"business.yaml:20:7: no value"},
		{"mortgage/business.yaml", "s/^process: .*/process: unheard/", "processes/unheard.bpmn"},
		{"mortgage/business.yaml", "s/^process: .*/process: ..\\/..\\/etc/",
			"process \"../../etc\": only a-z"},
		{"mortgage/business.yaml", "s/^code: .*/code: other/", "code: not the folder"},
		{"mortgage/business.yaml", "1i \\  bad", "business.yaml:3:"},
		{"mortgage/form.json", "s/\"textfield\"/\"expression\"/",
			"mortgage/form.json:6:14: component expression: not taken"},
		{"mortgage/form.json", "s/\"key\": \"location\"/\"key\": \"secured_cents\"/",
			"form.json:7:31: key secured_cents: stands twice"},
		{"mortgage/form.json", "s/\"maxLength\": 200/\"maxLength\": 0/",
			"form.json:6:105: maxLength: not within"},
		{"mortgage/form.json", "s/\"maxLength\": 200/\"pattern\": \"(a+)+\"/",
			"pattern: write a rule"},
		{"mortgage/form.json", "s/\"subtype\": \"date\"/\"subtype\": \"time\"/",
			"only the subtype date"},
		{"mortgage/form.json", "s/\"kind\": \"money\"/\"kind\": \"gold\"/", "kind: money or area"},
		{"mortgage/form.json", "s/\"kind\": \"money\"/\"kind\": \"units\"/", "units of a textarea"},
		{"mortgage/form.json", "s/{\"label\": \"是\", \"value\": \"yes\"}, //",
			"values: at least two"},
		{"mortgage/form.json", "s/\"type\": \"default\"/\"type\": \"other\"/",
			"form.json:2:11: type: not a form-js schema"},
		{"mortgage/form.json", "$d", "mortgage/form.json:"},
		{"fees.yaml", "s/cents: 8000/cents: -1/", "fees.yaml:"},
		{"fees.yaml", "s/per: piece/per: moon/", "\"moon\": unknown"},
		{"fees.yaml", "s/percent: 50/percent: 100/", "percent: not within"},
		{"fees.yaml", "s/use: other}/use: any}/", "two rows are valid on the same day"},
		{"fees.yaml", "s/2016-12-05/2016-13-05/", "from: not a date"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err_note note = {0};
		int rc = load_with(cases[i].file, cases[i].edit, &note);
		if (rc != ERR_CONFIG || !strstr(note.text, cases[i].says))
			fail_msg("%s: %s %s", cases[i].edit, err_name(rc), note.text);
	}
}

static int64_t fee(const struct business_set *s, const char *code, const char *date, bool dwelling,
	int64_t copies, const char *relief, char basis[static 96])
{
	const char *reliefs[] = {relief, NULL};
	const struct business *b = business_find(s, code);
	struct fee_line l[FEE_LINES_MAX];
	struct fee_facts f = {code, date, 1, copies, dwelling, reliefs};
	size_t n = 0;
	int64_t sum = 0;
	assert_non_null(b);
	if (fee_reckon(business_fees(s), b->fees, b->nfees, &f, l, &n, NULL) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		sum += l[i].amount_cents;
	snprintf(basis, 96, "%s", n ? l[0].basis : "");
	return sum;
}

static void test_fees(void **state)
{
	static const struct {
		const char *code, *date;
		bool dwelling;
		int64_t copies;
		const char *relief;
		int64_t cents;
		const char *basis;
	} cases[] = {
		{"transfer-existing-flat", "2026-11-26", true, 1, NULL, 8000, "发改价格规〔2016〕2559号"},
		{"transfer-existing-flat", "2026-11-26", false, 1, NULL, 55000, "发改价格规〔2016〕2559号"},
		{"transfer-existing-flat", "2026-11-26", true, 3, NULL, 10000, "发改价格规〔2016〕2559号"},
		{"transfer-existing-flat", "2016-12-04", true, 1, NULL, -1, ""},
		{"transfer-existing-flat", "2026-11-26", false, 1, "small-enterprise", 0, "财税〔2016〕79号"},
		/* The cost of further copies is not reduced. */
		{"transfer-existing-flat", "2026-11-26", false, 2, "small-enterprise", 1000,
			"财税〔2016〕79号"},
		{"transfer-existing-flat", "2026-11-26", true, 1, "address-by-authority", 8000,
			"发改价格规〔2016〕2559号"},
		{"change-address", "2019-06-30", true, 1, NULL, 4000, "财税〔2016〕79号"},
		{"change-address", "2019-07-01", true, 1, NULL, 0, "财税〔2019〕45号"},
		{"objection", "2026-11-26", true, 1, NULL, 4000, "财税〔2016〕79号"},
		{"seizure", "2026-11-26", true, 1, NULL, 0, "财税〔2016〕79号"},
		{"mortgage-cancel", "2026-11-26", true, 1, NULL, 0, "财税〔2016〕79号"},
		{"reissue", "2026-11-26", true, 1, NULL, 1000, "发改价格规〔2016〕2559号"},
	};
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char basis[96] = "";
		int64_t got = fee(s, cases[i].code, cases[i].date, cases[i].dwelling, cases[i].copies,
			cases[i].relief, basis);
		if (got != cases[i].cents || strcmp(basis, cases[i].basis) != 0)
			fail_msg("%s %s: %lld %s", cases[i].code, cases[i].date, (long long)got, basis);
	}
	assert_true(fee_relief_known(business_fees(s), "small-enterprise"));
	assert_false(fee_relief_known(business_fees(s), "unheard"));
	business_free(s);
}

/* 询问笔录 and 合同: what is asked of whom, what stops, who may answer. */
static json_t *record_form(void)
{
	static const char text[] =
		"{\"application\":\"01936000-0000-7000-8000-000000000001\",\"business\":\"transfer-existing-"
		"flat\","
		"\"division\":\"110101\",\"unit_code\":\"110101001001GB00001F00010101\",\"parties\":["
		"{\"role\":\"transferor\",\"name\":\"张三\",\"id_kind\":\"1\",\"id_number\":"
		"\"11010119900307109X\","
		"\"share_num\":1,\"share_den\":1},{\"role\":\"transferee\",\"name\":\"王五\",\"id_kind\":"
		"\"1\","
		"\"id_number\":\"110101198001010037\",\"share_num\":1,\"share_den\":1}],\"fields\":{"
		"\"location\":\"示例路\","
		"\"certificate_no\":\"京(2016)东城区不动产权第0000001号\",\"price_cents\":100},\"materials\":"
		"[],\"papers\":[{\"code\":"
		"\"contract\",\"answers\":{\"pay_way\":\"once\",\"hand_over\":\"2027-01-31\",\"taxes\":"
		"\"law\",\"breach_rate\":5,"
		"\"dispute\":\"court\"}}]}";
	return json_loads(text, 0, NULL);
}

static bool asked_found(const json_t *findings, const char *key, const char *says)
{
	size_t i;
	const json_t *one;
	json_array_foreach(findings, i, one) if (strcmp(json_str(one, "key"), key) == 0 &&
						 strstr(json_str(one, "zh"), says)) return true;
	return false;
}

static void test_papers(void **state)
{
	static const struct {
		const char *key, *value, *finding; /* value NULL: taken away */
	} terms[] = {{"pay_way", NULL, "papers.contract.pay_way"},
		{"pay_way", "\"barter\"", "papers.contract.pay_way"},
		{"dispute", "\"arbitration\"", "papers.contract.arbitrator"},
		{"arbitrator", "\"示例仲裁委员会\"", "papers.contract.arbitrator"},
		{"breach_rate", "11", "papers.contract.breach_rate"},
		{"hand_over", "\"2027-02-30\"", "papers.contract.hand_over"},
		{"voluntary", "\"yes\"", "papers.contract"}};
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "transfer-existing-flat");
	json_t *form = record_form();
	assert_non_null(form);
	json_object_set_new(form, "business_version", json_integer(b->version));
	if (business_check_form(b, form, NULL, &note) != 0)
		fail_msg("%s", note.text);
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		json_t *f = json_deep_copy(form), *findings = json_array(),
		       *a = json_object_get(json_array_get(json_object_get(f, "papers"), 0), "answers");
		json_object_del(a, terms[i].key);
		if (terms[i].value)
			json_object_set_new(
				a, terms[i].key, json_loads(terms[i].value, JSON_DECODE_ANY, NULL));
		assert_int_equal(business_check_form(b, f, findings, &note), ERR_SCHEMA);
		if (!asked_found(findings, terms[i].finding, ""))
			fail_msg("%zu: no finding %s", i, terms[i].finding);
		json_decref(f);
		json_decref(findings);
	}
	json_array_append_new(json_object_get(form, "materials"), json_pack("{s:s}", "code", "contract"));
	assert_int_equal(business_check_form(b, form, NULL, &note), ERR_SCHEMA); /* one way, not both */
	json_object_del(form, "papers");
	assert_int_equal(business_check_form(b, form, NULL, &note), 0);
	json_array_clear(json_object_get(form, "materials"));
	assert_int_equal(business_check_form(b, form, NULL, &note), ERR_SCHEMA);
	json_decref(form);
	business_free(s);
}

/* 领证方式 in the form: of a holder who signs, and whole. */
static void test_delivery(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	char words[HOLDER_WORDS];
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "transfer-existing-flat");
	json_t *form = record_form(), *buyer = NULL, *p;
	size_t i;
	json_object_set_new(form, "business_version", json_integer(b->version));
	json_array_foreach(json_object_get(form, "parties"), i,
		p) if (strcmp(json_str(p, "role"), "transferee") == 0) buyer = p;
	assert_non_null(buyer);
	holder_words(form, words);
	assert_string_equal(words, "");
	json_object_set_new(form, "delivery", json_pack("{s:s}", "way", "window"));
	assert_int_equal(business_check_form(b, form, NULL, &note), 0);
	holder_words(form, words);
	assert_string_equal(words, "到窗口领取纸质证书");
	assert_true(holder_chooses(b, buyer) && holder_signs(b, json_object_get(form, "parties")));
	json_object_set_new(buyer, "agent", json_pack("{s:s}", "kind", "power"));
	assert_false(holder_chooses(b, buyer) || holder_signs(b, json_object_get(form, "parties")));
	assert_int_equal(business_check_form(b, form, NULL, &note), ERR_SCHEMA);
	assert_non_null(strstr(note.text, "delivery"));
	json_object_del(buyer, "agent");
	json_object_set_new(json_object_get(form, "delivery"), "way", json_string("post"));
	assert_int_equal(business_check_form(b, form, NULL, &note), ERR_SCHEMA);
	json_object_set_new(json_object_get(form, "delivery"), "name", json_string("王五"));
	json_object_set_new(json_object_get(form, "delivery"), "phone", json_string("13800000001"));
	json_object_set_new(json_object_get(form, "delivery"), "address", json_string("示例市示例路2号"));
	assert_int_equal(business_check_form(b, form, NULL, &note), 0);
	holder_words(form, words);
	assert_string_equal(words, "邮寄：王五，13800000001，示例市示例路2号");
	json_decref(form);
	business_free(s);
}

static void test_record(void **state)
{
	static const char good[] =
		"{\"voluntary\":\"yes\",\"deal\":\"sale\",\"price_true\":\"yes\",\"co_owned\":\"no\","
		"\"leased\":\"no\",\"residence\":\"no\"}";
	static const struct {
		const char *key, *value, *finding, *says;
	} cases[] = {{"voluntary", NULL, "record[0].voluntary", "请回答"},
		{"voluntary", "\"no\"", "record[0].voluntary", "自愿"},
		{"deal", "\"gift\"", "record[0].deal", "赠与转移登记"},
		{"leased", "\"yes\"", "record[0].tenant_told", "请回答"},
		{"tenant_told", "\"yes\"", "record[0].tenant_told", "不必"},
		{"holding", "\"sole\"", "record[0].holding", "不必"},
		{"co_owned", "\"perhaps\"", "record[0].co_owned", "不正确"},
		{"unheard", "\"yes\"", "record[0]", "未询问"},
		{"pay_way", "\"once\"", "record[0]", "未询问"}};
	struct business_set *s = NULL;
	struct err_note note = {0};
	struct buf text;
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "transfer-existing-flat");
	json_t *form = record_form(),
	       *record = json_pack("[{s:i,s:o}]", "party", 0, "answers", json_loads(good, 0, NULL));
	json_object_set_new(form, "statement", json_string(b->pledge_zh));
	if (record_check(b, form, record, 0, NULL, &note) != 0)
		fail_msg("%s", note.text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *r = json_deep_copy(record), *findings = json_array(),
		       *a = json_object_get(json_array_get(r, 0), "answers");
		json_object_del(a, cases[i].key);
		if (cases[i].value)
			json_object_set_new(
				a, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
		assert_int_equal(record_check(b, form, r, 0, findings, &note), ERR_SCHEMA);
		if (!asked_found(findings, cases[i].finding, cases[i].says))
			fail_msg("%zu: %s: %s", i, cases[i].finding, note.text);
		json_decref(r);
		json_decref(findings);
	}
	/* Another party's answers, none at all, twice the same party, another pledge. */
	assert_int_equal(record_check(b, form, record, 1, NULL, &note), ERR_SCHEMA);
	assert_non_null(strstr(note.text, "本人"));
	assert_int_equal(record_check(b, form, NULL, 0, NULL, &note), ERR_SCHEMA);
	json_array_append(record, json_array_get(record, 0));
	json_array_set_new(record, 1, json_deep_copy(json_array_get(record, 0)));
	assert_int_equal(record_check(b, form, record, 0, NULL, &note), ERR_SCHEMA);
	json_array_remove(record, 1);
	json_object_set_new(form, "statement", json_string("x"));
	assert_int_equal(record_check(b, form, record, 0, NULL, &note), ERR_SCHEMA);
	/* The answers stand in the text that is signed; without any it is the form. */
	buf_init(&text, 1 << 20);
	assert_int_equal(record_text(form, record, &text), 0);
	assert_non_null(strstr((const char *)text.p, "\"record\":[{\"answers\":{\"co_owned\":\"no\""));
	buf_fini(&text);
	json_decref(form);
	json_decref(record);
	business_free(s);
}

/* Forms against a business with every kind of field and of paper. */
static void test_form(void **state)
{
	static const char good[] = "{\"application\":\"01936000-0000-7000-8000-000000000001\",\"business\":"
				   "\"mortgage\",\"business_version\":3,"
				   "\"division\":\"110101\",\"unit_code\":\"110101001001GB00001F00010101\","
				   "\"parties\":[{\"role\":\"mortgagor\","
				   "\"name\":\"张三\",\"id_kind\":\"1\",\"id_number\":\"11010119900307109X\","
				   "\"share_num\":1,\"share_den\":1},"
				   "{\"role\":\"mortgagee\",\"name\":\"示例银行\",\"id_kind\":\"7\",\"id_"
				   "number\":\"91350100M000100Y43\",\"share_num\":1,"
				   "\"share_den\":1}],\"fields\":{\"location\":\"示例路\",\"secured_cents\":"
				   "100,\"term_from\":\"2026-01-01\",\"term_to\":"
				   "\"2030-01-01\",\"transfer_restricted\":\"no\"},\"materials\":[{\"code\":"
				   "\"loan\"},{\"code\":\"contract\"}]}";
	static const struct {
		const char *path, *key, *value, *finding;
	} cases[] = {
		{"fields", "transfer_restricted", "\"perhaps\"", "fields.transfer_restricted"},
		{"fields", "secured_cents", "0", "fields.secured_cents"},
		{"fields", "secured_cents", "\"1\"", "fields.secured_cents"},
		{"fields", "term_to", "\"2030-02-30\"", "fields.term_to"},
		{"fields", "extra", "1", "fields"},
		{"fields", "location", NULL, "fields.location"},
		{"1", "id_number", "\"91350100M000100Y44\"", "parties[1]"},
		{"1", "id_kind", "\"3\"", "parties[1]"},
		{"0", "id_number", "\"110101199003071090\"", "parties[0]"},
		{"1", "share_den", "2", "parties"},
		{"1", "role", "\"mortgagor\"", "parties"},
		{"", "business_version", "1", "business"},
	};
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "mortgage");
	json_t *form = json_loads(good, 0, NULL);
	assert_non_null(form);
	if (business_check_form(b, form, NULL, &note) != 0)
		fail_msg("%s", note.text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *f = json_deep_copy(form), *findings = json_array();
		json_t *at =
			!*cases[i].path ? f
			: strcmp(cases[i].path, "fields") == 0
				? json_object_get(f, "fields")
				: json_array_get(json_object_get(f, "parties"), (size_t)atoi(cases[i].path));
		if (cases[i].value)
			json_object_set_new(
				at, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
		else
			json_object_del(at, cases[i].key);
		assert_int_equal(business_check_form(b, f, findings, &note), ERR_SCHEMA);
		size_t k;
		const json_t *one;
		bool there = false;
		json_array_foreach(findings, k, one) there |=
			strcmp(json_str(one, "key"), cases[i].finding) == 0;
		if (!there)
			fail_msg("%s %s", cases[i].key, note.text);
		json_decref(findings);
		json_decref(f);
	}
	json_decref(form);
	business_free(s);
}

static bool found(const json_t *findings, const char *en)
{
	return json_find(findings, "en", en) != NULL;
}

/* Shares are added by anybody who sends a form: twenty of them, of denominators without a common factor, are
 * a fraction that no number holds. */
static void test_shares(void **state)
{
	static const int primes[] = {999983, 999979, 999961, 999959, 999953, 999931, 999917, 999907, 999883,
		999863, 999853, 999809, 999773, 999769, 999763, 999749, 999727, 999721, 999683, 999671};
	static const struct {
		size_t n;
		int num, den; /* 0: a prime of its own each */
		const char *en;
	} cases[] = {{20, 1, 0, "the shares are too fine to be written"}, {20, 1, 20, NULL},
		{20, 50000, 1000000, NULL}, {20, 50001, 1000000, "the holders' shares do not sum to one"},
		{2, 1, 0, "the shares are too fine to be written"},
		{3, 0, 3, "a share is not between 0 and 1"}};
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "mortgage");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *parties = json_array(), *findings = json_array(),
		       *form = json_pack("{s:o}", "parties", parties);
		for (size_t k = 0; k < cases[i].n; k++)
			json_array_append_new(parties,
				json_pack("{s:s,s:i,s:i}", "role", b->holder_role, "share_num", cases[i].num,
					"share_den", cases[i].den ? cases[i].den : primes[k]));
		assert_int_equal(business_check_form(b, form, findings, &note), ERR_SCHEMA);
		for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
			if (cases[k].en && found(findings, cases[k].en) !=
						   (cases[i].en && strcmp(cases[i].en, cases[k].en) == 0))
				fail_msg("case %zu: %s", i, cases[k].en);
		json_decref(form);
		json_decref(findings);
	}
	business_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped), cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_fees), cmocka_unit_test(test_form), cmocka_unit_test(test_papers),
		cmocka_unit_test(test_delivery), cmocka_unit_test(test_record),
		cmocka_unit_test(test_shares)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
