/* Frames: every kind of content comes back, and none of them can be a bomb. */
#include "common/base/id.h"
#include "common/bundle/bundle_frame.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(uint8_t *p, size_t n, int shape)
{
	random_bytes(p, n);
	for (size_t i = 0; i < n && shape != 0; i++)
		p[i] = shape == 1   ? 0
		       : shape == 2 ? (uint8_t)("{\"note\":\"abcdefgh\"}"[i % 19])
				    : (uint8_t)('a' + p[i] % 16);
}

/* Random, zeros, repeating text, text of high entropy. */
static void test_round_trip(void **state)
{
	static const size_t sizes[] = {
		1, 2, 9, 100, 511, 65536, 65537, 131072, 131073, BUNDLE_CHUNK - 1, BUNDLE_CHUNK};
	uint8_t *in = malloc(BUNDLE_CHUNK), *frame = malloc(BUNDLE_FRAME_MAX), *out = malloc(BUNDLE_CHUNK);
	struct bundle_press *p = NULL;
	struct bundle_unpress *u = NULL;
	(void)state;
	assert_true(in && frame && out);
	assert_int_equal(bundle_press_new(&p), 0);
	assert_int_equal(bundle_unpress_new(&u), 0);
	for (int shape = 0; shape < 4; shape++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			size_t n = 0, length = 0, size = sizes[i];
			fill(in, size, shape);
			assert_int_equal(bundle_press(p, view_of(in, size), frame, &n), 0);
			assert_true(n <= size + 15 && size <= n * BUNDLE_RATIO_MAX);
			if (shape == 2 && size == BUNDLE_CHUNK)
				assert_true(n == size + 15); /* would be a bomb: stored */
			if (shape == 3 && size >= 65536)
				assert_true(n < size * 6 / 10);
			assert_int_equal(bundle_frame_length(view_of(frame, n), size, &length), 0);
			assert_int_equal(length, n);
			assert_int_equal(bundle_unpress(u, view_of(frame, n), out, size), 0);
			assert_memory_equal(in, out, size);
			assert_int_equal(bundle_frame_length(view_of(frame, n), size + 1, &length),
				n < 9 ? ERR_TRUNCATED : ERR_MEMBER);
			for (size_t cut = 0; cut < n; cut += n / 7 + 1)
				assert_int_equal(bundle_frame_length(view_of(frame, cut), size, &length),
					ERR_TRUNCATED);
		}
	bundle_press_free(p);
	bundle_unpress_free(u);
	free(in);
	free(frame);
	free(out);
}

/* What unpacks to another length than the frame said is refused too. */
static void test_damage(void **state)
{
	uint8_t in[5000], frame[BUNDLE_FRAME_MAX / 8], out[5000];
	struct bundle_press *p = NULL;
	struct bundle_unpress *u = NULL;
	size_t n = 0, length = 0;
	uint8_t *whole = malloc(BUNDLE_FRAME_MAX);
	(void)state;
	assert_non_null(whole);
	assert_int_equal(bundle_press_new(&p), 0);
	assert_int_equal(bundle_unpress_new(&u), 0);
	fill(in, sizeof in, 3);
	assert_int_equal(bundle_press(p, view_of(in, sizeof in), whole, &n), 0);
	assert_true(n < sizeof frame);
	for (size_t i = 0; i < n; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			memcpy(frame, whole, n);
			frame[i] ^= (uint8_t)bit;
			/* Content that merely differs is for the digests; nothing else may come of it. */
			if (bundle_frame_length(view_of(frame, n), sizeof in, &length) == 0 && length <= n) {
				int err = bundle_unpress(u, view_of(frame, length), out, sizeof out);
				assert_true(err == 0 || err == ERR_MEMBER);
			}
		}
	bundle_press_free(p);
	bundle_unpress_free(u);
	free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damage)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
