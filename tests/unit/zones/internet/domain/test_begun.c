/* Sign-ins that were begun: each ends once and in time; nobody's many take the places of others; a full table
 * still has a place. */
#include "zones/internet/domain/begun.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct begun one(const char *network, int n, int64_t at_ms)
{
	struct begun b = {.at_ms = at_ms};
	snprintf(b.state, sizeof b.state, "%s-%d", network, n);
	snprintf(b.nonce, sizeof b.nonce, "nonce-%d", n);
	snprintf(b.network, sizeof b.network, "%s", network);
	return b;
}

static void keep(struct begun_table *t, const char *network, int n, int64_t at_ms)
{
	struct begun b = one(network, n, at_ms);
	begun_keep(t, &b);
}

static int take(struct begun_table *t, const char *network, int n, int64_t now_ms)
{
	struct begun want = one(network, n, 0), got;
	int rc = begun_take(t, want.state, now_ms, &got);
	if (rc == 0)
		assert_string_equal(got.nonce, want.nonce);
	return rc;
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct begun_table));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void once_and_in_time(void **state)
{
	struct begun_table *t = *state;
	keep(t, "a", 1, 1000);
	keep(t, "a", 2, 1000);
	assert_int_equal(take(t, "a", 3, 1000), ERR_LOGIN);
	assert_int_equal(take(t, "a", 1, 1000 + BEGUN_MS), 0);
	assert_int_equal(take(t, "a", 1, 1000 + BEGUN_MS), ERR_LOGIN);
	assert_int_equal(take(t, "a", 2, 1001 + BEGUN_MS), ERR_LOGIN);
	assert_int_equal(take(t, "", 0, 1000), ERR_LOGIN);
}

static void who_begins_many_loses_his_own(void **state)
{
	struct begun_table *t = *state;
	keep(t, "b", 1, 1000);
	for (int i = 0; i < 3 * BEGUN_MAX; i++)
		keep(t, "a", i, 1001 + i);
	assert_int_equal(take(t, "b", 1, 1001 + 3 * BEGUN_MAX), 0);
	assert_int_equal(take(t, "a", 3 * BEGUN_MAX - 1, 1001 + 3 * BEGUN_MAX), 0);
	assert_int_equal(take(t, "a", 3 * BEGUN_MAX - BEGUN_OF_ONE, 1001 + 3 * BEGUN_MAX), 0);
	assert_int_equal(take(t, "a", 3 * BEGUN_MAX - BEGUN_OF_ONE - 1, 1001 + 3 * BEGUN_MAX), ERR_LOGIN);
}

static void a_full_table_has_a_place(void **state)
{
	struct begun_table *t = *state;
	char network[8];
	for (int i = 0; i < BEGUN_MAX; i++) {
		snprintf(network, sizeof network, "n%d", i % 100);
		keep(t, network, i, 1000 + i);
	}
	keep(t, "late", 1, 9000);
	assert_int_equal(take(t, "late", 1, 9000), 0);
	assert_int_equal(take(t, "n0", 0, 9000), ERR_LOGIN); /* the oldest went */
	assert_int_equal(take(t, "n1", 1, 9000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(once_and_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(who_begins_many_loses_his_own, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_table_has_a_place, setup, teardown)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
