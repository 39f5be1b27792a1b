/* Tree: both: allocations fail on demand in the plain one alone */
#include "common/base/json.h"
#include "tests/fault/calls.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void parse_verdicts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int rc;
		const char *note; /* part of the message */
	} cases[] = {
		{"{}", 0, ""},
		{" [1, -2, 0] ", 0, ""},
		{"\"x\"", 0, ""},
		{"null", 0, ""},
		{"9007199254740991", 0, ""},
		{"-9007199254740991", 0, ""},
		{"\"\\ud83d\\ude00\"", 0, ""},
		{"", ERR_SYNTAX, "line 1"},
		{"{\"a\":1,\"a\":2}", ERR_SYNTAX, "duplicate"},
		{"{\"a\":1,\"\\u0061\":2}", ERR_SYNTAX, "duplicate"},
		{"{} x", ERR_SYNTAX, "end of file"},
		{"{}{}", ERR_SYNTAX, "end of file"},
		{"[1,]", ERR_SYNTAX, "column 4"},
		{"[01]", ERR_SYNTAX, "line 1"},
		{"NaN", ERR_SYNTAX, "line 1"},
		{"\n\n[tru]", ERR_SYNTAX, "line 3"},
		{"\"\\u0000\"", ERR_SYNTAX, "\\u0000"},
		{"{\"\\u0000\":1}", ERR_SYNTAX, "NUL"},
		{"\"\xff\"", ERR_SYNTAX, "0xff"},
		{"\"\xc0\xaf\"", ERR_SYNTAX, "0xc0"},
		{"\"\xed\xa0\x80\"", ERR_SYNTAX, "decode"},
		{"\"\\ud800\"", ERR_SYNTAX, "Unicode"},
		{"\"a\tb\"", ERR_SYNTAX, "control"},
		{"1.5", ERR_RANGE, "not an integer"},
		{"1.0", ERR_RANGE, "not an integer"},
		{"1e2", ERR_RANGE, "not an integer"},
		{"9007199254740992", ERR_RANGE, "2^53"},
		{"-9007199254740992", ERR_RANGE, "2^53"},
		{"92233720368547758089", ERR_RANGE, "line 1"},
		{"1e999", ERR_RANGE, "line 1"},
		{"{\"a\":{\"b\":[1,2.5]}}", ERR_RANGE, "a.b[1]: "},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err_note note = {0};
		json_t *v = NULL;
		int rc = json_parse(view_str(cases[i].text), 1000, &v, &note);
		if (rc != cases[i].rc || !strstr(note.text, cases[i].note))
			fail_msg("%s: %s \"%s\"", cases[i].text, err_name(rc), note.text);
		assert_true((rc == 0) == (v != NULL));
		assert_int_equal(note.err, rc);
		json_decref(v);
		assert_int_equal(json_parse(view_str(cases[i].text), 1000, &v, NULL), rc);
		if (rc == 0)
			json_decref(v);
	}
}

static void parse_tells_no_content(void **state)
{
	(void)state;
	struct err_note note = {0};
	json_t *v = NULL;
	assert_int_equal(json_parse(view_str("{\"owner\":\"Zhang\" x"), 1000, &v, &note), ERR_SYNTAX);
	assert_null(strstr(note.text, "Zhang"));
	assert_int_equal(json_parse(view_str("[Zhang]"), 1000, &v, &note), ERR_SYNTAX);
	assert_null(strstr(note.text, "Zhang"));
}

static void parse_nul_byte_is_trailing_data(void **state)
{
	(void)state;
	json_t *v = NULL;
	assert_int_equal(json_parse(view_of("{}\0", 3), 10, &v, NULL), ERR_SYNTAX);
	assert_int_equal(json_parse(view_of("\"a\0b\"", 5), 10, &v, NULL), ERR_SYNTAX);
	assert_int_equal(json_parse(view_of(NULL, 0), 10, &v, NULL), ERR_SYNTAX);
}

static char *nested(size_t depth, char open, char close)
{
	char *s = calloc(2 * depth + 1, 1);
	assert_non_null(s);
	memset(s, open, depth);
	memset(s + depth, close, depth);
	return s;
}

static void parse_limits(void **state)
{
	(void)state;
	struct err_note note;
	json_t *v = NULL;
	assert_int_equal(json_parse(view_str("[1,2]"), 5, &v, &note), 0);
	json_decref(v);
	assert_int_equal(json_parse(view_str("[1,2]"), 4, &v, &note), ERR_LIMIT);
	assert_non_null(strstr(note.text, "at most 4"));

	char *ok = nested(JSON_DEPTH_MAX, '[', ']'), *deep = nested(JSON_DEPTH_MAX + 1, '[', ']'),
	     *huge = nested(1000000, '[', ']');
	assert_int_equal(json_parse(view_str(ok), 1 << 22, &v, &note), 0);
	json_decref(v);
	assert_int_equal(json_parse(view_str(deep), 1 << 22, &v, &note), ERR_LIMIT);
	assert_int_equal(json_parse(view_str(huge), 1 << 22, &v, &note), ERR_LIMIT);
	assert_non_null(strstr(note.text, "byte 16"));
	free(ok);
	free(deep);
	free(huge);
	/* brackets in texts, after escaped quotes too, are no nesting */
	assert_int_equal(json_parse(view_str("\"[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[\\\\\""), 100, &v, NULL), 0);
	json_decref(v);
}

/* Input and its RFC 8785 form; the first two are the examples of RFC 8785 §3.2.2 and §3.2.3 (the former
 * without the numbers this project refuses). */
static const struct {
	const char *in, *out;
} golden[] = {
	{"{\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\", \"literals\": [null, "
	 "true, "
	 "false]}",
		"{\"literals\":[null,true,false],\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/"
		"\"}"},
	{"{\"\\u20ac\": \"Euro Sign\",\"\\r\": \"Carriage Return\",\"\\ufb33\": \"Hebrew Letter Dalet With "
	 "Dagesh\",\"1\": \"One\",\"\\ud83d\\ude00\": \"Emoji: Grinning Face\",\"\\u0080\": \"Control\","
	 "\"\\u00f6\": \"Latin Small Letter O With Diaeresis\"}",
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin "
		"Small "
		"Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: "
		"Grinning "
		"Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}"},
	{"[ ]", "[]"},
	{"{ }", "{}"},
	{"-0", "0"},
	{"[9007199254740991,-9007199254740991, 0]", "[9007199254740991,-9007199254740991,0]"},
	{"\"\\b\\t\\n\\f\\r\\u001f\\u007f\\u2028\"", "\"\\b\\t\\n\\f\\r\\u001f\x7f\xe2\x80\xa8\""},
	{"{\"b\":{\"z\":1,\"y\":[{\"d\":1,\"c\":2}]},\"a\":\"\"}",
		"{\"a\":\"\",\"b\":{\"y\":[{\"c\":2,\"d\":1}],\"z\":1}}"},
	{"{\"aa\":1,\"a\":2,\"\":3,\"B\":4}", "{\"\":3,\"B\":4,\"a\":2,\"aa\":1}"},
	/* same first code unit, order by the second; and a pair against U+FFFF */
	{"{\"\\ud83d\\ude01\":1,\"\\ud83d\\ude00\":2,\"\\uffff\":3,\"\\ue000\":4}",
		"{\"\xf0\x9f\x98\x80\":2,\"\xf0\x9f\x98\x81\":1,\"\xee\x80\x80\":4,\"\xef\xbf\xbf\":3}"},
};

static void canon_golden(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
		json_t *v = NULL;
		struct buf b;
		buf_init(&b, 4096);
		assert_int_equal(json_parse(view_str(golden[i].in), 4096, &v, NULL), 0);
		assert_int_equal(json_canon(v, &b), 0);
		assert_string_equal((char *)b.p, golden[i].out);
		assert_true(json_is_canon(buf_view(&b)));
		assert_int_equal(
			json_is_canon(view_str(golden[i].in)), strcmp(golden[i].in, golden[i].out) == 0);
		json_decref(v);
		buf_fini(&b);
	}
}

static void canon_refuses(void **state)
{
	(void)state;
	struct buf b;
	json_t *real = json_pack("{s:[f]}", "a", 1.5), *big = json_pack("{s:I}", "a", (json_int_t)1 << 53),
	       *fits = json_pack("{s:s}", "a", "b");
	buf_init(&b, 9);
	assert_int_equal(json_canon(fits, &b), 0);
	buf_reset(&b);
	assert_int_equal(json_canon(real, &b), ERR_RANGE);
	buf_reset(&b);
	assert_int_equal(json_canon(big, &b), ERR_RANGE);
	buf_fini(&b);
	buf_init(&b, 8);
	assert_int_equal(json_canon(fits, &b), ERR_LIMIT);
	buf_fini(&b);
	json_decref(real);
	json_decref(big);
	json_decref(fits);
	static const char *const not_canon[] = {"{} ", "[1, 2]", "{\"b\":1,\"a\":2}", "\"\\u0061\"",
		"\"\\/\"", "\"\\u000A\"", "1.0", "x", ""};
	for (size_t i = 0; i < sizeof not_canon / sizeof not_canon[0]; i++)
		assert_false(json_is_canon(view_str(not_canon[i])));
}

static void getters(void **state)
{
	(void)state;
	json_t *o = NULL, *sub = NULL;
	struct err_note note;
	const char *s = "untouched";
	int64_t n = 77;
	assert_int_equal(json_parse(view_str("{\"s\":\"text\",\"n\":12,\"o\":{\"k\":1},\"l\":[1,2,3]}"), 100,
				 &o, NULL),
		0);
	assert_int_equal(json_get_str(o, "n", 10, &s, &note), ERR_SCHEMA);
	assert_string_equal(note.text, "n: not a text");
	assert_int_equal(json_get_str(o, "x", 10, &s, &note), ERR_SCHEMA);
	assert_string_equal(note.text, "x: missing");
	assert_int_equal(json_get_str(o, "s", 3, &s, &note), ERR_SCHEMA);
	assert_string_equal(s, "untouched");
	assert_int_equal(json_get_str(o, "s", 4, &s, &note), 0);
	assert_string_equal(s, "text");

	assert_int_equal(json_get_int(o, "n", 13, 20, &n, &note), ERR_SCHEMA);
	assert_int_equal(json_get_int(o, "n", 0, 11, &n, &note), ERR_SCHEMA);
	assert_int_equal(json_get_int(o, "s", 0, 11, &n, &note), ERR_SCHEMA);
	assert_int_equal(n, 77);
	assert_int_equal(json_get_int(o, "n", 12, 12, &n, &note), 0);
	assert_int_equal(n, 12);

	assert_int_equal(json_get_obj(o, "l", &sub, &note), ERR_SCHEMA);
	assert_null(sub);
	assert_int_equal(json_get_obj(o, "o", &sub, NULL), 0);
	assert_int_equal(json_int(sub, "k"), 1);
	assert_int_equal(json_get_arr(o, "l", 2, &sub, &note), ERR_SCHEMA);
	assert_int_equal(json_get_arr(o, "o", 2, &sub, &note), ERR_SCHEMA);
	assert_int_equal(json_get_arr(o, "l", 3, &sub, &note), 0);
	assert_int_equal(json_array_size(sub), 3);

	static const char *const all[] = {"s", "n", "o", "l", NULL}, *const some[] = {"s", "o", "l", NULL};
	assert_int_equal(json_only_keys(o, all, &note), 0);
	assert_int_equal(json_only_keys(o, some, &note), ERR_SCHEMA);
	assert_string_equal(note.text, "n: unknown key");
	assert_int_equal(json_only_keys(sub, all, &note), ERR_SCHEMA);

	assert_string_equal(json_str(o, "s"), "text");
	assert_string_equal(json_str(o, "n"), "");
	assert_string_equal(json_str(o, "absent"), "");
	assert_int_equal(json_int(o, "absent"), 0);
	json_decref(o);
}

/* Whichever allocation fails: it is told as what it is, and nothing is read otherwise than it stands. */
static void want_of_memory(void **state)
{
	static const char text[] =
		"{\"identity\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789\","
		"\"n\":1234567890123456,\"list\":[-12345678901,true,null,\"不动产登记\\u0041\"],"
		"\"types\":{\"application.submitted\":3,\"message.refused\":1}}";
	json_t *want = NULL, *v = NULL;
	unsigned n = 0;
	int rc = ERR_NOMEM;
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("# left out: the sanitizer's own malloc does not fail on demand\n");
	return;
#endif
	assert_int_equal(json_parse(view_str(text), sizeof text, &want, NULL), 0);
	while (rc == ERR_NOMEM && n < 1000) {
		calls_fail(CALLS_MALLOC, ++n);
		rc = json_parse(view_str(text), sizeof text, &v, NULL);
		calls_fail(CALLS_MALLOC, 0);
	}
	assert_int_equal(rc, 0);
	assert_true(json_equal(v, want));
	assert_true(n > 20);
	json_decref(v);
	json_decref(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_verdicts),
		cmocka_unit_test(parse_tells_no_content),
		cmocka_unit_test(parse_nul_byte_is_trailing_data),
		cmocka_unit_test(parse_limits),
		cmocka_unit_test(canon_golden),
		cmocka_unit_test(canon_refuses),
		cmocka_unit_test(getters),
		cmocka_unit_test(want_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
