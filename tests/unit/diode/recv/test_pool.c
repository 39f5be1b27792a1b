#include "diode/recv/pool.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BLOCK ((size_t)1 << 20)
#define MANY 40
#define RESTING ((size_t)8 << 20)

/* What was needed at once for a moment goes back although one block is always in use; what is needed again
 * and again does not. */
static void test_rest(void **state)
{
	(void)state;
	struct pool *p = NULL;
	void *at[MANY];
	assert_int_equal(pool_new(MANY * BLOCK * 2, &p), 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			at[i] = pool_take(p, BLOCK, 0);
			assert_non_null(at[i]);
			memset(at[i], 1, BLOCK);
		}
		for (int i = 1; i < MANY; i++)
			pool_give(p, at[i], BLOCK);
		assert_int_equal(pool_held(p), (MANY - 1) * BLOCK);
		pool_rest(p); /* all were needed since the last time */
		assert_int_equal(pool_held(p), (MANY - 1) * BLOCK);
		if (round == 0)
			pool_give(p, at[0], BLOCK);
	}
	pool_rest(p);
	assert_int_equal(pool_held(p), RESTING - BLOCK);
	pool_give(p, at[0], BLOCK);
	pool_rest(p);
	assert_int_equal(pool_held(p), RESTING);
	assert_int_equal(pool_used(p), 0);
	pool_free(p);
}

/* The budget is one for small and large pieces, and what is held gives way to what is asked for. */
static void test_budget(void **state)
{
	(void)state;
	struct pool *p = NULL;
	assert_int_equal(pool_new(4 * BLOCK, &p), 0);
	void *a = pool_take(p, BLOCK, 0), *b = pool_take(p, BLOCK, 0), *c = pool_take(p, 2 * BLOCK - 100, 1);
	assert_true(a != NULL && b != NULL && c != NULL);
	assert_null(pool_take(p, 101, 0));
	void *d = pool_take(p, 100, 0);
	assert_non_null(d);
	pool_give(p, a, BLOCK);
	pool_give(p, d, 100);
	void *e = pool_take(p, BLOCK + 100, 1);
	assert_non_null(e);
	assert_int_equal(pool_held(p), 0);
	pool_give(p, e, BLOCK + 100);
	pool_give(p, c, 2 * BLOCK - 100);
	pool_give(p, b, BLOCK);
	assert_int_equal(pool_used(p), 0);
	pool_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rest), cmocka_unit_test(test_budget)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
