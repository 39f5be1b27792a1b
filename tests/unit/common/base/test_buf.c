#include "common/base/buf.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void grows_to_its_maximum(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	for (int i = 0; i < 100; i++)
		assert_int_equal(buf_add(&b, "0123456789", 10), 0);
	assert_int_equal(b.n, 1000);
	assert_int_equal(b.p[1000], 0);
	assert_int_equal(buf_add(&b, "x", 1), ERR_LIMIT);
	assert_int_equal(buf_addf(&b, "%d", 1), ERR_LIMIT);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), ERR_LIMIT);
	assert_int_equal(buf_add(&b, "", 0), 0);
	assert_int_equal(b.n, 1000);
	buf_fini(&b);
	assert_null(b.p);
	assert_int_equal(b.max, 1000);
	buf_fini(&b);
	buf_fini(NULL);
}

static void adds_texts(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	assert_int_equal(buf_add_str(&b, "a"), 0);
	assert_int_equal(buf_addf(&b, "-%d-%s", 7, "z"), 0);
	assert_int_equal(buf_add_view(&b, view_of("\0y", 2)), 0);
	assert_true(view_eq(buf_view(&b), view_of("a-7-z\0y", 7)));
	assert_false(view_eq(buf_view(&b), view_of("a-7-z\0x", 7)));
	assert_false(view_eq(buf_view(&b), view_str("a-7-z")));
	buf_reset(&b);
	assert_int_equal(b.n, 0);
	assert_string_equal((char *)b.p, "");
	assert_int_equal(buf_add_str(&b, "again"), 0);
	char *s = buf_take(&b);
	assert_string_equal(s, "again");
	free(s);
	assert_null(b.p);
	assert_null(buf_take(&b));
	assert_int_equal(buf_add_str(&b, "fresh"), 0);
	assert_string_equal((char *)b.p, "fresh");
	buf_fini(&b);
}

static void empty_is_equal(void **state)
{
	(void)state;
	assert_true(view_eq(view_of(NULL, 0), view_str("")));
}

static void absurd_sizes_are_refused(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, SIZE_MAX);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), ERR_NOMEM);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 2), ERR_NOMEM);
	assert_null(b.p);
}

static void reset_wipes(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	assert_int_equal(buf_add_str(&b, "secret"), 0);
	buf_reset(&b);
	for (int i = 0; i < 6; i++)
		assert_int_equal(b.p[i], 0);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_to_its_maximum),
		cmocka_unit_test(adds_texts),
		cmocka_unit_test(empty_is_equal),
		cmocka_unit_test(absurd_sizes_are_refused),
		cmocka_unit_test(reset_wipes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
