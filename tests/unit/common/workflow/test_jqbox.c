/* jq in its box: what it answers, what it may not say, and that nothing it does reaches further than its own
 * process.
 * Tree: both: the sanitizers' address space is another limit of memory */
#include "common/workflow/jqbox.h"

#include "common/base/id.h"
#include "common/os/sanitized.h"
#include "common/workflow/jq_words.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char program[4096];
static struct jqbox *box;

static int setup(void **state)
{
	struct err_note note = {0};
	(void)state;
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
	assert_true(n > 0);
	program[n] = '\0';
	char *unit = strstr(program, "/unit/");
	assert_non_null(unit);
	memcpy(unit, "/bin/jqbox", 11);
	const struct jqbox_options o = {.program = program, .workers = 2, .time_ms = 1500, .memory_mib = 64};
	return jqbox_start(&o, &box, &note);
}

static int teardown(void **state)
{
	(void)state;
	jqbox_stop(box);
	return 0;
}

static int run(const char *text, const char *value, json_t **out, struct err_note *note)
{
	size_t n;
	int rc = jqbox_compile(box, text, &n, note);
	return rc < 0 ? rc : jqbox_run(box, n, view_str(value), out, note);
}

static void test_values(void **state)
{
	static const struct {
		const char *text, *value, *result;
	} cases[] = {
		{".a == 1", "{\"a\":1}", "true"},
		{".a.b // \"none\"", "{}", "\"none\""},
		{"[.[] | select(. > 2)] | length", "[1,2,3,4]", "2"},
		{"{seized: (.rows | any(.to >= \"2026-01-01\"))}", "{\"rows\":[{\"to\":\"2028-01-01\"}]}",
			"{\"seized\":true}"},
		{".name | length", "{\"name\":\"张三丰\"}", "3"},
		{"# a comment\n.input", "{\"input\":5}", "5"},
		{"null", "1", "null"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err_note note = {0};
		struct buf text;
		json_t *v = NULL;
		if (run(cases[i].text, cases[i].value, &v, &note) != 0)
			fail_msg("%s: %s", cases[i].text, note.text);
		buf_init(&text, 4096);
		assert_int_equal(json_canon(v, &text), 0);
		assert_string_equal((const char *)text.p, cases[i].result);
		buf_fini(&text);
		json_decref(v);
	}
}

static void test_forbidden_words(void **state)
{
	static const char *const texts[] = {"input", "[inputs]", "env", "$ENV.PATH", "env.HOME",
		"import \"a\" as a; 1", "include \"x\" {search: \"/etc\"}; 1", "now", "debug", "stderr",
		"halt", "\"x\" | halt_error", "input_filename", "modulemeta", "..input", "\"\\(env)\"",
		"get_search_list", "localtime", "$__prog_args", "input_line_number", "builtins"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct err_note note = {0};
		size_t n;
		int rc = jqbox_compile(box, texts[i], &n, &note);
		if (rc != ERR_SCHEMA)
			fail_msg("%s: %s %s", texts[i], err_name(rc), note.text);
		assert_non_null(strstr(note.text, "not allowed"));
	}
	char *longer = malloc(JQ_TEXT_MAX + 2);
	assert_non_null(longer);
	memset(longer, ' ', JQ_TEXT_MAX + 1);
	longer[JQ_TEXT_MAX + 1] = '\0';
	assert_int_equal(jq_words_check(longer, NULL), ERR_LIMIT);
	free(longer);
}

static void test_not_jq(void **state)
{
	static const char *const texts[] = {"${approved}", "= approved", ".a ==", "approved",
		"function(x) { return 1; }", "#{execution.x}", "(", "}", "\"", "def f(: 1; 1",
		".a = ", "..a.."};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct err_note note = {0};
		size_t n;
		int rc = jqbox_compile(box, texts[i], &n, &note);
		if (rc != ERR_SYNTAX && i != 5)
			fail_msg("%s: %s %s", texts[i], err_name(rc), note.text);
	}
}

/* Each ends without an answer, and the next question is answered. */
static void test_hostile(void **state)
{
	static const struct {
		const char *text, *value;
		int rc, or ;
	} cases[] = {
		{"def f: f; f", "1", ERR_TIMEOUT, ERR_LIMIT},
		{"[range(1e9)] | length", "1", ERR_TIMEOUT, ERR_LIMIT},
		{"last(range(1e18))", "1", ERR_TIMEOUT, ERR_LIMIT},
		{"def f: . + .; def g: f | g; g", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"", ERR_LIMIT,
			ERR_TIMEOUT},
		{"[limit(200000; repeat(\"yyyyyyyyyyyy\"))]", "1", ERR_LIMIT, ERR_TIMEOUT},
		{"empty", "1", ERR_REFUSED, ERR_REFUSED},
		{"1, 2", "1", ERR_REFUSED, ERR_REFUSED},
		{".x.y", "[1]", ERR_REFUSED, ERR_REFUSED},
		{"error(\"张三\")", "1", ERR_REFUSED, ERR_REFUSED},
		{"error", "null", ERR_REFUSED, ERR_REFUSED},
		{".a", "not json", ERR_REFUSED, ERR_REFUSED},
		{"0.5", "1", ERR_RANGE, ERR_RANGE},
		{"reduce range(100000) as $i (null; [.])", "1", ERR_LIMIT, ERR_TIMEOUT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err_note note = {0};
		json_t *v = NULL;
		int rc = run(cases[i].text, cases[i].value, &v, &note);
		if (rc != cases[i].rc && rc != cases[i].or)
			fail_msg("%s: %s %s", cases[i].text, err_name(rc), note.text);
		assert_null(v);
		assert_int_equal(run(". + 1", "41", &v, &note), 0);
		assert_int_equal(json_integer_value(v), 42);
		json_decref(v);
	}
	struct jqbox_state s;
	jqbox_state(box, &s);
	assert_true(s.restarts >= 4);
}

/* What jq says of a value is not handed on. */
static void test_no_value_in_notes(void **state)
{
	static const char *const texts[] = {
		".name | fromjson | .x", "error(.name)", ".name | strptime(\"%Y\")"};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct err_note note = {0};
		json_t *v = NULL;
		assert_int_equal(
			run(texts[i], "{\"name\":\"张三110101199001011234\"}", &v, &note), ERR_REFUSED);
		assert_null(strstr(note.text, "110101"));
		assert_null(strstr(note.text, "张"));
	}
}

static void test_same_text_same_number(void **state)
{
	struct err_note note = {0};
	size_t a, b, c;
	(void)state;
	assert_int_equal(jqbox_compile(box, ".a", &a, &note), 0);
	assert_int_equal(jqbox_compile(box, ".b", &b, &note), 0);
	assert_int_equal(jqbox_compile(box, ".a", &c, &note), 0);
	assert_int_equal(a, c);
	assert_int_not_equal(a, b);
}

static void *ask_many(void *arg)
{
	for (int i = 0; i < 200; i++) {
		char value[32];
		json_t *v = NULL;
		snprintf(value, sizeof value, "%d", i);
		if (run(". * 2", value, &v, NULL) != 0 || json_integer_value(v) != 2 * i)
			*(int *)arg = 1;
		json_decref(v);
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t t[4];
	int failed[4] = {0};
	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, ask_many, &failed[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(failed[i], 0);
	}
}

static void test_no_program(void **state)
{
	struct err_note note = {0};
	struct jqbox *none = NULL;
	const struct jqbox_options o = {.program = "/nonexistent/jqbox"};
	(void)state;
	assert_int_equal(jqbox_start(&o, &none, &note), ERR_CONFIG);
	assert_null(none);
}

/* What compiled in one life is not tried in the next: there is no jq there, so that only such texts are
 * taken. */
static int later_compile(const char *tried, const char *text)
{
	const struct jqbox_options o = {.program = "/bin/false", .tried = tried};
	struct err_note note = {0};
	struct jqbox *later = NULL;
	size_t n;
	assert_int_equal(jqbox_start(&o, &later, &note), 0);
	int rc = jqbox_compile(later, text, &n, &note);
	jqbox_stop(later);
	return rc;
}

static void test_a_later_life(void **state)
{
	char tried[] = "/tmp/test_jqbox.XXXXXX";
	const struct jqbox_options o = {.program = program, .tried = tried};
	struct err_note note = {0};
	struct jqbox *first = NULL;
	size_t n;
	FILE *f;
	(void)state;
	int fd = mkstemp(tried);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(jqbox_start(&o, &first, &note), 0);
	assert_int_equal(jqbox_compile(first, ".a == 1", &n, &note), 0);
	assert_int_equal(jqbox_compile(first, ".a == ", &n, &note), ERR_SYNTAX);
	jqbox_keep(first);
	jqbox_stop(first);
	assert_int_equal(later_compile(tried, ".a == 1"), 0);
	assert_int_not_equal(later_compile(tried, ".a == 2"), 0);
	assert_int_not_equal(later_compile(tried, ".a == "), 0);
	assert_int_equal(later_compile(tried, "env"), ERR_SCHEMA);
	assert_non_null(f = fopen(tried, "w"));
	fputs("[\".a == 1\"", f);
	fclose(f);
	assert_int_not_equal(later_compile(tried, ".a == 1"), 0);
	unlink(tried);
	assert_int_not_equal(later_compile(tried, ".a == 1"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_values),
		cmocka_unit_test(test_forbidden_words), cmocka_unit_test(test_not_jq),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_no_value_in_notes),
		cmocka_unit_test(test_same_text_same_number), cmocka_unit_test(test_threads),
		cmocka_unit_test(test_no_program), cmocka_unit_test(test_a_later_life)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
