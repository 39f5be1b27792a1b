/* Pure rules of registration: numbers that people see, working days, days, shares, words of locations. */
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/location.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/domain/share.h"
#include "zones/extranet/domain/term.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers(void **state)
{
	(void)state;
	char c[NUMBER_CASE], n[NUMBER_CERTIFICATE];
	number_case("110101", "2026-11-24", 1, c);
	assert_string_equal(c, "1101012026112400001");
	number_case("110101", "2026-11-24", 12345, c);
	assert_string_equal(c, "1101012026112412345");
	assert_int_equal(number_certificate(false, "京", "2026", "东城区", 1, n), 0);
	assert_string_equal(n, "京(2026)东城区不动产权第0000001号");
	assert_int_equal(number_certificate(false, "京", "2026", "东城区", 9999999, n), 0);
	assert_int_equal(number_certificate(false, "京", "2026", "东城区", 10000000, n), ERR_RANGE);
	assert_int_equal(number_certificate(false, "京", "2026", "东城区", 0, n), ERR_RANGE);
	assert_int_equal(number_certificate(false, "京", "2026", "东城区", -1, n), ERR_RANGE);
	char place[200];
	memset(place, 'x', sizeof place - 1);
	place[sizeof place - 1] = '\0';
	assert_int_equal(number_certificate(false, "京", "2026", place, 1, n), ERR_RANGE);
}

static void test_working_days(void **state)
{
	(void)state;
	static const struct term_day days[] = {{"2026-02-17", false}, {"2026-02-18", false}};
	const struct term_calendar none = {NULL, 0}, festival = {days, 2};
	static const struct {
		const char *from;
		int days;
		bool festival;
		const char *to;
	} cases[] = {{"2026-11-24", 0, false, "2026-11-24"}, {"2026-11-24", 1, false, "2026-11-25"},
		{"2026-11-27", 1, false, "2026-11-30"}, /* over a weekend */
		{"2026-11-28", 1, false, "2026-11-30"}, {"2026-11-24", 5, false, "2026-12-01"},
		{"2026-12-31", 1, false, "2027-01-01"}, {"2028-02-28", 1, false, "2028-02-29"},
		{"2026-02-16", 1, true, "2026-02-19"}, {"2026-11-24", 30, false, "2027-01-05"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char out[11] = "";
		assert_int_equal(
			term_add(cases[i].festival ? &festival : &none, cases[i].from, cases[i].days, out),
			0);
		assert_string_equal(out, cases[i].to);
	}
	static const char *const wrong[] = {
		"", "today", "2026-1", "2026-13-01", "2026-02-30", "2026-00-10", "2026-11-24x", "26-11-24"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char out[11] = "kept";
		if (term_add(&none, wrong[i], 1, out) != ERR_RANGE)
			fail_msg("taken: \"%s\"", wrong[i]);
		assert_string_equal(out, "kept");
	}
	char out[11];
	assert_int_equal(term_add(&none, "2026-11-24", -1, out), ERR_RANGE);
	assert_int_equal(term_add(&none, "2026-11-24", 1001, out), ERR_RANGE);
}

static void test_series(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ours, proof;
		const char *year;
		int64_t n;
	} cases[] = {{"京(2026)东城区不动产权第0000012号", true, false, "2026", 12},
		{"京(2026)东城区不动产证明第0000012号", true, true, "2026", 12},
		{"京(2026)西城区不动产权第0000012号", false, false, "", 0},
		{"沪(2026)东城区不动产权第0000012号", false, false, "", 0},
		{"京(2026)东城区不动产权第12号", false, false, "", 0},
		{"京房权证东字第1号", false, false, "", 0}, {"京", false, false, "", 0},
		{"", false, false, "", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool proof = false;
		char year[5];
		int64_t n = 0;
		assert_int_equal(
			number_parse(cases[i].text, "京", "东城区", &proof, year, &n), cases[i].ours);
		if (!cases[i].ours)
			continue;
		assert_int_equal(proof, cases[i].proof);
		assert_string_equal(year, cases[i].year);
		assert_int_equal(n, cases[i].n);
	}
}

static void test_days(void **state)
{
	(void)state;
	char day[DAY_TEXT], at[DAY_INSTANT];
	day_add("2026-11-24", 90, day);
	assert_string_equal(day, "2027-02-22");
	day_add("2024-02-28", 1, day);
	assert_string_equal(day, "2024-02-29");
	day_add("2026-13-01", 1, day);
	assert_string_equal(day, "");
	static const struct {
		const char *from;
		int months;
		const char *to;
	} later[] = {{"2026-11-27", 6, "2027-05-27"}, {"2026-08-31", 6, "2027-02-28"},
		{"2027-08-31", 6, "2028-02-29"}, {"2026-12-31", 6, "2027-06-30"},
		{"2026-06-30", 6, "2026-12-30"}, {"2026-01-31", 0, "2026-01-31"},
		{"2026-12-01", 12, "2027-12-01"}, {"2026-13-01", 6, ""}};
	for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
		day_add_months(later[i].from, later[i].months, day);
		assert_string_equal(day, later[i].to);
	}
	day_add_years("2024-02-29", 3, day);
	assert_string_equal(day, "2027-02-28");
	day_of_instant("2026-11-23T16:00:00.000Z", day);
	assert_string_equal(day, "2026-11-24");
	day_of_instant("yesterday", day);
	assert_string_equal(day, "");
	assert_int_equal(day_end_instant("2026-11-24", at), 0);
	assert_string_equal(at, "2026-11-24T16:00:00.000Z");
	assert_int_equal(day_end_instant("2026-02-30", at), ERR_SYNTAX);
}

static void test_fractions(void **state)
{
	(void)state;
	struct share a, b, c;
	int64_t nums[3], den;
	assert_int_equal(share_make(2, 4, &a), 0);
	assert_int_equal(a.num, 1);
	assert_int_equal(share_make(1, 3, &b), 0);
	assert_int_equal(share_add(a, b, &c), 0);
	assert_int_equal(c.num, 5);
	assert_int_equal(c.den, 6);
	assert_int_equal(share_sub(a, a, &c), 0);
	assert_int_equal(c.num, 0);
	assert_int_equal(share_sub(b, a, &c), ERR_RANGE);
	assert_int_equal(share_make(0, 1, &c), ERR_RANGE);
	assert_int_equal(share_make(1, SHARE_MAX, &c), 0);
	assert_int_equal(share_mul(c, b, &c), ERR_RANGE);
	struct share list[3] = {{1, 2}, {1, 3}, {1, 6}};
	assert_int_equal(share_common(list, 3, nums, &den), 0);
	assert_int_equal(den, 6);
	assert_int_equal(nums[0] + nums[1] + nums[2], 6);
	list[0] = (struct share){1, 999999937};
	assert_int_equal(share_common(list, 3, nums, &den), ERR_RANGE);
}

static int pair_note(void *arg, const char *pair)
{
	strcat(arg, pair);
	strcat(arg, " ");
	return 0;
}

static void test_location_words(void **state)
{
	(void)state;
	static const struct {
		const char *text, *clean;
		size_t building;
		const char *pairs;
	} cases[] = {{"示例路 １号 1幢101室", "示例路1号1幢101室", 17, "示例 例路 路1 1号 号1 1幢 "},
		{"示例路12号", "示例路12号", 14, "示例 例路 路1 12 2号 "}, {"Ａ座 3", "a座3", 4, "a座 "},
		{"某村", "某村", 6, "某村 "}, {"甲", "甲", 3, "甲 "}, {"", "", 0, ""},
		{"\xe7\xa4", "\xe7\xa4", 2, "\xe7\xa4 "}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char clean[LOCATION_MAX], pairs[200] = "";
		location_clean(cases[i].text, clean);
		assert_string_equal(clean, cases[i].clean);
		assert_int_equal(location_building(clean), cases[i].building);
		assert_int_equal(location_pairs(clean, location_building(clean), pair_note, pairs), 0);
		assert_string_equal(pairs, cases[i].pairs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_working_days), cmocka_unit_test(test_series),
		cmocka_unit_test(test_days), cmocka_unit_test(test_fractions),
		cmocka_unit_test(test_location_words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
