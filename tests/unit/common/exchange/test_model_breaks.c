/* A model that cannot fail proves nothing: each rule of the exchange is broken on purpose (breaks.h), and the
 * model finds it: those of BREAKS_FOUND within so many random schedules (printed: which one it was;
 * BREAK_SCHEDULES: how many at most; BREAK: one by name), those of BREAKS_DIRECTED in a schedule of their
 * own. */
#include "tests/unit/common/exchange/directed.h"
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

/* What runs with a rule broken: in a process of its own, which an invariant that does not hold ends. */
struct search {
	enum model_break rule, too; /* too: NONE, or broken beside it */
	bool directed;
	long most;
};
enum outcome {
	RIGHT,   /* as it must */
	ABORTED, /* an invariant that holds at every moment did not */
	WRONG    /* what must hold in the end did not */
};

/* What is under way is written before it runs. */
static bool run_random(struct world *x, long most, int told)
{
	for (long i = 1; i <= most; i++) {
		REQUIRE(pwrite(told, &i, sizeof i, 0) == sizeof i);
		/* Every second one without several lives: what they hide is seen there. */
		if (world_run(x, (uint64_t)i, i % 2 == 0, true))
			return false;
	}
	return true;
}

static void search_run(const struct search *s, bool planted, int told)
{
	struct world *x = calloc(1, sizeof *x);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	REQUIRE(x && null >= 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2);
	signal(SIGABRT, SIG_DFL);
	breaks_plant(planted ? s->rule : BREAK_NONE);
	breaks_plant_too(s->too);
	_exit((s->directed ? directed_run(x, s->rule) == NULL : run_random(x, s->most, told)) ? RIGHT
											      : WRONG);
}

/* *at: the random schedule that ended otherwise than it must. */
static enum outcome search(const struct search *s, bool planted, long *at)
{
	FILE *f = tmpfile();
	int status = 0;
	*at = 0;
	assert_non_null(f);
	(void)fflush(stdout);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		search_run(s, planted, fileno(f));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!s->directed)
		assert_int_equal(pread(fileno(f), at, sizeof *at, 0), sizeof *at);
	(void)fclose(f);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGABRT);
		return ABORTED;
	}
	return (enum outcome)WEXITSTATUS(status);
}

static void test_the_rules_as_they_are_pass(void **state)
{
	const struct search s = {.most = 1000};
	long at;
	(void)state;
	assert_int_equal(search(&s, true, &at), RIGHT);
}

static void test_each_break_is_found(void **state)
{
	const char *only = getenv("BREAK"), *wanted = getenv("BREAK_SCHEDULES");
	const long most = wanted ? strtol(wanted, NULL, 10) : SCHEDULES;
	int missed = 0;
	(void)state;
	for (enum model_break b = BREAK_NONE + 1; b < BREAK_COUNT; b++) {
		if (b == BREAK_DIRECTED_ || (only ? strcmp(only, breaks_name(b)) != 0 : b > BREAK_DIRECTED_))
			continue;
		const struct search s = {.rule = b, .most = most};
		long at;
		bool found = search(&s, true, &at) != RIGHT;
		if (found)
			print_message("# %s: schedule %ld (%s)\n", breaks_name(b), at, breaks_what(b));
		else
			print_message("# %s: NOT FOUND in %ld schedules (%s)\n", breaks_name(b), most,
				breaks_what(b));
		missed += !found;
	}
	assert_int_equal(missed, 0);
}

/* The same schedule ends well when the rules are as they are. */
static void test_each_rare_break_is_found_in_its_schedule(void **state)
{
	long at;
	int missed = 0;
	(void)state;
	for (enum model_break b = BREAK_DIRECTED_ + 1; b < BREAK_COUNT; b++) {
		const struct search s = {.rule = b, .directed = true};
		enum outcome whole = search(&s, false, &at), without = search(&s, true, &at);
		if (whole != RIGHT || without == RIGHT)
			print_message("# %s: with the rule %d, without it %d (%s)\n", breaks_name(b), whole,
				without, breaks_what(b));
		missed += whole != RIGHT || without == RIGHT;
	}
	assert_int_equal(missed, 0);
}

/* Without one of these two an epoch begins for nothing, which the schedule sees at once. That nothing is lost
 * is then another rule's merit: without both a message is let go that the receiver has not. */
static void test_what_stands_behind_a_rule(void **state)
{
	static const enum model_break rules[] = {BREAK_LETS_GO, BREAK_LATE};
	long at;
	(void)state;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		struct search s = {.rule = rules[i], .directed = true};
		assert_int_equal(search(&s, true, &at), ABORTED);
		s.too = BREAK_VOID_FOREIGN;
		assert_int_equal(search(&s, false, &at), RIGHT);
		assert_int_equal(search(&s, true, &at), WRONG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_rules_as_they_are_pass),
		cmocka_unit_test(test_each_rare_break_is_found_in_its_schedule),
		cmocka_unit_test(test_what_stands_behind_a_rule), cmocka_unit_test(test_each_break_is_found)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
