#include "diode/send/folder.h"
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
#define META (FRAME_META_HEAD + 6) /* of a file whose name has six letters */

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

static struct frame_key *key;

static struct opener opener_of(bool digest)
{
	return (struct opener){
		.suite = suite_by_name("gm"), .key = key, .symbol_max = SYMBOL, .k = K, .digest = digest};
}

/* The next block, read into a room of its own, laid out as one piece. */
static int read_block(struct outgoing *o, struct frame *f, uint8_t *out)
{
	struct block_pool *p = NULL;
	int err = outgoing_next(o, f);
	if (err != 0)
		return err;
	assert_int_equal(block_pool_new(1 << 18, 1 << 22, &p), 0);
	struct block *b = block_take(p, f->k, f->symbol);
	assert_non_null(b);
	for (unsigned i = 0; i < f->k; i++)
		memset(block_symbol(b, i), 0xee, f->symbol);
	err = outgoing_read(o, f, b);
	for (unsigned i = 0; err == 0 && i < f->k; i++)
		memcpy(out + (size_t)i * f->symbol, block_symbol(b, i), f->symbol);
	block_give(p, b);
	block_pool_free(p);
	return err;
}

/* Whether a receiver takes such numbers. */
static void check_numbers(struct frame f)
{
	uint8_t d[FRAME_SIZE_MAX] = {0};
	struct frame got;
	struct view body;
	f.suite = 1;
	f.transfer = 1;
	frame_encode(&f, d);
	assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + (size_t)f.symbol), &got, &body), 0);
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
	static const size_t sizes[] = {0, 1, 100, SYMBOL - META, SYMBOL - META + 1, SYMBOL, 2000,
		10 * SYMBOL + 1, K * SYMBOL - META - 1, K * SYMBOL - META, K * SYMBOL - META + 1, K * SYMBOL,
		5 * K * SYMBOL + 777};
	struct opener o = opener_of(false);
	uint8_t *room = malloc(SYMBOL * K);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct outgoing *out = NULL;
		struct frame f;
		uint64_t at = 0;
		int fd = dir();
		make("name.x", sizes[s]);
		assert_int_equal(opener_file(&o, fd, "name.x", "name.x", &out, NULL), 0);
		assert_int_equal(outgoing_size(out), sizes[s] + META);
		while (!outgoing_done(out)) {
			assert_int_equal(read_block(out, &f, room), 0);
			assert_int_equal(f.offset, at);
			check_numbers(f);
			for (size_t i = 0; i < f.length; i++)
				if (at + i >= META)
					assert_int_equal(room[i], (uint8_t)((at + i - META) * 31 + sizes[s]));
			for (size_t i = f.length; i < (size_t)f.k * f.symbol; i++)
				assert_int_equal(room[i], 0);
			at += f.length;
		}
		assert_int_equal(at, sizes[s] + META);
		outgoing_free(out);
		close(fd);
	}
	free(room);
}

static void test_shortened_file(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	struct outgoing *out = NULL;
	struct frame f;
	uint8_t *room = malloc(SYMBOL * K);
	int fd = dir();
	make("short", 3 * K * SYMBOL);
	assert_int_equal(opener_file(&o, fd, "short", "short", &out, NULL), 0);
	assert_int_equal(read_block(out, &f, room), 0);
	make("short", 10);
	assert_int_equal(read_block(out, &f, room), ERR_CONFLICT);
	outgoing_free(out);
	close(fd);
	free(room);
}

/* Unchanged, a file is the same object in each run; any change makes it another one. */
static void test_ids(void **state)
{
	(void)state;
	struct opener o = opener_of(false), digest = opener_of(true);
	struct outgoing *got[6] = {NULL};
	int fd = dir();
	make("id", 10);
	assert_int_equal(opener_file(&o, fd, "id", "id", &got[0], NULL), 0);
	assert_int_equal(opener_file(&o, fd, "id", "id", &got[1], NULL), 0);
	assert_int_equal(opener_file(&o, fd, "id", "id2", &got[2], NULL), 0);
	assert_int_equal(opener_file(&digest, fd, "id", "id", &got[3], NULL), 0);
	assert_int_equal(fchmodat(fd, "id", 0600, 0), 0);
	assert_int_equal(opener_file(&o, fd, "id", "id", &got[4], NULL), 0);
	make("id", 11);
	assert_int_equal(opener_file(&o, fd, "id", "id", &got[5], NULL), 0);
	assert_true(frame_object_eq(outgoing_id(got[0]), outgoing_id(got[1])));
	for (size_t i = 2; i < 6; i++)
		assert_false(frame_object_eq(outgoing_id(got[0]), outgoing_id(got[i])));
	for (size_t i = 0; i < 6; i++)
		outgoing_free(got[i]);
	close(fd);
}

/* The digest stands behind the content, wherever blocks end; of a part of the blocks, too. */
static void test_digest(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, K * SYMBOL - META - 40, K * SYMBOL - META - 32,
		K * SYMBOL - META - 10, K * SYMBOL - META, 2 * K * SYMBOL + 5};
	struct opener o = opener_of(true);
	uint8_t *room = malloc(SYMBOL * K), *all = malloc(4 * SYMBOL * K);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int part = 0; part < 2; part++) {
			struct outgoing *out = NULL;
			struct frame f;
			struct digest want;
			int fd = dir();
			make("name.x", sizes[s]);
			assert_int_equal(opener_file(&o, fd, "name.x", "name.x", &out, NULL), 0);
			size_t size = sizes[s] + META + 32;
			assert_int_equal(outgoing_size(out), size);
			const uint64_t end[1][2] = {{size - 1, size}};
			if (part)
				assert_int_equal(outgoing_only(out, end, 1), 0);
			while (!outgoing_done(out)) {
				assert_int_equal(read_block(out, &f, room), 0);
				check_numbers(f);
				assert_int_equal(f.flags, part ? FRAME_PART : 0);
				memcpy(all + f.offset, room, f.length);
			}
			uint8_t *content = malloc(sizes[s] + 1);
			for (size_t i = 0; i < sizes[s]; i++)
				content[i] = (uint8_t)(i * 31 + sizes[s]);
			digest_of(o.suite, view_of(content, sizes[s]), &want);
			size_t from = f.offset > size - 32 ? f.offset - (size - 32) : 0;
			assert_memory_equal(all + size - 32 + from, want.b + from, 32 - from);
			free(content);
			outgoing_free(out);
			close(fd);
		}
	free(room);
	free(all);
}

/* Only the blocks that hold bytes of the ranges. */
static void test_part(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	uint8_t *room = malloc(SYMBOL * K);
	struct outgoing *out = NULL;
	struct frame f;
	int fd = dir();
	const uint64_t full = (uint64_t)SYMBOL * K;
	const uint64_t range[3][2] = {
		{full, full + 1}, {3 * full - 1, 3 * full + 1}, {100 * full, 101 * full}};
	make("name.x", 5 * K * SYMBOL);
	assert_int_equal(opener_file(&o, fd, "name.x", "name.x", &out, NULL), 0);
	assert_int_equal(outgoing_only(out, range, 3), 0);
	static const uint32_t want[] = {1, 2, 3};
	for (size_t i = 0; i < 3; i++) {
		assert_false(outgoing_done(out));
		assert_int_equal(read_block(out, &f, room), 0);
		assert_int_equal(f.block, want[i]);
		assert_int_equal(f.flags, FRAME_PART);
		assert_int_equal(room[5], (uint8_t)((want[i] * full + 5 - META) * 31 + 5 * K * SYMBOL));
	}
	assert_true(outgoing_done(out));
	outgoing_free(out);
	/* Ranges that reach nothing: the whole is sent. */
	assert_int_equal(opener_file(&o, fd, "name.x", "name.x", &out, NULL), 0);
	assert_int_equal(outgoing_only(out, &range[2], 1), 0);
	assert_int_equal(read_block(out, &f, room), 0);
	assert_true(f.block == 0 && f.flags == 0);
	outgoing_free(out);
	close(fd);
	free(room);
}

/* A file that changes on its way is never sent to its end, so that no receiver shows a mixture. */
static void test_changed_file(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	struct outgoing *out = NULL;
	struct frame f;
	uint8_t *room = malloc(SYMBOL * K);
	int fd = dir();
	make("same", 2 * K * SYMBOL);
	assert_int_equal(opener_file(&o, fd, "same", "same", &out, NULL), 0);
	assert_int_equal(read_block(out, &f, room), 0);
	assert_int_equal(read_block(out, &f, room), 0);
	assert_false(outgoing_done(out));
	make("same", 2 * K * SYMBOL); /* the same size, another time */
	assert_int_equal(read_block(out, &f, room), ERR_CONFLICT);
	outgoing_free(out);
	close(fd);
	free(room);
}

static void test_odd_files(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	struct outgoing *out = NULL;
	struct err_note note = {0};
	int fd = dir();
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
	struct opener o = opener_of(false);
	struct outgoing *out = NULL;
	struct frame f;
	uint8_t *room = malloc(SYMBOL * K);
	int p[2];
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(opener_pipe(&o, p[0], "stdin", &out, NULL), 0);
	/* The description alone is a first block: the receiver knows at once that something begins. */
	assert_int_equal(read_block(out, &f, room), 0);
	assert_int_equal(f.length, FRAME_META_HEAD + 5);
	assert_int_equal(read_block(out, &f, room), ERR_BUSY);
	assert_int_equal(write(p[1], "hello", 5), 5);
	assert_int_equal(read_block(out, &f, room), 0);
	assert_true(
		f.length == 5 && f.block == 1 && f.offset == FRAME_META_HEAD + 5 && f.flags == FRAME_STREAM);
	assert_memory_equal(room, "hello", 5);
	close(p[1]);
	assert_int_equal(read_block(out, &f, room), 0);
	assert_true(
		f.length == 0 && f.flags == (FRAME_STREAM | FRAME_LAST) && f.size == FRAME_META_HEAD + 10);
	assert_true(outgoing_done(out));
	check_numbers(f);
	outgoing_free(out);
	close(p[0]);
	free(room);
}

/* The watched folder: order, repeats, settling, then. */
static void test_folder_feed(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	char path[128];
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
		struct feed feed = folder_feed(f);
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

/* As registryd does with a bundle that was damaged in out/: away with it, the good one under its name. */
static void replace(const char *name, size_t n)
{
	char old[256], away[256];
	snprintf(old, sizeof old, "%s/%s", folder, name);
	snprintf(away, sizeof away, "%s/quarantine", folder);
	assert_int_equal(rename(old, away), 0);
	make(name, n);
}

/* The next object is `size` bytes; `left` passes remain when it has gone. */
static void send_next(const struct feed *feed, size_t size, unsigned left)
{
	struct outgoing *out = NULL;
	assert_int_equal(feed->next(feed->cookie, &out), 0);
	assert_int_equal(outgoing_size(out), FRAME_META_HEAD + strlen(outgoing_name(out)) + size);
	assert_int_equal(feed->sent(feed->cookie, out, 0), left);
	outgoing_free(out);
}

/* A file that is given the name of one on its way is neither removed for it nor sent less often. */
static void test_another_under_the_name(void **state)
{
	(void)state;
	struct opener o = opener_of(false);
	static const enum folder_then thens[] = {FOLDER_DONE, FOLDER_UNLINK};
	char path[128];
	snprintf(path, sizeof path, "%s/swap", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t t = 0; t < 2; t++) {
		struct folder_options opt = {
			.path = path, .suffix = ".swb", .then = thens[t], .passes = 2, .rescan = 1 << 30};
		struct folder *f = NULL;
		struct stat st;
		char at[160];
		make("swap/a.swb", 100);
		assert_int_equal(folder_open(&o, &opt, &f, NULL), 0);
		struct feed feed = folder_feed(f);
		send_next(&feed, 100, 1);
		replace("swap/a.swb", 200); /* between two passes: it has both of its own */
		send_next(&feed, 200, 1);
		send_next(&feed, 200, 0);
		replace("swap/a.swb", 300); /* between the last pass and the removal: it is still there */
		assert_int_equal(feed.settle(feed.cookie), 0);
		snprintf(at, sizeof at, "%s/a.swb", path);
		assert_int_equal(stat(at, &st), 0);
		assert_int_equal(st.st_size, 300);
		send_next(&feed, 300, 1);
		send_next(&feed, 300, 0);
		assert_int_equal(feed.settle(feed.cookie), 0);
		assert_int_equal(stat(at, &st), -1);
		assert_int_equal(folder_waiting(f), 0);
		folder_close(f);
		snprintf(at, sizeof at, "%s/done/a.swb", path);
		assert_int_equal(stat(at, &st), 0); /* of the first turn */
		assert_int_equal(st.st_size, 300);
	}
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? frame_key_load(suite_by_name("gm"), NULL, &key, NULL) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	frame_key_free(key);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_shortened_file), cmocka_unit_test(test_ids),
		cmocka_unit_test(test_odd_files), cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_folder_feed), cmocka_unit_test(test_digest),
		cmocka_unit_test(test_part), cmocka_unit_test(test_changed_file),
		cmocka_unit_test(test_another_under_the_name)};
	return cmocka_run_group_tests_name("diode/outgoing", tests, set_up, tear_down);
}
