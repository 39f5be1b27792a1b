/* Every trick of a hostile archive, with the reason code it is refused for. */
#include "common/bundle/bundle_tar.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define BLOCK BUNDLE_TAR_BLOCK
static const char HELLO[] = "hello, world\n";

static int fd_of(const void *p, size_t n)
{
	int fd = memfd_create("tar", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, p, n), 0);
	return fd;
}

/* One member a with HELLO, and the end: 4 blocks. */
static void make(uint8_t out[static 4 * BLOCK])
{
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	memset(out, 0, 4 * BLOCK);
	assert_int_equal(bundle_tar_header("a", sizeof HELLO - 1, h), BLOCK);
	memcpy(out, h, BLOCK);
	memcpy(out + BLOCK, HELLO, sizeof HELLO - 1);
}

/* The checksum again, so that nothing but the trick itself is wrong. */
static void resum(uint8_t *h)
{
	unsigned sum = 0;
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += h[i];
	char text[8];
	(void)snprintf(text, sizeof text, "%06o", sum);
	memcpy(h + 148, text, 7);
}

static int read_one(const uint8_t *p, size_t n, struct err_note *note)
{
	int fd = fd_of(p, n);
	struct bundle_tar t = {.fd = fd, .end = (int64_t)n};
	struct buf b;
	buf_init(&b, 4096);
	int err = bundle_tar_read(&t, "a", 4096, &b, note);
	if (!err)
		err = bundle_tar_end(&t, note);
	if (!err)
		assert_true(view_eq(buf_view(&b), view_str(HELLO)));
	buf_fini(&b);
	(void)close(fd);
	return err;
}

static void test_round_trip(void **state)
{
	(void)state;
	uint8_t tar[4 * BLOCK];
	struct err_note note = {.text = ""};
	make(tar);
	assert_int_equal(read_one(tar, sizeof tar, &note), 0);
}

static const struct trick {
	const char *what;
	size_t at;
	const char *bytes;
	size_t n;
	int err;
} TRICKS[] = {
	{"absolute path", 0, "/etc/passwd", 11, ERR_MEMBER},
	{"parent folder", 0, "../a", 4, ERR_MEMBER},
	{"current folder", 0, "./a", 3, ERR_MEMBER},
	{"folder by its slash", 0, "a/", 2, ERR_MEMBER},
	{"back slash", 0, "\\a", 2, ERR_MEMBER},
	{"upper case twin", 0, "A", 1, ERR_MEMBER},
	{"full-width twin", 0, "\xef\xbd\x81", 3, ERR_MEMBER},
	{"combining mark", 0, "a\xcc\x81", 3, ERR_MEMBER},
	{"right-to-left mark", 0,
		"\xe2\x80\x8f"
		"a",
		4, ERR_MEMBER},
	{"new line in the name", 0, "a\n", 2, ERR_MEMBER},
	{"name behind its NUL", 0, "a\0b", 3, ERR_MEMBER},
	{"no name", 0, "\0", 1, ERR_MEMBER},
	{"name that fills the field", 0,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaa",
		100, ERR_MEMBER},
	{"prefix before the name", 345, "etc", 3, ERR_MEMBER},
	{"hard link", 156, "1", 1, ERR_MEMBER},
	{"symbolic link", 156, "2", 1, ERR_MEMBER},
	{"character device", 156, "3", 1, ERR_MEMBER},
	{"block device", 156, "4", 1, ERR_MEMBER},
	{"folder", 156, "5", 1, ERR_MEMBER},
	{"named pipe", 156, "6", 1, ERR_MEMBER},
	{"contiguous file", 156, "7", 1, ERR_MEMBER},
	{"old style file", 156, "\0", 1, ERR_MEMBER},
	{"pax header for all", 156, "g", 1, ERR_MEMBER},
	{"pax header", 156, "x", 1, ERR_MEMBER},
	{"solaris pax header", 156, "X", 1, ERR_MEMBER},
	{"GNU long name", 156, "L", 1, ERR_MEMBER},
	{"GNU long link", 156, "K", 1, ERR_MEMBER},
	{"GNU sparse file", 156, "S", 1, ERR_MEMBER},
	{"GNU sparse map in the header", 386,
		"00000000000\0"
		"00000000100",
		23, ERR_MEMBER},
	{"GNU real size behind a sparse map", 483, "77777777777", 11, ERR_MEMBER},
	{"GNU multi-volume", 156, "M", 1, ERR_MEMBER},
	{"GNU volume label", 156, "V", 1, ERR_MEMBER},
	{"GNU dump folder", 156, "D", 1, ERR_MEMBER},
	{"kind without name", 156, "\xff", 1, ERR_MEMBER},
	{"link name", 157, "x", 1, ERR_MEMBER},
	{"set-user-id mode", 100, "0004755", 7, ERR_MEMBER},
	{"other mode", 100, "0000600", 7, ERR_MEMBER},
	{"owner", 108, "0001750", 7, ERR_MEMBER},
	{"group", 116, "0001750", 7, ERR_MEMBER},
	{"owner's name", 265, "root", 4, ERR_MEMBER},
	{"group's name", 297, "root", 4, ERR_MEMBER},
	{"time", 136, "14722711000", 11, ERR_MEMBER},
	{"device number", 329, "0000001", 7, ERR_MEMBER},
	{"GNU magic", 257, "ustar  \0", 8, ERR_MEMBER},
	{"no magic", 257, "\0\0\0\0\0\0\0\0", 8, ERR_MEMBER},
	{"bytes behind the fields", 500, "x", 1, ERR_MEMBER},
	{"negative size, base 256", 124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12, ERR_MEMBER},
	{"positive size, base 256", 124, "\x80\0\0\0\0\0\0\0\0\0\0\x0d", 12, ERR_MEMBER},
	{"minus sign", 124, "-0000000001", 11, ERR_MEMBER},
	{"size with spaces", 124, "         15 ", 12, ERR_MEMBER},
	{"size without zeros", 124, "15\0", 3, ERR_MEMBER},
	{"size that is no number", 124, "0000000001x", 11, ERR_MEMBER},
	{"size of twelve digits", 124, "000000000015", 12, ERR_MEMBER},
	{"huge size", 124, "77777777777", 11, ERR_LIMIT},
	{"size above the limit", 124, "00000010001", 11, ERR_LIMIT},
	{"size above the file", 124, "00000007777", 11, ERR_TRUNCATED},
	{"data in the padding", BLOCK + 100, "x", 1, ERR_MEMBER},
	{"data in the end blocks", 3 * BLOCK + 7, "x", 1, ERR_MEMBER},
};

/* Each trick is a test of its own name. */
static void test_trick(void **state)
{
	const struct trick *k = *state;
	uint8_t tar[4 * BLOCK];
	struct err_note note = {.text = ""};
	make(tar);
	memcpy(tar + k->at, k->bytes, k->n);
	if (k->at < BLOCK)
		resum(tar);
	int err = read_one(tar, sizeof tar, &note);
	if (err != k->err || !note.text[0])
		fail_msg("%s: %s (%s), expected %s", k->what, err_name(err), note.text, err_name(k->err));
}

static void test_wrong_checksum(void **state)
{
	(void)state;
	uint8_t tar[4 * BLOCK];
	make(tar);
	tar[150] ^= 1;
	assert_int_equal(read_one(tar, sizeof tar, NULL), ERR_MEMBER);
	/* The sum as some write it: seven digits, no space. */
	make(tar);
	memmove(tar + 149, tar + 148, 7);
	tar[148] = '0';
	assert_int_equal(read_one(tar, sizeof tar, NULL), ERR_MEMBER);
}

static void test_every_byte(void **state)
{
	(void)state;
	uint8_t tar[4 * BLOCK];
	for (size_t i = 0; i < sizeof tar; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			make(tar);
			tar[i] ^= (uint8_t)bit;
			/* The content itself is guarded by digests, not by the archive. */
			if (i >= BLOCK && i < BLOCK + sizeof HELLO - 1)
				continue;
			assert_true(read_one(tar, sizeof tar, NULL) < 0);
		}
}

static void test_lengths(void **state)
{
	(void)state;
	uint8_t tar[8 * BLOCK] = {0};
	make(tar);
	for (size_t n = 0; n < 4 * BLOCK; n++)
		assert_int_equal(read_one(tar, n, NULL), ERR_TRUNCATED);
	/* Zero padding to the 10 KiB of a tape is trailing data too. */
	for (size_t n = 4 * BLOCK + 1; n <= sizeof tar; n += 13)
		assert_int_equal(read_one(tar, n, NULL), ERR_TRAILING);
}

static void test_duplicate_name(void **state)
{
	(void)state;
	uint8_t tar[6 * BLOCK] = {0};
	struct err_note note = {.text = ""};
	make(tar);
	make(tar + 2 * BLOCK);
	assert_int_equal(read_one(tar, sizeof tar, &note), ERR_MEMBER);
	assert_string_equal(note.text, "another member or data at byte 1024, where the archive must end");
}

static void test_wrong_order(void **state)
{
	(void)state;
	uint8_t tar[4 * BLOCK];
	struct err_note note = {.text = ""};
	make(tar);
	memcpy(tar, "b", 1);
	resum(tar);
	assert_int_equal(read_one(tar, sizeof tar, &note), ERR_MEMBER);
	assert_string_equal(note.text, "\"b\" stands where a must stand");
}

static void test_missing_member(void **state)
{
	(void)state;
	uint8_t none[2 * BLOCK] = {0};
	struct err_note note = {.text = ""};
	assert_int_equal(read_one(none, sizeof none, &note), ERR_MEMBER);
	assert_string_equal(note.text, "a is missing: the archive ends before it");
}

/* A file of little real size that claims much: holes are read by nobody before the size was compared with
 * what is taken, and what is taken is bounded. */
static void test_bomb_of_holes(void **state)
{
	(void)state;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	struct err_note note = {.text = ""};
	struct buf b;
	int64_t size = INT64_C(1) << 33;
	int fd = fd_of(h, bundle_tar_header("a", size, h));
	assert_int_equal(ftruncate(fd, bundle_tar_member("a", size) + BUNDLE_TAR_END), 0);
	struct bundle_tar t = {.fd = fd, .end = bundle_tar_member("a", size) + BUNDLE_TAR_END};
	buf_init(&b, 4096);
	assert_int_equal(bundle_tar_read(&t, "a", 4096, &b, &note), ERR_LIMIT);
	assert_string_equal(note.text, "a: 8589934592 bytes, at most 4096 are taken");
	assert_int_equal(b.n, 0);
	buf_fini(&b);
	(void)close(fd);
}

static const int64_t BIG = (INT64_C(9) << 30) + 7;

static void test_big(void **state)
{
	(void)state;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	int64_t at = 0, size = 0;
	assert_int_equal(bundle_tar_header("big", INT64_C(077777777777), h), BLOCK);
	assert_int_equal(bundle_tar_header("big", BIG, h), 3 * BLOCK);
	assert_memory_equal(h + BLOCK, "19 size=9663676423\n", 20);
	int fd = fd_of(h, sizeof h);
	assert_int_equal(bundle_tar_member("big", BIG), 3 * BLOCK + BIG + 505);
	assert_int_equal(ftruncate(fd, bundle_tar_member("big", BIG) + BUNDLE_TAR_END), 0);
	struct bundle_tar t = {.fd = fd, .end = bundle_tar_member("big", BIG) + BUNDLE_TAR_END};
	/* A member that is wide shows its name behind two blocks only: it is looked at, not passed over. */
	bool begins = false;
	assert_int_equal(bundle_tar_begins(&t, "big", &begins), 0);
	assert_true(begins);
	assert_int_equal(bundle_tar_next(&t, "big", INT64_MAX, &at, &size, NULL), 0);
	assert_int_equal(at, 3 * BLOCK);
	assert_int_equal(size, BIG);
	assert_int_equal(bundle_tar_end(&t, NULL), 0);
	(void)close(fd);
}

static void test_begins(void **state)
{
	(void)state;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	static const char *const others[] = {"a/0/1", "a/0", "a/0/00", "m/1.json"};
	size_t n = bundle_tar_header("a/0/0", 5, h);
	int fd = fd_of(h, n);
	struct bundle_tar t = {.fd = fd, .end = (int64_t)n};
	bool begins = false;
	assert_int_equal(bundle_tar_begins(&t, "a/0/0", &begins), 0);
	assert_true(begins);
	assert_int_equal(t.offset, 0);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_int_equal(bundle_tar_begins(&t, others[i], &begins), 0);
		assert_false(begins);
	}
	t.end = BLOCK - 1;
	assert_int_equal(bundle_tar_begins(&t, "a/0/0", &begins), 0);
	assert_false(begins);
	(void)close(fd);
}

/* The payload's header is as long for one byte as for a terabyte. */
static void test_payload_header(void **state)
{
	static const int64_t sizes[] = {
		0, 1, 9, 10, 99, 100, 4096, INT64_C(077777777777), INT64_C(0100000000000), BIG};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint8_t h[BUNDLE_TAR_HEADER_MAX];
		struct err_note note = {.text = ""};
		int64_t at = 0, size = 0;
		assert_int_equal(bundle_tar_header("payload", sizes[i], h), sizeof h);
		int fd = fd_of(h, sizeof h);
		struct bundle_tar t = {
			.fd = fd, .end = bundle_tar_member("payload", sizes[i]) + BUNDLE_TAR_END};
		assert_int_equal(ftruncate(fd, t.end), 0);
		if (bundle_tar_next(&t, "payload", INT64_MAX, &at, &size, &note) != 0)
			fail_msg("%lld: %s", (long long)sizes[i], note.text);
		assert_true(at == sizeof h && size == sizes[i]);
		assert_int_equal(bundle_tar_end(&t, NULL), 0);
		/* Under another name it is one too much, without the first two blocks one too few. */
		t.offset = 0;
		memcpy(h + 2 * BLOCK, "other\0\0", 7);
		resum(h + 2 * BLOCK);
		assert_int_equal(pwrite(fd, h, sizeof h, 0), sizeof h);
		int want = sizes[i] > INT64_C(077777777777) ? 0 : ERR_MEMBER;
		assert_int_equal(bundle_tar_next(&t, "other", INT64_MAX, &at, &size, &note), want);
		if (want)
			assert_string_equal(note.text, "other: a needless pax header");
		(void)bundle_tar_header("payload", sizes[i], h);
		assert_int_equal(pwrite(fd, h + 2 * BLOCK, BLOCK, 0), BLOCK);
		t.offset = 0;
		assert_int_equal(bundle_tar_next(&t, "payload", INT64_MAX, &at, &size, &note), ERR_MEMBER);
		assert_string_equal(note.text, "payload: without its pax header");
		(void)close(fd);
	}
}

/* Pax records other than the one size that is needed. */
static const char *const PAX[] = {"19 size=0000000013\n", "19 size=8589934591\n", "18 path=/etc/hosts\n",
	"30 linkpath=/etc/passwd00000\n", "19 size=9663676423\n12 path=/a\n",
	"12 path=/a\n19 size=9663676423\n", "19 size=9663676423\n19 size=9663676423\n",
	"19 size=-663676423\n", "28 size=9999999999999999999\n", "29 size=18446744073709551616\n",
	"27 SCHILY.xattr.user.a=evil\n", "22 GNU.sparse.major=1\n", "26 GNU.sparse.name=/etc/p\n",
	"019 size=9663676423\n", "20 size=09663676423\n", "19 SIZE=9663676423\n", "19 size=9663676423",
	"99 size=9663676423\n"};

static void test_pax_override(void **state)
{
	const char *record = *state;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	struct err_note note = {.text = ""};
	(void)bundle_tar_header("big", BIG, h);
	memset(h + BLOCK, 0, BLOCK);
	memcpy(h + BLOCK, record, strlen(record));
	char len[32];
	(void)snprintf(len, sizeof len, "%011zo", strlen(record));
	memcpy(h + 124, len, 12);
	resum(h);
	int fd = fd_of(h, sizeof h);
	int64_t at = 0, size = 0;
	struct bundle_tar t = {.fd = fd, .end = bundle_tar_member("big", BIG)};
	int err = bundle_tar_next(&t, "big", INT64_MAX, &at, &size, &note);
	if (err != ERR_MEMBER || !note.text[0])
		fail_msg("%s: %s", record, err_name(err));
	(void)close(fd);
}

/* What we write is read by the tar everybody has. */
static void test_gnu_tar(void **state)
{
	(void)state;
	uint8_t tar[4 * BLOCK], h[BUNDLE_TAR_HEADER_MAX];
	char path[] = "/tmp/bundle-tar.XXXXXX";
	struct buf out, err;
	int status = -1, fd = mkstemp(path);
	assert_true(fd >= 0);
	make(tar);
	assert_int_equal(file_write_all(fd, tar, 2 * BLOCK), 0);
	assert_int_equal(file_write_all(fd, h, bundle_tar_header("payload", sizeof HELLO - 1, h)), 0);
	assert_int_equal(file_write_all(fd, tar + BLOCK, BLOCK), 0);
	assert_int_equal(file_write_all(fd, h, bundle_tar_header("big", BIG, h)), 0);
	assert_int_equal(ftruncate(fd, 6 * BLOCK + bundle_tar_member("big", BIG) + BUNDLE_TAR_END), 0);
	buf_init(&out, 4096);
	buf_init(&err, 4096);
	const char *const list[] = {"tar", "--utc", "--full-time", "--numeric-owner", "-tvf", path, NULL};
	assert_int_equal(proc_run(list, view_of("", 0), 20000, &out, &err, &status), 0);
	assert_int_equal(status, 0);
	assert_int_equal(err.n, 0);
	assert_string_equal((char *)out.p, "-rw-r--r-- 0/0              13 1970-01-01 00:00:00 a\n"
					   "-rw-r--r-- 0/0              13 1970-01-01 00:00:00 payload\n"
					   "-rw-r--r-- 0/0      9663676423 1970-01-01 00:00:00 big\n");
	for (int i = 0; i < 2; i++) {
		const char *const extract[] = {"tar", "-xOf", path, i ? "payload" : "a", NULL};
		buf_reset(&out);
		assert_int_equal(proc_run(extract, view_of("", 0), 20000, &out, &err, &status), 0);
		assert_int_equal(status, 0);
		assert_true(view_eq(buf_view(&out), view_str(HELLO)));
	}
	buf_fini(&out);
	buf_fini(&err);
	(void)close(fd);
	assert_int_equal(unlink(path), 0);
}

#define TRICKS_N (sizeof TRICKS / sizeof *TRICKS)
#define PAX_N (sizeof PAX / sizeof *PAX)

int main(void)
{
	static const struct CMUnitTest others[] = {cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_wrong_checksum), cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_duplicate_name),
		cmocka_unit_test(test_wrong_order), cmocka_unit_test(test_missing_member),
		cmocka_unit_test(test_bomb_of_holes), cmocka_unit_test(test_big),
		cmocka_unit_test(test_begins), cmocka_unit_test(test_payload_header),
		cmocka_unit_test(test_gnu_tar)};
	enum { OTHERS_N = sizeof others / sizeof *others };
	static char names[PAX_N][64];
	static struct trick tricks[TRICKS_N];
	static char records[PAX_N][64];
	struct CMUnitTest tests[OTHERS_N + TRICKS_N + PAX_N];
	memcpy(tests, others, sizeof others);
	memcpy(tricks, TRICKS, sizeof TRICKS);
	for (size_t i = 0; i < TRICKS_N; i++)
		tests[OTHERS_N + i] = (struct CMUnitTest){
			.name = TRICKS[i].what, .test_func = test_trick, .initial_state = &tricks[i]};
	for (size_t i = 0; i < PAX_N; i++) {
		(void)snprintf(records[i], sizeof records[i], "%s", PAX[i]);
		(void)snprintf(names[i], sizeof names[i], "pax override: %s", PAX[i]);
		for (char *p = names[i]; *p; p++)
			if (*p == '\n')
				*p = ';';
		tests[OTHERS_N + TRICKS_N + i] = (struct CMUnitTest){
			.name = names[i], .test_func = test_pax_override, .initial_state = records[i]};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
