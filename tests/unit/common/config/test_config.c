/* Tree: both: allocations fail on demand in the plain one alone */
#include "common/config/config.h"
#include "tests/fault/calls.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[256], file[300];

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof folder, "%s/sw-config.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/test.yaml", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

static void put(const void *text, size_t n)
{
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

struct all {
	int64_t untouched;
	char *name, *spool, *optional;
	int64_t count, size, wait;
	bool on;
	struct config_list peers, more;
};
#define A(m) offsetof(struct all, m)
static const struct config_field table[] = {
	{"name", CONFIG_STR, A(name), true, NULL, 0, 0, "name shown"},
	{"gap.spool", CONFIG_PATH, A(spool), false, "spool", 0, 0, "spool folder"},
	{"gap.deep.optional", CONFIG_STR, A(optional), false, NULL, 0, 0, "an optional text"},
	{"gap.count", CONFIG_INT, A(count), false, "5", -10, 10, "how many"},
	{"limits.size", CONFIG_SIZE, A(size), false, "64K", 1, 1 << 30, "largest file"},
	{"limits.wait", CONFIG_TIME, A(wait), false, "10s", 0, 0, "time limit"},
	{"on", CONFIG_BOOL, A(on), false, "true", 0, 0, "whether"},
	{"peers", CONFIG_LIST, A(peers), false, NULL, 0, 0, "peers"},
	{"more", CONFIG_LIST, A(more), false, "a,b c", 0, 0, "more of them"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static int load(const char *text, struct all *a, struct err_note *note)
{
	put(text, strlen(text));
	return config_load(file, table, a, note);
}

static void all_types(void **state)
{
	(void)state;
	struct all a = {.untouched = 42};
	struct err_note note = {0};
	assert_int_equal(load("name: \"Three nets \xe4\xb8\x89\xe7\xbd\x91\"\n"
			      "gap:\n"
			      "  spool: in/gap # a comment\n"
			      "  count: -10\n"
			      "  deep: {optional: 'x: y'}\n"
			      "limits:\n"
			      "  size: 20M\n"
			      "  wait: 500ms\n"
			      "on: false\n"
			      "peers: [one, \"two, three\", 4]\n"
			      "more:\n"
			      "- x\n",
				 &a, &note),
		0);
	char path[400];
	snprintf(path, sizeof path, "%s/in/gap", folder);
	assert_string_equal(a.name, "Three nets \xe4\xb8\x89\xe7\xbd\x91");
	assert_string_equal(a.spool, path);
	assert_string_equal(a.optional, "x: y");
	assert_int_equal(a.count, -10);
	assert_int_equal(a.size, 20 << 20);
	assert_int_equal(a.wait, 500);
	assert_false(a.on);
	assert_int_equal(a.peers.n, 3);
	assert_string_equal(a.peers.v[1], "two, three");
	assert_string_equal(a.peers.v[2], "4");
	assert_int_equal(a.more.n, 1);
	assert_int_equal(a.untouched, 42);
	config_free_fields(table, &a);
	assert_null(a.name);
	assert_null(a.peers.v);
	config_free_fields(table, &a);
}

static void defaults(void **state)
{
	(void)state;
	struct all a = {0};
	char path[400];
	assert_int_equal(load("name: x\n", &a, NULL), 0);
	snprintf(path, sizeof path, "%s/spool", folder);
	assert_string_equal(a.spool, path);
	assert_null(a.optional);
	assert_int_equal(a.count, 5);
	assert_int_equal(a.size, 65536);
	assert_int_equal(a.wait, 10000);
	assert_true(a.on);
	assert_int_equal(a.peers.n, 0);
	assert_int_equal(a.more.n, 2);
	assert_string_equal(a.more.v[0], "a");
	assert_string_equal(a.more.v[1], "b c");
	config_free_fields(table, &a);
	/* a dotted key is the same as the section, an absolute path stays */
	assert_int_equal(load("name: x\ngap.spool: /srv/gap\n", &a, NULL), 0);
	assert_string_equal(a.spool, "/srv/gap");
	config_free_fields(table, &a);
}

static void numbers(void **state)
{
	(void)state;
	static const struct {
		const char *key, *text;
		int64_t value; /* -1: refused */
	} cases[] = {
		{"limits: {size", "1", 1},
		{"limits: {size", "1024M", 1 << 30},
		{"limits: {size", "1G", 1 << 30},
		{"limits: {size", "1025M", -1},
		{"limits: {size", "0", -1},
		{"limits: {size", "-1", -1},
		{"limits: {size", "+1", -1},
		{"limits: {size", "1k", -1},
		{"limits: {size", "1 K", -1},
		{"limits: {size", "\" 1\"", -1},
		{"limits: {size", "1KB", -1},
		{"limits: {size", "K", -1},
		{"limits: {size", "1.5K", -1},
		{"limits: {size", "99999999999999999999", -1},
		{"limits: {size", "9999999999T", -1},
		{"limits: {wait", "0ms", 0},
		{"limits: {wait", "500ms", 500},
		{"limits: {wait", "2s", 2000},
		{"limits: {wait", "5m", 300000},
		{"limits: {wait", "2h", 7200000},
		{"limits: {wait", "30d", 2592000000},
		{"limits: {wait", "10", -1},
		{"limits: {wait", "10S", -1},
		{"limits: {wait", "-1s", -1},
		{"limits: {wait", "106751991168d", -1},
		{"gap: {count", "10", 10},
		{"gap: {count", "0", 0},
		{"gap: {count", "11", -1},
		{"gap: {count", "-11", -1},
		{"gap: {count", "0x1", -1},
		{"gap: {count", "1e1", -1},
		{"gap: {count", "-", -1},
		{"gap: {count", "1.0", -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct all a = {0};
		struct err_note note = {0};
		char text[200];
		snprintf(text, sizeof text, "name: x\n%s: %s}\n", cases[i].key, cases[i].text);
		int rc = load(text, &a, &note);
		int64_t got = cases[i].key[0] == 'g' ? a.count : cases[i].key[9] == 's' ? a.size : a.wait;
		if (cases[i].value < 0 ? rc != ERR_CONFIG : rc != 0 || got != cases[i].value)
			fail_msg("%s: %s %lld %s", text, err_name(rc), (long long)got, note.text);
		config_free_fields(table, &a);
	}
}

/* Text, and "LINE:COLUMN: the rest" of the message. */
static const struct {
	const char *text, *note;
} refused[] = {
	{"name: x\nother: 1\n", "2:1: other: unknown key"},
	{"name: x\ngap:\n  spol: y\n", "3:3: gap.spol: unknown key"},
	{"name: x\ngap.count.x: y\n", "2:1: gap.count.x: unknown key"},
	{"name: x\ngap: y\n", "2:6: gap: must be a section"},
	{"name: x\ngap: [y]\n", "2:6: gap: must be a section"},
	{"gap:\n  spool: y\n", "1:1: name: missing (name shown)"},
	{"name: x\nname: y\n", "2:1: the key stands twice"},
	{"name: x\ngap:\n  count: 1\n  count: 2\n", "4:3: the key stands twice"},
	{"name: x\ngap: {count: 1}\ngap.count: 2\n", "3:1: gap.count: stands twice"},
	{"name: [x]\n", "1:7: name: must be a text"},
	{"name: {x: y}\n", "1:7: name: must be a text"},
	{"name:\n", "1:6: no value (an empty text is \"\")"},
	{"name: x\ngap: {spool: \"\"}\n", "2:14: gap.spool: must be a path"},
	{"name: x\ngap: {count: 11}\n", "2:14: gap.count: must be a whole number, from -10 to 10"},
	{"name: x\nlimits: {size: 2G}\n",
		"2:16: limits.size: must be a size such as 64K, 20M, 2G, from 1 to 1G"},
	{"name: x\nlimits: {wait: soon}\n",
		"2:16: limits.wait: must be a time such as 500ms, 10s, 5m, 2h, 30d"},
	{"name: x\non: yes\n", "2:5: on: must be true or false"},
	{"name: x\non: True\n", "2:5: on: must be true or false"},
	{"name: x\npeers: one\n", "2:8: peers: must be a list of texts"},
	{"name: x\npeers: [one, [two]]\n", "2:8: peers: must be a list of texts"},
	{"name: x\npeers: {one: two}\n", "2:8: peers: must be a list of texts"},
	{"name: &a x\n", "1:7: anchors, aliases and tags are not taken"},
	{"name: *a\n", "1:7: anchors, aliases and tags are not taken"},
	{"name: !!str x\n", "1:7: anchors, aliases and tags are not taken"},
	{"name: ! x\n", "1:7: anchors, aliases and tags are not taken"},
	{"name: x\ngap: &g {count: 1}\n", "2:6: anchors, aliases and tags are not taken"},
	{"name: x\npeers: !set [a]\n", "2:8: anchors, aliases and tags are not taken"},
	{"&k name: x\n", "1:1: anchors, aliases, tags and merges are not taken"},
	{"name: x\n<<: {on: true}\n", "2:1: anchors, aliases, tags and merges are not taken"},
	{"? [a]\n: b\n", "1:3: a key must be a plain text"},
	{"name: \"a\\0b\"\n", "1:7: a text with a NUL"},
	{"\"na\\0me\": b\n", "1:1: a key that is empty, over 64 characters or with a NUL"},
	{"\"\": b\n", "1:1: a key that is empty, over 64 characters or with a NUL"},
	{"name: x\n---\nname: y\n", "3:1: more than one document"},
	{"name: 'x\n", "2:1: found unexpected end of stream"},
	{"name: x\n  bad: y\n", "2:6: mapping values are not allowed in this context"},
	{"name: [x\n", "2:1: did not find expected ',' or ']'"},
	{"name: x\n\tgap: y\n", "2:1: found a tab character that violates indentation"},
	{"name: x\nb\xff: y\n", "2:2: invalid leading UTF-8 octet"},
	{"name: x\n# \x01\n", "2:3: control characters are not allowed"},
	{"- x\n", "1:1: not a mapping"},
	{"just text\n", "1:1: not a mapping"},
	{"", "1:1: empty"},
	{"# nothing\n", "1:1: empty"},
	{"[[[[[[[[[[[[[[[[[[[[\n", "1:17: too many values or nested too deep"},
	{"a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {}}}}}}}}}}}}}}}}}\n",
		"1:64: too many values or nested too deep"},
};

static void refusals_name_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct all a, was;
		struct err_note note = {0};
		char want[600];
		memset(&a, 0x5a, sizeof a);
		memcpy(&was, &a, sizeof a);
		snprintf(want, sizeof want, "%s:%s", file, refused[i].note);
		int rc = load(refused[i].text, &a, &note);
		if (rc != ERR_CONFIG || note.err != rc || strcmp(note.text, want) != 0)
			fail_msg("%s-> %s: %s\nwanted %s", refused[i].text, err_name(rc), note.text, want);
		assert_memory_equal(&a, &was, sizeof a);
		assert_int_equal(config_load(file, table, &a, NULL), ERR_CONFIG);
	}
}

static void missing_is_placed_in_its_section(void **state)
{
	(void)state;
	static const struct config_field must[] = {
		{"a.b.c", CONFIG_STR, A(name), true, NULL, 0, 0, "a name"},
		{"a.d", CONFIG_STR, A(optional), false, NULL, 0, 0, "else"},
		{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
	};
	struct all a;
	struct err_note note;
	put("a:\n  d: x\n", 9);
	assert_int_equal(config_load(file, must, &a, &note), ERR_CONFIG);
	assert_non_null(strstr(note.text, ".yaml:2:3: a.b.c: missing (a name)"));
}

static void files_that_cannot_be_read(void **state)
{
	(void)state;
	struct all a;
	struct err_note note;
	assert_int_equal(config_load("/absent/x.yaml", table, &a, &note), ERR_CONFIG);
	assert_string_equal(note.text, "/absent/x.yaml: not found");
	assert_int_equal(config_load(folder, table, &a, &note), ERR_CONFIG);
	/* over 1 MiB */
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(ftruncate(fd, (1 << 20) + 1), 0);
	close(fd);
	assert_int_equal(config_load(file, table, &a, &note), ERR_CONFIG);
	assert_non_null(strstr(note.text, "a limit is exceeded"));
	/* a long path leaves room for what is wrong */
	char longer[500];
	memset(longer, '/', sizeof longer - 1);
	snprintf(longer + 300, sizeof longer - 300, "/absent.yaml");
	assert_int_equal(config_load(longer, table, &a, &note), ERR_CONFIG);
	assert_non_null(strstr(note.text, "/absent.yaml: not found"));
}

static void utf16_is_refused(void **state)
{
	(void)state;
	struct all a;
	struct err_note note;
	put("\xff\xfen\0a\0m\0e\0:\0 \0x\0\n\0", 18);
	assert_int_equal(config_load(file, table, &a, &note), ERR_CONFIG);
}

static void wrong_default_is_a_bug(void **state)
{
	(void)state;
	static const struct config_field wrong[] = {
		{"count", CONFIG_INT, A(count), false, "11", 0, 10, "how many"},
		{"x", CONFIG_STR, A(name), false, NULL, 0, 0, "text"},
		{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
	};
	struct all a;
	struct err_note note;
	put("x: y\n", 5);
	assert_int_equal(config_load(file, wrong, &a, &note), ERR_BUG);
	assert_non_null(strstr(note.text, "default of count"));
}

/* What config_print writes to standard output, loaded again. */
static void print_to_file(const struct all *a)
{
	int out = dup(STDOUT_FILENO), fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0 && fd >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	config_print(table, a);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(fd);
	close(out);
}

static void prints_what_it_would_load(void **state)
{
	(void)state;
	struct all a = {0}, b = {0};
	char text[2000] = "";
	assert_int_equal(load("name: \"a \\\"quoted\\\" \\\\ \\n name: #x\"\n"
			      "limits: {size: 1536, wait: 90s}\n"
			      "peers: [\"a, b\", \"\"]\n",
				 &a, NULL),
		0);
	print_to_file(&a);
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	char want[2000];
	snprintf(want, sizeof want,
		"# name shown (required)\n"
		"name: \"a \\\"quoted\\\" \\\\ \\x0a name: #x\"\n"
		"gap:\n"
		"  # spool folder\n"
		"  spool: \"%s/spool\"\n"
		"  # deep:\n"
		"    # an optional text\n"
		"    # optional:\n"
		"  # how many\n"
		"  count: 5\n"
		"limits:\n"
		"  # largest file\n"
		"  size: 1536\n"
		"  # time limit\n"
		"  wait: 90s\n"
		"# whether\n"
		"on: true\n"
		"# peers\n"
		"peers: [\"a, b\", \"\"]\n"
		"# more of them\n"
		"more: [\"a\", \"b c\"]\n",
		folder);
	assert_string_equal(text, want);
	struct err_note note;
	assert_int_equal(config_load(file, table, &b, &note), 0);
	assert_string_equal(a.name, b.name);
	assert_int_equal(a.size, b.size);
	assert_int_equal(a.wait, b.wait);
	assert_int_equal(b.peers.n, 2);
	assert_null(b.optional);
	config_free_fields(table, &a);
	config_free_fields(table, &b);
}

static void yaml_as_json(void **state)
{
	(void)state;
	static const struct {
		const char *yaml, *json; /* canonical; NULL: refused */
	} cases[] = {
		{"a: 1\nb: [true, false, \"true\", '5', x y, 0, -7]\n",
			"{\"a\":1,\"b\":[true,false,\"true\",\"5\",\"x y\",0,-7]}"},
		{"codes: [0112, -0, 00, +1, 1.5, 1e3, 0x1f, yes, null, ~, 2026-11-24]\n",
			"{\"codes\":[\"0112\",\"-0\",\"00\",\"+1\",\"1.5\",\"1e3\",\"0x1f\",\"yes\",\"null\","
			"\"~\","
			"\"2026-11-24\"]}"},
		{"big: 999999999999999\n", "{\"big\":999999999999999}"},
		{"text: |\n  one\n  two\n", "{\"text\":\"one\\ntwo\\n\"}"},
		{"- a\n- {b: []}\n", "[\"a\",{\"b\":[]}]"},
		{"7", "7"},
		{"big: 9999999999999999\n", NULL},
		{"id: 330106199001011234\n", NULL},
		{"a:\n", NULL},
		{"a: 1\na: 2\n", NULL},
		{"a: &x 1\n", NULL},
		{"a: !!int 1\n", NULL},
		{"a: \"\\0\"\n", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		json_t *v = NULL;
		struct err_note note = {0};
		struct buf b;
		buf_init(&b, 4096);
		put(cases[i].yaml, strlen(cases[i].yaml));
		int rc = config_yaml_json(file, 4096, &v, &note);
		if (cases[i].json) {
			if (rc != 0)
				fail_msg("%s-> %s", cases[i].yaml, note.text);
			assert_int_equal(json_canon(v, &b), 0);
			assert_string_equal((char *)b.p, cases[i].json);
		} else {
			assert_int_equal(rc, ERR_SYNTAX);
			assert_int_equal(note.err, ERR_SYNTAX);
			assert_non_null(
				strstr(note.text, ".yaml:1:") ? note.text : strstr(note.text, ".yaml:2:"));
			assert_null(v);
		}
		json_decref(v);
		buf_fini(&b);
	}
	json_t *v = NULL;
	put("a: 1\n", 5);
	assert_int_equal(config_yaml_json(file, 4, &v, NULL), ERR_SYNTAX);
	assert_int_equal(config_yaml_json(file, 5, &v, NULL), 0);
	json_decref(v);
	assert_int_equal(config_yaml_json("/absent", 5, &v, NULL), ERR_CONFIG);
}

static void yaml_with_places(void **state)
{
	(void)state;
	json_t *v = NULL;
	struct buf b;
	buf_init(&b, 4096);
	put("a: 1\nb:\n- x\n", 12);
	assert_int_equal(config_yaml_marked(file, 4096, &v, NULL), 0);
	assert_int_equal(json_canon(v, &b), 0);
	assert_string_equal((char *)b.p, "{\"at\":\"1:1\",\"keys\":{\"a\":\"1:1\",\"b\":\"2:1\"},\"v\":{"
					 "\"a\":{\"at\":\"1:4\",\"v\":\"1\"},"
					 "\"b\":{\"at\":\"3:1\",\"v\":[{\"at\":\"3:3\",\"v\":\"x\"}]}}}");
	json_decref(v);
	buf_fini(&b);
}

/* Whichever allocation fails: it is told as what it is, not as a fault of the file, and nothing is left out.
 */
static void want_of_memory(void **state)
{
	static const char text[] =
		"types:\n  application.submitted:\n    zh: 提交\n    list: [1, 2, {k: v}]\nn: 12\n";
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("# left out: the sanitizer's own malloc does not fail on demand\n");
	return;
#endif
	put(text, sizeof text - 1);
	for (int marked = 0; marked < 2; marked++) {
		int (*parse)(const char *, size_t, json_t **, struct err_note *) =
			marked ? config_yaml_marked : config_yaml_json;
		json_t *want = NULL, *v = NULL;
		unsigned n = 0;
		int rc = ERR_NOMEM;
		assert_int_equal(parse(file, 4096, &want, NULL), 0);
		while (rc == ERR_NOMEM && n < 2000) {
			calls_fail(CALLS_MALLOC, ++n);
			rc = parse(file, 4096, &v, NULL);
			calls_fail(CALLS_MALLOC, 0);
		}
		assert_int_equal(rc, 0);
		assert_true(json_equal(v, want));
		assert_true(n > 20);
		json_decref(v);
		json_decref(want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_types),
		cmocka_unit_test(defaults),
		cmocka_unit_test(numbers),
		cmocka_unit_test(refusals_name_the_place),
		cmocka_unit_test(missing_is_placed_in_its_section),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(utf16_is_refused),
		cmocka_unit_test(wrong_default_is_a_bug),
		cmocka_unit_test(prints_what_it_would_load),
		cmocka_unit_test(yaml_as_json),
		cmocka_unit_test(yaml_with_places),
		cmocka_unit_test(want_of_memory),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
