/* The tree kept whole gives the same heads and paths as the definition. */
#include "common/audit/merkle.h"
#include "common/bundle/bundle_tree.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define MANY 4096

static void check(const struct suite *s, const struct digest *l, size_t n, size_t step)
{
	struct digest root, want, path[BUNDLE_TREE_LEVELS - 1], path_want[MERKLE_PATH_MAX];
	struct bundle_tree *t = bundle_tree_new(s, l, n);
	assert_non_null(t);
	bundle_tree_root(t, &root);
	merkle_root(s, l, n, &want);
	assert_true(digest_eq(&root, &want));
	for (size_t i = 0; i < n; i += step) {
		size_t np = bundle_tree_path(t, i, path);
		assert_int_equal(np, merkle_path(s, l, n, i, path_want));
		assert_memory_equal(path, path_want, np * sizeof *path);
	}
	bundle_tree_free(t);
}

static void test_same(void **state)
{
	static struct digest l[MANY];
	const struct suite *s = suite_by_name(*state);
	for (size_t i = 0; i < MANY; i++) {
		uint32_t v = (uint32_t)i;
		merkle_leaf(s, view_of(&v, sizeof v), &l[i]);
	}
	for (size_t n = 1; n <= 70; n++)
		check(s, l, n, 1);
	check(s, l, MANY - 1, 1365);
	check(s, l, MANY, 4095);
}

static void test_none(void **state)
{
	(void)state;
	struct digest root;
	struct bundle_tree *t = bundle_tree_new(suite_by_name("gm"), NULL, 0);
	assert_non_null(t);
	bundle_tree_root(t, &root);
	assert_true(digest_is_zero(&root));
	bundle_tree_free(t);
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
	const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(test_same, gm),
		cmocka_unit_test_prestate(test_same, intl), cmocka_unit_test(test_none)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
