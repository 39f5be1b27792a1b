/* Appointments: each thing that may stand against one, at its border. */
#include "zones/extranet/domain/appointment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct appointment_facts good = {.day = "2026-12-01",
	.start = "09:00",
	.today = "2026-11-27",
	.clock = "10:00",
	.offered = true,
	.quota = 3,
	.taken = 2,
	.same_day = 0,
	.kept = APPOINTMENT_OPEN_MAX - 1,
	.absences = APPOINTMENT_ABSENCES - 1,
	.window = false};

static void expect(struct appointment_facts f, enum appointment_answer want)
{
	assert_string_equal(appointment_code(appointment_decide(&f)), appointment_code(want));
}

static void test_decide(void **state)
{
	struct appointment_facts f = good;
	(void)state;
	expect(f, APPOINTMENT_YES);
	f.day = "2026-11-26";
	expect(f, APPOINTMENT_PAST);
	f = good, f.day = f.today, f.start = "10:00";
	expect(f, APPOINTMENT_PAST);
	f.start = "10:01";
	expect(f, APPOINTMENT_YES);
	f = good, f.day = "2026-12-27";
	expect(f, APPOINTMENT_YES);
	f.day = "2026-12-28";
	expect(f, APPOINTMENT_FAR);
	f = good, f.offered = false;
	expect(f, APPOINTMENT_CLOSED);
	f = good, f.taken = 3;
	expect(f, APPOINTMENT_FULL);
	f = good, f.same_day = 1;
	expect(f, APPOINTMENT_DOUBLE);
	f = good, f.kept = APPOINTMENT_OPEN_MAX;
	expect(f, APPOINTMENT_LIMIT);
	f = good, f.absences = APPOINTMENT_ABSENCES;
	expect(f, APPOINTMENT_ABSENT);
	f.window = true;
	expect(f, APPOINTMENT_YES);
}

static void test_time(void **state)
{
	static const char *const bad[] = {
		"", "9:00", "24:00", "25:10", "12:60", "12-00", "12:000", "1a:00", "12:0b"};
	(void)state;
	assert_true(appointment_time("00:00"));
	assert_true(appointment_time("19:05"));
	assert_true(appointment_time("23:59"));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(appointment_time(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_decide), cmocka_unit_test(test_time)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
