/* Many digests at once are those that come one by one: published vectors, every length about the seams of
 * blocks, every number of texts about the number of lanes, every way that this processor has. */
#include "common/crypto/digest_many.h"
#include "common/crypto/sm3_lanes.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 300
static uint8_t bytes[64 << 10];

static void fill(void)
{
	uint32_t x = 2463534242;
	for (size_t i = 0; i < sizeof bytes; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		bytes[i] = (uint8_t)x;
	}
}

static void check(const struct suite *s, const struct view *v, size_t n, const struct digest *got)
{
	for (size_t i = 0; i < n; i++) {
		struct digest want;
		digest_of(s, v[i], &want);
		if (memcmp(&want, &got[i], sizeof want) != 0)
			fail_msg("%s: text %zu of %zu, %zu bytes", suite_name(s), i, n, v[i].n);
	}
}

static void test_vectors(void **state)
{
	/* GB/T 32905, A.1 and A.2 */
	static const char *const cases[][2] = {
		{"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
		{"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
			"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"}};
	(void)state;
	for (size_t way = 0; way < sm3_lanes_ways(); way++)
		for (size_t n = 1; n < 20; n++) {
			struct view v[20];
			struct digest d[20];
			char hex[DIGEST_HEX];
			for (size_t i = 0; i < n; i++)
				v[i] = view_str(cases[i % 2][0]);
			sm3_lanes(way, v, n, d);
			for (size_t i = 0; i < n; i++) {
				digest_hex(&d[i], hex);
				assert_string_equal(hex, cases[i % 2][1]);
			}
		}
}

static void test_lengths(void **state)
{
	struct view v[MOST];
	struct digest d[MOST];
	(void)state;
	fill();
	for (size_t i = 0; i < MOST; i++)
		v[i] = view_of(bytes + i, i);
	for (size_t n = 0; n <= MOST; n += n < 40 ? 1 : 37)
		for (size_t way = 0; way < sm3_lanes_ways(); way++) {
			sm3_lanes(way, v + MOST - n, n, d);
			check(suite_by_name("gm"), v + MOST - n, n, d);
		}
}

static void test_suites(void **state)
{
	static const char *const names[] = {"gm", "intl"};
	struct view v[MOST];
	struct digest d[MOST];
	(void)state;
	fill();
	/* Long ones among short ones: lanes end at different times. */
	for (size_t i = 0; i < MOST; i++)
		v[i] = view_of(bytes + 3 * i, i % 7 == 0 ? sizeof bytes - 3 * i : 11 * i);
	for (size_t k = 0; k < 2; k++)
		for (size_t n = 0; n <= MOST; n = 2 * n + 1) {
			digest_many(suite_by_name(names[k]), v, n, d);
			check(suite_by_name(names[k]), v, n, d);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_suites)};
	(void)printf("# %zu ways of this processor\n", sm3_lanes_ways());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
