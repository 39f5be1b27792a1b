/* Numbers of the field: the project's vectors, then cases at the edges of each form. */
#include "common/base/json.h"
#include "common/message/format.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *vectors(void)
{
	struct buf b;
	json_t *o = NULL;
	buf_init(&b, 1 << 16);
	assert_int_equal(file_read(AT_FDCWD, "tests/golden/format-vectors.json", 1 << 16, &b), 0);
	assert_int_equal(json_parse(buf_view(&b), 1 << 16, &o, NULL), 0);
	buf_fini(&b);
	return o;
}

static void check_numbers(const json_t *group, bool (*form)(const char *))
{
	size_t i;
	const json_t *one;
	assert_true(json_array_size(json_object_get(group, "valid")) >= 3);
	assert_true(json_array_size(json_object_get(group, "invalid")) >= 3);
	json_array_foreach(json_object_get(group, "valid"), i, one)
	{
		if (!form(json_str(one, "number")))
			fail_msg("%s is refused", json_str(one, "number"));
	}
	json_array_foreach(json_object_get(group, "invalid"), i, one)
	{
		if (form(json_str(one, "number")))
			fail_msg("%s is taken: %s", json_str(one, "number"), json_str(one, "reason"));
	}
}

static void follows_the_vectors(void **state)
{
	(void)state;
	json_t *v = vectors();
	size_t i;
	const json_t *one, *units = json_object_get(v, "unit_code");
	check_numbers(json_object_get(v, "resident_id"), format_resident_id);
	check_numbers(json_object_get(v, "uscc"), format_uscc);
	assert_true(json_array_size(units) >= 6);
	json_array_foreach(units, i, one)
	{
		if (format_unit_code(json_str(one, "code")) != json_is_true(json_object_get(one, "valid")))
			fail_msg("%s: judged wrongly: %s", json_str(one, "code"), json_str(one, "reason"));
	}
	json_decref(v);
}

/* One digit changed anywhere must never pass: the check digit finds every single error. */
static void finds_every_single_error(void **state)
{
	(void)state;
	static const struct {
		const char *number, *set;
		bool (*form)(const char *);
	} cases[] = {
		{"110101194910010183", "0123456789X", format_resident_id},
		{"110101200002290026", "0123456789X", format_resident_id},
		{"91110101MA0000007T", "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZabc", format_uscc},
		{"11110101000000000A", "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZabc", format_uscc},
	};
	for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
		for (size_t at = 0; at < 18; at++)
			for (const char *s = cases[c].set; *s; s++) {
				char number[19];
				snprintf(number, sizeof number, "%s", cases[c].number);
				if (number[at] == *s)
					continue;
				number[at] = *s;
				if (cases[c].form(number))
					fail_msg("%s passes", number);
			}
}

struct one {
	const char *text;
	bool good;
};

static void check(bool (*form)(const char *), const struct one *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (form(cases[i].text) != cases[i].good)
			fail_msg("\"%s\" is %s", cases[i].text, cases[i].good ? "refused" : "taken");
}
#define CHECK(form, ...)                                                                                     \
	check(form, (const struct one[]){__VA_ARGS__},                                                       \
		sizeof((const struct one[]){__VA_ARGS__}) / sizeof(struct one))

static void knows_units(void **state)
{
	(void)state;
	CHECK(format_unit_code, {"110101001001GB00001F00010001", true},
		{"110101001001JC00001F00010001", true}, {"110101001001ZY00001L00010001", true},
		{"110101001001GH00001Q00010001", true}, {"110101001001GG00001W00000000", true},
		{"110101001001GQ00001F00010001", false}, {"110101001001GB00001X00010001", false},
		{"110101001001gb00001F00010001", false}, {"110101001001GB0000AF00010001", false},
		{"11010100100AGB00001F00010001", false}, {"110101001001GB00001F0001000A", false},
		{"110101001001GB00001F000100010", false}, {"", false},
		{"１10101001001GB00001F000100", false});
}

static void knows_divisions(void **state)
{
	(void)state;
	CHECK(format_division, {"110000", true}, {"110101", true}, {"659001", true}, {"990101", false},
		{"11010", false}, {"1101010", false}, {"11010x", false}, {"", false}, {"000000", false},
		{"      ", false}, {"110101 东", false});
	assert_string_equal(format_division_name("110000"), "北京市");
	assert_string_equal(format_division_name("110101"), "东城区");
	assert_null(format_division_name("990101"));
	assert_null(format_division_name(""));
	assert_null(format_division_name("110101 "));
}

static void knows_dates_and_telephones(void **state)
{
	(void)state;
	CHECK(format_date, {"2000-02-29", true}, {"1900-02-29", false}, {"2024-02-29", true},
		{"2023-02-29", false}, {"2024-04-31", false}, {"2024-12-31", true}, {"2024-13-01", false},
		{"2024-00-10", false}, {"2024-01-00", false}, {"1799-12-31", false}, {"2201-01-01", false},
		{"2024-1-01", false}, {"2024/01/01", false}, {"2024-01-01 ", false}, {"", false},
		{"20 4-01-01", false}, {"-024-01-01", false});
	CHECK(format_mobile, {"13800000000", true}, {"19912345678", true}, {"12800000000", false},
		{"23800000000", false}, {"1380000000", false}, {"138000000000", false},
		{"+8613800000", false}, {"1380000000a", false}, {"", false});
}

static void knows_certificate_numbers(void **state)
{
	(void)state;
	CHECK(format_certificate_no, {"京(2024)东城区不动产权第0000001号", true},
		{"京(2024)东城区不动产证明第0000001号", true}, {"京(2024)东城区不动产权第000001号", false},
		{"京(2024)东城区不动产权第00000001号", false}, {"京(2024)东城区不动产权第0000001", false},
		{"京(2024)东城区不动产权第0000001号 ", false}, {"京(2024)不动产权第0000001号", false},
		{"京（2024）东城区不动产权第0000001号", false}, {"(2024)东城区不动产权第0000001号", false},
		{"京2024东城区不动产权第0000001号", false}, {"京(202x)东城区不动产权第0000001号", false},
		{"东城区不动产权第0000001号", false}, {"京(2024)东城区不动产权第000000a号", false},
		{"", false}, {"不动产权第0000001号", false}, {"京(", false});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_vectors),
		cmocka_unit_test(finds_every_single_error),
		cmocka_unit_test(knows_units),
		cmocka_unit_test(knows_divisions),
		cmocka_unit_test(knows_dates_and_telephones),
		cmocka_unit_test(knows_certificate_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
