#include "common/audit/cli/cli_audit.h"

#include "common/audit/audit_folder.h"
#include "common/os/file.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option OPTIONS[] = {{"trust", required_argument, NULL, 't'},
	{"live", no_argument, NULL, 'l'}, {"json", no_argument, NULL, 'j'},
	{"out", required_argument, NULL, 'o'}, {"entry", required_argument, NULL, 'e'},
	{"subject", required_argument, NULL, 's'}, {"action", required_argument, NULL, 'a'},
	{"since", required_argument, NULL, 'S'}, {"until", required_argument, NULL, 'U'},
	{"into", required_argument, NULL, 'i'}, {"late", required_argument, NULL, 'L'},
	{"at", required_argument, NULL, 'A'}, {"checkpoint", required_argument, NULL, 'c'},
	{"revoked", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};

static const char **text_of(struct cli_audit *o, int letter)
{
	switch (letter) {
	case 'o':
		return &o->out;
	case 'e':
		return &o->entry;
	case 's':
		return &o->subject;
	case 'a':
		return &o->action;
	case 'S':
		return &o->since;
	case 'U':
		return &o->until;
	case 'i':
		return &o->into;
	case 'L':
		return &o->late;
	case 'A':
		return &o->at;
	case 'r':
		return &o->revoked;
	default:
		return &o->checkpoint;
	}
}

static int option_take(const struct cli_command *c, struct cli_audit *o, int letter)
{
	struct err_note note = {.text = ""};
	switch (letter) {
	case 't':
		if (o->ntrust == CLI_AUDIT_TRUSTS)
			return cli_usage(PROGRAM, c);
		if (trust_load(optarg, &o->trust[o->ntrust], &note) < 0)
			return cli_refuse(false, note.err, note.text, NULL), CLI_USAGE;
		o->ntrust++;
		return 0;
	case 'l':
		o->live = true;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	default:
		*text_of(o, letter) = optarg;
		return 0;
	}
}

/* The lists of the zones whose authorities are given. */
static int revoked_take(const struct cli_command *c, struct cli_audit *o)
{
	struct err_note note = {.text = ""};
	if (o->revoked && !o->ntrust)
		return cli_usage(PROGRAM, c);
	for (size_t i = 0; o->revoked && i < o->ntrust; i++)
		if (trust_revoke_named(o->trust[i], o->revoked, &note) < 0)
			return cli_refuse(o->json, note.err, note.text, o->revoked), CLI_USAGE;
	return 0;
}

int cli_audit_begin(const struct cli_command *c, const char *allowed, int argc, char **argv,
	struct cli_audit *out, int *first)
{
	*out = (struct cli_audit){.json = false};
	opterr = 0;
	optind = 1;
	for (int letter; (letter = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
		int code = letter != '?' && strchr(allowed, letter) ? option_take(c, out, letter)
								    : cli_usage(PROGRAM, c);
		if (code) {
			cli_audit_end(out);
			return code;
		}
	}
	int code = revoked_take(c, out);
	if (code)
		cli_audit_end(out);
	else
		*first = optind;
	return code;
}

void cli_audit_end(struct cli_audit *o)
{
	for (size_t i = 0; i < o->ntrust; i++)
		trust_free(o->trust[i]);
	*o = (struct cli_audit){.json = false};
}

int cli_audit_origin(const struct cli_audit *o, const char *dir, char out[static AUDIT_ORIGIN_MAX])
{
	struct audit_folder_info info;
	struct err_note note = {.text = ""};
	int fd = -1, rc = file_open_dir(dir, &fd);
	if (rc == 0)
		rc = audit_folder_info_read(fd, &info, &note);
	if (fd >= 0)
		close(fd);
	if (rc < 0)
		return cli_refuse(o->json, rc, note.err ? note.text : err_text(rc), dir);
	snprintf(out, AUDIT_ORIGIN_MAX, "%s", info.origin);
	return 0;
}

/* The authority of the log's zone. One that was given alone is meant for every log. */
static const struct trust *trust_of(const struct cli_audit *o, const char *origin)
{
	size_t n = strcspn(origin, "/");
	for (size_t i = 0; i < o->ntrust; i++)
		if (o->ntrust == 1 || (strlen(trust_zone(o->trust[i])) == n &&
					      strncmp(trust_zone(o->trust[i]), origin, n) == 0))
			return o->trust[i];
	return NULL;
}

int cli_audit_open(const struct cli_audit *o, const char *dir,
	int (*each)(void *arg, int64_t index, struct view entry), void *arg, const struct err_note *why,
	struct audit_view **out)
{
	struct err_note note = {.text = ""};
	char origin[AUDIT_ORIGIN_MAX];
	int code = cli_audit_origin(o, dir, origin);
	if (code)
		return code;
	const struct audit_view_options v = {
		.trust = trust_of(o, origin), .live = o->live, .each = each, .arg = arg};
	/* A log of no zone (burner's) has no checkpoints. */
	if (o->ntrust && !v.trust && strchr(origin, '/'))
		return cli_refuse(
			o->json, ERR_CERT, "none of the authorities given is that of its zone", dir);
	int rc = audit_view_open(dir, &v, out, &note);
	if (rc == 0)
		return 0;
	const char *text = note.err ? note.text : why && why->err ? why->text : err_text(rc);
	return cli_refuse(o->json, rc, text, dir);
}

static bool action_is(const char *have, const char *want)
{
	size_t n = strlen(want);
	return strncmp(have, want, n) == 0 &&
	       (have[n] == '\0' || have[n] == '.' || (n > 0 && want[n - 1] == '.'));
}

/* Times compare as texts: "2026-11-24" stands before every time of that day. */
bool cli_audit_wanted(const struct cli_audit *o, const json_t *entry)
{
	const char *at = json_str(entry, "at");
	return (!o->action || action_is(json_str(entry, "action"), o->action)) &&
	       (!o->subject || strcmp(json_str(entry, "subject"), o->subject) == 0) &&
	       (!o->since || strcmp(at, o->since) >= 0) && (!o->until || strcmp(at, o->until) < 0);
}
