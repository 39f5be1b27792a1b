#include "diode/recv/recv_settings.h"
#include "common/base/version.h"
#include "diode/frame/frame.h"
#include "diode/frame/option.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct recv_settings, field)
#define MIB (INT64_C(1) << 20)
const struct config_field RECV_SETTINGS_TABLE[] = {
	{"listen", CONFIG_STR, AT(listen), false, NULL, 0, 0,
		"ADDRESS:PORT, [IPv6]:PORT or ether:CARD; port 0 takes a free one"},
	{"into", CONFIG_STR, AT(into), false, NULL, 0, 0,
		"folder for what arrives; - one object to standard output"},
	{"key", CONFIG_PATH, AT(key), false, NULL, 0, 0,
		"file with the link's key, mode 0600, 32 bytes or 64 hex digits"},
	{"suite", CONFIG_STR, AT(suite), false, "gm", 0, 0,
		"gm (SM4-GMAC) or intl (AES-256-GMAC); same as the sender's"},
	{"replace", CONFIG_BOOL, AT(replace), false, "false", 0, 0,
		"other content under a known name replaces it"},
	{"count", CONFIG_INT, AT(count), false, "0", 0, INT64_MAX, "end well after so many objects; 0 never"},
	{"timeout", CONFIG_TIME, AT(timeout), false, "0ms", 0, INT64_MAX,
		"end badly after this time; 0ms never"},
	{"memory", CONFIG_SIZE, AT(memory), false, "256M", 16 * MIB, INT64_C(1) << 40,
		"for all that is incomplete"},
	{"size_max", CONFIG_SIZE, AT(size_max), false, "1T", 1, (int64_t)FRAME_OBJECT_MAX, "of one object"},
	{"objects_max", CONFIG_INT, AT(objects_max), false, "4096", 1, 1 << 20, "incomplete at a time"},
	{"patience", CONFIG_TIME, AT(patience), false, "10m", 1000, INT64_MAX,
		"an incomplete object is kept after its last datagram"},
	{"queue", CONFIG_SIZE, AT(queue), false, "64M", 4096, INT64_C(1) << 30,
		"the kernel's queue, as far as it gives it"},
	{"spool", CONFIG_PATH, AT(spool), false, NULL, 0, 0, "daemon: bundles go to SPOOL/LINK/in"},
	{"link", CONFIG_STR, AT(link), false, "diode", 0, 0, "daemon: folder of the link in the spool"},
	{"status", CONFIG_PATH, AT(status), false, NULL, 0, 0,
		"JSON file with counts and what is missing, renewed each second"},
	{"metrics", CONFIG_PATH, AT(metrics), false, NULL, 0, 0,
		"file with the same for Prometheus (textfile collector), renewed each second"},
	{"report", CONFIG_BOOL, AT(report), false, "false", 0, 0,
		"print the list of what is missing, as a disc carries it, and end"},
	{"port_file", CONFIG_PATH, AT(port_file), false, NULL, 0, 0, "file that gets the number of the port"},
	{"no_offload", CONFIG_BOOL, AT(no_offload), false, "false", 0, 0,
		"datagrams one by one (UDP_GRO off)"},
	{"audit", CONFIG_PATH, AT(log.folder), false, NULL, 0, 0,
		"folder of the log of what appears; a daemon with a spool has one"},
	{"audit_key", CONFIG_PATH, AT(log.key), false, NULL, 0, 0,
		"signs the log; the certificate beside it"},
	{"audit_cert", CONFIG_PATH, AT(log.cert), false, NULL, 0, 0, "of the key that signs the log"},
	{"zone", CONFIG_STR, AT(log.zone), false, "intranet", 0, 0, "whose log it is"}, {0}};

static void usage(FILE *to)
{
	fprintf(to, "usage: diode-recv --listen ADDRESS:PORT --into FOLDER|- [OPTION…]\n"
		    "       diode-recv --report --into FOLDER\n"
		    "       diode-recv -c FILE [--check | --report | --prune-log DAY]\n");
}

static int help(void)
{
	usage(stdout);
	printf("\nReceives what diode-send sends over a one-way link (单向光闸). Options:\n");
	option_print(RECV_SETTINGS_TABLE);
	printf("  -c FILE            the same settings from a YAML file; --check only reads it\n"
	       "  --prune-log DAY    with -c: entries of the log from before that day go; none of the last "
	       "365 days\n"
	       "  --help, --version\n\nSee diode-recv(1).\n");
	return 0;
}

static int check(struct recv_settings *s, struct err_note *note)
{
	if (s->listen == NULL && !s->report)
		return err_set(note, ERR_USAGE, "listen: the address is not named");
	if ((s->into != NULL) == (s->spool != NULL))
		return err_set(note, ERR_USAGE, "either into or spool is needed");
	int err = s->report ? 0 : endpoint_parse(s->listen, true, &s->endpoint, note);
	if (err == 0 && (s->crypto = suite_by_name(s->suite)) == NULL)
		err = err_set(note, ERR_SUITE, "suite: %s is not gm or intl", s->suite);
	if (err == 0 && s->spool != NULL && asprintf(&s->folder, "%s/%s/in", s->spool, s->link) < 0)
		err = err_set(note, ERR_NOMEM, "spool");
	if (err == 0 && s->into != NULL && strcmp(s->into, "-") != 0 && (s->folder = strdup(s->into)) == NULL)
		err = err_set(note, ERR_NOMEM, "into");
	if (err == 0 && s->log.folder != NULL && s->folder == NULL)
		err = err_set(note, ERR_USAGE, "audit: goes with a folder or spool");
	if (err == 0 && s->spool != NULL && s->log.folder == NULL && !s->report)
		err = err_set(
			note, ERR_CONFIG, "audit: what appears in a spool is recorded, name the folder");
	if (err == 0 && s->report && s->folder == NULL)
		err = err_set(note, ERR_USAGE, "report: standard output has no list");
	s->log.station = "diode-recv";
	s->log.suite = s->crypto;
	s->log.spool = s->spool != NULL;
	return err;
}

static int from_file(int argc, char *const *argv, struct recv_settings *s, struct err_note *note)
{
	bool report = argc == 4 && strcmp(argv[3], "--report") == 0;
	s->check_only = argc == 4 && strcmp(argv[3], "--check") == 0;
	s->prune = argc == 5 && strcmp(argv[3], "--prune-log") == 0 ? argv[4] : NULL;
	if (argc != 3 && !s->check_only && !report && s->prune == NULL)
		return err_set(note, ERR_USAGE,
			"-c takes FILE and nothing else but --check, --report or --prune-log DAY");
	int err = config_load(argv[2], RECV_SETTINGS_TABLE, s, note);
	s->report |= report;
	if (err == 0 && s->prune != NULL && s->log.folder == NULL)
		err = err_set(note, ERR_CONFIG, "%s: audit: no log is named", argv[2]);
	return err;
}

int recv_settings_load(int argc, char *const *argv, struct recv_settings *out)
{
	struct recv_settings s = {0};
	struct err_note note = {0};
	int operands = argc, err;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return help();
		if (strcmp(argv[i], "--version") == 0)
			return printf("diode-recv " SW_VERSION "\n") < 0;
	}
	if (argc >= 3 && strcmp(argv[1], "-c") == 0)
		err = from_file(argc, argv, &s, &note);
	else
		err = option_parse(RECV_SETTINGS_TABLE, argc, argv, &s, &operands, &note);
	if (err == 0 && operands < argc)
		err = err_set(&note, ERR_USAGE, "%s: no operand is taken", argv[operands]);
	if (err == 0)
		err = check(&s, &note);
	if (err != 0) {
		fprintf(stderr, "%s: %s\n", err_name(err), note.text);
		if (err == ERR_USAGE)
			usage(stderr);
		recv_settings_fini(&s);
		return 2;
	}
	*out = s;
	return RECV_SETTINGS_GO;
}

void recv_settings_fini(struct recv_settings *s)
{
	config_free_fields(RECV_SETTINGS_TABLE, s);
	free(s->folder);
	*s = (struct recv_settings){0};
}
