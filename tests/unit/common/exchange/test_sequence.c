/* Numbers in any order end whole; a hole remembers since when it is known; an ack never promises what is not
 * here. */
#include "common/exchange/sequence.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint32_t r = 12345;
static int random_below(int n)
{
	r = r * 1664525 + 1013904223;
	return (int)(r >> 8) % n;
}

static void shuffle(int64_t *v, int n)
{
	for (int i = 0; i < n; i++)
		v[i] = i + 1;
	for (int i = n - 1; i > 0; i--) {
		int k = random_below(i + 1);
		int64_t t = v[i];
		v[i] = v[k];
		v[k] = t;
	}
}

static void test_any_order(void **state)
{
	(void)state;
	enum { N = 200 };
	int64_t order[N];
	for (int round = 0; round < 50; round++) {
		struct sequence s = {0};
		shuffle(order, N);
		for (int i = 0; i < N; i++) {
			assert_false(sequence_has(&s, order[i]));
			assert_int_equal(sequence_take(&s, order[i], i), 0);
			assert_int_equal(sequence_take(&s, order[i], i), 0); /* twice changes nothing */
			assert_true(sequence_has(&s, order[i]));
			assert_int_equal(sequence_missing(&s, INT64_MAX, INT64_MAX) + i + 1, s.known);
		}
		assert_int_equal(s.contiguous, N);
		assert_int_equal(s.n, 0);
		sequence_fini(&s);
	}
}

/* Against a plain array of booleans, with numbers taken back now and then. */
static void test_against_array(void **state)
{
	(void)state;
	enum { N = 64 };
	for (int round = 0; round < 300; round++) {
		struct sequence s = {0};
		bool here[N + 1] = {false};
		int64_t known = 0;
		for (int step = 0; step < 200; step++) {
			int64_t seq = 1 + random_below(N);
			int what = random_below(10);
			if (what < 7) {
				assert_int_equal(sequence_take(&s, seq, step), 0);
				here[seq] = true;
			} else if (what < 9) {
				assert_int_equal(sequence_reopen(&s, seq, step), 0);
				here[seq] = false;
			} else {
				sequence_know(&s, seq, step);
			}
			if (what != 7 && what != 8 && known < seq)
				known = seq;
			int64_t missing = 0, contiguous = 0;
			for (int64_t i = 1; i <= known; i++) {
				assert_int_equal(sequence_has(&s, i), here[i]);
				missing += !here[i];
				contiguous = contiguous == i - 1 && here[i] ? i : contiguous;
			}
			assert_int_equal(s.known, known);
			assert_int_equal(s.contiguous, contiguous);
			assert_int_equal(sequence_missing(&s, INT64_MAX, step), missing);
		}
		sequence_fini(&s);
	}
}

static void test_since(void **state)
{
	(void)state;
	struct sequence s = {0};
	struct sequence_range h;
	assert_int_equal(sequence_take(&s, 1, 10), 0);
	assert_false(sequence_hole(&s, 0, &h));
	assert_int_equal(sequence_take(&s, 4, 20), 0); /* 2 and 3 are noticed now */
	sequence_know(&s, 6, 30);                      /* 5 and 6 */
	assert_true(sequence_hole(&s, 0, &h));
	assert_true(h.first == 2 && h.last == 3 && h.since == 20);
	assert_true(sequence_hole(&s, 1, &h));
	assert_true(h.first == 5 && h.last == 6 && h.since == 30);
	assert_false(sequence_hole(&s, 2, &h));
	assert_int_equal(sequence_missing(&s, INT64_MAX, 19), 0);
	assert_int_equal(sequence_missing(&s, INT64_MAX, 29), 2);
	assert_int_equal(sequence_missing(&s, 5, 30), 3);
	assert_int_equal(sequence_take(&s, 5, 40), 0);
	assert_int_equal(sequence_take(&s, 3, 40), 0); /* what is left of a hole is as old as it was */
	assert_true(sequence_hole(&s, 0, &h));
	assert_true(h.first == 2 && h.last == 2 && h.since == 20);
	assert_int_equal(sequence_missing(&s, INT64_MAX, 30), 2);
	sequence_fini(&s);
}

static void test_too_many_holes(void **state)
{
	(void)state;
	struct sequence s = {0};
	int64_t far = 10 + 2 * SEQUENCE_RANGES_MAX;
	for (int64_t i = 0; i < SEQUENCE_RANGES_MAX; i++)
		assert_int_equal(sequence_take(&s, 2 + 2 * i, 0), 0);
	assert_false(sequence_fits(&s, far));
	assert_int_equal(sequence_take(&s, far, 0), ERR_LIMIT);
	assert_true(sequence_fits(&s, 3)); /* closes one */
	assert_true(sequence_fits(&s, 1));
	assert_int_equal(sequence_take(&s, 1, 0), 0);
	assert_int_equal(s.contiguous, 2);
	assert_true(sequence_fits(&s, far));
	sequence_fini(&s);
}

static void test_ack(void **state)
{
	(void)state;
	struct sequence s = {0};
	struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
	struct manifest_ack a;
	for (int64_t i = 1; i <= 4; i++)
		assert_int_equal(sequence_take(&s, i, 0), 0);
	assert_int_equal(sequence_take(&s, 7, 0), 0);
	assert_int_equal(sequence_take(&s, 8, 0), 0);
	sequence_know(&s, 11, 0);
	sequence_ack(&s, &a);
	assert_true(a.contiguous == 4 && a.known == 11 && a.nranges == 1);
	assert_true(a.ranges[0].first == 7 && a.ranges[0].last == 8);
	assert_int_equal(sequence_ack_holes(&a, holes), 2);
	assert_true(holes[0].first == 5 && holes[0].last == 6 && holes[1].first == 9 && holes[1].last == 11);
	sequence_fini(&s);
}

/* More ranges than a manifest names: what is told is here, and the longest ranges are told. */
static void test_ack_coarse(void **state)
{
	(void)state;
	struct sequence s = {0};
	struct manifest_ack a;
	enum { N = 3 * MANIFEST_RANGES_MAX };
	int64_t seq = 2, told = 0;
	for (int64_t i = 0; i < N; i++, seq += 2)
		for (int64_t k = 0; k < 1 + i % 3; k++)
			assert_int_equal(sequence_take(&s, seq++, 0), 0);
	sequence_ack(&s, &a);
	assert_int_equal(a.nranges, MANIFEST_RANGES_MAX);
	for (size_t i = 0; i < a.nranges; i++) {
		told += a.ranges[i].last - a.ranges[i].first + 1;
		for (int64_t k = a.ranges[i].first; k <= a.ranges[i].last; k++)
			assert_true(sequence_has(&s, k));
	}
	assert_int_equal(told, 3 * MANIFEST_RANGES_MAX);
	sequence_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_against_array), cmocka_unit_test(test_since),
		cmocka_unit_test(test_too_many_holes), cmocka_unit_test(test_ack),
		cmocka_unit_test(test_ack_coarse)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
