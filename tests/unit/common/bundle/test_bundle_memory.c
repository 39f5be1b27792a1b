#include "common/bundle/bundle_memory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t pattern(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

/* What was there stays over every border between kinds of memory, with a pool and without. */
static void test_grow(void **state)
{
	(void)state;
	for (int pooled = 0; pooled < 2; pooled++) {
		struct bundle_pool *pool = NULL;
		struct bundle_memory m = {.p = NULL};
		size_t have = 0;
		if (pooled)
			assert_int_equal(bundle_pool_new(&pool), 0);
		for (size_t n = 1000; n < 6000000; n = n * 5 / 3) {
			assert_int_equal(bundle_memory_grow(pool, have, n, &m), 0);
			assert_true(m.size >= n);
			for (; have < n; have++)
				m.p[have] = pattern(have);
		}
		const uint8_t *before = m.p;
		assert_int_equal(bundle_memory_grow(pool, have, have, &m), 0);
		assert_ptr_equal(m.p, before); /* enough is enough */
		for (size_t i = 0; i < have; i++)
			if (m.p[i] != pattern(i))
				fail_msg("byte %zu is another", i);
		bundle_memory_free(&m, have);
		assert_null(m.p);
		bundle_pool_free(pool);
	}
}

/* A pool gives a region again, and nothing of what was in it. */
static void test_wiped(void **state)
{
	(void)state;
	static const size_t SIZES[] = {300000, 700000, 1500000, 5000000};
	struct bundle_pool *pool = NULL;
	assert_int_equal(bundle_pool_new(&pool), 0);
	for (size_t s = 0; s < sizeof SIZES / sizeof *SIZES; s++) {
		struct bundle_memory m = {.p = NULL}, again = {.p = NULL};
		assert_int_equal(bundle_memory_new(pool, SIZES[s], &m), 0);
		const uint8_t *before = m.p;
		memset(m.p, 0xa5, SIZES[s]);
		bundle_memory_free(&m, SIZES[s]);
		assert_int_equal(bundle_memory_new(pool, SIZES[s] - 1000, &again), 0);
		assert_ptr_equal(again.p, before);
		for (size_t i = 0; i < SIZES[s]; i++)
			if (again.p[i] != 0)
				fail_msg("byte %zu of %zu was left", i, SIZES[s]);
		bundle_memory_free(&again, 0);
	}
	bundle_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_grow), cmocka_unit_test(test_wiped)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
