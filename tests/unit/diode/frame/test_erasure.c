#include "diode/frame/erasure.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALL 256
#define LEN_MAX 1376

struct symbols {
	uint8_t *data[ALL], *want[ALL], *repair[ALL];
	uint8_t *room;
	unsigned k, m;
	size_t len;
	unsigned seed;
};

static unsigned next(struct symbols *s)
{
	s->seed = s->seed * 1103515245u + 12345u;
	return s->seed >> 16;
}

static void symbols_make(struct symbols *s, struct erasure *e, unsigned k, unsigned m, size_t len)
{
	*s = (struct symbols){.k = k, .m = m, .len = len, .seed = k * 131 + m * 17 + (unsigned)len};
	s->room = calloc(2 * (size_t)k + m + 1, len);
	assert_non_null(s->room);
	for (unsigned i = 0; i < k; i++) {
		s->want[i] = s->room + i * len;
		s->data[i] = s->room + (k + i) * len;
		for (size_t p = 0; p < len; p++)
			s->want[i][p] = (uint8_t)next(s);
		memcpy(s->data[i], s->want[i], len);
	}
	for (unsigned j = 0; j < m; j++)
		s->repair[j] = s->room + (2 * (size_t)k + j) * len;
	assert_int_equal(erasure_encode(e, k, m, len, s->data, s->repair), 0);
}

/* Loses the n data symbols of `lost` (ascending) and repairs them by the rows in `row`. */
static void lose_and_check(
	struct symbols *s, struct erasure *e, const uint8_t *lost, unsigned n, const uint8_t *row)
{
	uint8_t *repair[ALL];
	for (unsigned i = 0; i < n; i++) {
		memset(s->data[lost[i]], 0xee, s->len);
		repair[i] = s->repair[row[i]];
	}
	assert_int_equal(erasure_decode(e, s->k, s->len, s->data, lost, n, repair, row), 0);
	for (unsigned i = 0; i < s->k; i++)
		assert_memory_equal(s->data[i], s->want[i], s->len);
}

/* n different numbers below `of`, ascending. */
static void choose(struct symbols *s, unsigned of, unsigned n, uint8_t *out)
{
	unsigned have = 0;
	for (unsigned i = 0; i < of && have < n; i++)
		if (next(s) % (of - i) < n - have)
			out[have++] = (uint8_t)i;
	assert_int_equal(have, n);
}

static void test_every_pattern_of_a_small_code(void **state)
{
	(void)state;
	struct erasure *e = NULL;
	struct symbols s;
	assert_int_equal(erasure_new(&e), 0);
	symbols_make(&s, e, 5, 4, 33);
	unsigned patterns = 0;
	for (unsigned gone = 0; gone < 1u << 9; gone++) {
		uint8_t lost[5], row[4];
		unsigned n = 0, rows = 0;
		for (unsigned i = 0; i < 5; i++)
			if (gone >> i & 1)
				lost[n++] = (uint8_t)i;
		for (unsigned j = 0; j < 4 && rows < n; j++)
			if (!(gone >> (5 + j) & 1))
				row[rows++] = (uint8_t)j;
		if (rows < n)
			continue; /* more than four of nine are gone */
		lose_and_check(&s, e, lost, n, row);
		patterns++;
	}
	assert_int_equal(patterns, 1 + 9 + 36 + 84 + 126);
	free(s.room);
	erasure_free(e);
}

static void test_classes_of_large_codes(void **state)
{
	(void)state;
	static const struct {
		unsigned k, m;
		size_t len;
	} codes[] = {{1, 0, 1}, {1, 1, 1}, {1, 255, 7}, {2, 2, 31}, {16, 4, 64}, {64, 8, 1000},
		{128, 25, LEN_MAX}, {128, 128, 64}, {223, 32, 100}, {255, 1, 50}, {128, 48, 8880}};
	struct erasure *e = NULL;
	assert_int_equal(erasure_new(&e), 0);
	for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
		struct symbols s;
		symbols_make(&s, e, codes[c].k, codes[c].m, codes[c].len);
		unsigned most = s.m < s.k ? s.m : s.k;
		uint8_t lost[ALL], row[ALL];
		for (unsigned n = 0; n <= most; n = n < 4 ? n + 1 : n * 2 > most && n < most ? most : n * 2) {
			for (unsigned i = 0; i < n; i++) { /* a burst at the front, the first rows */
				lost[i] = (uint8_t)i;
				row[i] = (uint8_t)i;
			}
			lose_and_check(&s, e, lost, n, row);
			for (unsigned i = 0; i < n; i++) { /* the tail, the last rows backwards */
				lost[i] = (uint8_t)(s.k - n + i);
				row[i] = (uint8_t)(s.m - 1 - i);
			}
			lose_and_check(&s, e, lost, n, row);
			for (int round = 0; round < 4; round++) { /* scattered */
				choose(&s, s.k, n, lost);
				choose(&s, s.m, n, row);
				lose_and_check(&s, e, lost, n, row);
			}
		}
		free(s.room);
	}
	erasure_free(e);
}

/* Tables kept from one code must not leak into the next. */
static void test_codes_in_turn(void **state)
{
	(void)state;
	struct erasure *e = NULL;
	assert_int_equal(erasure_new(&e), 0);
	static const unsigned turns[][2] = {{8, 4}, {8, 2}, {7, 4}, {8, 6}, {8, 1}, {3, 9}, {8, 4}};
	for (size_t t = 0; t < sizeof turns / sizeof *turns; t++) {
		struct symbols s;
		symbols_make(&s, e, turns[t][0], turns[t][1], 48);
		uint8_t lost[ALL], row[ALL];
		unsigned n = s.m < s.k ? s.m : s.k;
		choose(&s, s.k, n, lost);
		choose(&s, s.m, n, row);
		lose_and_check(&s, e, lost, n, row);
		free(s.room);
	}
	erasure_free(e);
}

static void test_wrong_repair_does_not_pass(void **state)
{
	(void)state;
	struct erasure *e = NULL;
	struct symbols s;
	uint8_t lost[1] = {2}, row[1] = {1};
	assert_int_equal(erasure_new(&e), 0);
	symbols_make(&s, e, 4, 3, 40);
	memset(s.data[2], 0, s.len);
	assert_int_equal(erasure_decode(e, 4, s.len, s.data, lost, 1, &s.repair[2], row), 0);
	assert_memory_not_equal(s.data[2], s.want[2], s.len);
	free(s.room);
	erasure_free(e);
}

/* The processor's own instructions and the library compute the same code, byte by byte, also where a symbol
 * ends in the middle of a vector. */
static void test_both_ways(void **state)
{
	(void)state;
	static const struct {
		unsigned k, m;
		size_t len;
	} codes[] = {{1, 1, 1}, {3, 2, 63}, {5, 7, 64}, {8, 13, 65}, {128, 27, LEN_MAX}, {200, 56, 127},
		{2, 9, 8880}};
	struct erasure *own = NULL, *library = NULL;
	assert_int_equal(erasure_new(&own), 0);
	assert_int_equal(erasure_new(&library), 0);
	erasure_by_library(library);
	for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
		struct symbols a, b;
		symbols_make(&a, own, codes[c].k, codes[c].m, codes[c].len);
		symbols_make(&b, library, codes[c].k, codes[c].m, codes[c].len);
		for (unsigned j = 0; j < a.m; j++)
			assert_memory_equal(a.repair[j], b.repair[j], a.len);
		uint8_t lost[ALL], row[ALL];
		unsigned n = a.m < a.k ? a.m : a.k;
		choose(&a, a.k, n, lost);
		choose(&a, a.m, n, row);
		lose_and_check(&a, own, lost, n, row);
		lose_and_check(&b, library, lost, n, row);
		free(a.room);
		free(b.room);
	}
	erasure_free(own);
	erasure_free(library);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_pattern_of_a_small_code),
		cmocka_unit_test(test_classes_of_large_codes), cmocka_unit_test(test_codes_in_turn),
		cmocka_unit_test(test_wrong_repair_does_not_pass), cmocka_unit_test(test_both_ways)};
	return cmocka_run_group_tests_name("diode/erasure", tests, NULL, NULL);
}
