#include "diode/send/paths.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_paths.XXXXXX";

static void make(const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0 && write(fd, name, strlen(name)) == (ssize_t)strlen(name) && close(fd) == 0);
}

static void drop(const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

/* A repeat begins only when all of the pass before was sent, and each object tells how many are to come. */
static void test_passes(void **state)
{
	(void)state;
	enum { PASSES = 3, FILES = 2 };
	struct frame_key *key = NULL;
	struct paths *p = NULL;
	assert_non_null(mkdtemp(folder));
	make("one");
	make("two");
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &key, NULL), 0);
	struct opener o = {.key = key, .suite = suite_by_name("gm"), .symbol_max = 1024, .k = 4};
	char *path[] = {folder};
	assert_int_equal(paths_new(&o, path, 1, PASSES, 0, &p), 0);
	struct feed f = paths_feed(p);
	for (unsigned pass = 0; pass < PASSES; pass++) {
		struct outgoing *x[FILES] = {NULL}, *more = NULL;
		int none = pass + 1 < PASSES ? ERR_BUSY : ERR_NOTFOUND;
		if (pass > 0)
			assert_int_equal(f.next(f.cookie, &more), ERR_BUSY); /* the pass begins */
		for (int i = 0; i < FILES; i++)
			assert_int_equal(f.next(f.cookie, &x[i]), 0);
		for (int i = 0; i < FILES; i++) {
			assert_int_equal(f.next(f.cookie, &more), none);
			assert_int_equal(f.waiting(f.cookie), pass + 1 < PASSES);
			assert_int_equal(f.sent(f.cookie, x[i], i == 1 ? ERR_IO : 0), PASSES - 1 - pass);
			outgoing_free(x[i]);
		}
	}
	struct outgoing *more = NULL;
	assert_int_equal(f.next(f.cookie, &more), ERR_NOTFOUND);
	assert_int_equal(paths_failed(p), PASSES);
	paths_free(p);
	frame_key_free(key);
	drop("one");
	drop("two");
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_passes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
