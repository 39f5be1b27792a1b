/* The one-pass check against the long way: parse, write again, compare. */
#include "common/base/json.h"
#include "common/base/json_form.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool the_long_way(struct view text)
{
	json_t *v = NULL;
	struct buf b;
	buf_init(&b, text.n);
	bool same = json_parse(text, text.n, &v, NULL) == 0 && json_canon(v, &b) == 0 &&
		    view_eq(buf_view(&b), text);
	json_decref(v);
	buf_fini(&b);
	return same;
}

static const struct {
	const char *text;
	int err;
} CASES[] = {{"{}", 0}, {"[]", 0}, {"0", 0}, {"-1", 0}, {"true", 0}, {"null", 0}, {"\"\"", 0},
	{"{\"a\":[1,2,{\"b\":false}],\"b\":\"申请\xf0\x9f\x98\x80\"}", 0}, {"9007199254740991", 0},
	{"-9007199254740991", 0}, {"{\"\":1,\"a\":2,\"aa\":3}", 0},
	{"\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"", 0},
	{"{\"\xf0\x9f\x98\x80\":1,\"\xee\x80\x80\":2}", 0},
	{"{\"\\n\":1,\"\\u001f\":2,\" \":3,\"\\\"\":4,\"\\\\\":5}", 0}, {"", ERR_SYNTAX}, {" {}", ERR_SYNTAX},
	{"{} ", ERR_SYNTAX}, {"[1, 2]", ERR_SYNTAX}, {"[1,]", ERR_SYNTAX}, {"[,1]", ERR_SYNTAX},
	{"[1", ERR_SYNTAX}, {"{\"a\":1", ERR_SYNTAX}, {"{\"a\"", ERR_SYNTAX}, {"{\"a\":}", ERR_SYNTAX},
	{"{a:1}", ERR_SYNTAX}, {"{\"a\":1,}", ERR_SYNTAX}, {"{\"b\":1,\"a\":2}", ERR_SYNTAX},
	{"{\"a\":1,\"a\":2}", ERR_SYNTAX}, {"{\"\xee\x80\x80\":2,\"\xf0\x9f\x98\x80\":1}", ERR_SYNTAX},
	{"\"\\u0061\"", ERR_SYNTAX}, {"\"\\/\"", ERR_SYNTAX}, {"\"\\u000A\"", ERR_SYNTAX},
	{"\"\\u000a\"", ERR_SYNTAX}, {"\"\\u0000\"", ERR_SYNTAX}, {"\"\\u001F\"", ERR_SYNTAX},
	{"\"\\u0020\"", ERR_SYNTAX}, {"\"\\", ERR_SYNTAX}, {"\"\\u00", ERR_SYNTAX}, {"\"a", ERR_SYNTAX},
	{"\"\n\"", ERR_SYNTAX}, {"\"\xc0\x80\"", ERR_SYNTAX}, {"\"\xed\xa0\x80\"", ERR_SYNTAX},
	{"\"\xf4\x90\x80\x80\"", ERR_SYNTAX}, {"\"\xe4\xb8\"", ERR_SYNTAX}, {"\"\xff\"", ERR_SYNTAX},
	{"\"\x80\"", ERR_SYNTAX}, {"01", ERR_SYNTAX}, {"-0", ERR_SYNTAX}, {"-", ERR_SYNTAX},
	{"+1", ERR_SYNTAX}, {"1.0", ERR_RANGE}, {"1e3", ERR_RANGE}, {"1E3", ERR_RANGE},
	{"9007199254740992", ERR_RANGE}, {"-9007199254740992", ERR_RANGE},
	{"99999999999999999999", ERR_RANGE}, {"tru", ERR_SYNTAX}, {"True", ERR_SYNTAX}, {"nul", ERR_SYNTAX},
	{"truex", ERR_SYNTAX}, {"[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]", 0},
	{"[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]", ERR_LIMIT}};
#define CASES_N (sizeof CASES / sizeof *CASES)

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES_N; i++) {
		struct err_note note = {.text = ""};
		int err = json_form(view_str(CASES[i].text), &note);
		if (err != CASES[i].err || the_long_way(view_str(CASES[i].text)) != (err == 0) ||
			(err && !note.text[0]))
			fail_msg("%s: %s (%s)", CASES[i].text, err_name(err), note.text);
	}
}

/* A NUL byte is no text for C, but it is one of the wire. */
static void test_nul(void **state)
{
	(void)state;
	assert_int_equal(json_form(view_of("\"a\0b\"", 5), NULL), ERR_SYNTAX);
	assert_int_equal(json_form(view_of("{}\0", 3), NULL), ERR_SYNTAX);
}

/* Every byte of every case changed to every value: the two ways agree. */
static void test_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES_N; i++) {
		struct view v = view_str(CASES[i].text);
		uint8_t *copy = malloc(v.n + 1);
		assert_non_null(copy);
		memcpy(copy, v.p, v.n);
		for (size_t at = 0; at < v.n; at++) {
			for (unsigned byte = 0; byte < 256; byte++) {
				copy[at] = (uint8_t)byte;
				if ((json_form(view_of(copy, v.n), NULL) == 0) !=
					the_long_way(view_of(copy, v.n)))
					fail_msg("case %zu, byte %zu = %#x", i, at, byte);
			}
			copy[at] = v.p[at];
		}
		free(copy);
	}
}

/* A special byte at each place of a text of several steps of 64 and 16 bytes. */
static void test_places(void **state)
{
	static const uint8_t special[] = {'"', '\\', 0x1f, 0x20, 0x21, 0x7f, 0x80, 0xff, '\n'};
	uint8_t text[150];
	(void)state;
	for (size_t n = 2; n < sizeof text; n++)
		for (size_t at = 1; at + 1 < n; at++)
			for (size_t k = 0; k < sizeof special; k++) {
				memset(text, 'x', sizeof text);
				text[0] = text[n - 1] = '"';
				text[at] = special[k];
				assert_int_equal(json_form(view_of(text, n), NULL) == 0,
					the_long_way(view_of(text, n)));
			}
}

static void test_object(void **state)
{
	static const char *const names[] = {"b", "a", "c", NULL};
	struct view v[3];
	struct err_note note;
	(void)state;
	assert_int_equal(json_form_object(view_str("{\"a\":[1],\"b\":\"x\"}"), names, v, &note), 0);
	assert_true(view_eq(v[0], view_str("\"x\"")) && view_eq(v[1], view_str("[1]")) && v[2].p == NULL &&
		    v[2].n == 0);
	assert_int_equal(json_form_object(view_str("{}"), names, v, &note), 0);
	assert_true(!v[0].p && !v[1].p && !v[2].p);
	assert_int_equal(json_form_object(view_str("{\"a\":1,\"d\":2}"), names, v, &note), ERR_SCHEMA);
	assert_string_equal(note.text, "d: unknown key");
	assert_int_equal(json_form_object(view_str("[]"), names, v, &note), ERR_SCHEMA);
	assert_int_equal(json_form_object(view_str("[ ]"), names, v, &note), ERR_SYNTAX);
	assert_int_equal(json_form_object(view_str("{\"a\":1}}"), names, v, &note), ERR_SYNTAX);
	assert_int_equal(
		json_form_object(view_str("{\"a\":[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]}"), names, v, &note), 0);
	assert_int_equal(
		json_form_object(view_str("{\"a\":[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]}"), names, v, &note),
		ERR_LIMIT);
}

static void test_next(void **state)
{
	static const char *const want[] = {"1", "\"],[\"", "[2,[3]]", "{\"a\":[]}"};
	struct view rest = view_str("[1,\"],[\",[2,[3]],{\"a\":[]}]"), item;
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(json_form_next(&rest, &item));
		assert_true(view_eq(item, view_str(want[i])));
	}
	assert_false(json_form_next(&rest, &item));
	rest = view_str("[]");
	assert_false(json_form_next(&rest, &item));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_nul),
		cmocka_unit_test(test_every_byte), cmocka_unit_test(test_places),
		cmocka_unit_test(test_object), cmocka_unit_test(test_next)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
