/* Pure rules of registration: what a seizure blocks, numbers that people see, working days. */
#include "zones/extranet/domain/block.h"
#include "zones/extranet/domain/number.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_seizure_blocks_disposals(void **state)
{
	(void)state;
	static const struct block_seizure s = {"2026-03-01", "2029-02-28", "城中区人民法院"};
	static const struct {
		int type;
		const char *today;
		int rc;
	} cases[] = {{200, "2026-02-28", 0}, {200, "2026-03-01", ERR_BLOCKED},
		{200, "2029-02-28", ERR_BLOCKED}, {200, "2029-03-01", 0}, /* lapses by itself */
		{300, "2027-01-01", ERR_BLOCKED}, {700, "2027-01-01", ERR_BLOCKED}, {100, "2027-01-01", 0},
		{500, "2027-01-01", 0}, {600, "2027-01-01", 0}, {800, "2027-01-01", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err_note note = {0};
		assert_int_equal(block_check(cases[i].type, &s, 1, cases[i].today, &note), cases[i].rc);
		if (cases[i].rc < 0) {
			assert_non_null(strstr(note.text, "2029-02-28"));
			assert_non_null(strstr(note.text, "城中区人民法院"));
		}
	}
	assert_int_equal(block_check(200, NULL, 0, "2027-01-01", NULL), 0);
	/* The second of two is in force. */
	static const struct block_seizure two[] = {
		{"2020-01-01", "2022-12-31", "甲"}, {"2026-01-01", "2028-12-31", "乙"}};
	struct err_note note = {0};
	assert_int_equal(block_check(200, two, 2, "2026-06-01", &note), ERR_BLOCKED);
	assert_non_null(strstr(note.text, "乙"));
}

static void test_numbers(void **state)
{
	(void)state;
	char c[NUMBER_CASE], n[NUMBER_CERTIFICATE];
	number_case("110101", "2026-11-24", 1, c);
	assert_string_equal(c, "110101202611240001");
	number_case("110101", "2026-11-24", 12345, c);
	assert_string_equal(c, "1101012026112412345");
	assert_int_equal(number_certificate("京", "2026", "东城区", 1, n), 0);
	assert_string_equal(n, "京(2026)东城区不动产权第0000001号");
	assert_int_equal(number_certificate("京", "2026", "东城区", 9999999, n), 0);
	assert_int_equal(number_certificate("京", "2026", "东城区", 10000000, n), ERR_RANGE);
	assert_int_equal(number_certificate("京", "2026", "东城区", 0, n), ERR_RANGE);
	assert_int_equal(number_certificate("京", "2026", "东城区", -1, n), ERR_RANGE);
	char place[200];
	memset(place, 'x', sizeof place - 1);
	place[sizeof place - 1] = '\0';
	assert_int_equal(number_certificate("京", "2026", place, 1, n), ERR_RANGE);
}

static void test_working_days(void **state)
{
	(void)state;
	static char spring[] = "2026-02-17", next[] = "2026-02-18";
	static char *const days[] = {spring, next};
	const struct number_calendar none = {NULL, 0}, festival = {days, 2};
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
		assert_int_equal(number_deadline(cases[i].from, cases[i].days,
					 cases[i].festival ? &festival : &none, out),
			0);
		assert_string_equal(out, cases[i].to);
	}
	static const char *const wrong[] = {
		"", "today", "2026-1", "2026-13-01", "2026-02-30", "2026-00-10", "2026-11-24x", "26-11-24"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char out[11] = "kept";
		if (number_deadline(wrong[i], 1, &none, out) != ERR_RANGE)
			fail_msg("taken: \"%s\"", wrong[i]);
		assert_string_equal(out, "kept");
	}
	char out[11];
	assert_int_equal(number_deadline("2026-11-24", -1, &none, out), ERR_RANGE);
	assert_int_equal(number_deadline("2026-11-24", 1001, &none, out), ERR_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_seizure_blocks_disposals),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_working_days)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
