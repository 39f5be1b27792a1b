#include "common/base/json.h"
#include "common/log/log.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What `job` writes to standard error, run in a process of its own. Terminal: standard error is one. */
static struct buf capture(void (*job)(void), bool on_terminal)
{
	struct buf b;
	uint8_t part[4096];
	int fds[2] = {-1, -1}, st = 0;
	ssize_t n;
	if (on_terminal) {
		fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
		assert_int_equal(grantpt(fds[0]) || unlockpt(fds[0]), 0);
		fds[1] = open(ptsname(fds[0]), O_RDWR | O_NOCTTY);
	} else {
		assert_int_equal(pipe(fds), 0);
	}
	assert_true(fds[0] >= 0 && fds[1] >= 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		job();
		_exit(0);
	}
	close(fds[1]);
	buf_init(&b, 1 << 20);
	/* a terminal ends with EIO when its other side is closed */
	while ((n = read(fds[0], part, sizeof part)) > 0)
		assert_int_equal(buf_add(&b, part, (size_t)n), 0);
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
	close(fds[0]);
	assert_int_equal(buf_add(&b, "", 0), 0);
	return b;
}

static json_t *line_parse(char **from)
{
	json_t *v = NULL;
	char *end = strchr(*from, '\n');
	assert_non_null(end);
	*end = '\0';
	struct err_note note = {0};
	if (json_parse(view_str(*from), 1 << 16, &v, &note) != 0)
		fail_msg("%s: %s", *from, note.text);
	*from = end + 1;
	return v;
}

static void job_levels(void)
{
	unsetenv("SW_LOG");
	log_init("prog");
	log_debug("never", "x=%d", 1);
	log_info("first", "x=%d name=\"%s\"", 1, "a b");
	log_set_level(LOG_ERROR_);
	log_warn("never", "x");
	log_error("second", "plain");
	setenv("SW_LOG", "debug", 1);
	log_init("prog");
	log_debug("third", "x");
	setenv("SW_LOG", "nonsense", 1);
	log_init("prog");
	log_debug("fourth", "x");
}

static void lines_are_json(void **state)
{
	(void)state;
	static const char *const want[][3] = {{"info", "first", "x=1 name=\"a b\""},
		{"error", "second", "plain"}, {"debug", "third", "x"}, {"debug", "fourth", "x"}};
	struct buf b = capture(job_levels, false);
	char *at = (char *)b.p;
	for (size_t i = 0; i < 4; i++) {
		json_t *v = line_parse(&at);
		assert_string_equal(json_str(v, "level"), want[i][0]);
		assert_string_equal(json_str(v, "event"), want[i][1]);
		assert_string_equal(json_str(v, "text"), want[i][2]);
		assert_string_equal(json_str(v, "program"), "prog");
		assert_int_equal(strlen(json_str(v, "at")), 24);
		json_decref(v);
	}
	assert_string_equal(at, "");
	buf_fini(&b);
}

static const char hostile[] = "a\nb\x1b[31m\"\\\x7f\xc2\x9b \xff\xc0\xaf\xed\xa0\x80 \xe4\xb8\x89\xe7";

static void job_hostile(void)
{
	log_init("prog");
	log_warn("hostile", "%s", hostile);
	char longer[3000];
	memset(longer, '\x01', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	log_warn("long", "%s", longer);
	memset(longer, 'x', sizeof longer - 1);
	log_warn("long", "%s", longer);
}

#define BAD "\xef\xbf\xbd"
static void hostile_text_is_escaped(void **state)
{
	(void)state;
	struct buf b = capture(job_hostile, false);
	char *at = (char *)b.p;
	for (const char *c = at; *c; c++)
		assert_true((unsigned char)*c >= 0x20 || *c == '\n');
	json_t *v = line_parse(&at);
	assert_string_equal(json_str(v, "text"),
		"a\nb\x1b[31m\"\\\x7f\xc2\x9b " BAD BAD BAD BAD BAD BAD " \xe4\xb8\x89" BAD);
	json_decref(v);
	for (int i = 0; i < 2; i++) {
		v = line_parse(&at);
		const char *text = json_str(v, "text");
		assert_int_equal(strlen(text), 1023);
		assert_string_equal(text + 1020, "...");
		json_decref(v);
	}
	assert_string_equal(at, "");
	buf_fini(&b);
}

static void job_terminal(void)
{
	log_init("prog");
	log_warn("event-name", "x=\"1\" %s", "\x1b[31m");
}

static void terminal_gets_plain_lines(void **state)
{
	(void)state;
	struct buf b = capture(job_terminal, true);
	const char *end = strstr((char *)b.p, "Z warn  prog: event-name x=\"1\" \\u001b[31m\r\n");
	assert_non_null(end);
	assert_int_equal(b.p[0], '2');
	buf_fini(&b);
}

static void job_errno(void)
{
	log_init("prog");
	errno = ENOSPC;
	if (log_errno("disc", "write /x") != ERR_NOSPACE)
		_exit(1);
	struct err_note n = {0};
	if (err_set(&n, ERR_FORMAT, "version 9, f\x1b\n.swb") != ERR_FORMAT || log_refusal(&n) != 1)
		_exit(1);
	n.text[0] = '\0';
	log_refusal(&n);
}

static void errno_and_refusals(void **state)
{
	(void)state;
	struct buf b = capture(job_errno, false);
	char *at = (char *)b.p;
	json_t *v = line_parse(&at);
	assert_string_equal(json_str(v, "text"), "write /x: No space left on device");
	json_decref(v);
	assert_string_equal(
		at, "FORMAT: version 9, f\\u001b\\u000a.swb\nFORMAT: unknown format or version\n");
	buf_fini(&b);
}

static void *many(void *arg)
{
	char text[600];
	memset(text, *(const char *)arg, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 200; i++)
		log_info("many", "%s", text);
	return NULL;
}

static void job_threads(void)
{
	unsetenv("SW_LOG");
	log_init("prog");
	pthread_t t[4];
	static const char letters[] = "abcd";
	for (int i = 0; i < 4; i++)
		if (pthread_create(&t[i], NULL, many, (void *)(uintptr_t)&letters[i]))
			_exit(1);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

static void lines_do_not_mix(void **state)
{
	(void)state;
	struct buf b = capture(job_threads, false);
	char *at = (char *)b.p;
	int n = 0;
	for (; *at; n++) {
		json_t *v = line_parse(&at);
		const char *text = json_str(v, "text");
		assert_int_equal(strspn(text, (char[]){text[0], '\0'}), 599);
		json_decref(v);
	}
	assert_int_equal(n, 800);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_json),
		cmocka_unit_test(hostile_text_is_escaped),
		cmocka_unit_test(terminal_gets_plain_lines),
		cmocka_unit_test(errno_and_refusals),
		cmocka_unit_test(lines_do_not_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
