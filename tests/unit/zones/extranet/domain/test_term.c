/* Working days: weekends, days off, worked weekends, holds, the warning at 80 %. */
#include "zones/extranet/domain/term.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct term_day days[] = {{"2026-10-01", false}, {"2026-10-02", false}, {"2026-10-05", false},
	{"2026-10-06", false}, {"2026-10-07", false}, {"2026-10-10", true}, {"2026-12-31", false},
	{"2026-12-31", true}};
static const struct term_calendar c = {days, sizeof days / sizeof *days};

static void test_calendar(void **state)
{
	static const struct {
		const char *from;
		int days;
		const char *due;
	} cases[] = {{"2026-09-30", 0, "2026-09-30"}, {"2026-09-30", 1, "2026-10-08"},
		{"2026-09-30", 3, "2026-10-10"}, {"2026-09-30", 4, "2026-10-12"},
		{"2026-11-20", 5, "2026-11-27"}, {"2026-11-21", 1, "2026-11-23"},
		{"2028-02-28", 1, "2028-02-29"}, {"2026-12-30", 1, "2026-12-31"}};
	char due[11];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(term_add(&c, cases[i].from, cases[i].days, due), 0);
		assert_string_equal(due, cases[i].due);
		assert_int_equal(term_between(&c, cases[i].from, cases[i].due), cases[i].days);
	}
	assert_int_equal(term_add(&c, "2026-02-30", 1, due), ERR_RANGE);
	assert_int_equal(term_add(&c, "2026-01-01", 1001, due), ERR_RANGE);
	assert_int_equal(term_between(&c, "2026-11-20", "2026-11-19"), 0);
}

static void test_holds(void **state)
{
	struct term t;
	const struct term_hold done = {"2026-11-25", "2026-12-02"}, open = {"2026-11-25", NULL},
			       early = {"2026-11-16", "2026-11-24"};
	(void)state;
	assert_int_equal(term_of(&c, "2026-11-23", "2026-11-26", 5, NULL, 0, &t), 0);
	assert_int_equal(t.used, 3);
	assert_false(t.warning);
	assert_string_equal(t.due, "2026-11-30");
	assert_int_equal(term_of(&c, "2026-11-23", "2026-11-27", 5, NULL, 0, &t), 0);
	assert_int_equal(t.percent, 80);
	assert_true(t.warning && !t.over);
	assert_int_equal(term_of(&c, "2026-11-23", "2026-12-01", 5, NULL, 0, &t), 0);
	assert_true(t.over);
	/* Five working days of hold move the last day by five. */
	assert_int_equal(term_of(&c, "2026-11-23", "2026-12-02", 5, &done, 1, &t), 0);
	assert_int_equal(t.used, 2);
	assert_int_equal(t.held, 5);
	assert_string_equal(t.due, "2026-12-07");
	assert_int_equal(term_of(&c, "2026-11-23", "2027-01-25", 5, &open, 1, &t), 0);
	assert_int_equal(t.used, 2);
	assert_false(t.warning);
	assert_int_equal(term_of(&c, "2026-11-23", "2026-11-26", 5, &early, 1, &t), 0);
	assert_int_equal(t.held, 1);
	/* A day of two holds is one day. */
	const struct term_hold both[] = {{"2026-11-24", "2026-12-04"}, {"2026-11-26", "2026-12-01"}};
	assert_int_equal(term_of(&c, "2026-11-23", "2026-12-07", 5, both, 2, &t), 0);
	assert_int_equal(t.held, 8);
	assert_int_equal(t.used, 2);
	assert_string_equal(t.due, "2026-12-10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_calendar), cmocka_unit_test(test_holds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
