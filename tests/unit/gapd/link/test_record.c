/* Records: only one order, only bounded sizes, only what is sealed. */
#include "gapd/link/record.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct record_bundle HEAD = {MANIFEST_MESSAGES, 1};

static int fresh(void)
{
	int fd = -1;
	assert_int_equal(record_create(&fd), 0);
	return fd;
}

static void put(int fd, enum record_type t, const char *text)
{
	assert_int_equal(record_put(fd, t, view_str(text)), 0);
}

static void put_path(int fd)
{
	struct bundle_origin_path p = {.leaf = 1, .of = 3, .npath = 2};
	memset(p.salt, 7, sizeof p.salt);
	memset(p.path[1].b, 9, sizeof p.path[1].b);
	assert_int_equal(record_put_path(fd, &p), 0);
}

static int whole(void)
{
	int fd = fresh();
	assert_int_equal(record_put_head(fd, &HEAD), 0);
	put(fd, RECORD_MANIFEST, "{}");
	put(fd, RECORD_SIG, "s");
	put(fd, RECORD_CERT, "c");
	put(fd, RECORD_MESSAGE, "{\"a\":1}");
	put_path(fd);
	put(fd, RECORD_ATTACHMENT, "bytes");
	put(fd, RECORD_ATTACHMENT, "");
	put(fd, RECORD_END, "");
	return fd;
}

/* How reading ends: 0, or the refusal. */
static int walk(struct view all)
{
	struct record_reader r;
	struct record rec;
	int rc;
	record_reader_init(&r, all);
	while ((rc = record_next(&r, &rec)) == 1)
		;
	return rc;
}

static void test_round(void **state)
{
	(void)state;
	int fd = whole();
	struct view all;
	struct record_reader r;
	struct record rec;
	struct record_bundle head;
	struct bundle_origin_path path;
	assert_int_equal(record_seal(fd), 0);
	assert_int_equal(record_map(fd, 1 << 20, &all), 0);
	record_reader_init(&r, all);
	assert_int_equal(record_next(&r, &rec), 1);
	assert_int_equal(record_head(rec.v, &head), 0);
	assert_int_equal(head.messages, 1);
	for (int i = 0; i < 4; i++)
		assert_int_equal(record_next(&r, &rec), 1);
	assert_int_equal(rec.type, RECORD_MESSAGE);
	assert_memory_equal(rec.v.p, "{\"a\":1}", 7);
	assert_int_equal(record_next(&r, &rec), 1);
	assert_int_equal(record_path(rec.v, &path), 0);
	assert_int_equal(path.leaf, 1);
	assert_int_equal(path.npath, 2);
	assert_int_equal(path.path[1].b[0], 9);
	assert_int_equal(walk(all), 0);
	record_unmap(all);
	close(fd);
}

static void test_unsealed(void **state)
{
	(void)state;
	static const int some[] = {
		0, F_SEAL_WRITE, F_SEAL_WRITE | F_SEAL_GROW, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_GROW};
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
		int fd = whole();
		struct view all;
		assert_int_equal(fcntl(fd, F_ADD_SEALS, some[i]), 0);
		assert_int_equal(record_map(fd, 1 << 20, &all), ERR_FORMAT);
		close(fd);
	}
	int pipes[2];
	struct view all;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(record_map(pipes[0], 1 << 20, &all), ERR_FORMAT);
	close(pipes[0]);
	close(pipes[1]);
	int fd = whole();
	assert_int_equal(record_seal(fd), 0);
	assert_int_equal(record_map(fd, 100, &all), ERR_LIMIT);
	/* Sealed is sealed. */
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 1), -1);
	close(fd);
}

/* Each type behind each prefix of the right order: only the one that may follow is read. */
static void test_order(void **state)
{
	(void)state;
	static const enum record_type prefix[] = {RECORD_HEAD, RECORD_MANIFEST, RECORD_SIG, RECORD_CERT,
		RECORD_MESSAGE, RECORD_PATH, RECORD_ATTACHMENT};
	static const unsigned may[] = {1u << RECORD_HEAD, 1u << RECORD_MANIFEST, 1u << RECORD_SIG,
		1u << RECORD_CERT, 1u << RECORD_MESSAGE | 1u << RECORD_END, 1u << RECORD_PATH,
		1u << RECORD_ATTACHMENT | 1u << RECORD_MESSAGE | 1u << RECORD_END,
		1u << RECORD_ATTACHMENT | 1u << RECORD_MESSAGE | 1u << RECORD_END};
	for (size_t n = 0; n <= 7; n++)
		for (int t = RECORD_HEAD; t <= RECORD_END; t++) {
			uint8_t raw[8192];
			int fd = fresh();
			for (size_t i = 0; i <= n; i++) {
				enum record_type now = i < n ? prefix[i] : (enum record_type)t;
				if (now == RECORD_HEAD)
					assert_int_equal(record_put_head(fd, &HEAD), 0);
				else if (now == RECORD_PATH)
					put_path(fd);
				else
					put(fd, now, now == RECORD_END ? "" : "xx");
			}
			ssize_t size = pread(fd, raw, sizeof raw, 0);
			assert_true(size > 0);
			int rc = walk(view_of(raw, (size_t)size));
			if (!(may[n] & 1u << t))
				assert_int_equal(rc, ERR_FORMAT);
			else
				assert_int_equal(rc, t == RECORD_END ? 0 : ERR_TRUNCATED);
			close(fd);
		}
}

static void test_bytes(void **state)
{
	(void)state;
	uint8_t raw[8192], bad[8192];
	int fd = whole();
	ssize_t size = pread(fd, raw, sizeof raw, 0);
	close(fd);
	assert_true(size > 100);
	/* Every prefix is truncated, one byte more is trailing. */
	for (ssize_t n = 0; n < size; n++)
		assert_int_equal(walk(view_of(raw, (size_t)n)), ERR_TRUNCATED);
	memcpy(bad, raw, (size_t)size);
	bad[size] = 0;
	assert_int_equal(walk(view_of(bad, (size_t)size + 1)), ERR_TRAILING);
	/* Any one header byte changed never reads beyond the end (the sanitizers watch) and mostly is
	 * refused. */
	for (ssize_t i = 0; i < size; i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(bad, raw, (size_t)size);
			bad[i] ^= (uint8_t)(1 << bit);
			int rc = walk(view_of(bad, (size_t)size));
			assert_true(rc == 0 || rc == ERR_FORMAT || rc == ERR_LIMIT || rc == ERR_TRUNCATED ||
				    rc == ERR_TRAILING);
		}
}

static void test_limits(void **state)
{
	(void)state;
	int fd = fresh();
	struct buf big;
	buf_init(&big, 2 << 20);
	assert_int_equal(buf_reserve(&big, 2 << 20), 0);
	memset(big.p, 'x', (1 << 20) + 1);
	assert_int_equal(record_put(fd, RECORD_MESSAGE, view_of(big.p, (1 << 20) + 1)), ERR_LIMIT);
	assert_int_equal(record_put(fd, RECORD_SIG, view_of(big.p, 1000)), ERR_LIMIT);
	assert_int_equal(record_put(fd, RECORD_END, view_of(big.p, 1)), ERR_LIMIT);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	buf_fini(&big);
	close(fd);
	struct record_bundle b;
	const uint32_t heads[][2] = {{9, 1}, {0, BUNDLE_MESSAGES_MAX + 1}};
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(record_head(view_of(heads[i], sizeof heads[i]), &b), ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_round), cmocka_unit_test(test_unsealed),
		cmocka_unit_test(test_order), cmocka_unit_test(test_bytes), cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
