/* The state file: what is damaged is never taken for a beginning. */
#include "common/os/file.h"
#include "gapd/half/half_state.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];
static int work = -1;

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/half-state.XXXXXX");
	return mkdtemp(dir) ? file_open_dir(dir, &work) : -1;
}

static int teardown(void **state)
{
	(void)state;
	unlinkat(work, "state.json", 0);
	close(work);
	return rmdir(dir);
}

static void test_begin(void **state)
{
	(void)state;
	struct half_state a, b;
	struct err_note note = {0};
	assert_int_equal(half_state_load(work, &a, &note), 0);
	assert_true(a.epoch > 1700000000 && a.seq == 0);
	assert_int_equal(half_state_load(work, &b, &note), 0);
	assert_int_equal(a.epoch, b.epoch);
}

static void test_round(void **state)
{
	(void)state;
	struct half_state a = {.epoch = 5,
				  .seq = 77,
				  .anchored = 4711,
				  .file = "gap-gap-inner-000005-000000000077-00112233.swb"},
			  b;
	struct err_note note = {0};
	memset(a.prev.b, 0xab, sizeof a.prev.b);
	assert_int_equal(half_state_save(work, &a), 0);
	assert_int_equal(half_state_load(work, &b, &note), 0);
	assert_int_equal(b.seq, 77);
	assert_int_equal(b.anchored, 4711);
	assert_string_equal(b.file, a.file);
	assert_true(digest_eq(&a.prev, &b.prev));
}

static void test_damaged(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "{}", "{\"epoch\":1}", "not json",
		"{\"epoch\":0,\"file\":\"\",\"prev\":\"\",\"seq\":0}",
		"{\"epoch\":1,\"file\":\"\",\"prev\":\"zz\",\"seq\":0}",
		"{\"epoch\":1,\"file\":\"../../etc/"
		"passwd\",\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\","
		"\"seq\":0}",
		"{\"epoch\":1,\"file\":\"\",\"prev\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\",\"seq\":-1}",
		"{\"epoch\":1,\"extra\":1,\"file\":\"\",\"prev\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\",\"seq\":0}"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct half_state s;
		struct err_note note = {0};
		assert_int_equal(file_write(work, "state.json", 0600, view_str(texts[i]), "test"), 0);
		assert_true(half_state_load(work, &s, &note) < 0);
		assert_non_null(strstr(note.text, "state.json"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_begin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_round, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
