/* When the next discs leave: on working days only, in order, over a holiday, at the edge of a minute. */
#include "common/base/id.h"
#include "zones/extranet/domain/departure.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_next(void **state)
{
	static const struct term_day days[] = {
		{"2026-10-01", false}, {"2026-10-02", false}, {"2026-10-04", true}};
	static const struct {
		const char *now, *want[3];
	} cases[] = {
		/* Tuesday morning in China */
		{"2026-11-24T01:00:00.000Z",
			{"2026-11-24T02:00:00.000Z", "2026-11-24T08:00:00.000Z", "2026-11-25T02:00:00.000Z"}},
		{"2026-11-24T02:00:00.000Z",
			{"2026-11-24T08:00:00.000Z", "2026-11-25T02:00:00.000Z", "2026-11-25T08:00:00.000Z"}},
		/* Friday evening: over the week-end */
		{"2026-11-27T09:00:00.000Z",
			{"2026-11-30T02:00:00.000Z", "2026-11-30T08:00:00.000Z", "2026-12-01T02:00:00.000Z"}},
		/* Wednesday before a holiday, and a Sunday that is worked */
		{"2026-09-30T08:00:00.000Z",
			{"2026-10-04T02:00:00.000Z", "2026-10-04T08:00:00.000Z", "2026-10-05T02:00:00.000Z"}},
		/* Past midnight in China, still the day before in UTC */
		{"2026-11-24T16:30:00.000Z",
			{"2026-11-25T02:00:00.000Z", "2026-11-25T08:00:00.000Z", "2026-11-26T02:00:00.000Z"}},
	};
	char ten[] = "10:00", four[] = "16:00";
	char *const times[] = {ten, four};
	const struct term_calendar c = {days, 3};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t now, got[3];
		assert_int_equal(time_parse(cases[i].now, &now), 0);
		assert_int_equal(departure_next(&c, times, 2, now, got, 3), 3);
		for (int k = 0; k < 3; k++) {
			char text[TIME_TEXT];
			time_text(got[k], text);
			assert_string_equal(text, cases[i].want[k]);
		}
	}
	int64_t none[1];
	assert_int_equal(departure_next(&c, times, 0, 0, none, 1), 0);
}

static void test_check(void **state)
{
	char a[] = "09:30", b[] = "16:00", wrong[] = "24:00", word[] = "noon", short_[] = "9:30";
	char *const good[] = {a, b}, *const back[] = {b, a}, *const same[] = {a, a};
	char *const bad[] = {wrong}, *const text[] = {word}, *const one[] = {short_};
	(void)state;
	assert_true(departure_times_check(good, 2));
	assert_true(departure_times_check(NULL, 0));
	assert_false(departure_times_check(back, 2));
	assert_false(departure_times_check(same, 2));
	assert_false(departure_times_check(bad, 1));
	assert_false(departure_times_check(text, 1));
	assert_false(departure_times_check(one, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_next), cmocka_unit_test(test_check)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
