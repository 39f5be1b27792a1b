#include "diode/frame/rooms.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIZE 100000 /* no multiple of anything */
#define MANY 10

/* As many as were asked for, none over another, aligned; then no more. */
static void test_apart(void **state)
{
	(void)state;
	struct rooms *r = NULL;
	uint8_t *at[MANY];
	assert_int_equal(rooms_new(SIZE, MANY * SIZE + MANY * 64, &r), 0);
	assert_int_equal(rooms_size(r), SIZE);
	for (int i = 0; i < MANY; i++) {
		at[i] = rooms_take(r);
		assert_non_null(at[i]);
		assert_int_equal((uintptr_t)at[i] % 64, 0);
		assert_true(rooms_own(r, at[i]) && rooms_own(r, at[i] + SIZE - 1));
		memset(at[i], i + 1, SIZE);
	}
	assert_null(rooms_take(r));
	assert_int_equal(rooms_used(r), MANY);
	for (int i = 0; i < MANY; i++)
		for (size_t n = 0; n < SIZE; n += 999)
			assert_int_equal(at[i][n], i + 1);
	assert_false(rooms_own(r, &r));
	assert_false(rooms_own(NULL, at[0]));
	for (int i = 0; i < MANY; i++)
		rooms_give(r, at[i]);
	assert_int_equal(rooms_used(r), 0);
	rooms_free(r);
}

/* The one given back last comes first: it is still near. */
static void test_last_first(void **state)
{
	(void)state;
	struct rooms *r = NULL;
	assert_int_equal(rooms_new(SIZE, MANY * (SIZE + 64), &r), 0);
	void *a = rooms_take(r), *b = rooms_take(r);
	rooms_give(r, b);
	rooms_give(r, a);
	assert_ptr_equal(rooms_take(r), a);
	assert_ptr_equal(rooms_take(r), b);
	rooms_give(r, a);
	rooms_give(r, b);
	rooms_free(r);
}

/* Memory goes back to the system, the neighbours keep theirs. */
static void test_shrink(void **state)
{
	(void)state;
	struct rooms *r = NULL;
	uint8_t *at[3];
	assert_int_equal(rooms_new(SIZE, MANY * (SIZE + 64), &r), 0);
	for (int i = 0; i < 3; i++) {
		at[i] = rooms_take(r);
		memset(at[i], 0xaa, SIZE);
	}
	assert_int_equal(rooms_held(r), 0);
	assert_false(rooms_shrink(r));
	rooms_give(r, at[1]);
	assert_true(rooms_held(r) >= SIZE);
	assert_true(rooms_shrink(r));
	assert_int_equal(rooms_held(r), 0);
	for (size_t n = 0; n < SIZE; n++)
		assert_true(at[0][n] == 0xaa && at[2][n] == 0xaa);
	uint8_t *again = rooms_take(r);
	assert_ptr_equal(again, at[1]);
	assert_int_equal(again[SIZE / 2], 0); /* a page of its own, given away and new */
	for (int i = 0; i < 3; i++)
		rooms_give(r, at[i]);
	rooms_free(r);
}

/* One at least, whatever was asked for. */
static void test_one(void **state)
{
	(void)state;
	struct rooms *r = NULL;
	assert_int_equal(rooms_new(SIZE, 1, &r), 0);
	void *a = rooms_take(r);
	assert_non_null(a);
	assert_null(rooms_take(r));
	rooms_give(r, a);
	rooms_free(r);
	rooms_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_apart), cmocka_unit_test(test_last_first),
		cmocka_unit_test(test_shrink), cmocka_unit_test(test_one)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
