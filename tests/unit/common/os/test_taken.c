/* A file that was read goes; what has its name by then never does, in whatever order things happen. */
#include "common/os/taken.h"

#include "common/os/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[512];
static int dir;

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof folder, "%s/sw-taken.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(folder) ? file_open_dir(folder, &dir) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	DIR *d = fdopendir(dir);
	for (struct dirent *e; d && (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dir, e->d_name, 0);
	closedir(d);
	return rmdir(folder);
}

static void put(const char *name, const char *text)
{
	struct file_new *f = NULL;
	assert_int_equal(file_new_open(dir, 0600, &f), 0);
	assert_int_equal(file_write_all(file_new_fd(f), text, strlen(text)), 0);
	assert_int_equal(file_new_publish(f, name, "put"), 0);
	file_new_free(f);
}

static struct taken_file look(const char *name)
{
	struct stat st;
	assert_int_equal(fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return taken_file(&st);
}

static bool holds(const char *name, const char *text)
{
	struct buf b;
	buf_init(&b, 100);
	bool same = file_read(dir, name, 100, &b) == 0 && b.n == strlen(text) && memcmp(b.p, text, b.n) == 0;
	buf_fini(&b);
	return same;
}

static size_t entries(void)
{
	size_t n = 0;
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

/* As the next scan does. */
static void scan(void)
{
	char back[64][256];
	size_t n = 0;
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (taken_aside(e->d_name) && n < 64)
			snprintf(back[n++], sizeof back[0], "%s", e->d_name);
	closedir(d);
	while (n)
		taken_back(dir, back[--n]);
}

static void test_what_was_read_goes(void **state)
{
	(void)state;
	put("a", "one");
	struct taken_file is = look("a");
	assert_int_equal(taken_unlink(dir, "a", &is, "t"), 0);
	assert_int_equal(entries(), 0);
	assert_int_equal(taken_unlink(dir, "a", &is, "t"), ERR_NOTFOUND);
	put("a", "one");
	put("c", "three");
	is = look("a");
	assert_int_equal(taken_move(dir, "a", dir, "c", &is, "t"), ERR_EXISTS);
	assert_true(holds("a", "one") && holds("c", "three"));
	assert_int_equal(taken_move(dir, "a", dir, "b", &is, "t"), 0);
	assert_true(holds("b", "one"));
	assert_int_equal(entries(), 2);
}

static void test_another_one_stays(void **state)
{
	(void)state;
	put("a", "bad");
	struct taken_file is = look("a");
	/* Kept open elsewhere, as quarantine does: its number is not given anew. */
	assert_int_equal(file_rename(dir, "a", dir, "kept", "t"), 0);
	put("a", "good");
	assert_int_equal(taken_unlink(dir, "a", &is, "t"), ERR_CONFLICT);
	assert_int_equal(taken_move(dir, "a", dir, "b", &is, "t"), ERR_CONFLICT);
	assert_true(holds("a", "good"));
	assert_int_equal(entries(), 2);
}

static void test_a_changed_one_stays(void **state)
{
	(void)state;
	put("a", "half");
	struct taken_file is = look("a");
	int fd = openat(dir, "a", O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, " whole", 6), 6);
	close(fd);
	assert_int_equal(taken_unlink(dir, "a", &is, "t"), ERR_CONFLICT);
	assert_true(holds("a", "half whole"));
}

/* Killed between the steps: everything that was aside comes back, also while its name is another's. */
static void test_what_was_aside_comes_back(void **state)
{
	(void)state;
	static const char aside[] = ".taken~00112233445566ff~a";
	assert_true(taken_aside(aside));
	assert_false(taken_aside(".taken~00112233445566ff~"));
	assert_false(taken_aside("taken~00112233445566ff~a"));
	put(aside, "one");
	put("a", "two");
	scan();
	assert_true(holds("a", "two") && holds(aside, "one"));
	struct taken_file is = look("a");
	assert_int_equal(taken_unlink(dir, "a", &is, "t"), 0);
	scan();
	assert_true(holds("a", "one"));
	assert_int_equal(entries(), 1);
	/* One file under both names. */
	assert_int_equal(linkat(dir, "a", dir, aside, 0), 0);
	scan();
	assert_true(holds("a", "one"));
	assert_int_equal(entries(), 1);
}

static void test_a_name_without_room(void **state)
{
	char name[256];
	(void)state;
	memset(name, 'n', sizeof name);
	for (size_t n = TAKEN_NAME_MAX; n <= 255; n += 255 - TAKEN_NAME_MAX) {
		name[n] = '\0';
		put(name, "one");
		struct taken_file is = look(name), other = is;
		other.ino++;
		assert_int_equal(taken_unlink(dir, name, &other, "t"), ERR_CONFLICT);
		assert_true(holds(name, "one"));
		assert_int_equal(taken_unlink(dir, name, &is, "t"), 0);
		assert_int_equal(entries(), 0);
		name[n] = 'n';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_was_read_goes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_another_one_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_changed_one_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_was_aside_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_name_without_room, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
