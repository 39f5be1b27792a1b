#include "diode/send/send_settings.h"
#include "common/base/version.h"
#include "common/log/log.h"
#include "diode/frame/option.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct send_settings, field)
const struct config_field SEND_SETTINGS_TABLE[] = {
	{"to", CONFIG_STR, AT(to), false, NULL, 0, 0, "receiver, HOST:PORT, [IPv6]:PORT or ether:CARD/MAC"},
	{"rate", CONFIG_STR, AT(rate), false, "500M", 0, 0,
		"bits a second, 800K, 500M, 2.5G; 0 as fast as it goes"},
	{"protect", CONFIG_STR, AT(protect), false, "normal", 0, 0,
		"none, normal (5 % loss), strong (10 %, gaps of 100 ms), or K+M or K+MxDEPTH"},
	{"key", CONFIG_PATH, AT(key), false, NULL, 0, 0,
		"file with the link's key, mode 0600, 32 bytes or 64 hex digits"},
	{"suite", CONFIG_STR, AT(suite), false, "gm", 0, 0,
		"gm (SM4-GMAC) or intl (AES-256-GMAC); same as the receiver's"},
	{"mtu", CONFIG_INT, AT(mtu), false, "1500", 576, 9216, "of the link, bytes"},
	{"repeat", CONFIG_INT, AT(repeat), false, "1", 1, 100, "how often everything is sent"},
	{"again", CONFIG_PATH, AT(again), false, NULL, 0, 0,
		"of the PATHs only what this list of a receiver names (diode-recv --report)"},
	{"every", CONFIG_TIME, AT(every), false, "10s", 0, 0, "from one sending to its repeat"},
	{"heartbeat", CONFIG_TIME, AT(heartbeat), false, "500ms", 200, 1000, "between two heartbeats"},
	{"watch", CONFIG_PATH, AT(watch), false, NULL, 0, 0, "folder to send from, for good"},
	{"then", CONFIG_STR, AT(then), false, "done", 0, 0,
		"a sent file of --watch: done (moved to done/), unlink, keep"},
	{"settle", CONFIG_TIME, AT(settle), false, "2s", 0, 0, "a file of --watch must have rested so long"},
	{"rescan", CONFIG_TIME, AT(rescan), false, "5s", 100, INT64_MAX,
		"slow scan of the folder, beside inotify"},
	{"name", CONFIG_STR, AT(name), false, "stdin", 0, 0, "of what comes from standard input"},
	{"spool", CONFIG_PATH, AT(spool), false, NULL, 0, 0, "daemon: SPOOL/LINK/out is sent and emptied"},
	{"link", CONFIG_STR, AT(link), false, "diode", 0, 0, "daemon: folder of the link in the spool"},
	{"status", CONFIG_PATH, AT(status), false, NULL, 0, 0, "JSON file with counts, renewed each second"},
	{"at_a_time", CONFIG_INT, AT(at_a_time), false, "4", 1, 64, "objects on their way side by side"},
	{"memory", CONFIG_SIZE, AT(memory), false, "128M", 4 << 20, INT64_C(1) << 36,
		"for blocks on their way"},
	{"digest", CONFIG_BOOL, AT(digest), false, "false", 0, 0,
		"a digest of each file travels behind it and is checked before it appears"},
	{"no_offload", CONFIG_BOOL, AT(no_offload), false, "false", 0, 0,
		"one datagram a call (UDP_SEGMENT off)"},
	{"audit", CONFIG_PATH, AT(log.folder), false, NULL, 0, 0,
		"folder of the log of what is sent; a daemon with a spool has one"},
	{"audit_key", CONFIG_PATH, AT(log.key), false, NULL, 0, 0,
		"signs the log; the certificate beside it"},
	{"audit_cert", CONFIG_PATH, AT(log.cert), false, NULL, 0, 0, "of the key that signs the log"},
	{"zone", CONFIG_STR, AT(log.zone), false, "extranet", 0, 0, "whose log it is"}, {0}};

static void usage(FILE *to)
{
	fprintf(to, "usage: diode-send --to HOST:PORT [OPTION…] PATH…|-\n"
		    "       diode-send --to HOST:PORT [OPTION…] --again LIST PATH…\n"
		    "       diode-send --to HOST:PORT [OPTION…] --watch FOLDER\n"
		    "       diode-send -c FILE [--check | --prune-log DAY]\n");
}

static int help(void)
{
	usage(stdout);
	printf("\nSends files, folder trees or standard input over a one-way link (单向光闸). Options:\n");
	option_print(SEND_SETTINGS_TABLE);
	printf("  -c FILE            the same settings from a YAML file; --check only reads it\n"
	       "  --prune-log DAY    with -c: entries of the log from before that day go; none of the last "
	       "365 days\n"
	       "  --help, --version\n\nSee diode-send(1).\n");
	return 0;
}

static int check_source(struct send_settings *s, struct err_note *note)
{
	int sources = (s->spool != NULL) + (s->watch != NULL) + (s->paths > 0);
	if (sources != 1)
		return err_set(note, ERR_USAGE,
			sources == 0 ? "nothing to send: name a PATH, -, watch or spool"
				     : "PATH, watch and spool exclude each other");
	for (size_t i = 0; i < s->paths; i++)
		s->pipe |= strcmp(s->path[i], "-") == 0;
	if (s->again != NULL && (s->pipe || s->paths == 0))
		return err_set(note, ERR_USAGE, "again: name the PATHs the list was about");
	if (s->pipe && s->paths > 1)
		return err_set(note, ERR_USAGE, "- cannot stand beside other paths");
	if (s->paths > 0 && s->log.folder != NULL)
		return err_set(note, ERR_USAGE, "audit: goes with watch or spool");
	if (s->spool != NULL && s->log.folder == NULL)
		return err_set(note, ERR_CONFIG,
			"audit: what a daemon sends from a spool is recorded, name the folder");
	if (s->pipe && s->repeat > 1)
		return err_set(note, ERR_USAGE, "repeat: standard input can be read only once");
	if (s->spool != NULL) {
		/* Files appear whole there, and the daemon keeps its own sent/. */
		s->put = FOLDER_UNLINK;
		s->settle = 0;
		if (asprintf(&s->folder, "%s/%s/out", s->spool, s->link) < 0)
			return err_set(note, ERR_NOMEM, "spool");
	} else if (s->watch != NULL && (s->folder = strdup(s->watch)) == NULL) {
		return err_set(note, ERR_NOMEM, "watch");
	}
	return 0;
}

static int check(struct send_settings *s, struct err_note *note)
{
	static const char *const THEN[] = {
		[FOLDER_DONE] = "done", [FOLDER_UNLINK] = "unlink", [FOLDER_KEEP] = "keep"};
	size_t put = 0;
	if (s->to == NULL)
		return err_set(note, ERR_USAGE, "to: the receiver is not named");
	int err = endpoint_parse(s->to, false, &s->endpoint, note);
	if (err == 0)
		err = endpoint_rate(s->rate, &s->bits, note);
	if (err == 0 && protect_parse(s->protect, &s->level) != 0)
		err = err_set(note, ERR_USAGE, "protect: %s is not none, normal, strong, K+M or K+MxDEPTH",
			s->protect);
	if (err == 0 && (s->crypto = suite_by_name(s->suite)) == NULL)
		err = err_set(note, ERR_SUITE, "suite: %s is not gm or intl", s->suite);
	while (put < 3 && strcmp(s->then, THEN[put]) != 0)
		put++;
	if (err == 0 && put == 3)
		err = err_set(note, ERR_USAGE, "then: %s is not done, unlink or keep", s->then);
	s->put = (enum folder_then)put;
	s->log.station = "diode-send";
	s->log.suite = s->crypto;
	s->log.spool = s->spool != NULL;
	return err == 0 ? check_source(s, note) : err;
}

static int from_file(int argc, char *const *argv, struct send_settings *s, struct err_note *note)
{
	s->check_only = argc == 4 && strcmp(argv[3], "--check") == 0;
	s->prune = argc == 5 && strcmp(argv[3], "--prune-log") == 0 ? argv[4] : NULL;
	if (argc != 3 && !s->check_only && s->prune == NULL)
		return err_set(
			note, ERR_USAGE, "-c takes FILE and nothing else but --check or --prune-log DAY");
	int err = config_load(argv[2], SEND_SETTINGS_TABLE, s, note);
	if (err == 0 && s->spool == NULL && s->watch == NULL)
		err = err_set(note, ERR_CONFIG, "%s: spool or watch is needed", argv[2]);
	if (err == 0 && s->prune != NULL && s->log.folder == NULL)
		err = err_set(note, ERR_CONFIG, "%s: audit: no log is named", argv[2]);
	return err;
}

int send_settings_load(int argc, char *const *argv, struct send_settings *out)
{
	struct send_settings s = {0};
	struct err_note note = {0};
	int operands = argc, err;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return help();
		if (strcmp(argv[i], "--version") == 0)
			return printf("diode-send " SW_VERSION "\n") < 0;
	}
	if (argc >= 3 && strcmp(argv[1], "-c") == 0)
		err = from_file(argc, argv, &s, &note);
	else
		err = option_parse(SEND_SETTINGS_TABLE, argc, argv, &s, &operands, &note);
	s.path = argv + operands;
	s.paths = (size_t)(argc - operands);
	if (err == 0)
		err = check(&s, &note);
	if (err != 0) {
		fprintf(stderr, "%s: %s\n", err_name(err), note.text);
		if (err == ERR_USAGE)
			usage(stderr);
		send_settings_fini(&s);
		return 2;
	}
	*out = s;
	return SEND_SETTINGS_GO;
}

void send_settings_fini(struct send_settings *s)
{
	config_free_fields(SEND_SETTINGS_TABLE, s);
	free(s->folder);
	*s = (struct send_settings){0};
}
