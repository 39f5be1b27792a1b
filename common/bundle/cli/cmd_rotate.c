/* rotate: a new key and certificate for the same station, use and links. The old one stays good until it ends
 * or is revoked. */
#include "common/base/json.h"
#include "common/bundle/cli/cli_bundle.h"
#include "common/crypto/key.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAYS 1095
#define DAYS_MAX 36500

struct rotate {
	const char *ca, *cert, *out;
	int days;
	bool json;
};

static int parse(int argc, char **argv, struct rotate *r)
{
	enum { CA = 256, CERT, OUT, DAYS_, JSON };
	static const struct option options[] = {{"ca", required_argument, NULL, CA},
		{"cert", required_argument, NULL, CERT}, {"out", required_argument, NULL, OUT},
		{"days", required_argument, NULL, DAYS_}, {"json", no_argument, NULL, JSON},
		{NULL, 0, NULL, 0}};
	int opt;
	optind = 1;
	r->days = DAYS;
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		char *end = NULL;
		long n;
		switch (opt) {
		case CA:
			r->ca = optarg;
			break;
		case CERT:
			r->cert = optarg;
			break;
		case OUT:
			r->out = optarg;
			break;
		case DAYS_:
			n = strtol(optarg, &end, 10);
			if (*end || end == optarg || n < 1 || n > DAYS_MAX)
				return ERR_USAGE;
			r->days = (int)n;
			break;
		case JSON:
			r->json = true;
			break;
		default:
			return ERR_USAGE;
		}
	}
	return optind == argc && r->ca && r->cert && r->out ? 0 : ERR_USAGE;
}

/* The certificate that is being replaced: below this CA, and of a station. */
static int load_old(const struct rotate *r, const char *ca_pem, struct cert **old, struct err_note *note)
{
	static const enum cert_use uses[] = {CERT_SIGN, CERT_ENCRYPT, CERT_SEAL};
	struct trust *t = NULL;
	struct buf pem;
	struct err_note last = {.text = ""};
	buf_init(&pem, 65536);
	int err = trust_load(ca_pem, &t, note);
	if (!err && (err = file_read(AT_FDCWD, r->cert, 65536, &pem)) != 0)
		err = err_set(note, err, "%s: cannot be read", r->cert);
	if (!err) {
		err = ERR_CERT;
		for (size_t i = 0; err && i < sizeof uses / sizeof *uses; i++)
			err = cert_check(t, buf_view(&pem), uses[i], 0, old, &last);
		if (err)
			err = err_set(note, err, "%.180s, %s", last.text, r->cert);
	}
	buf_fini(&pem);
	trust_free(t);
	return err;
}

static const char *use_name(enum cert_use use)
{
	return use == CERT_SIGN ? "sign" : use == CERT_ENCRYPT ? "encrypt" : "seal";
}

/* Issues under names that nothing has yet; then the key's id becomes part of them. */
static int issue(const struct rotate *r, const char *ca_key, const char *ca_pem, const struct cert *old,
	char key[static PATH_MAX], char pem[static PATH_MAX], struct err_note *note)
{
	const char *links[CERT_LINKS_MAX + 1] = {NULL};
	enum cert_use use = cert_use(old);
	for (size_t i = 0; cert_link(old, i); i++)
		links[i] = cert_link(old, i);
	if (snprintf(key, PATH_MAX, "%s/%s.%s.new.key", r->out, cert_subject(old), use_name(use)) >=
			PATH_MAX ||
		snprintf(pem, PATH_MAX, "%s/%s.%s.new.pem", r->out, cert_subject(old), use_name(use)) >=
			PATH_MAX)
		return err_set(note, ERR_RANGE, "path is too long, %.100s", r->out);
	if (strchr(cert_subject(old), '/'))
		return err_set(note, ERR_RANGE, "the station's name holds a slash");
	return links[0] ? key_issue_signer(ca_key, ca_pem, cert_subject(old), links, r->days, key, pem, note)
			: key_issue(ca_key, ca_pem, use, cert_subject(old), r->days, NULL, key, pem, note);
}

static int report(const struct rotate *r, const struct cert *old, const char *key, const char *pem,
	struct err_note *note)
{
	struct cert *c = NULL;
	char ends[TIME_TEXT];
	int err = cert_load_pinned(pem, cert_use(old), &c, note);
	if (err)
		return err;
	time_text(cert_ends_ms(old), ends);
	if (r->json)
		cli_json_take(json_pack("{s:b,s:s,s:s,s:s,s:s,s:s}", "ok", 1, "key", key, "cert", pem, "id",
			cert_key_id(c), "old", cert_key_id(old), "old_ends", ends));
	else
		(void)printf("key   %s\ncert  %s\nid    %s\nold   %s, good until %s unless it is revoked\n",
			key, pem, cert_key_id(c), cert_key_id(old), ends);
	cert_free(c);
	return 0;
}

static int rotate(const struct rotate *r, struct err_note *note)
{
	char ca_key[PATH_MAX], ca_pem[PATH_MAX], key[PATH_MAX], pem[PATH_MAX];
	struct cert *old = NULL;
	if (snprintf(ca_key, PATH_MAX, "%s/ca.key", r->ca) >= PATH_MAX ||
		snprintf(ca_pem, PATH_MAX, "%s/ca.pem", r->ca) >= PATH_MAX)
		return err_set(note, ERR_RANGE, "path is too long, %.100s", r->ca);
	int err = load_old(r, ca_pem, &old, note);
	if (!err && (err = file_mkdirs(r->out, 0700)) != 0)
		err = err_set(note, err, "%s, %s", err_text(err), r->out);
	if (!err)
		err = issue(r, ca_key, ca_pem, old, key, pem, note);
	if (!err)
		err = report(r, old, key, pem, note);
	cert_free(old);
	return err;
}

static int run(int argc, char **argv)
{
	struct rotate r = {.ca = NULL};
	struct err_note note = {.text = ""};
	if (parse(argc, argv, &r))
		return cli_usage(PROGRAM, &cmd_rotate);
	int err = rotate(&r, &note);
	if (err)
		(void)cli_bundle_refuse(r.json, err, &note, NULL);
	return err ? CLI_REFUSED : CLI_DONE;
}

const struct cli_command cmd_rotate = {"rotate",
	"rotate --ca DIR --cert OLD.pem --out DIR [--days N] [--json]",
	"make a new key and certificate for the same station, use and links: NAME.USE.new.key, "
	"NAME.USE.new.pem; the old ones stay good",
	run};
