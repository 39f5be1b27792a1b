/* A spool: files appear whole, foreign things are never read, what is refused is kept with its reason. */
#include "common/spool/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/test-spool.XXXXXX";
static struct spool *sp;

static int setup(void **state)
{
	(void)state;
	return mkdtemp(root) && spool_open(root, "gap", true, &sp) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[64];
	(void)state;
	spool_close(sp);
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

static void put(enum spool_dir d, const char *name, const char *text, int want)
{
	struct file_new *f = NULL;
	assert_int_equal(spool_new(sp, d, &f), 0);
	assert_int_equal(file_write_all(file_new_fd(f), text, strlen(text)), 0);
	assert_int_equal(spool_publish(sp, d, f, name), want);
	assert_int_equal(spool_sync(sp, d), 0);
	file_new_free(f);
}

static size_t count(enum spool_dir d)
{
	struct spool_names n;
	assert_int_equal(spool_scan(sp, d, 100, &n), 0);
	size_t found = n.n;
	spool_names_free(&n);
	return found;
}

static void test_names(void **state)
{
	(void)state;
	assert_true(spool_name_ok("gap-internet-000001.swb"));
	static const char *const bad[] = {"", "a/b", "a b", "ä", "a\n"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(spool_name_ok(bad[i]));
	char longest[202];
	memset(longest, 'a', 201);
	longest[201] = '\0';
	assert_false(spool_name_ok(longest));
	longest[200] = '\0';
	assert_true(spool_name_ok(longest));
}

static void test_whole_or_not(void **state)
{
	(void)state;
	struct file_new *f = NULL;
	assert_int_equal(spool_new(sp, SPOOL_OUT, &f), 0);
	assert_int_equal(file_write_all(file_new_fd(f), "half", 4), 0);
	assert_int_equal(count(SPOOL_OUT), 0);
	file_new_free(f);
	assert_int_equal(count(SPOOL_OUT), 0);
	put(SPOOL_OUT, "one", "content", 0);
	put(SPOOL_OUT, "one", "other", ERR_EXISTS);
	assert_int_equal(count(SPOOL_OUT), 1);
}

static void test_link_and_move(void **state)
{
	(void)state;
	put(SPOOL_OUT, "two", "content", 0);
	assert_int_equal(spool_link(sp, SPOOL_OUT, SPOOL_SENT, "two"), 0);
	assert_int_equal(spool_link(sp, SPOOL_OUT, SPOOL_SENT, "two"), 0); /* the same file again */
	put(SPOOL_DONE, "two", "another", 0);
	assert_int_equal(spool_link(sp, SPOOL_OUT, SPOOL_DONE, "two"), ERR_EXISTS);
	assert_int_equal(spool_remove(sp, SPOOL_OUT, "two"), 0);
	assert_int_equal(spool_remove(sp, SPOOL_OUT, "two"), ERR_NOTFOUND);
	assert_int_equal(spool_move(sp, SPOOL_SENT, SPOOL_IN, "two"), 0);
	int fd = -1;
	struct taken_file is = {0};
	assert_int_equal(spool_read(sp, SPOOL_IN, "two", &fd, &is), 0);
	assert_int_equal(is.size, 7);
	close(fd);
	assert_int_equal(spool_remove(sp, SPOOL_IN, "two"), 0);
}

/* What a diode misses lies beside the bundles and is shown to no daemon. */
static void test_list_is_left(void **state)
{
	(void)state;
	assert_true(spool_list_name("D-20261124-0001.diode.missing"));
	static const char *const bad[] = {".missing", "a.missing.swb", "missing", "a b.missing"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(spool_list_name(bad[i]));
	int before = (int)count(SPOOL_IN);
	int fd = openat(spool_fd(sp, SPOOL_IN), "D-1.diode.missing", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(count(SPOOL_IN), before);
	assert_int_equal(spool_remove(sp, SPOOL_IN, "D-1.diode.missing"), 0);
}

static void test_foreign(void **state)
{
	(void)state;
	int dir = spool_fd(sp, SPOOL_IN), fd = -1;
	struct taken_file is = {0};
	assert_int_equal(mkdirat(dir, "folder", 0700), 0);
	assert_int_equal(symlinkat("/etc/passwd", dir, "link"), 0);
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	static const char *const names[] = {"folder", "link", "fifo"};
	for (size_t i = 0; i < 3; i++) {
		struct err_note why = {0};
		assert_int_equal(spool_read(sp, SPOOL_IN, names[i], &fd, &is), ERR_MEMBER);
		err_set(&why, ERR_MEMBER, "%s is no file", names[i]);
		assert_int_equal(spool_quarantine(sp, SPOOL_IN, names[i], &is, &why), 0);
	}
	assert_int_equal(count(SPOOL_IN), 0);
	struct buf b;
	buf_init(&b, 4096);
	assert_int_equal(file_read(spool_fd(sp, SPOOL_QUARANTINE), "link.reason", 4096, &b), 0);
	assert_non_null(strstr((char *)b.p, "\"MEMBER\""));
	buf_fini(&b);
}

static void test_quarantine_keeps_all(void **state)
{
	(void)state;
	struct err_note why = {0};
	err_set(&why, ERR_DIGEST, "changed");
	for (int i = 0; i < 3; i++) {
		put(SPOOL_IN, "same", i == 0 ? "a" : i == 1 ? "b" : "c", 0);
		size_t before = count(SPOOL_QUARANTINE);
		assert_int_equal(spool_quarantine(sp, SPOOL_IN, "same", NULL, &why), 0);
		assert_int_equal(count(SPOOL_QUARANTINE), before + 2);
	}
}

static struct taken_file read_one(const char *name)
{
	struct taken_file is = {0};
	int fd = -1;
	assert_int_equal(spool_read(sp, SPOOL_IN, name, &fd, &is), 0);
	close(fd);
	return is;
}

/* What a reader has done with goes, also into quarantine; never what was put under its name meanwhile. */
static void test_only_what_was_read_is_taken(void **state)
{
	struct err_note why = {0};
	struct buf b;
	(void)state;
	err_set(&why, ERR_DIGEST, "changed");
	put(SPOOL_IN, "bad", "damaged", 0);
	struct taken_file bad = read_one("bad");
	assert_int_equal(spool_remove(sp, SPOOL_IN, "bad"), 0);
	put(SPOOL_IN, "bad", "the good one", 0);
	size_t kept = count(SPOOL_QUARANTINE);
	assert_int_equal(spool_take(sp, SPOOL_IN, "bad", &bad), ERR_CONFLICT);
	assert_int_equal(spool_quarantine(sp, SPOOL_IN, "bad", &bad, &why), ERR_CONFLICT);
	assert_int_equal(count(SPOOL_QUARANTINE), kept);
	buf_init(&b, 100);
	assert_int_equal(file_read(spool_fd(sp, SPOOL_IN), "bad", 100, &b), 0);
	assert_memory_equal(b.p, "the good one", 12);
	buf_fini(&b);
	struct taken_file good = read_one("bad");
	/* A reader that was killed between the two steps: the next scan finds the name again. */
	assert_int_equal(renameat(spool_fd(sp, SPOOL_IN), "bad", spool_fd(sp, SPOOL_IN),
				 ".taken~0123456789abcdef~bad"),
		0);
	(void)count(SPOOL_IN);
	assert_int_equal(count(SPOOL_IN), 1);
	assert_int_equal(spool_take(sp, SPOOL_IN, "bad", &good), 0);
	assert_int_equal(spool_take(sp, SPOOL_IN, "bad", &good), ERR_NOTFOUND);
	assert_int_equal(count(SPOOL_IN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_whole_or_not),
		cmocka_unit_test(test_link_and_move), cmocka_unit_test(test_list_is_left),
		cmocka_unit_test(test_foreign), cmocka_unit_test(test_quarantine_keeps_all),
		cmocka_unit_test(test_only_what_was_read_is_taken)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
