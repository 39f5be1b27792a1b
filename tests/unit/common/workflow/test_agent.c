/* Who may sign for whom: shape of an agent, organisations and minors, and what a power of attorney covers. */
#include "common/workflow/agent.h"
#include "common/workflow/mandate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY "2026-11-27"
#define ADULT "110101199003070011"
#define OTHER "110101199003070038"
#define CHILD "110101201805120033"
#define EIGHTEEN_TODAY "110101200811270033"
#define EIGHTEEN_TOMORROW "110101200811280039"
#define COMPANY "91110101MA00000018"

static struct business_set *set;
static const struct business *b, *window_only;

static int setup(void **state)
{
	(void)state;
	if (business_load("conf/businesses", &set, NULL) < 0)
		return -1;
	b = business_find(set, "transfer-existing-flat");
	window_only = business_find(set, "easement");
	return b && window_only ? 0 : -1;
}
static int teardown(void **state)
{
	(void)state;
	business_free(set);
	return 0;
}

static void test_minor(void **state)
{
	(void)state;
	assert_false(agent_minor(ADULT, DAY));
	assert_true(agent_minor(CHILD, DAY));
	assert_false(agent_minor(EIGHTEEN_TODAY, DAY));
	assert_true(agent_minor(EIGHTEEN_TOMORROW, DAY));
	assert_false(agent_minor(COMPANY "", "2026"));
}

static json_t *agent_make(const char *kind, const char *number)
{
	return json_pack(
		"{s:s,s:s,s:s,s:s}", "kind", kind, "name", "李四", "id_kind", "1", "id_number", number);
}

static void test_shape(void **state)
{
	static const char *const members[] = {"kind", "name", "id_kind", "id_number"};
	(void)state;
	json_t *good = agent_make("power", ADULT);
	assert_int_equal(agent_check(good, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		json_t *o = json_deep_copy(good);
		json_object_set_new(o, members[i], json_integer(1));
		assert_int_equal(agent_check(o, NULL), ERR_SCHEMA);
		json_object_del(o, members[i]);
		assert_int_equal(agent_check(o, NULL), ERR_SCHEMA);
		json_decref(o);
	}
	json_object_set_new(good, "power", json_string("x"));
	assert_int_equal(agent_check(good, NULL), ERR_SCHEMA);
	json_decref(good);
	json_t *o = agent_make("friend", ADULT);
	assert_int_equal(agent_check(o, NULL), ERR_SCHEMA);
	json_decref(o);
}

static void test_form(void **state)
{
	(void)state;
	const struct {
		const struct business *b;
		const char *id_kind, *id_number, *kind, *agent,
			*says; /* kind NULL: no agent; says NULL: good */
	} v[] = {
		{b, "1", ADULT, NULL, NULL, NULL},
		{b, "1", ADULT, "power", OTHER, NULL},
		{b, "7", COMPANY, "power", OTHER, NULL},
		{b, "1", CHILD, "guardian", ADULT, NULL},
		{b, "7", COMPANY, NULL, NULL, "organisation"},
		{b, "1", CHILD, NULL, NULL, "under eighteen"},
		{b, "1", CHILD, "power", ADULT, "under eighteen"},
		{b, "1", ADULT, "guardian", OTHER, "minor only"},
		{b, "7", COMPANY, "guardian", OTHER, "minor only"},
		{b, "1", CHILD, "guardian", EIGHTEEN_TOMORROW, "of age"},
		{b, "1", ADULT, "power", ADULT, "of himself"},
		{b, "1", ADULT, "power", "110101199003070012", "is not right"},
		{window_only, "1", CHILD, "guardian", ADULT, "not taken from guardians"},
	};
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct err_note note = {0};
		json_t *findings = json_array();
		json_t *p = json_pack("{s:s,s:s,s:s,s:s}", "role", v[i].b->roles[0].code, "name", "张三",
			"id_kind", v[i].id_kind, "id_number", v[i].id_number);
		if (v[i].kind)
			json_object_set_new(p, "agent", agent_make(v[i].kind, v[i].agent));
		json_t *form = json_pack("{s:[O]}", "parties", p);
		int rc = agent_check_form(v[i].b, form, DAY, findings, &note);
		if (rc != (v[i].says ? ERR_SCHEMA : 0) || (v[i].says && !strstr(note.text, v[i].says)))
			fail_msg("%zu: %s, %s", i, err_name(rc), note.text);
		assert_int_equal(json_array_size(findings), v[i].says ? 1 : 0);
		assert_true(agent_guards(form) == (v[i].kind && strcmp(v[i].kind, "guardian") == 0));
		assert_string_equal(
			json_str(agent_signer(p), "id_number"), v[i].agent ? v[i].agent : v[i].id_number);
		json_decref(form);
		json_decref(p);
		json_decref(findings);
	}
}

/* The proof of guardianship is asked for where there is a guardian, and only there. */
static void test_proof(void **state)
{
	(void)state;
	for (int guarded = 0; guarded < 2; guarded++)
		for (int proof = 0; proof < 2; proof++) {
			json_t *findings = json_array(), *f;
			json_t *p = json_pack("{s:s}", "role", "transferor");
			json_t *form = json_pack("{s:[O],s:[]}", "parties", p, "materials");
			bool missing = false;
			size_t i;
			if (guarded)
				json_object_set_new(p, "agent", agent_make("guardian", ADULT));
			if (proof)
				json_array_append_new(json_object_get(form, "materials"),
					json_pack("{s:s}", "code", "guardianship"));
			assert_int_equal(business_check_form(b, form, findings, NULL), ERR_SCHEMA);
			json_array_foreach(findings, i, f) missing =
				missing || strcmp(json_str(f, "key"), "materials.guardianship") == 0;
			assert_true(missing == (guarded && !proof));
			json_decref(form);
			json_decref(p);
			json_decref(findings);
		}
}

static json_t *statement_make(void)
{
	json_t *o = NULL;
	static const char text[] =
		"{\"iss\":\"authority\",\"kind\":\"power\",\"power\":\"0193a000-0000-7000-8000-"
		"000000000001\","
		"\"principal\":{\"name\":\"示例公司\",\"id_kind\":\"7\",\"id_number\":\"" COMPANY "\"},"
		"\"agent\":{\"name\":\"李四\",\"id_kind\":\"1\",\"id_number\":\"" ADULT "\"},"
		"\"businesses\":[\"a\",\"b\"],\"units\":[\"*\"],\"from\":\"2026-01-01\",\"until\":\"2026-11-"
		"27\","
		"\"revoked\":\"\",\"form_digest\":\"00\",\"issued\":\"2026-11-27T01:00:00.000Z\",\"nonce\":"
		"\"0193a000-0000-7000-8000-000000000002\"}";
	assert_int_equal(json_parse(view_str(text), MANDATE_STATEMENT_MAX, &o, NULL), 0);
	return o;
}
static json_t *party_make(void)
{
	json_t *p = json_pack("{s:s,s:s,s:s,s:o}", "name", "示例公司", "id_kind", "7", "id_number", COMPANY,
		"agent", agent_make("power", ADULT));
	assert_non_null(p);
	return p;
}

static void test_mandate_read(void **state)
{
	(void)state;
	static const struct {
		const char *member, *value;
		int err;
	} v[] = {{"iss", "identity", ERR_SIGNATURE}, {"form_digest", "01", ERR_SIGNATURE},
		{"kind", "friend", ERR_SCHEMA}, {"power", "1", ERR_SCHEMA}, {"nonce", "1", ERR_SCHEMA},
		{"from", "yesterday", ERR_SCHEMA}, {"until", "2026-02-30", ERR_SCHEMA},
		{"revoked", "long ago", ERR_SCHEMA}, {"issued", "now", ERR_SCHEMA},
		{"businesses", "a", ERR_SCHEMA}, {"units", "*", ERR_SCHEMA}, {"extra", "x", ERR_SCHEMA}};
	struct mandate m;
	struct err_note note = {0};
	json_t *party = party_make(), *o = statement_make();
	assert_int_equal(mandate_read(o, party, "00", &m, &note), 0);
	assert_string_equal(m.until, "2026-11-27");
	json_decref(o);
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		o = statement_make();
		json_object_set_new(o, v[i].member, json_string(v[i].value));
		if (mandate_read(o, party, "00", &m, &note) != v[i].err)
			fail_msg("%s: %s", v[i].member, note.text);
		json_object_del(o, v[i].member);
		assert_true(strcmp(v[i].member, "extra") == 0 || mandate_read(o, party, "00", &m, &note) < 0);
		json_decref(o);
	}
	static const char *const who[] = {"principal", "agent"}, *const of[] = {
									 "name", "id_kind", "id_number"};
	for (size_t i = 0; i < 6; i++) {
		o = statement_make();
		json_object_set_new(json_object_get(o, who[i / 3]), of[i % 3], json_string("9"));
		assert_int_equal(mandate_read(o, party, "00", &m, &note), ERR_SIGNATURE);
		json_decref(o);
	}
	json_decref(party);
}

static void test_mandate_covers(void **state)
{
	(void)state;
	static const struct {
		const char *revoked, *business, *unit, *units, *day, *says;
	} v[] = {{"", "b", "u", "*", "2026-11-27", NULL}, {"", "a", "u", "u", "2026-01-01", NULL},
		{"2026-11-26T01:00:00.000Z", "a", "u", "*", "2026-11-27", "已于2026-11-26撤销"},
		{"", "a", "u", "*", "2026-11-28", "not valid on 2026-11-28"},
		{"", "a", "u", "*", "2025-12-31", "not valid on 2025-12-31"},
		{"", "c", "u", "*", "2026-11-27", "this business"},
		{"", "a", "u", "v", "2026-11-27", "this unit"}};
	json_t *party = party_make();
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct mandate m;
		struct err_note note = {0};
		json_t *o = statement_make();
		json_object_set_new(o, "revoked", json_string(v[i].revoked));
		json_object_set_new(o, "units", json_pack("[s]", v[i].units));
		assert_int_equal(mandate_read(o, party, "00", &m, &note), 0);
		int rc = mandate_covers(&m, v[i].business, v[i].unit, v[i].day, &note);
		if (rc != (v[i].says ? ERR_REFUSED : 0) || (v[i].says && !strstr(note.text, v[i].says)))
			fail_msg("%zu: %s, %s", i, err_name(rc), note.text);
		json_decref(o);
	}
	json_decref(party);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_minor), cmocka_unit_test(test_shape),
		cmocka_unit_test(test_form), cmocka_unit_test(test_proof),
		cmocka_unit_test(test_mandate_read), cmocka_unit_test(test_mandate_covers)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
