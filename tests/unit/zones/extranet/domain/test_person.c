/* Who is the same person: kind and number of the document together. */
#include "zones/extranet/domain/block.h"
#include "zones/extranet/domain/person.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CITIZEN "110101199003070011"
#define CODE "91350100M000100Y43"

static void test_documents(void **state)
{
	static const struct {
		const char *kind, *number, *other_kind, *other_number;
		bool same;
	} cases[] = {
		{"1", CITIZEN, "1", CITIZEN, true},
		{"1", CITIZEN, "4", CITIZEN, true}, /* the household book bears the citizen's number */
		{"7", CODE, "6", CODE, true},
		{"1", CITIZEN, "3", CITIZEN, false},
		{"4", "0123456789", "1", "0123456789", false}, /* the household's own number */
		{"6", "123456789", "7", "123456789", false},
		{"3", "E12345678", "3", "E12345678", true},
		{"3", "E12345678", "5", "E12345678", false},
		{"3", "E12345678", "3", "E12345679", false},
		{"99", "", "99", "", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(person_same(cases[i].kind, cases[i].number, cases[i].other_kind,
					 cases[i].other_number),
			cases[i].same);
		assert_int_equal(person_same(cases[i].other_kind, cases[i].other_number, cases[i].kind,
					 cases[i].number),
			cases[i].same);
	}
}

static json_t *holder(const char *kind, const char *number)
{
	return json_pack("{s:i,s:s,s:s}", "qlbsm", 10, "zjzl", kind, "zjh", number);
}

/* Whose passport bears the number of the holder's military card neither signs for the holder nor is it. */
static void test_signs(void **state)
{
	struct business b = {.nroles = 1};
	json_t *form = json_pack("{s:[{s:s,s:s,s:s}]}", "parties", "role", "r", "id_kind", "3", "id_number",
		       "E12345678"),
	       *rows = json_pack("{s:[o]}", "qlr", holder("5", "E12345678")),
	       *own = json_pack("{s:[o]}", "qlr", holder("3", "E12345678"));
	(void)state;
	strcpy(b.roles[0].code, "r");
	b.roles[0].signs = true;
	assert_false(block_signs(&b, form, json_array_get(json_object_get(rows, "qlr"), 0)));
	assert_false(block_same_persons(form, "r", rows, 10));
	assert_true(block_signs(&b, form, json_array_get(json_object_get(own, "qlr"), 0)));
	assert_true(block_same_persons(form, "r", own, 10));
	json_decref(form);
	json_decref(rows);
	json_decref(own);
}

/* A form that names a holder by the number alone names nobody when it is two people's. */
static void test_by_number(void **state)
{
	json_t *holders = json_pack(
		"[o,o,o]", holder("3", "E12345678"), holder("5", "E12345678"), holder("1", CITIZEN));
	(void)state;
	assert_null(person_by_number(holders, "E12345678"));
	assert_ptr_equal(person_by_number(holders, CITIZEN), json_array_get(holders, 2));
	assert_null(person_by_number(holders, "E1234567"));
	assert_null(person_by_number(holders, ""));
	json_decref(holders);
}

/* Who asks by a passport is not told what the military card of that number holds. */
static void test_among(void **state)
{
	json_t *holders = json_array(), *one = holder("5", "E12345678");
	(void)state;
	json_object_set_new(one, "qlrmc", json_string("张三"));
	json_array_append_new(holders, one);
	assert_true(person_among(holders, "5", "E12345678", "张三"));
	assert_false(person_among(holders, "3", "E12345678", "张三"));
	assert_false(person_among(holders, "5", "E12345678", "李四"));
	assert_false(person_among(holders, "5", "E12345679", "张三"));
	json_decref(holders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_documents), cmocka_unit_test(test_signs),
		cmocka_unit_test(test_by_number), cmocka_unit_test(test_among)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
