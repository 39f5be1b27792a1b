/* A model that cannot fail proves nothing: each rule of the exchange is broken on purpose (breaks.h), and the
 * model finds those of BREAKS_FOUND within so many schedules. Printed: which schedule it was, and for which
 * rules the search is left to a longer run (BREAK_SCHEDULES: how many at most; BREAK: one by name). */
#include "tests/unit/common/exchange/world.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SCHEDULES 7000

/* In a process of its own, which a broken invariant ends. What is under way is written before it runs. */
static void search(enum model_break b, long most, int told)
{
	struct world *x = calloc(1, sizeof *x);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	REQUIRE(x && null >= 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2);
	signal(SIGABRT, SIG_DFL);
	breaks_plant(b);
	for (long i = 1; i <= most; i++) {
		/* Every second one without several lives: what they hide is seen there. */
		REQUIRE(pwrite(told, &i, sizeof i, 0) == sizeof i);
		if (world_run(x, (uint64_t)i, i % 2 == 0, true))
			_exit(1);
	}
	_exit(0);
}

/* The schedule that found it; 0: none. */
static long found(enum model_break b, long most)
{
	FILE *f = tmpfile();
	long at = 0;
	int status = 0;
	assert_non_null(f);
	(void)fflush(stdout);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		search(b, most, fileno(f));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(pread(fileno(f), &at, sizeof at, 0), sizeof at);
	(void)fclose(f);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : at;
}

static long schedules(void)
{
	const char *wanted = getenv("BREAK_SCHEDULES");
	return wanted ? strtol(wanted, NULL, 10) : SCHEDULES;
}

static void test_each_break_is_found(void **state)
{
	const char *only = getenv("BREAK");
	int missed = 0;
	(void)state;
	for (enum model_break b = BREAK_NONE + 1; b < BREAK_COUNT; b++) {
		if (only && strcmp(only, breaks_name(b)) != 0)
			continue;
		if (b == BREAK_RARE_)
			continue;
		if (b > BREAK_RARE_ && !only) {
			print_message("# left out, too rare for %ld schedules: %s (%s)\n", schedules(),
				breaks_name(b), breaks_what(b));
			continue;
		}
		long at = found(b, schedules());
		if (at)
			print_message("# %s: schedule %ld (%s)\n", breaks_name(b), at, breaks_what(b));
		else
			print_message("# %s: NOT FOUND in %ld schedules (%s)\n", breaks_name(b), schedules(),
				breaks_what(b));
		missed += at == 0;
	}
	assert_int_equal(missed, 0);
}

static void test_the_rules_as_they_are_pass(void **state)
{
	(void)state;
	assert_int_equal(found(BREAK_NONE, 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_rules_as_they_are_pass),
		cmocka_unit_test(test_each_break_is_found)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
