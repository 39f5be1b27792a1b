/* What may be asked over the portal: every kind with what it needs, and nothing else; not of another office,
 * not of another day. */
#include "common/base/id.h"
#include "zones/extranet/domain/query.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ID "01890000-0000-7000-8000-000000000000"
#define UNIT "110101001001GB00001F00010101"

static int read_one(const char *kind, const char *about, const char *purpose, const char *division,
	const char *created, struct query *q)
{
	char text[1024];
	int64_t now;
	struct err_note note = {0};
	assert_int_equal(time_parse("2026-11-24T03:00:00.000Z", &now), 0);
	snprintf(text, sizeof text,
		"{\"about\":\"%s\",\"created\":\"%s\",\"division\":\"%s\",\"kind\":\"%s\",\"purpose\":\"%s\","
		"\"query\":\"" ID "\"}",
		about, created, division, kind, purpose);
	return query_read(text, "110101", now, q, &note);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *kind, *about, *purpose;
		int rc;
	} cases[] = {
		{"own", "", "", 0},
		{"own", "somebody", "", ERR_SCHEMA},
		{"unit", UNIT, "购房前核实", 0},
		{"unit", UNIT, "", ERR_SCHEMA},
		{"unit", "110101", "购房前核实", ERR_SCHEMA},
		{"certificate", "京(2020)东城区不动产权第0000001号", "购房前核实", 0},
		{"certificate", "", "购房前核实", ERR_SCHEMA},
		{"location", "示例路 1号", "购房前核实", 0},
		{"none-proof", "", "申请贷款", 0},
		{"none-proof", "", "", ERR_SCHEMA},
		{"own-proof", "", "办理落户", 0},
		{"paper", "第1号;abc", "", 0},
		{"paper", "第1号", "", ERR_SCHEMA},
		{"paper", ";abc", "", ERR_SCHEMA},
		{"number", "京(2020)东城区不动产权第0000001号", "", 0},
		{"number", "", "", ERR_SCHEMA},
		{"case", "1101012026112700001;张三", "", 0},
		{"case", "1101012026112700001;", "", ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT ";1;110101199003071091;张三", "", 0},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT ";1;110101199003071091;", "",
			ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT ";1;;张三", "", ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;110101;1;110101199003071091;张三", "",
			ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT, "", ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT ";110101199003071091;张三", "",
			ERR_SCHEMA},
		{"holding", "京(2020)东城区不动产权第0000001号;" UNIT ";;110101199003071091;张三", "",
			ERR_SCHEMA},
		{"holding", ";" UNIT ";1;110101199003071091;张三", "", ERR_SCHEMA},
		{"notice", "", "", 0},
		{"notice", "某人", "", ERR_SCHEMA},
		{"all", "", "购房前核实", ERR_SCHEMA},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct query q;
		assert_int_equal(read_one(cases[i].kind, cases[i].about, cases[i].purpose, "110101",
					 "2026-11-24T02:59:00.000Z", &q),
			cases[i].rc);
		if (cases[i].rc == 0)
			assert_string_equal(query_code(q.kind), cases[i].kind);
	}
}

static void test_parts(void **state)
{
	struct query q;
	(void)state;
	assert_int_equal(read_one("paper", "第1号;abc;d", "", "110101", "2026-11-24T02:59:00.000Z", &q), 0);
	assert_string_equal(q.about, "第1号");
	assert_string_equal(q.other, "abc;d");
	assert_string_equal(q.name, "");
	assert_int_equal(read_one("holding", "第1号;" UNIT ";1;110101199003071091;张;三", "", "110101",
				 "2026-11-24T02:59:00.000Z", &q),
		0);
	assert_string_equal(q.about, "第1号");
	assert_string_equal(q.other, UNIT);
	assert_string_equal(q.id_kind, "1");
	assert_string_equal(q.id_number, "110101199003071091");
	assert_string_equal(q.name, "张;三");
	assert_true(query_public(q.kind));
	assert_false(
		query_public(QUERY_OWN) || query_public(QUERY_LOCATION) || query_public(QUERY_NONE_PROOF));
}

static void test_bounds(void **state)
{
	struct query q;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(read_one("own", "", "", "110102", "2026-11-24T02:59:00.000Z", &q), ERR_REFUSED);
	assert_int_equal(read_one("own", "", "", "110101", "2026-11-24T01:59:00.000Z", &q), ERR_REFUSED);
	assert_int_equal(read_one("own", "", "", "110101", "2026-11-24T04:01:00.000Z", &q), ERR_REFUSED);
	assert_int_equal(read_one("own", "", "", "110101", "yesterday", &q), ERR_REFUSED);
	assert_int_equal(query_read("[]", "110101", 0, &q, &note), ERR_SCHEMA);
	assert_int_equal(query_read("{\"kind\":\"own\"", "110101", 0, &q, &note), ERR_SYNTAX);
	assert_int_equal(query_read("{\"more\":1}", "110101", 0, &q, &note), ERR_SCHEMA);
}

static void test_limits(void **state)
{
	json_t *rows = json_loads("{\"dyaq\":[{},{}],\"cfdj\":[],\"qlr\":[{}]}", 0, NULL),
	       *l = query_limits(rows);
	(void)state;
	assert_int_equal(json_int(l, "mortgages"), 2);
	assert_int_equal(json_int(l, "seizures"), 0);
	assert_int_equal(json_object_size(l), 6);
	json_decref(rows);
	json_decref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
