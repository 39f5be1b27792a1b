/* A worker's rounds: at once, again when woken (also while one runs), by itself after its time; stopping
 * waits. */
#include "common/os/worker.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#define LONG_MS 3600000

struct desk {
	struct worker *w;
	int64_t next_ms;
	atomic_int begun, ended, hold; /* hold: the round does not end */
	atomic_bool told;              /* that it should end */
};

static void wait_for(atomic_int *what, int n)
{
	struct timespec little = {0, 1000000};
	for (int i = 0; i < 10000 && atomic_load(what) < n; i++)
		nanosleep(&little, NULL);
	assert_true(atomic_load(what) >= n);
}

static int64_t round_run(void *arg)
{
	struct desk *d = arg;
	struct timespec little = {0, 1000000};
	atomic_fetch_add(&d->begun, 1);
	while (atomic_load(&d->hold) && !worker_stopping(d->w))
		nanosleep(&little, NULL);
	atomic_store(&d->told, worker_stopping(d->w));
	atomic_fetch_add(&d->ended, 1);
	return d->next_ms;
}

static void begin(struct desk *d, int steps)
{
	assert_int_equal(worker_new(round_run, d, steps, &d->w), 0);
	assert_int_equal(worker_start(d->w), 0);
}

static void test_woken(void **state)
{
	struct desk d = {.next_ms = LONG_MS};
	(void)state;
	begin(&d, 0);
	wait_for(&d.ended, 1);
	worker_wake(d.w);
	wait_for(&d.ended, 2);
	worker_free(d.w);
	assert_int_equal(atomic_load(&d.ended), 2);
}

/* Woken before it starts, and never started. */
static void test_not_started(void **state)
{
	struct desk d = {.next_ms = LONG_MS};
	(void)state;
	assert_int_equal(worker_new(round_run, &d, 0, &d.w), 0);
	worker_wake(d.w);
	worker_free(d.w);
	assert_int_equal(atomic_load(&d.begun), 0);
}

static void test_woken_in_a_round(void **state)
{
	struct desk d = {.next_ms = LONG_MS, .hold = 1};
	(void)state;
	begin(&d, 0);
	wait_for(&d.begun, 1);
	worker_wake(d.w);
	atomic_store(&d.hold, 0);
	wait_for(&d.ended, 2);
	worker_free(d.w);
}

static void test_by_itself(void **state)
{
	struct desk d = {.next_ms = 1};
	(void)state;
	begin(&d, 1);
	wait_for(&d.ended, 3);
	worker_free(d.w);
	d = (struct desk){.next_ms = 0}; /* at once */
	begin(&d, 0);
	wait_for(&d.ended, 3);
	worker_free(d.w);
}

static void test_stopped(void **state)
{
	struct desk d = {.next_ms = LONG_MS, .hold = 1};
	(void)state;
	worker_free(NULL);
	begin(&d, 0);
	wait_for(&d.begun, 1);
	worker_free(d.w);
	assert_true(atomic_load(&d.told));
	assert_int_equal(atomic_load(&d.ended), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_woken), cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_woken_in_a_round), cmocka_unit_test(test_by_itself),
		cmocka_unit_test(test_stopped)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
