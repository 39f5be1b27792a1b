#include "diode/send/folder.h"
#include "diode/send/group.h"
#include "diode/send/opener.h"
#include "diode/send/outgoing.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SYMBOL 1376
#define K 128

static char folder[] = "/tmp/test_outgoing.XXXXXX";

static void make(const char *name, size_t n)
{
	char path[256];
	uint8_t *p = malloc(n + 1);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 31 + n);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), n);
	close(fd);
	free(p);
}

static int dir(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* What is read block by block is the description and the file; and every block's numbers pass the receiver's
 * check. */
static void test_sizes(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 100, SYMBOL - 20, SYMBOL - 19, SYMBOL, 2000, 10 * SYMBOL + 1,
		K * SYMBOL - 20, K * SYMBOL - 19, K * SYMBOL - 18, K * SYMBOL, 5 * K * SYMBOL + 777};
	struct opener o;
	uint8_t *room = malloc(SYMBOL * K), d[FRAME_SIZE_MAX] = {0};
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct outgoing *out = NULL;
		struct frame f, got;
		struct view body;
		uint64_t at = 0;
		int fd = dir();
		make("name.x", sizes[s]);
		assert_int_equal(opener_file(&o, fd, "name.x", "name.x", &out, NULL), 0);
		assert_int_equal(outgoing_size(out), sizes[s] + FRAME_META_HEAD + 6);
		while (!outgoing_done(out)) {
			assert_int_equal(outgoing_read(out, &f, room), 0);
			assert_int_equal(f.offset, at);
			f.suite = 1;
			frame_encode(&f, d);
			assert_int_equal(
				frame_decode(view_of(d, FRAME_OVERHEAD + (size_t)f.symbol), &got, &body), 0);
			for (size_t i = 0; i < f.length; i++)
				if (at + i >= FRAME_META_HEAD + 6)
					assert_int_equal(room[i],
						(uint8_t)((at + i - FRAME_META_HEAD - 6) * 31 + sizes[s]));
			for (size_t i = f.length; i < (size_t)f.k * f.symbol; i++)
				assert_int_equal(room[i], 0);
			at += f.length;
		}
		assert_int_equal(at, sizes[s] + FRAME_META_HEAD + 6);
		outgoing_free(out);
		close(fd);
	}
	free(room);
}

static void test_shortened_file(void **state)
{
	(void)state;
	struct opener o;
	struct outgoing *out = NULL;
	struct frame f;
	uint8_t *room = malloc(SYMBOL * K);
	int fd = dir();
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	make("short", 3 * K * SYMBOL);
	assert_int_equal(opener_file(&o, fd, "short", "short", &out, NULL), 0);
	assert_int_equal(outgoing_read(out, &f, room), 0);
	make("short", 10);
	assert_int_equal(outgoing_read(out, &f, room), ERR_CONFLICT);
	outgoing_free(out);
	close(fd);
	free(room);
}

static void test_ids(void **state)
{
	(void)state;
	struct opener o, other;
	struct outgoing *a = NULL, *b = NULL, *c = NULL, *d = NULL;
	int fd = dir();
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	opener_init(&other, suite_by_name("gm"), SYMBOL, K);
	make("id", 10);
	assert_int_equal(opener_file(&o, fd, "id", "id", &a, NULL), 0);
	assert_int_equal(opener_file(&o, fd, "id", "id", &b, NULL), 0);
	assert_int_equal(opener_file(&other, fd, "id", "id", &c, NULL), 0);
	make("id", 11);
	assert_int_equal(opener_file(&o, fd, "id", "id", &d, NULL), 0);
	assert_true(frame_id_eq(outgoing_id(a), outgoing_id(b)));
	assert_false(frame_id_eq(outgoing_id(a), outgoing_id(c)));
	assert_false(frame_id_eq(outgoing_id(a), outgoing_id(d)));
	outgoing_free(a);
	outgoing_free(b);
	outgoing_free(c);
	outgoing_free(d);
	close(fd);
}

static void test_odd_files(void **state)
{
	(void)state;
	struct opener o;
	struct outgoing *out = NULL;
	struct err_note note = {0};
	int fd = dir();
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	assert_int_equal(symlinkat("/etc/passwd", fd, "link"), 0);
	assert_int_equal(mkfifoat(fd, "fifo", 0600), 0);
	assert_int_equal(mkdirat(fd, "sub", 0700), 0);
	make("fine", 1);
	assert_int_equal(opener_file(&o, fd, "link", "link", &out, &note), ERR_MEMBER);
	assert_int_equal(opener_file(&o, fd, "fifo", "fifo", &out, &note), ERR_MEMBER);
	assert_int_equal(opener_file(&o, fd, "sub", "sub", &out, &note), ERR_MEMBER);
	assert_int_equal(opener_file(&o, fd, "absent", "absent", &out, &note), ERR_NOTFOUND);
	assert_int_equal(opener_file(&o, fd, "fine", "../fine", &out, &note), ERR_MEMBER);
	assert_non_null(strstr(note.text, "../fine"));
	close(fd);
}

static void test_pipe(void **state)
{
	(void)state;
	struct opener o;
	struct outgoing *out = NULL;
	struct frame f, got;
	struct view body;
	uint8_t *room = malloc(SYMBOL * K), d[FRAME_SIZE_MAX] = {0};
	int p[2];
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	assert_int_equal(opener_pipe(&o, p[0], "stdin", &out, NULL), 0);
	/* The description alone is a first block: the receiver knows at once that something begins. */
	assert_int_equal(outgoing_read(out, &f, room), 0);
	assert_int_equal(f.length, FRAME_META_HEAD + 5);
	assert_int_equal(outgoing_read(out, &f, room), ERR_BUSY);
	assert_int_equal(write(p[1], "hello", 5), 5);
	assert_int_equal(outgoing_read(out, &f, room), 0);
	assert_true(
		f.length == 5 && f.block == 1 && f.offset == FRAME_META_HEAD + 5 && f.flags == FRAME_STREAM);
	assert_memory_equal(room, "hello", 5);
	close(p[1]);
	assert_int_equal(outgoing_read(out, &f, room), 0);
	assert_true(
		f.length == 0 && f.flags == (FRAME_STREAM | FRAME_LAST) && f.size == FRAME_META_HEAD + 10);
	assert_true(outgoing_done(out));
	f.suite = 2;
	frame_encode(&f, d);
	assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + (size_t)f.symbol), &got, &body), 0);
	outgoing_free(out);
	close(p[0]);
	free(room);
}

/* The watched folder: order, repeats, settling, then. */
static void test_folder_feed(void **state)
{
	(void)state;
	struct opener o;
	char path[128];
	opener_init(&o, suite_by_name("gm"), SYMBOL, K);
	snprintf(path, sizeof path, "%s/watch", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	make("watch/b.swb", 5);
	make("watch/a.swb", 5);
	make("watch/.c.swb", 5);
	make("watch/tmp.swb", 5);
	make("watch/tmp.0123456789abcdef", 5);
	make("watch/.swb", 5);
	make("watch/readme", 5);
	static const enum folder_then thens[] = {FOLDER_KEEP, FOLDER_DONE, FOLDER_UNLINK};
	for (size_t t = 0; t < 3; t++) {
		struct folder_options opt = {
			.path = path, .suffix = ".swb", .then = thens[t], .passes = 2, .rescan = 1 << 30};
		struct folder *f = NULL;
		struct outgoing *out = NULL;
		static const char *const order[] = {"a.swb", "b.swb", "tmp.swb"};
		if (t == 2)
			make("watch/a.swb", 5);
		assert_int_equal(folder_open(&o, &opt, &f, NULL), 0);
		struct pump_feed feed = folder_feed(f);
		size_t files = t == 2 ? 1 : 3;
		for (unsigned pass = 0; pass < 2; pass++)
			for (size_t i = 0; i < files; i++) {
				assert_int_equal(feed.next(feed.cookie, &out), 0);
				assert_string_equal(outgoing_name(out), order[i]);
				assert_int_equal(feed.sent(feed.cookie, out, 0), 1 - pass);
				outgoing_free(out);
				assert_int_equal(feed.settle(feed.cookie), 0);
			}
		assert_int_equal(feed.next(feed.cookie, &out), ERR_BUSY);
		assert_int_equal(folder_waiting(f), thens[t] == FOLDER_KEEP ? 3 : 0);
		/* Something new is told by inotify, not by the scan. */
		make("watch/late.swb", 7);
		assert_int_equal(feed.urgent(feed.cookie, &out), 0);
		assert_string_equal(outgoing_name(out), "late.swb");
		assert_int_equal(
			feed.sent(feed.cookie, out, ERR_CONFLICT), 2); /* was unreadable: passes remain */
		outgoing_free(out);
		assert_int_equal(feed.next(feed.cookie, &out), 0);
		assert_string_equal(outgoing_name(out), "late.swb");
		outgoing_free(out);
		snprintf(path + strlen(path), 16, "/late.swb");
		assert_int_equal(unlink(path), 0);
		*strrchr(path, '/') = 0;
		folder_close(f);
	}
	struct stat st;
	char done[160];
	snprintf(done, sizeof done, "%s/done/b.swb", path);
	assert_int_equal(stat(done, &st), 0);
	snprintf(done, sizeof done, "%s/a.swb", path);
	assert_int_equal(stat(done, &st), -1);
	snprintf(done, sizeof done, "%s/readme", path);
	assert_int_equal(stat(done, &st), 0);
}

static void test_protection(void **state)
{
	(void)state;
	enum group_protect p = GROUP_NONE;
	struct group *g = NULL;
	assert_int_equal(group_protect_parse("strong", &p), 0);
	assert_int_equal(p, GROUP_STRONG);
	assert_int_equal(group_protect_parse("Strong", &p), ERR_USAGE);
	assert_int_equal(group_new(GROUP_NONE, 0, SYMBOL, &g), 0);
	assert_int_equal(group_depth(g), 1);
	group_free(g);
	assert_int_equal(group_new(GROUP_STRONG, 1000000000, SYMBOL, &g), 0);
	/* 100 ms at 1 Gbit/s are 8 492 datagrams: spread over the depth no block loses more than 42. */
	assert_true(group_depth(g) >= 8492 / 42);
	group_free(g);
	assert_int_equal(group_new(GROUP_STRONG, 1000, SYMBOL, &g), 0);
	assert_int_equal(group_depth(g), 16);
	group_free(g);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_shortened_file), cmocka_unit_test(test_ids),
		cmocka_unit_test(test_odd_files), cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_folder_feed), cmocka_unit_test(test_protection)};
	return cmocka_run_group_tests_name("diode/outgoing", tests, set_up, tear_down);
}
