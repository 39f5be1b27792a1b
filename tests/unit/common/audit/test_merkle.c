#include "common/audit/merkle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MANY 130

/* Leaves and heads of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test).
 */
static const struct {
	const char *p;
	size_t n;
} DATA[8] = {{"", 0}, {"\x00", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
	{"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
	{"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16}};
static const char *const ROOTS[9] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void make_leaves(const struct suite *s, struct digest *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v = (uint32_t)i;
		merkle_leaf(s, view_of(&v, sizeof v), &l[i]);
	}
}

static void test_rfc_vectors(void **state)
{
	(void)state;
	const struct suite *s = suite_by_name("intl");
	struct digest l[8], r;
	char hex[DIGEST_HEX];
	for (size_t i = 0; i < 8; i++)
		merkle_leaf(s, view_of(DATA[i].p, DATA[i].n), &l[i]);
	for (size_t n = 0; n <= 8; n++) {
		merkle_root(s, l, n, &r);
		digest_hex(&r, hex);
		assert_string_equal(hex, ROOTS[n]);
	}
}

/* Published paths and proofs of the same reference. */
static void test_rfc_proofs(void **state)
{
	(void)state;
	static const char *const path_6_of_8[] = {
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
	static const char *const proof_6_8[] = {
		"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
	const struct suite *s = suite_by_name("intl");
	struct digest l[8], p[MERKLE_PATH_MAX];
	char hex[DIGEST_HEX];
	for (size_t i = 0; i < 8; i++)
		merkle_leaf(s, view_of(DATA[i].p, DATA[i].n), &l[i]);
	assert_int_equal(merkle_path(s, l, 8, 5, p), 3);
	for (size_t i = 0; i < 3; i++) {
		digest_hex(&p[i], hex);
		assert_string_equal(hex, path_6_of_8[i]);
	}
	assert_int_equal(merkle_consistency(s, l, 6, 8, p), 3);
	for (size_t i = 0; i < 3; i++) {
		digest_hex(&p[i], hex);
		assert_string_equal(hex, proof_6_8[i]);
	}
}

static void test_paths(void **state)
{
	const struct suite *s = suite_by_name(*state);
	struct digest l[MANY], p[MERKLE_PATH_MAX], root;
	make_leaves(s, l, MANY);
	for (size_t n = 1; n <= MANY; n++) {
		merkle_root(s, l, n, &root);
		for (size_t i = 0; i < n; i++) {
			size_t np = merkle_path(s, l, n, i, p);
			int64_t at = (int64_t)i, of = (int64_t)n;
			assert_int_equal(merkle_check_path(s, &l[i], at, of, p, np, &root), 0);
			if (n == 1)
				continue;
			assert_int_equal(
				merkle_check_path(s, &l[(i + 1) % n], at, of, p, np, &root), ERR_DIGEST);
			assert_int_equal(
				merkle_check_path(s, &l[i], (at + 1) % of, of, p, np, &root), ERR_DIGEST);
			assert_int_equal(merkle_check_path(s, &l[i], at, of, p, np - 1, &root), ERR_DIGEST);
			p[np] = p[0];
			assert_int_equal(merkle_check_path(s, &l[i], at, of, p, np + 1, &root), ERR_DIGEST);
			p[np / 2].b[7] ^= 1;
			assert_int_equal(merkle_check_path(s, &l[i], at, of, p, np, &root), ERR_DIGEST);
		}
	}
}

static void test_consistency(void **state)
{
	const struct suite *s = suite_by_name(*state);
	struct digest l[MANY], p[MERKLE_PATH_MAX + 1], rm, rn;
	make_leaves(s, l, MANY);
	for (size_t n = 1; n <= 70; n++) {
		merkle_root(s, l, n, &rn);
		for (size_t m = 0; m <= n; m++) {
			int64_t a = (int64_t)m, b = (int64_t)n;
			merkle_root(s, l, m, &rm);
			size_t np = merkle_consistency(s, l, m, n, p);
			assert_int_equal(merkle_check_consistency(s, a, &rm, b, &rn, p, np), 0);
			p[np] = l[0];
			assert_int_equal(merkle_check_consistency(s, a, &rm, b, &rn, p, np + 1), ERR_DIGEST);
			if (np > 0) {
				assert_int_equal(
					merkle_check_consistency(s, a, &rm, b, &rn, p, np - 1), ERR_DIGEST);
				p[np - 1].b[31] ^= 0x80;
				assert_int_equal(
					merkle_check_consistency(s, a, &rm, b, &rn, p, np), ERR_DIGEST);
				p[np - 1].b[31] ^= 0x80;
			}
			rm.b[0] ^= 1;
			assert_int_equal(merkle_check_consistency(s, a, &rm, b, &rn, p, np), ERR_DIGEST);
		}
	}
}

static void test_nonsense(void **state)
{
	(void)state;
	const struct suite *s = suite_by_name("intl");
	struct digest l[2], p[1], root;
	make_leaves(s, l, 2);
	merkle_root(s, l, 2, &root);
	p[0] = l[1];
	static const struct {
		int64_t i, n;
	} bad[] = {{-1, 2}, {0, 0}, {0, -1}, {2, 2}, {0, 1}, {0, INT64_MAX}, {INT64_MAX, INT64_MAX}};
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
		assert_int_equal(merkle_check_path(s, &l[0], bad[k].i, bad[k].n, p, 1, &root), ERR_DIGEST);
	assert_int_equal(merkle_check_consistency(s, 2, &root, 1, &root, p, 0), ERR_DIGEST);
	assert_int_equal(merkle_check_consistency(s, -1, &root, 1, &root, p, 0), ERR_DIGEST);
	assert_int_equal(merkle_check_consistency(s, 1, &root, INT64_MAX, &root, p, 1), ERR_DIGEST);
	/* The two inputs of a node must not pass for a leaf: leaf and node hash differ by their first byte.
	 */
	uint8_t both[64];
	struct digest leaf;
	memcpy(both, l[0].b, 32);
	memcpy(both + 32, l[1].b, 32);
	merkle_leaf(s, view_of(both, sizeof both), &leaf);
	assert_false(digest_eq(&leaf, &root));
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rfc_vectors),
		cmocka_unit_test(test_rfc_proofs), cmocka_unit_test_prestate(test_paths, gm),
		cmocka_unit_test_prestate(test_paths, intl), cmocka_unit_test_prestate(test_consistency, gm),
		cmocka_unit_test_prestate(test_consistency, intl), cmocka_unit_test(test_nonsense)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
