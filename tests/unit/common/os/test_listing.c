/* What a folder holds is listed whole, or it is said that it was not. */
#include "common/os/listing.h"

#include "common/os/file.h"
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
static int at;

static const char *path(const char *name)
{
	static char out[600];
	snprintf(out, sizeof out, "%s/%s", folder, name);
	return out;
}

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof folder, "%s/sw-listing.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder) || file_open_dir(folder, &at) != 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		char name[8];
		snprintf(name, sizeof name, "f%d", i);
		if (file_write(at, name, 0600, view_str("x"), "put") != 0)
			return -1;
	}
	return symlinkat(".", at, "link");
}

static int tear_down(void **state)
{
	static const char *const NAMES[] = {"f0", "f1", "f2", "link"};
	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		unlinkat(at, NAMES[i], 0);
	close(at);
	return rmdir(folder);
}

/* How many names the listing still gives; none of them is "." or "..". */
static int count(struct listing *l)
{
	int n = 0;
	for (const struct dirent *e; (e = listing_next(l)); n++)
		assert_true(e->d_name[0] == 'f' || strcmp(e->d_name, "link") == 0);
	return n;
}

static void test_each_listing_has_its_own_place(void **state)
{
	struct listing a, b;
	(void)state;
	assert_int_equal(listing_open(at, ".", &a), 0);
	assert_non_null(listing_next(&a));
	assert_int_equal(listing_path(folder, &b), 0);
	assert_int_equal(count(&b), 4);
	assert_int_equal(count(&a), 3);
	assert_int_equal(listing_close(&a, 0), 0);
	assert_int_equal(listing_close(&b, ERR_LIMIT), ERR_LIMIT);
	assert_int_equal(listing_take(openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), &a), 0);
	assert_int_equal(count(&a), 4);
	assert_int_equal(listing_close(&a, 0), 0);
}

static void test_what_cannot_be_opened(void **state)
{
	struct listing l;
	(void)state;
	assert_int_equal(listing_open(at, "absent", &l), ERR_NOTFOUND);
	assert_null(listing_next(&l));
	assert_int_equal(listing_close(&l, 0), ERR_NOTFOUND);
	assert_int_equal(listing_open(at, "link", &l), ERR_IO);
	assert_int_equal(listing_close(&l, 0), ERR_IO);
	assert_int_equal(listing_open(at, "f0", &l), ERR_IO);
	assert_int_equal(listing_close(&l, ERR_LIMIT), ERR_LIMIT);
	int file = openat(at, "f0", O_RDONLY | O_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(listing_take(file, &l), ERR_IO);
	assert_int_equal(fcntl(file, F_GETFD), -1); /* it was taken */
	assert_int_equal(listing_close(&l, 0), ERR_IO);
}

/* The folder goes away below it: that is not its end. */
static void test_a_listing_that_breaks_off(void **state)
{
	struct listing l;
	(void)state;
	assert_int_equal(listing_open(at, ".", &l), 0);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(null >= 0 && dup2(null, dirfd(l.dir)) >= 0);
	close(null);
	assert_null(listing_next(&l));
	assert_null(listing_next(&l));
	assert_int_equal(listing_close(&l, 0), ERR_IO);
}

static void test_a_folder_goes_and_not_what_it_leads_to(void **state)
{
	(void)state;
	assert_int_equal(file_mkdirs(path("gone/deep/er"), 0700), 0);
	assert_int_equal(file_write(AT_FDCWD, path("gone/deep/f"), 0600, view_str("x"), "put"), 0);
	assert_int_equal(symlinkat(folder, at, "gone/deep/er/away"), 0);
	assert_int_equal(listing_remove(at, "gone"), 0);
	assert_int_equal(faccessat(at, "gone", F_OK, 0), -1);
	assert_int_equal(listing_remove(at, "gone"), 0);
	assert_int_equal(listing_remove(at, "link"), ERR_IO);
	struct listing l;
	assert_int_equal(listing_open(at, ".", &l), 0);
	assert_int_equal(count(&l), 4);
	assert_int_equal(listing_close(&l, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_listing_has_its_own_place),
		cmocka_unit_test(test_what_cannot_be_opened),
		cmocka_unit_test(test_a_listing_that_breaks_off),
		cmocka_unit_test(test_a_folder_goes_and_not_what_it_leads_to),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
