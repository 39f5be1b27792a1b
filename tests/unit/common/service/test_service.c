/* What the three daemons share: settings by table, the command line, asking another program. */
#include "common/service/ask.h"
#include "common/service/command.h"
#include "common/service/settings.h"
#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct own {
	char *colour;
	int64_t size;
};
static const struct config_field own_fields[] = {
	{"colour", CONFIG_STR, offsetof(struct own, colour), true, NULL, 0, 0, "a colour"},
	{"size", CONFIG_INT, offsetof(struct own, size), false, "7", 1, 9, "a size"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL}};
static int own_run(struct service *s, int argc, char **argv)
{
	(void)s, (void)argc, (void)argv;
	return 0;
}
static const struct service_link links[] = {{.link = "gap",
						    .peer = "extranet",
						    .out_to = "gap-outer",
						    .in_from = "gap-outer",
						    .origin_from = "extranet"},
	{.link = "disc", .peer = "extranet", .out_to = "extranet"}};
static const struct account_role roles[] = {{"clerk", "员", "clerk", ""}, {NULL, NULL, NULL, NULL}};
static const struct service_command commands[] = {{"import", "FILE  reads", own_run}};
static const struct service_def def = {.program = "testd",
	.zone = "internet",
	.about = "test",
	.links = links,
	.nlinks = 2,
	.roles = roles,
	.config = own_fields,
	.config_size = sizeof(struct own),
	.commands = commands,
	.ncommands = 1};

#define GOOD                                                                                                 \
	"data: data\ndivision: \"110101\"\ncatalogue: messages.yaml\nkeys:\n  sign: a\n  sign_cert: b\n"     \
	"  open: c\n  open_cert: d\n  master: e\ncolour: red\n"
#define GAP "gap:\n  spool: spool\n  recipient: r.pem\n  in_ca: i.pem\n  origin_ca: o.pem\n"
#define DISC "disc:\n  spool: spool\n  recipient: r.pem\n"

static char dir[] = "/tmp/test-service.XXXXXX", file[64];

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof file, "%s/testd.yaml", dir);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(dir);
}
static int load(const char *text, struct settings_file **out, struct err_note *note)
{
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return settings_load(&def, file, out, note);
}

static void test_settings(void **state)
{
	(void)state;
	struct settings_file *f = NULL;
	struct err_note note = {0};
	char want[96];
	if (load(GOOD GAP "  tick: 5s\n  group_size: 1M\n" DISC "size: 9\n", &f, &note) != 0)
		fail_msg("%s", note.text);
	const struct settings *s = settings_get(f);
	const struct own *own = settings_zone(f);
	snprintf(want, sizeof want, "%s/data", dir); /* paths are taken from the file's folder */
	assert_string_equal(s->data, want);
	assert_string_equal(s->listen, "127.0.0.1:0");
	assert_string_equal(s->suite, "gm");
	assert_int_equal(s->workers, 48);
	assert_int_equal(s->links[0].tick_ms, 5000);
	assert_int_equal(s->links[0].group_bytes, 1 << 20);
	assert_int_equal(s->links[1].tick_ms, 0);
	assert_int_equal(s->links[1].group_messages, 256);
	assert_null(s->links[1].in_ca);
	assert_string_equal(own->colour, "red");
	assert_int_equal(own->size, 9);
	settings_free(f);
	settings_free(NULL);
}

static void test_wrong_settings(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} wrong[] = {{GOOD GAP DISC "unheard: 1\n", "unheard: unknown key"},
		{GOOD GAP DISC "level:\n  spool: x\n", "unknown key"},
		{GOOD GAP "  unheard: 1\n" DISC, "gap.unheard: unknown key"}, {GOOD GAP, "disc.spool"},
		{GAP DISC "colour: red\n", "data"}, {GOOD GAP DISC "size: 10\n", "size"},
		{GOOD GAP DISC "size: many\n", "size"}, {GOOD GAP DISC "workers: 0\n", "workers"},
		{GOOD GAP "  tick: 5 years\n" DISC, "gap.tick"}, {GOOD GAP DISC "suite: rot13\n", "suite"},
		{GOOD "gap:\n  spool: s\n  in_ca: i\n  origin_ca: o\n" DISC, "gap.recipient: missing"},
		{GOOD "gap:\n  spool: s\n  recipient: r\n  origin_ca: o\n" DISC, "gap.in_ca: missing"},
		{GOOD "gap:\n  spool: s\n  recipient: r\n  in_ca: i\n" DISC, "gap.origin_ca: missing"},
		{GOOD GAP "disc:\n  spool: s\n", "disc.recipient: missing"}, {"", ""}, {"- a\n", ""},
		{GOOD GAP DISC "data: twice\n", "19:1: the key stands twice"}};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct settings_file *f = NULL;
		struct err_note note = {0};
		if (load(wrong[i].text, &f, &note) != ERR_CONFIG)
			fail_msg("taken: %s", wrong[i].text);
		assert_null(f);
		assert_non_null(strstr(note.text, "testd.yaml"));
		if (!strstr(note.text, wrong[i].said))
			fail_msg("\"%s\" does not say \"%s\"", note.text, wrong[i].said);
	}
	struct settings_file *f = NULL;
	struct err_note note = {0};
	unlink(file);
	assert_int_equal(settings_load(&def, file, &f, &note), ERR_CONFIG);
	assert_non_null(strstr(note.text, "testd.yaml"));
}

static int parse(const char *words, struct command_line *out)
{
	static char text[256];
	char *argv[16] = {NULL};
	int argc = 0, out_fd = dup(1), err_fd = dup(2), null = open("/dev/null", O_WRONLY);
	snprintf(text, sizeof text, "%s", words);
	for (char *save = NULL, *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	fflush(stdout);
	dup2(null, 1);
	dup2(null, 2);
	optind = 0;
	int rc = command_parse(&def, argc, argv, out);
	fflush(stdout);
	dup2(out_fd, 1);
	dup2(err_fd, 2);
	close(out_fd);
	close(err_fd);
	close(null);
	return rc;
}

static void test_command_line(void **state)
{
	(void)state;
	struct command_line l;
	static const struct {
		const char *words;
		int rc;
		enum command_kind kind;
	} cases[] = {{"testd -c f", COMMAND_GO, COMMAND_RUN},
		{"testd --config f --check", COMMAND_GO, COMMAND_RUN},
		{"testd init -c f", COMMAND_GO, COMMAND_INIT},
		{"testd user add -c f", COMMAND_GO, COMMAND_USER_ADD},
		{"testd -c f backup to", COMMAND_GO, COMMAND_BACKUP},
		{"testd import -c f one two", COMMAND_GO, COMMAND_OWN}, {"testd --help", 0, COMMAND_RUN},
		{"testd --version", 0, COMMAND_RUN}, {"testd", 2, COMMAND_RUN}, {"testd -c", 2, COMMAND_RUN},
		{"testd --unheard -c f", 2, COMMAND_RUN}, {"testd -c f unheard", 2, COMMAND_RUN},
		{"testd -c f user", 2, COMMAND_RUN}, {"testd -c f user drop", 2, COMMAND_RUN},
		{"testd -c f backup", 2, COMMAND_RUN}, {"testd -c f backup a b", 2, COMMAND_RUN}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int rc = parse(cases[i].words, &l);
		if (rc != cases[i].rc || (rc == COMMAND_GO && l.command != cases[i].kind))
			fail_msg("%s: %d", cases[i].words, rc);
	}
	assert_int_equal(parse("testd import -c f one two", &l), COMMAND_GO);
	assert_ptr_equal(l.own, &commands[0]);
	assert_int_equal(l.argc, 2);
	assert_string_equal(l.argv[0], "one");
	assert_string_equal(l.config, "f");
}

static int ask(const char *script, json_t **out, struct err_note *note)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	return ask_program(argv, view_str("{\"in\":1}"), out, note);
}

static void test_ask(void **state)
{
	(void)state;
	json_t *o = NULL;
	struct err_note note = {0};
	assert_int_equal(ask("cat", &o, &note), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "in")), 1);
	json_decref(o);
	/* What it refuses is refused here, under the same code and in its words. */
	assert_int_equal(ask("echo chatter >&2; echo 'IMPORTED: disc 7 was here' >&2; exit 1", &o, &note),
		ERR_IMPORTED);
	assert_string_equal(note.text, "disc 7 was here");
	static const struct {
		const char *script;
		int rc;
	} bad[] = {{"exit 1", ERR_IO}, {"echo nothing of a code >&2; exit 1", ERR_IO},
		{"echo 'IMPORTEDX: x' >&2; exit 1", ERR_IO}, {"echo 'IMPORTED' >&2; exit 1", ERR_IO},
		{"echo 'IMPORTED: x' >&2; exit 2", ERR_IO}, {"kill -9 $$", ERR_IO}, {"echo '{'", ERR_SYNTAX},
		{"true", ERR_SYNTAX}, {"echo '{}{}'", ERR_SYNTAX}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int rc = ask(bad[i].script, &o, &note);
		if (rc != bad[i].rc)
			fail_msg("%s: %s", bad[i].script, err_name(rc));
	}
	const char *const nowhere[] = {"/nowhere/burner", "list", NULL};
	assert_int_equal(ask_program(nowhere, view_of(NULL, 0), &o, &note), ERR_IO);
	assert_non_null(strstr(note.text, "/nowhere/burner"));
	/* No shell in between. */
	const char *const plain[] = {"/bin/echo", "{\"a\":\"$(id); rm x\"}", NULL};
	assert_int_equal(ask_program(plain, view_of(NULL, 0), &o, &note), 0);
	assert_string_equal(json_string_value(json_object_get(o, "a")), "$(id); rm x");
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_settings),
		cmocka_unit_test(test_wrong_settings), cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_ask)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
