#include "diode/recv/transfers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct frame_object id_of(uint32_t number)
{
	struct frame_object id = {{0}};
	memcpy(id.b, &number, sizeof number);
	return id;
}

static struct frame_beat beat(uint32_t from, uint32_t below)
{
	struct frame_beat b = {.from = from, .below = below};
	struct frame_object id[FRAME_BEAT_RECENT];
	for (uint32_t n = from; n < below; n++)
		id[n - from] = id_of(n);
	frame_beat_digest(suite_by_name("gm"), id, below - from, b.digest);
	return b;
}

static void hear(struct transfers *t, uint32_t from, uint32_t below)
{
	for (uint32_t n = from; n < below; n++) {
		struct frame_object id = id_of(n);
		transfers_hear(t, n, &id);
	}
}

static void test_missed(void **state)
{
	(void)state;
	struct transfers *t = NULL;
	uint32_t range[4][2];
	assert_int_equal(transfers_new(suite_by_name("gm"), true, &t), 0);
	hear(t, 1, 10);
	hear(t, 12, 13);
	struct frame_beat b = beat(1, 15);
	assert_true(transfers_beat(t, &b, 1000)); /* not all were heard: nothing to compare */
	transfers_tick(t, 1900);
	assert_int_equal(transfers_missed(t), 0); /* they may still come */
	transfers_tick(t, 2001);
	assert_int_equal(transfers_missed(t), 4); /* 10, 11, 13, 14 */
	assert_int_equal(transfers_missed_ranges(t, range, 4), 2);
	assert_int_equal(range[0][0], 10);
	assert_int_equal(range[0][1], 12);
	assert_int_equal(range[1][0], 13);
	assert_int_equal(range[1][1], 15);
	assert_int_equal(transfers_missed_ranges(t, range, 1), 1);
	hear(t, 11, 12); /* late, but here; and once more */
	hear(t, 11, 12);
	assert_int_equal(transfers_missed(t), 3);
	transfers_free(t);
}

static void test_digest(void **state)
{
	(void)state;
	struct transfers *t = NULL;
	struct frame_beat b = beat(1, 5);
	assert_int_equal(transfers_new(suite_by_name("gm"), true, &t), 0);
	hear(t, 1, 5);
	assert_true(transfers_beat(t, &b, 1));
	b.digest[3] ^= 1;
	assert_false(transfers_beat(t, &b, 1));
	transfers_free(t);
}

/* Of many small files some come more than a thousand numbers late: they take nobody's place. */
static void test_far_behind(void **state)
{
	(void)state;
	struct transfers *t = NULL;
	struct frame_beat b = beat(1000, 1060);
	assert_int_equal(transfers_new(suite_by_name("gm"), true, &t), 0);
	hear(t, 1, 5);
	hear(t, 6, 2000);
	hear(t, 5, 6);
	assert_true(transfers_beat(t, &b, 1));
	b.digest[3] ^= 1;
	assert_false(transfers_beat(t, &b, 1)); /* it was compared */
	transfers_free(t);
}

/* Who comes late misses nothing that was before. */
static void test_late_start(void **state)
{
	(void)state;
	struct transfers *t = NULL;
	assert_int_equal(transfers_new(suite_by_name("gm"), false, &t), 0);
	hear(t, 1000, 1002);
	struct frame_beat b = beat(990, 1003);
	assert_true(transfers_beat(t, &b, 1));
	transfers_tick(t, 5000);
	assert_int_equal(transfers_missed(t), 1); /* 1002 alone */
	hear(t, 995, 997);                        /* that was before takes nothing off */
	assert_int_equal(transfers_missed(t), 1);
	hear(t, 1002, 1003);
	assert_int_equal(transfers_missed(t), 0);
	transfers_free(t);
	assert_int_equal(transfers_new(suite_by_name("gm"), false, &t), 0);
	b = beat(90, 100);
	assert_true(transfers_beat(t, &b, 1));
	transfers_tick(t, 5000);
	assert_int_equal(transfers_missed(t), 0);
	transfers_free(t);
}

/* Numbers leap by thousands of millions: bounded work, nothing forgotten is called heard. */
static void test_leap(void **state)
{
	(void)state;
	struct transfers *t = NULL;
	assert_int_equal(transfers_new(suite_by_name("gm"), true, &t), 0);
	hear(t, 1, 3);
	hear(t, 4000000000u, 4000000001u);
	struct frame_beat b = beat(4000000000u, 4000000001u);
	assert_true(transfers_beat(t, &b, 1));
	transfers_tick(t, 5000);
	assert_true(transfers_missed(t) >= 65535 && transfers_missed(t) <= 65536);
	transfers_free(t);
	/* A heartbeat names a number far above all that was heard: at once, whatever it says. */
	uint32_t range[4][2];
	assert_int_equal(transfers_new(suite_by_name("gm"), true, &t), 0);
	hear(t, 1, 3);
	hear(t, 4, 5);
	b = beat(4294967200u, 4294967201u);
	assert_true(transfers_beat(t, &b, 1));
	transfers_tick(t, 5000);
	assert_int_equal(transfers_missed(t), 4294967200u - 3);
	assert_int_equal(transfers_missed_ranges(t, range, 4), 2);
	assert_int_equal(range[0][0], 3);
	assert_int_equal(range[0][1], 4);
	assert_int_equal(range[1][0], 5);
	assert_int_equal(range[1][1], 4294967201u);
	transfers_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_missed), cmocka_unit_test(test_digest),
		cmocka_unit_test(test_far_behind), cmocka_unit_test(test_late_start),
		cmocka_unit_test(test_leap)};
	return cmocka_run_group_tests_name("diode/transfers", tests, NULL, NULL);
}
