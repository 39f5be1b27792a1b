#include "common/base/err.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void every_error_is_described(void **state)
{
	(void)state;
	for (int e = ERR_BASE_ + 1; e < ERR_END_; e++) {
		assert_true(e < 0);
		assert_string_not_equal(err_name(e), "UNKNOWN");
		assert_true(err_text(e)[0] != '\0');
		assert_in_range(err_http(e), 400, 599);
		for (int other = ERR_BASE_ + 1; other < e; other++)
			assert_string_not_equal(err_name(e), err_name(other));
	}
	assert_string_equal(err_name(ERR_NOMEM), "NOMEM");
	assert_string_equal(err_name(ERR_AUDIT), "AUDIT");
	assert_string_equal(err_name(0), "OK");
	assert_int_equal(err_http(0), 200);
	assert_int_equal(err_http(ERR_DENIED), 403);
	assert_int_equal(err_fault(ERR_DENIED), ERR_FAULT_AUTH);
	assert_int_equal(err_fault(ERR_BUG), ERR_FAULT_US);
	static const int foreign[] = {1, -1, ERR_BASE_, ERR_END_, -2147483647};
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		assert_string_equal(err_name(foreign[i]), "UNKNOWN");
		assert_int_equal(err_http(foreign[i]), 500);
	}
}

static void errno_maps(void **state)
{
	(void)state;
	static const struct {
		int eno, err;
	} cases[] = {{ENOSPC, ERR_NOSPACE}, {EDQUOT, ERR_NOSPACE}, {ENOENT, ERR_NOTFOUND},
		{EEXIST, ERR_EXISTS}, {EACCES, ERR_DENIED}, {EIO, ERR_IO}, {ENOMEM, ERR_NOMEM}, {0, ERR_IO}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(err_from_errno(cases[i].eno), cases[i].err);
}

static void note_is_bounded(void **state)
{
	(void)state;
	struct err_note n;
	char longer[600];
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(err_set(&n, ERR_SCHEMA, "%s", longer), ERR_SCHEMA);
	assert_int_equal(n.err, ERR_SCHEMA);
	assert_int_equal(strlen(n.text), sizeof n.text - 1);
	assert_int_equal(err_set(NULL, ERR_IO, "%s", longer), ERR_IO);
}

/* U+4E09 is three bytes: whatever the offset, the cut text ends in a whole character. */
static void note_is_cut_between_characters(void **state)
{
	(void)state;
	char longer[900] = "";
	for (int i = 0; i < 200; i++)
		strcat(longer, "\xe4\xb8\x89");
	for (int lead = 0; lead < 3; lead++) {
		struct err_note n;
		assert_int_equal(err_set(&n, ERR_SCHEMA, "%.*s%s", lead, "xx", longer), ERR_SCHEMA);
		assert_int_equal((strlen(n.text) - (size_t)lead) % 3, 0);
		assert_true(strlen(n.text) > sizeof n.text - 4);
	}
}

static void note_may_quote_itself(void **state)
{
	(void)state;
	struct err_note n;
	assert_int_equal(err_set(&n, ERR_RANGE, "inner"), ERR_RANGE);
	assert_int_equal(err_set(&n, n.err, "outer: %s", n.text), ERR_RANGE);
	assert_string_equal(n.text, "outer: inner");
}

static void require_aborts(void **state)
{
	(void)state;
	REQUIRE(1 + 1 == 2);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		REQUIRE(1 + 1 == 3);
		_exit(0);
	}
	int st = 0;
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGABRT);
}

/* Pieces of a note are cut too ("%.48s" of a name from outside); JSON made of it must still be possible. */
static void note_is_always_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"body.姓\xe5\x90: unknown", "body.姓: unknown"},
		{"\xff\xfe\xc0\x80", ""},
		{"a\xe5", "a"},
		{"\xf0\xa0\xae\xb7\xf0\xa0\xae", "𠮷"},
		{"\xed\xa0\x80-\xe0\x80\xaf-\xf4\x90\x80\x80-\xf0\x80\x80\x80", "---"},
		{"é€\t", "é€\t"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err_note n;
		err_set(&n, ERR_SCHEMA, "%s", cases[i].text);
		assert_string_equal(n.text, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_is_described),
		cmocka_unit_test(errno_maps),
		cmocka_unit_test(note_is_bounded),
		cmocka_unit_test(note_is_cut_between_characters),
		cmocka_unit_test(note_is_always_utf8),
		cmocka_unit_test(note_may_quote_itself),
		cmocka_unit_test(require_aborts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
