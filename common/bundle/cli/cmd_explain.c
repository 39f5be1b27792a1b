#include "common/bundle/cli/cli_bundle.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REASON_MAX 16384

/* What a person does about it. */
static const struct advice {
	int err;
	const char *text;
} ADVICE[] = {
	{ERR_FORMAT,
		"This is no bundle, or one of a later format version. Look who put it there; update this "
		"station when the sender was updated first."},
	{ERR_TRUNCATED,
		"The file ends early: the copy was interrupted or the medium is damaged. Copy it again; over "
		"the gap and the diode it is sent again by itself."},
	{ERR_TRAILING,
		"There is data behind the end of the bundle. No station of this system writes such a file: "
		"find out what handled it on the way."},
	{ERR_MEMBER, "The archive is not in the one form a bundle has. No station of this system writes such "
		     "a file: "
		     "treat it as an attack or a fault of the carrying product."},
	{ERR_DIGEST, "Content and signed digest differ: damaged or changed on the way. Have it sent again; "
		     "when it "
		     "comes again, suspect the carrier."},
	{ERR_SIGNATURE,
		"The signature does not belong to this manifest: damaged, changed or forged on the way. Tell "
		"the security officer."},
	{ERR_CERT,
		"The signer's certificate is not from the pinned authority, not for this station or use, or "
		"not "
		"valid. After a change of keys, give this station the new authority; else tell the security "
		"officer."},
	{ERR_REVOKED, "The signing key was revoked, and this bundle is behind the last one it signed "
		      "rightly: it was made "
		      "with a key that is retired or stolen. Tell the security officer; the sender voids the "
		      "number and sends "
		      "its messages again under the new key."},
	{ERR_BOMB, "The bundle would grow beyond all measure when unpacked. No station of this system writes "
		   "such a "
		   "file: treat it as an attack."},
	{ERR_SUITE, "The two sides use different cipher suites. Compare suite in both configurations."},
	{ERR_KEY,
		"No key of this station opens the payload: it is wrapped for others, or keys.json, which no "
		"signature covers, was damaged on the way. Compare the recipient certificate in the "
		"sender's configuration with the key here; the sender can wrap it again, or send it again."},
	{ERR_LINK, "The bundle belongs to another link, sender or receiver. Look for folders that were "
		   "exchanged in "
		   "a configuration, or a file copied by hand."},
	{ERR_FORK, "Two different bundles carry the same number. The link stops: the sender was restored "
		   "without a "
		   "new epoch, or someone holds its key. An officer must decide."},
	{ERR_EPOCH, "The number belongs to an epoch that ended. An officer settles it with the statement of "
		    "the new "
		    "epoch."},
	{ERR_HELD, "The link waits for an officer's decision; the bundle is taken up again afterwards."},
	{ERR_LIMIT, "The bundle is larger than this station takes. Compare the limits of both sides."},
	{ERR_SYNTAX, "A member is not in the form of this format, although it was signed. Compare program "
		     "versions of "
		     "both sides."},
	{ERR_SCHEMA, "A member says what this format does not allow, although it was signed. Compare program "
		     "versions of both sides."},
	{ERR_RANGE, "A number in a member is out of range, although it was signed. Compare program versions "
		    "of both "
		    "sides."},
	{ERR_TYPE,
		"A message of this type may not travel on this link. Compare messages.yaml of both sides."},
	{ERR_IO, "The file could not be read. Look at the disk or the medium."},
};

static const struct {
	const char *name, *unit, *code, *what;
	int value;
} LIMITS[] = {
#define X(name, value, unit, code, what) {#name, unit, code, what, value},
	LIMIT_LIST(X)
#undef X
};

static const char *advice(const char *reason)
{
	for (size_t i = 0; i < sizeof ADVICE / sizeof *ADVICE; i++)
		if (strcmp(err_name(ADVICE[i].err), reason) == 0)
			return ADVICE[i].text;
	return "Keep the file and tell the maintainers with this text.";
}

static void say(
	const struct cli_bundle *o, const char *path, const char *reason, const char *text, const char *at)
{
	if (o->json) {
		cli_json_take(json_pack("{s:s,s:s,s:s,s:s?,s:s}", "file", path, "reason", reason, "text",
			text, "at", at, "do", advice(reason)));
		return;
	}
	(void)printf("file     %s\nreason   %s\nwhat     %s\n", path, reason, text);
	if (at)
		(void)printf("refused  %s\n", at);
	(void)printf("to do    %s\n", advice(reason));
	if (strcmp(reason, "LIMIT") == 0 || strcmp(reason, "BOMB") == 0)
		for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++)
			if (strcmp(LIMITS[i].code, reason) == 0)
				(void)printf("limit    %d %s: %s\n", LIMITS[i].value, LIMITS[i].unit,
					LIMITS[i].what);
}

/* The note quarantine wrote beside the file. ERR_NOTFOUND when there is none. */
static int explain_note(const struct cli_bundle *o, const char *path, struct err_note *note)
{
	char name[4096];
	struct buf b;
	json_t *v = NULL;
	if (snprintf(name, sizeof name, "%s.reason", path) >= (int)sizeof name)
		return err_set(note, ERR_LIMIT, "name too long");
	buf_init(&b, REASON_MAX);
	int err = file_read(AT_FDCWD, name, REASON_MAX, &b);
	if (!err)
		err = json_parse(buf_view(&b), REASON_MAX, &v, note);
	if (!err) {
		const char *at = json_str(v, "at");
		say(o, path, json_str(v, "reason"), json_str(v, "text"), *at ? at : NULL);
	}
	json_decref(v);
	buf_fini(&b);
	return err;
}

/* No note: look ourselves, as far as the given files allow. */
static int explain_self(const struct cli_bundle *o, const char *path, struct err_note *note)
{
	struct bundle_reader *r = NULL;
	int fd = -1;
	if (!o->trust)
		return err_set(
			note, ERR_NOTFOUND, "no %s.reason beside it, and no --trust to check it with", path);
	int err = cli_bundle_open(o, path, &fd, &r, note);
	if (err) {
		say(o, path, err_name(err), note->text, NULL);
		return 0;
	}
	bundle_reader_free(r);
	(void)close(fd);
	if (o->json)
		cli_json_take(json_pack("{s:s,s:n}", "file", path, "reason"));
	else
		(void)printf(
			"file     %s\nreason   none: nothing is wrong with it as far as was checked\n", path);
	return 0;
}

static int print_limits(bool json)
{
	json_t *all = json_array();
	for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++)
		if (json)
			(void)json_array_append_new(
				all, json_pack("{s:s,s:i,s:s,s:s,s:s}", "name", LIMITS[i].name, "value",
					     LIMITS[i].value, "unit", LIMITS[i].unit, "reason",
					     LIMITS[i].code, "what", LIMITS[i].what));
		else
			(void)printf("%-18s %9d %-12s %-7s %s\n", LIMITS[i].name, LIMITS[i].value,
				LIMITS[i].unit, LIMITS[i].code, LIMITS[i].what);
	if (json)
		cli_json_take(json_incref(all));
	json_decref(all);
	return CLI_DONE;
}

static int run(int argc, char **argv)
{
	struct cli_bundle o;
	bool json = argc == 3 && strcmp(argv[2], "--json") == 0;
	if ((argc == 2 || json) && strcmp(argv[1], "--limits") == 0)
		return print_limits(json);
	int i = 0, code = cli_bundle_begin(&cmd_explain, argc, argv, &o, &i);
	if (code)
		return code;
	for (; i < argc; i++) {
		struct err_note note = {.text = ""};
		int err = explain_note(&o, argv[i], &note);
		if (err == ERR_NOTFOUND)
			err = explain_self(&o, argv[i], &note);
		if (err) {
			code = cli_bundle_refuse(o.json, err, &note, argv[i]);
		}
	}
	cli_bundle_end(&o);
	return code;
}

const struct cli_command cmd_explain = {"explain",
	"explain [--trust CA.pem [--revoked DIR] [--key KEY --cert CERT [--origin-trust CA.pem]]] [--json] "
	"FILE...\n"
	"  swbundle explain --limits [--json]",
	"say for a refused bundle what was wrong, where, and what to do", run};
