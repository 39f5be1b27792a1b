/* Things done by two threads: each once; of several that fail the first is told, and nothing new is begun. */
#include "burner/disc/workers.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define THINGS 5000
static struct things {
	atomic_int done[THINGS];
	atomic_int by[WORKERS], begun;
	pthread_t thread[WORKERS];
	size_t bad[2]; /* these fail */
} t;

static int thing(void *arg, int worker, size_t i, struct err_note *note)
{
	struct things *v = arg;
	v->thread[worker] = pthread_self();
	v->by[worker]++;
	v->done[i]++;
	v->begun++;
	/* Neither is alone at the first ones: who waits for the other is sure that both run. */
	if (i < WORKERS)
		while (v->begun < WORKERS)
			;
	if (i == v->bad[0] || i == v->bad[1])
		return err_set(note, ERR_DIGEST, "thing %zu", i);
	return 0;
}

static void begin(size_t one, size_t other)
{
	memset(&t, 0, sizeof t);
	t.bad[0] = one;
	t.bad[1] = other;
}

static void test_each_once(void **state)
{
	(void)state;
	for (size_t n = WORKERS; n <= THINGS; n *= 7) {
		begin(THINGS, THINGS);
		assert_int_equal(workers_run(thing, &t, n, NULL), 0);
		for (size_t i = 0; i < THINGS; i++)
			assert_int_equal(t.done[i], i < n);
		assert_true(t.by[0] > 0 && t.by[1] > 0);
		assert_false(pthread_equal(t.thread[0], t.thread[1]));
		assert_true(pthread_equal(t.thread[0], pthread_self()));
	}
	begin(THINGS, THINGS);
	assert_int_equal(workers_run(thing, &t, 0, NULL), 0);
	assert_int_equal(t.begun, 0);
}

static void test_first_failure(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		struct err_note note = {0};
		begin(2 + (size_t)round, 3 + (size_t)round);
		assert_int_equal(workers_run(thing, &t, THINGS, &note), ERR_DIGEST);
		char want[32];
		(void)snprintf(want, sizeof want, "thing %d", 2 + round);
		assert_string_equal(note.text, want);
		assert_int_equal(note.err, ERR_DIGEST);
		/* What was begun before it was done, and little after it. */
		for (int i = 0; i <= 2 + round; i++)
			assert_int_equal(t.done[i], 1);
		assert_true(t.begun < THINGS);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once), cmocka_unit_test(test_first_failure)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
