/* jqbox: runs jq programs for another program of this project, and can do nothing else: no file, no network,
 * no environment, a bounded memory. Its keeper (jqbox.h) ends it when a program takes too long. jq 1.6 ends
 * the process on some wrong texts; the keeper then starts another. */
#include "common/base/buf.h"
#include "common/base/version.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/sandbox.h"
#include "common/os/sanitized.h"
#include "common/workflow/jqbox_wire.h"
#include <errno.h>
#include <jq.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PROGRAMS_MAX 4096

struct box {
	jq_state *programs[PROGRAMS_MAX];
	struct buf in, said; /* said: the last error of the compiler */
	bool quiet;
};

/* 1 read, 0 the keeper went away, -1 broken. */
static int read_all(void *p, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t k = read(STDIN_FILENO, (char *)p + got, n - got);
		if (k == 0)
			return got == 0 ? 0 : -1;
		if (k < 0 && errno != EINTR)
			return -1;
		got += k > 0 ? (size_t)k : 0;
	}
	return 1;
}

static int answer(uint32_t op, uint32_t number, const char *p, size_t n)
{
	struct jqbox_head h = {(uint32_t)n, number, op};
	int rc = file_write_all(STDOUT_FILENO, &h, sizeof h);
	return rc == 0 && n ? file_write_all(STDOUT_FILENO, p, n) : rc;
}

static void on_error(void *arg, jv msg)
{
	struct box *b = arg;
	jv text = jq_format_error(msg);
	/* The first line says what and where; the last only counts. */
	if (b->said.n == 0)
		(void)!buf_add_str(&b->said, jv_string_value(text));
	jv_free(text);
}

static int load(struct box *b, uint32_t number)
{
	buf_reset(&b->said);
	if (number >= PROGRAMS_MAX)
		return answer(JQBOX_ERROR, number, "too many programs", 17);
	if (b->programs[number])
		jq_teardown(&b->programs[number]);
	jq_state *j = jq_init();
	if (!j)
		return ERR_NOMEM;
	jq_set_error_cb(j, on_error, b);
	jq_set_attr(j, jv_string("JQ_LIBRARY_PATH"), jv_array());
	jq_set_attr(j, jv_string("JQ_ORIGIN"), jv_string("/nonexistent"));
	jq_set_attr(j, jv_string("PROGRAM_ORIGIN"), jv_string("/nonexistent"));
	if (!jq_compile(j, b->in.n ? (const char *)b->in.p : "")) {
		jq_teardown(&j);
		return answer(JQBOX_ERROR, number, b->said.n ? (const char *)b->said.p : "?", b->said.n);
	}
	b->programs[number] = j;
	return answer(JQBOX_VALUE, number, "", 0);
}

static int answer_jv(uint32_t op, uint32_t number, jv v)
{
	jv text = jv_get_kind(v) == JV_KIND_STRING && op == JQBOX_ERROR ? v : jv_dump_string(v, 0);
	int rc = answer(op, number, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
	return rc;
}

static int answer_wrong(uint32_t number, const char *what)
{
	return answer(JQBOX_ERROR, number, what, strlen(what));
}

/* Exactly one value. */
static int run(struct box *b, uint32_t number)
{
	jq_state *j = number < PROGRAMS_MAX ? b->programs[number] : NULL;
	jv in = jv_parse_sized(b->in.n ? (const char *)b->in.p : "", (int)b->in.n);
	if (!j || !jv_is_valid(in)) {
		jv_free(in);
		return answer_wrong(number, j ? "the value is not JSON" : "no such program");
	}
	jq_start(j, in, 0);
	jv v = jq_next(j);
	if (!jv_is_valid(v)) {
		bool said = jv_invalid_has_msg(jv_copy(v));
		jv msg = jv_invalid_get_msg(v);
		if (said)
			return answer_jv(JQBOX_ERROR, number, msg);
		jv_free(msg);
		return answer_wrong(number, "no value came of it");
	}
	jv second = jq_next(j);
	bool more = jv_is_valid(second);
	jv_free(second);
	if (more) {
		jv_free(v);
		return answer_wrong(number, "more than one value came of it");
	}
	return answer_jv(JQBOX_VALUE, number, v);
}

static int serve(struct box *b)
{
	for (;;) {
		struct jqbox_head h;
		int got = read_all(&h, sizeof h);
		if (got == 0)
			return 0;
		if (got < 0 || h.size > JQBOX_FRAME_MAX)
			return 1;
		buf_reset(&b->in);
		if (buf_reserve(&b->in, h.size + 1) < 0)
			return 1;
		if (h.size && read_all(b->in.p, h.size) != 1)
			return 1;
		b->in.n = h.size;
		b->in.p[h.size] = '\0';
		int rc = h.op == JQBOX_LOAD ? load(b, h.number) : run(b, h.number);
		if (rc < 0)
			return 1;
	}
}

/* What the process has now and so much more: holds for the sanitizers' address space too. */
static int memory_limit(const char *mib)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	int n = f ? fscanf(f, "%ld", &pages) : 0;
	if (f)
		fclose(f);
	if (n != 1)
		return ERR_IO;
	rlim_t limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (rlim_t)atoi(mib) * 1048576u;
	struct rlimit r = {limit, limit}, none = {0, 0};
	if (setrlimit(RLIMIT_AS, &r) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return ERR_IO;
	return 0;
}

int main(int argc, char **argv)
{
	static struct box b;
	bool landlock;
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("jqbox " SW_VERSION);
		return 0;
	}
	if (argc != 2 || atoi(argv[1]) < 16) {
		fprintf(argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr,
			"usage: jqbox MIB\n\nRuns jq programs handed in over its standard input for another "
			"program, "
			"with no access to anything else\nand at most MIB megabytes. See jqbox(8).\n");
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	buf_init(&b.in, JQBOX_FRAME_MAX + 1);
	buf_init(&b.said, 4096);
	clearenv();
	if (memory_limit(argv[1]) < 0 || sandbox_paths(NULL, 0, &landlock) < 0 ||
		sandbox_calls(SANDBOX_FILES) < 0) {
		fprintf(stderr, "IO: jqbox cannot be confined\n");
		return 1;
	}
	return serve(&b);
}
