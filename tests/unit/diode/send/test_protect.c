#include "diode/send/protect.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DATAGRAM 1500
#define MEMORY (INT64_C(128) << 20)

static void plan(const char *text, int64_t rate, int64_t memory, struct protect *p)
{
	assert_int_equal(protect_parse(text, p), 0);
	protect_plan(p, rate, DATAGRAM, memory);
}

static uint64_t seed = 42;

static bool lost(unsigned of_1000)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % 1000 < of_1000;
}

/* Simulated, not computed: blocks of each size at the loss a level is made for. */
static unsigned failures(const struct protect *p, unsigned k, unsigned of_1000, unsigned gap, unsigned rounds)
{
	unsigned failed = 0;
	for (unsigned r = 0; r < rounds; r++) {
		unsigned there = 0;
		for (unsigned i = gap; i < k + p->m[k]; i++)
			there += !lost(of_1000);
		failed += there < k;
	}
	return failed;
}

static void test_levels_hold(void **state)
{
	(void)state;
	struct protect normal, strong, none;
	plan("normal", 500000000, MEMORY, &normal);
	plan("strong", 500000000, MEMORY, &strong);
	plan("none", 500000000, MEMORY, &none);
	for (unsigned k = 1; k <= PROTECT_K; k++) {
		assert_int_equal(none.m[k], 0);
		assert_true(k + normal.m[k] <= FRAME_SYMBOLS_MAX && k + strong.m[k] <= FRAME_SYMBOLS_MAX);
		assert_true(strong.m[k] >= normal.m[k]);
	}
	static const unsigned SIZES[] = {1, 2, 3, 8, 9, 16, 50, 127, 128};
	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
		unsigned k = SIZES[i];
		assert_int_equal(failures(&normal, k, 50, 0, 20000), 0);
		/* a gap of 100 ms takes an eighth beside the random loss */
		assert_int_equal(failures(&strong, k, 100, (k + strong.m[k] + 7) / 8, 20000), 0);
	}
	/* And not more than needed: at twice the loss a full block does fail. */
	assert_true(failures(&normal, 128, 200, 0, 2000) > 0);
	assert_true(failures(&strong, 128, 300, 0, 2000) > 0);
}

/* Small blocks whose data leave at once come back from the repair symbols alone. */
static void test_fast(void **state)
{
	(void)state;
	struct protect p;
	plan("normal", 500000000, MEMORY, &p);
	for (unsigned k = 1; k <= PROTECT_K; k++)
		if (p.fast[k])
			assert_true(p.m[k] > k);
	assert_true(p.fast[1] && p.fast[2] && !p.fast[100]);
}

static void test_gaps(void **state)
{
	(void)state;
	struct protect p;
	plan("strong", 500000000, MEMORY, &p);
	assert_int_equal(p.burst_wanted, 100000000);
	assert_true(p.burst >= p.burst_wanted); /* 0.8 s of 500 Mbit/s fit into 128 MiB */
	size_t on_the_way = p.depth * protect_full_block(&p, DATAGRAM);
	assert_true((int64_t)on_the_way <= MEMORY);
	plan("strong", 10000000000, MEMORY, &p);
	assert_true(p.burst < p.burst_wanted); /* of 10 Gbit/s they do not: that is told */
	assert_true((int64_t)(p.depth * protect_full_block(&p, DATAGRAM)) <= MEMORY);
	plan("strong", 10000000000, INT64_C(2) << 30, &p);
	assert_true(p.burst >= p.burst_wanted);
	/* Normal bridges short gaps as far as 16 blocks do, and stays in the near cache when it is fast. */
	plan("normal", 500000000, MEMORY, &p);
	assert_true(p.burst >= p.burst_wanted * 9 / 10 && p.depth < 16);
	plan("normal", 3000000000, MEMORY, &p);
	assert_int_equal(p.depth, 16);
	plan("normal", 5000000000, MEMORY, &p);
	assert_int_equal(p.depth, 4);
	plan("normal", 0, MEMORY, &p);
	assert_int_equal(p.depth, 4);
	plan("none", 0, MEMORY, &p);
	assert_int_equal(p.spread, 0);
	assert_int_equal(p.depth, 1);
}

static void test_numbers(void **state)
{
	(void)state;
	struct protect p;
	plan("20+4x7", 100000000, MEMORY, &p);
	assert_int_equal(p.k, 20);
	assert_int_equal(p.m[20], 4);
	assert_int_equal(p.m[10], 2);
	assert_int_equal(p.m[1], 1);
	assert_int_equal(p.depth, 7);
	static const char *const BAD[] = {"", "most", "0+1", "256+1", "200+100", "10", "10+", "+4", "10+4x",
		"10+4x0", "10+4y3", "-1+3", "10+129", "normal "};
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		if (protect_parse(BAD[i], &p) != ERR_USAGE)
			fail_msg("%s was taken", BAD[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels_hold), cmocka_unit_test(test_fast),
		cmocka_unit_test(test_gaps), cmocka_unit_test(test_numbers)};
	return cmocka_run_group_tests_name("diode/protect", tests, NULL, NULL);
}
