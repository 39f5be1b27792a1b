/* A stream in any order ends whole; every number is judged by what came before. */
#include "common/exchange/sequence.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct manifest bundle(int64_t epoch, int64_t seq)
{
	struct manifest m;
	manifest_init(&m);
	m.epoch = epoch;
	m.seq = seq;
	return m;
}

static const struct digest one = {{1}}, other = {{2}};

static void test_verdicts(void **state)
{
	(void)state;
	struct sequence s = {.epoch = 2, .contiguous = 5, .known = 9, .ranges = {{8, 9}}, .nranges = 1};
	static const struct {
		int64_t epoch, seq;
		const struct digest *seen;
		enum sequence_verdict want;
	} cases[] = {{2, 6, NULL, SEQUENCE_NEXT}, {2, 7, NULL, SEQUENCE_AHEAD}, {2, 10, NULL, SEQUENCE_AHEAD},
		{2, 12, NULL, SEQUENCE_AHEAD}, {2, 5, &one, SEQUENCE_DUPLICATE},
		{2, 5, &other, SEQUENCE_FORK}, {2, 3, NULL, SEQUENCE_DUPLICATE},
		{2, 8, NULL, SEQUENCE_DUPLICATE}, {1, 6, NULL, SEQUENCE_OLD_EPOCH},
		{3, 1, NULL, SEQUENCE_NEW_EPOCH}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct manifest m = bundle(cases[i].epoch, cases[i].seq);
		assert_int_equal(sequence_judge(&s, &m, &one, cases[i].seen), cases[i].want);
	}
}

static void test_any_order(void **state)
{
	(void)state;
	enum { N = 200 };
	int64_t order[N];
	uint32_t r = 12345;
	for (int round = 0; round < 50; round++) {
		struct sequence s = {.epoch = 1};
		for (int i = 0; i < N; i++)
			order[i] = i + 1;
		for (int i = N - 1; i > 0; i--) {
			r = r * 1664525 + 1013904223;
			int k = (int)(r >> 8) % (i + 1);
			int64_t t = order[i];
			order[i] = order[k];
			order[k] = t;
		}
		for (int i = 0; i < N; i++) {
			struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
			int64_t missing = 0;
			assert_int_equal(sequence_take(&s, order[i]), 0);
			assert_int_equal(sequence_take(&s, order[i]), 0); /* twice changes nothing */
			size_t n = sequence_holes(&s, holes, MANIFEST_RANGES_MAX + 1);
			for (size_t k = 0; k < n; k++)
				missing += holes[k].last - holes[k].first + 1;
			assert_int_equal(missing + i + 1, s.known);
		}
		assert_int_equal(s.contiguous, N);
		assert_int_equal(s.nranges, 0);
	}
}

static void test_too_many_holes(void **state)
{
	(void)state;
	struct sequence s = {.epoch = 1};
	for (int64_t i = 0; i < MANIFEST_RANGES_MAX; i++)
		assert_int_equal(sequence_take(&s, 2 + 2 * i), 0);
	assert_int_equal(sequence_take(&s, 10 + 2 * MANIFEST_RANGES_MAX), ERR_LIMIT);
	struct manifest m = bundle(1, 12 + 2 * MANIFEST_RANGES_MAX);
	assert_int_equal(sequence_judge(&s, &m, &one, NULL), SEQUENCE_FULL);
	assert_int_equal(sequence_take(&s, 1), 0); /* a hole closes: there is room again */
	assert_int_equal(s.contiguous, 2);
	assert_int_equal(sequence_judge(&s, &m, &one, NULL), SEQUENCE_AHEAD);
}

static void test_ack(void **state)
{
	(void)state;
	struct sequence s = {.epoch = 3, .contiguous = 4, .known = 11, .ranges = {{7, 8}}, .nranges = 1};
	struct manifest_ack a;
	sequence_ack(&s, "internet", 9, &a);
	assert_string_equal(a.peer, "internet");
	assert_int_equal(a.contiguous, 4);
	assert_int_equal(a.safe, 4); /* never beyond what is there without a hole */
	assert_int_equal(a.known, 11);
	assert_int_equal(a.nranges, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts), cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_too_many_holes), cmocka_unit_test(test_ack)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
