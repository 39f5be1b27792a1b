/* Rate limits: the burst at once, then one per refill; persons do not disturb each other, nor actions; a
 * clock set back shuts nobody out; whoever goes on hammering waits on. */
#include "zones/internet/domain/limit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct limit_rule rule = {"sms", 3, 1000};
static const struct limit_rule other = {"start", 3, 1000};

static void burst_then_drip(void **state)
{
	struct limit_table *l;
	int64_t wait = -1;
	(void)state;
	assert_int_equal(limit_new(&l), 0);
	for (int i = 0; i < 3; i++)
		assert_true(limit_pass(l, &rule, "a", 50000, &wait));
	assert_false(limit_pass(l, &rule, "a", 50000, &wait));
	assert_int_equal(wait, 1000);
	assert_false(limit_pass(l, &rule, "a", 50999, &wait));
	assert_int_equal(wait, 1);
	assert_true(limit_pass(l, &rule, "a", 51000, &wait));
	assert_false(limit_pass(l, &rule, "a", 51000, &wait));
	/* A long rest fills the burst, and no more than it. */
	for (int i = 0; i < 3; i++)
		assert_true(limit_pass(l, &rule, "a", 999000, &wait));
	assert_false(limit_pass(l, &rule, "a", 999000, &wait));
	limit_free(l);
}

static void apart(void **state)
{
	struct limit_table *l;
	int64_t wait;
	(void)state;
	assert_int_equal(limit_new(&l), 0);
	for (int i = 0; i < 3; i++)
		assert_true(limit_pass(l, &rule, "a", 1000, &wait));
	assert_false(limit_pass(l, &rule, "a", 1000, &wait));
	assert_true(limit_pass(l, &rule, "b", 1000, &wait));
	assert_true(limit_pass(l, &other, "a", 1000, &wait));
	limit_free(l);
}

static void clock_back(void **state)
{
	struct limit_table *l;
	int64_t wait;
	(void)state;
	assert_int_equal(limit_new(&l), 0);
	for (int i = 0; i < 4; i++)
		(void)limit_pass(l, &rule, "a", INT64_C(1) << 40, &wait);
	assert_true(limit_pass(l, &rule, "a", 5000, &wait));
	limit_free(l);
}

/* A flood of names does not free the one who hammers: the quiet ones are forgotten first. */
static void flood(void **state)
{
	struct limit_table *l;
	int64_t wait;
	char who[32];
	int passed = 0;
	(void)state;
	assert_int_equal(limit_new(&l), 0);
	for (int i = 0; i < 200000; i++) {
		snprintf(who, sizeof who, "n%d", i);
		assert_true(limit_pass(l, &rule, who, 1000 + i / 100, &wait));
		passed += limit_pass(l, &rule, "hammer", 1000 + i / 100, &wait);
	}
	/* 2 seconds: the burst and one more, and what a forgotten place may give. */
	assert_in_range(passed, 4, 16);
	limit_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(burst_then_drip), cmocka_unit_test(apart),
		cmocka_unit_test(clock_back), cmocka_unit_test(flood)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
