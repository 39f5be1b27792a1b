#include "diode/send/schedule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SPREAD INT64_C(100000)

static struct block block_of(unsigned k, unsigned m, bool urgent)
{
	struct block b = {.urgent = urgent, .used = 1000};
	b.f.k = (uint8_t)k;
	b.f.m = (uint8_t)m;
	return b;
}

/* A block's symbols lie apart by the spread, first to last; a fast one's data go at once. */
static void test_spread(void **state)
{
	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		struct schedule *s = NULL;
		struct block b = block_of(4, 6, false);
		int64_t last = -1, now = 0;
		unsigned early = 0;
		b.fast = fast != 0;
		assert_int_equal(schedule_new(SPREAD, &s), 0);
		schedule_add(s, &b, 0);
		for (bool done = false; !done; now = schedule_due(s)) {
			assert_ptr_equal(schedule_next(s, now), &b);
			early += now == 0;
			assert_true(now >= last);
			last = now;
			done = schedule_sent(s, &b);
		}
		assert_int_equal(b.sent, 10);
		assert_int_equal(early, fast ? 4 : 1);
		assert_true(last > SPREAD * 8 / 10 && last <= SPREAD);
		assert_int_equal(schedule_due(s), INT64_MAX);
		assert_int_equal(schedule_bytes(s, false), 0);
		schedule_free(s);
	}
}

/* A gap in time takes at most its share of each block. */
static void test_gap_is_shared(void **state)
{
	(void)state;
	enum { BLOCKS = 8, K = 12, M = 4 };
	struct schedule *s = NULL;
	struct block b[BLOCKS];
	unsigned in_gap[BLOCKS] = {0}, left = BLOCKS;
	assert_int_equal(schedule_new(SPREAD, &s), 0);
	for (size_t i = 0; i < BLOCKS; i++) {
		b[i] = block_of(K, M, false);
		schedule_add(s, &b[i], (int64_t)i * SPREAD / BLOCKS);
	}
	while (left > 0) {
		int64_t now = schedule_due(s);
		struct block *x = schedule_next(s, now);
		assert_non_null(x);
		if (now >= SPREAD && now < SPREAD + SPREAD / 8)
			in_gap[x - b]++;
		left -= schedule_sent(s, x);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		assert_true(in_gap[i] <= (K + M) / 8 + 1);
	schedule_free(s);
}

/* Urgent ones go first, but never so many that the others stand still. */
static void test_urgent(void **state)
{
	(void)state;
	struct schedule *s = NULL;
	struct block slow = block_of(100, 20, false), quick[4];
	unsigned run = 0, longest = 0, of_slow = 0;
	assert_int_equal(schedule_new(0, &s), 0);
	schedule_add(s, &slow, 0);
	for (size_t i = 0; i < 4; i++) {
		quick[i] = block_of(100, 20, true);
		schedule_add(s, &quick[i], 0);
	}
	assert_true(schedule_next(s, 0)->urgent);
	for (struct block *x; (x = schedule_next(s, 0)) != NULL; (void)schedule_sent(s, x)) {
		run = x->urgent ? run + 1 : 0;
		longest = run > longest ? run : longest;
		of_slow += !x->urgent && schedule_bytes(s, true) > 0;
	}
	assert_true(longest <= 65);
	assert_true(of_slow >= 6); /* 480 urgent symbols, one of the others after each 64 */
	assert_int_equal(slow.sent, 120);
	schedule_free(s);
}

/* What is let go leaves no trace. */
static void test_take(void **state)
{
	(void)state;
	struct schedule *s = NULL;
	struct block a = block_of(2, 2, true), b = block_of(3, 1, false);
	assert_int_equal(schedule_new(SPREAD, &s), 0);
	schedule_add(s, &a, 0);
	schedule_add(s, &b, 0);
	assert_false(schedule_sent(s, &a));
	assert_ptr_equal(schedule_take(s), &a);
	assert_ptr_equal(schedule_take(s), &b);
	assert_null(schedule_take(s));
	assert_int_equal(schedule_bytes(s, true) + schedule_bytes(s, false), 0);
	assert_false(schedule_waits(s));
	schedule_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_spread),
		cmocka_unit_test(test_gap_is_shared), cmocka_unit_test(test_urgent),
		cmocka_unit_test(test_take)};
	return cmocka_run_group_tests_name("diode/schedule", tests, NULL, NULL);
}
