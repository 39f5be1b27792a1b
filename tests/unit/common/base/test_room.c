/* Arrays that grow: what they held stays, and one that cannot grow is as it was. */
#include "common/base/room.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void grows(void **state)
{
	int64_t *v = NULL;
	size_t n = 0, cap = 0, moves = 0;
	(void)state;
	for (; n < 1000; n++) {
		size_t was = cap;
		assert_int_equal(ROOM(v, n, cap), 0);
		assert_true(cap > n);
		moves += cap != was;
		v[n] = (int64_t)n;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i], i);
	assert_in_range(moves, 1, 8);
	free(v);
}

static void too_large(void **state)
{
	char *v = NULL;
	size_t cap = SIZE_MAX / 2 + 1;
	(void)state;
	assert_int_equal(ROOM(v, cap, cap), ERR_NOMEM);
	assert_null(v);
	assert_true(cap == SIZE_MAX / 2 + 1);
	cap = SIZE_MAX / 16;
	assert_int_equal(room_make(&v, cap, &cap, 16), ERR_NOMEM);
	assert_null(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(grows), cmocka_unit_test(too_large)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
