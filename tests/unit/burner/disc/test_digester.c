/* Digests by another thread are those of the same bytes at once, for files of any size one after the other.
 */
#include "burner/disc/digester.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void fill(uint8_t *p, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)((at + i) * 31 + (at + i) / 251);
}

static void one_file(struct digester *g, const struct suite *s, size_t size, size_t step)
{
	static uint8_t whole[5 * DIGESTER_BLOCK];
	struct digest got, want;
	fill(whole, size, 0);
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;
		fill(digester_block(g), n, at);
		digester_add(g, n);
	}
	digester_end(g, &got);
	digest_of(s, view_of(whole, size), &want);
	assert_true(digest_eq(&got, &want));
}

static void test_files(void **state)
{
	static const size_t sizes[] = {0, 1, 63, 64, 65, 4096, DIGESTER_BLOCK - 1, DIGESTER_BLOCK,
		DIGESTER_BLOCK + 1, 4 * DIGESTER_BLOCK + 17};
	static const char *const suites[] = {"gm", "intl"};
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		const struct suite *s = suite_by_name(suites[k]);
		struct digester *g = NULL;
		assert_int_equal(digester_new(s, &g), 0);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			one_file(g, s, sizes[i], DIGESTER_BLOCK);
			one_file(g, s, sizes[i], 100003);
		}
		digester_free(g);
	}
}

/* Ended in the middle of a file: nothing hangs. */
static void test_left_alone(void **state)
{
	(void)state;
	digester_free(NULL);
	for (int blocks = 0; blocks < 6; blocks++) {
		struct digester *g = NULL;
		assert_int_equal(digester_new(suite_by_name("gm"), &g), 0);
		for (int i = 0; i < blocks; i++) {
			memset(digester_block(g), i, DIGESTER_BLOCK);
			digester_add(g, DIGESTER_BLOCK);
		}
		digester_free(g);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files), cmocka_unit_test(test_left_alone)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
