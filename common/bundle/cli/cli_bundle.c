#include "common/bundle/cli/cli_bundle.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int parse(const struct cli_command *c, int argc, char **argv, struct cli_bundle *o)
{
	enum { TRUST = 256, REVOKED, ORIGIN, KEY, CERT, FROM, TO, LINK, INTO, JSON };
	static const struct option options[] = {{"trust", required_argument, NULL, TRUST},
		{"revoked", required_argument, NULL, REVOKED},
		{"origin-trust", required_argument, NULL, ORIGIN}, {"key", required_argument, NULL, KEY},
		{"cert", required_argument, NULL, CERT}, {"from", required_argument, NULL, FROM},
		{"to", required_argument, NULL, TO}, {"link", required_argument, NULL, LINK},
		{"into", required_argument, NULL, INTO}, {"json", no_argument, NULL, JSON},
		{NULL, 0, NULL, 0}};
	const struct {
		int option;
		const char **to;
	} places[] = {{TRUST, &o->trust_file}, {REVOKED, &o->revoked}, {ORIGIN, &o->origin_file},
		{KEY, &o->key_file}, {CERT, &o->cert_file}, {FROM, &o->from}, {TO, &o->to}, {LINK, &o->link},
		{INTO, &o->into}};
	int opt;
	optind = 1;
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (opt == '?')
			return cli_usage(PROGRAM, c);
		if (opt == JSON)
			o->json = true;
		for (size_t i = 0; i < sizeof places / sizeof *places; i++)
			if (places[i].option == opt)
				*places[i].to = optarg;
	}
	if (optind >= argc || !o->key_file != !o->cert_file || (o->key_file && !o->trust_file) ||
		(o->origin_file && !o->key_file) || (o->revoked && !o->trust_file))
		return cli_usage(PROGRAM, c);
	return 0;
}

static int load(struct cli_bundle *o, struct err_note *note)
{
	int err = o->trust_file ? trust_load(o->trust_file, &o->trust, note) : 0;
	if (!err && o->origin_file)
		err = trust_load(o->origin_file, &o->origin, note);
	if (!err && o->revoked && o->trust)
		err = trust_revoke_named(o->trust, o->revoked, note);
	if (!err && o->revoked && o->origin)
		err = trust_revoke_named(o->origin, o->revoked, note);
	if (!err && o->key_file)
		err = open_key_load(o->key_file, o->cert_file, &o->key, note);
	return err;
}

int cli_bundle_begin(const struct cli_command *c, int argc, char **argv, struct cli_bundle *o, int *first)
{
	struct err_note note = {.text = ""};
	memset(o, 0, sizeof *o);
	int code = parse(c, argc, argv, o);
	if (code)
		return code;
	*first = optind;
	int err = load(o, &note);
	if (err) {
		(void)cli_bundle_refuse(o->json, err, &note, NULL);
		cli_bundle_end(o);
		return CLI_USAGE;
	}
	const char *tmp = getenv("TMPDIR");
	o->keys[0] = o->key;
	o->policy = (struct bundle_policy){.trust = o->trust,
		.link = o->link,
		.from = o->from,
		.to = o->to,
		.keys = o->key ? o->keys : NULL,
		.nkeys = o->key ? 1 : 0,
		.origin_trust = o->origin,
		.payload_max = INT64_MAX,
		.tmp_dir = tmp && *tmp ? tmp : "/tmp"};
	return 0;
}

void cli_bundle_end(struct cli_bundle *o)
{
	trust_free(o->trust);
	trust_free(o->origin);
	open_key_free(o->key);
	memset(o, 0, sizeof *o);
}

int cli_bundle_open(const struct cli_bundle *o, const char *path, int *fd, struct bundle_reader **r,
	struct err_note *note)
{
	struct stat st;
	struct bundle_reader *reader = NULL;
	int err = 0, f = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (f < 0 || fstat(f, &st) != 0)
		err = err_set(note, err_from_errno(errno), "cannot be opened: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err = err_set(note, ERR_MEMBER, "not a file");
	if (!err)
		err = bundle_open(f, st.st_size, &o->policy, &reader, note);
	if (!err)
		err = o->key ? bundle_read_payload(reader, note) : bundle_check_payload(reader, note);
	if (err) {
		bundle_reader_free(reader);
		if (f >= 0)
			(void)close(f);
		return err;
	}
	*fd = f;
	*r = reader;
	return 0;
}

int cli_bundle_refuse(bool json, int err, const struct err_note *note, const char *path)
{
	return cli_refuse(json, err, note->text[0] ? note->text : err_text(err), path);
}
