/* keygen: a zone's CA, and keys with certificates below it. */
#include "common/base/json.h"
#include "common/bundle/cli/cli_bundle.h"
#include "common/crypto/key.h"
#include "common/os/file.h"
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CA_DAYS 3650
#define LEAF_DAYS 1095
#define DAYS_MAX 36500
#define PASSPHRASE_MIN 8
#define PASSPHRASE_MAX 1024

struct keygen {
	const char *zone, *suite, *ca, *use, *name, *out, *passphrase_file, *days_text;
	const char *links[CERT_LINKS_MAX + 1]; /* NULL behind the last */
	size_t nlinks;
	int days;
	bool json;
};

static int usage(const char *what, const char *where)
{
	(void)fprintf(stderr, "USAGE: %s, %s\n", what, where);
	return cli_usage(PROGRAM, &cmd_keygen);
}

static int parse(int argc, char **argv, struct keygen *k)
{
	enum { ZONE = 256, SUITE, CA, USE, NAME, LINK, OUT, PASSPHRASE, DAYS, JSON };
	static const struct option options[] = {{"zone", required_argument, NULL, ZONE},
		{"suite", required_argument, NULL, SUITE}, {"ca", required_argument, NULL, CA},
		{"use", required_argument, NULL, USE}, {"name", required_argument, NULL, NAME},
		{"link", required_argument, NULL, LINK}, {"out", required_argument, NULL, OUT},
		{"passphrase-file", required_argument, NULL, PASSPHRASE},
		{"days", required_argument, NULL, DAYS}, {"json", no_argument, NULL, JSON},
		{NULL, 0, NULL, 0}};
	const struct {
		int option;
		const char **to;
	} places[] = {{ZONE, &k->zone}, {SUITE, &k->suite}, {CA, &k->ca}, {USE, &k->use}, {NAME, &k->name},
		{OUT, &k->out}, {PASSPHRASE, &k->passphrase_file}, {DAYS, &k->days_text}};
	int opt;
	optind = 1;
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (opt == '?')
			return cli_usage(PROGRAM, &cmd_keygen);
		if (opt == JSON)
			k->json = true;
		if (opt == LINK && k->nlinks == CERT_LINKS_MAX)
			return usage("too many links", optarg);
		if (opt == LINK)
			k->links[k->nlinks++] = optarg;
		for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
			if (places[i].option == opt)
				*places[i].to = optarg;
	}
	if (optind < argc)
		return usage("unexpected argument", argv[optind]);
	if (k->days_text) {
		char *end = NULL;
		long n = strtol(k->days_text, &end, 10);
		if (*end || end == k->days_text || n < 1 || n > DAYS_MAX)
			return usage("days are a number from 1 to 36500", k->days_text);
		k->days = (int)n;
	}
	return CLI_DONE;
}

/* The name becomes part of a file's name. */
static int check_name(const struct keygen *k, struct err_note *note)
{
	if (!*k->name || *k->name == '.' || strchr(k->name, '/'))
		return err_set(note, ERR_RANGE,
			"name is empty, begins with a dot or holds a slash, --name \"%s\"", k->name);
	return 0;
}

static int path_of(char out[static PATH_MAX], const char *dir, const char *name, const char *use,
	const char *suffix, struct err_note *note)
{
	int n = use ? snprintf(out, PATH_MAX, "%s/%s.%s.%s", dir, name, use, suffix)
		    : snprintf(out, PATH_MAX, "%s/%s.%s", dir, name, suffix);
	return n > 0 && n < PATH_MAX ? 0 : err_set(note, ERR_RANGE, "path is too long, %.100s", dir);
}

static int say_done(
	const struct keygen *k, enum cert_use use, const char *key, const char *pem, struct err_note *note)
{
	struct cert *c = NULL;
	int err = cert_load_pinned(pem, use, &c, note);
	if (err)
		return err;
	if (k->json)
		cli_json_take(json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:s}", "ok", 1, "key", key, "cert",
			pem, "id", cert_key_id(c), "zone", cert_zone(c), "name", cert_subject(c), "suite",
			suite_name(cert_suite(c))));
	else
		(void)printf("key   %s\ncert  %s\nid    %s\n", key, pem, cert_key_id(c));
	cert_free(c);
	return 0;
}

static int make_folder(const struct keygen *k, struct err_note *note)
{
	int err = file_mkdirs(k->out, 0700);
	return err ? err_set(note, err, "%s, %s", err_text(err), k->out) : 0;
}

static int make_ca(const struct keygen *k, struct err_note *note)
{
	char key[PATH_MAX], pem[PATH_MAX];
	const struct suite *s = suite_by_name(k->suite);
	if (!s)
		return err_set(note, ERR_USAGE, "suite is neither gm nor intl, --suite %s", k->suite);
	int err = make_folder(k, note);
	if (!err)
		err = path_of(key, k->out, "ca", NULL, "key", note);
	if (!err)
		err = path_of(pem, k->out, "ca", NULL, "pem", note);
	if (!err)
		err = key_make_ca(s, k->zone, k->days ? k->days : CA_DAYS, key, pem, note);
	return err ? err : say_done(k, CERT_CA, key, pem, note);
}

static int issue(const struct keygen *k, enum cert_use use, const char *use_name, const char *passphrase,
	struct err_note *note)
{
	char ca_key[PATH_MAX], ca_pem[PATH_MAX], key[PATH_MAX], pem[PATH_MAX];
	int err = check_name(k, note);
	if (!err)
		err = make_folder(k, note);
	if (!err)
		err = path_of(ca_key, k->ca, "ca", NULL, "key", note);
	if (!err)
		err = path_of(ca_pem, k->ca, "ca", NULL, "pem", note);
	if (!err)
		err = path_of(key, k->out, k->name, use_name, "key", note);
	if (!err)
		err = path_of(pem, k->out, k->name, use_name, "pem", note);
	int days = k->days ? k->days : LEAF_DAYS;
	if (!err)
		err = use == CERT_SIGN
			      ? key_issue_signer(ca_key, ca_pem, k->name, k->links, days, key, pem, note)
			      : key_issue(ca_key, ca_pem, use, k->name, days, passphrase, key, pem, note);
	return err ? err : say_done(k, use, key, pem, note);
}

static int read_stdin(struct buf *out)
{
	uint8_t b[256];
	ssize_t n = 0;
	int err = 0;
	while (!err && (n = read(STDIN_FILENO, b, sizeof b)) > 0)
		err = buf_add(out, b, (size_t)n);
	if (!err && n < 0)
		err = err_from_errno(errno);
	buf_wipe(b, sizeof b);
	return err;
}

/* The first line of a file that only its owner can read, or of standard input. */
static int read_passphrase(const char *file, struct buf *out, struct err_note *note)
{
	int err = 0;
	if (strcmp(file, "-") != 0)
		err = file_read_secret(file, PASSPHRASE_MAX, out, note);
	else if ((err = read_stdin(out)) != 0)
		err = err_set(note, err, "passphrase: %s, standard input", err_text(err));
	if (err)
		return err;
	const uint8_t *end = out->n ? memchr(out->p, '\n', out->n) : NULL;
	size_t n = end ? (size_t)(end - out->p) : out->n;
	if (n && out->p[n - 1] == '\r')
		n--;
	if (n < PASSPHRASE_MIN || memchr(out->p, '\0', n))
		return err_set(
			note, ERR_RANGE, "passphrase has less than %d characters, %s", PASSPHRASE_MIN, file);
	buf_wipe(out->p + n, out->n - n);
	out->n = n;
	return 0;
}

static int make_person(const struct keygen *k, struct err_note *note)
{
	struct buf passphrase;
	buf_init(&passphrase, PASSPHRASE_MAX);
	int err = read_passphrase(k->passphrase_file, &passphrase, note);
	if (!err)
		err = issue(k, CERT_PERSON, "person", (const char *)passphrase.p, note);
	buf_fini(&passphrase);
	return err;
}

static int make_station(const struct keygen *k, struct err_note *note)
{
	static const struct {
		const char *name;
		enum cert_use use;
	} uses[] = {{"sign", CERT_SIGN}, {"encrypt", CERT_ENCRYPT}, {"seal", CERT_SEAL}};
	for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
		if (strcmp(k->use, uses[i].name) == 0)
			return issue(k, uses[i].use, uses[i].name, NULL, note);
	return err_set(note, ERR_USAGE, "use is none of sign, encrypt, seal, --use %s", k->use);
}

/* What a target must be told, and what it does not take. */
static bool options_fit(const struct keygen *k, const char *target)
{
	bool ca = strcmp(target, "ca") == 0, person = strcmp(target, "person") == 0;
	return k->out && ca == (k->zone != NULL) && ca == (k->suite != NULL) && ca == !k->ca &&
	       ca == !k->name && person == (k->passphrase_file != NULL) &&
	       (!ca && !person) == (k->use != NULL) &&
	       (k->use && strcmp(k->use, "sign") == 0) == (k->nlinks > 0);
}

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*make)(const struct keygen *k, struct err_note *note);
	} targets[] = {{"ca", make_ca}, {"station", make_station}, {"person", make_person}};
	struct keygen k = {.zone = NULL};
	struct err_note note = {.text = ""};
	for (size_t i = 0; argc > 1 && i < sizeof targets / sizeof targets[0]; i++) {
		if (strcmp(argv[1], targets[i].name) != 0)
			continue;
		int code = parse(argc - 1, argv + 1, &k);
		if (code)
			return code;
		if (!options_fit(&k, targets[i].name))
			return cli_usage(PROGRAM, &cmd_keygen);
		int err = targets[i].make(&k, &note);
		if (err)
			(void)cli_bundle_refuse(k.json, err, &note, NULL);
		return !err ? CLI_DONE : err == ERR_USAGE ? CLI_USAGE : CLI_REFUSED;
	}
	return cli_usage(PROGRAM, &cmd_keygen);
}

const struct cli_command cmd_keygen = {"keygen",
	"keygen ca --zone ZONE --suite gm|intl --out DIR [--days N] [--json]\n"
	"  swbundle keygen station --ca DIR --use sign --link LINK... --name STATION --out DIR [--days N] "
	"[--json]\n"
	"  swbundle keygen station --ca DIR --use encrypt|seal --name STATION --out DIR [--days N] [--json]\n"
	"  swbundle keygen person --ca DIR --name NAME --out DIR --passphrase-file FILE|- [--days N] "
	"[--json]",
	"make a zone's authority; keys and certificates below it: NAME.USE.key, NAME.USE.pem", run};
