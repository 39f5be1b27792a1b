/* revoke: a key is no longer good, but for what it signed up to a named bundle; the zone's list with one more
 * entry. */
#include "common/base/json.h"
#include "common/bundle/cli/cli_bundle.h"
#include "common/crypto/revocation.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct revoke {
	const char *ca, *cert, *list, *reason, *at;
	const char *good[CERT_LINKS_MAX];
	size_t ngood;
	bool json;
};

static int parse(int argc, char **argv, struct revoke *r)
{
	enum { CA = 256, CERT, LIST, REASON, AT, GOOD, JSON };
	static const struct option options[] = {{"ca", required_argument, NULL, CA},
		{"cert", required_argument, NULL, CERT}, {"list", required_argument, NULL, LIST},
		{"reason", required_argument, NULL, REASON}, {"at", required_argument, NULL, AT},
		{"good", required_argument, NULL, GOOD}, {"json", no_argument, NULL, JSON},
		{NULL, 0, NULL, 0}};
	const struct {
		int option;
		const char **to;
	} places[] = {{CA, &r->ca}, {CERT, &r->cert}, {LIST, &r->list}, {REASON, &r->reason}, {AT, &r->at}};
	int opt;
	optind = 1;
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (opt == '?' || (opt == GOOD && r->ngood == CERT_LINKS_MAX))
			return ERR_USAGE;
		if (opt == JSON)
			r->json = true;
		if (opt == GOOD)
			r->good[r->ngood++] = optarg;
		for (size_t i = 0; i < sizeof places / sizeof *places; i++)
			if (places[i].option == opt)
				*places[i].to = optarg;
	}
	return optind == argc && r->ca && r->cert && r->list && r->reason ? 0 : ERR_USAGE;
}

/* LINK:EPOCH:SEQ[:IDENTITY] */
static int parse_good(const char *text, struct revocation *out, struct err_note *note)
{
	struct revocation_good g = {.named = false};
	char hex[DIGEST_HEX] = "";
	long long epoch = 0, seq = 0;
	int end = 0, n = sscanf(text, "%15[a-z0-9-]:%lld:%lld%n", g.link, &epoch, &seq, &end);
	if (n == 3 && text[end] == ':' && strlen(text + end + 1) == DIGEST_HEX - 1) {
		memcpy(hex, text + end + 1, DIGEST_HEX);
		end += DIGEST_HEX;
	}
	g.named = hex[0] != '\0';
	if (n != 3 || text[end] || epoch < 1 || seq < 0 || (g.named && digest_parse(hex, &g.identity)))
		return err_set(note, ERR_USAGE,
			"--good is LINK:EPOCH:SEQ or LINK:EPOCH:SEQ:IDENTITY, not \"%.80s\"", text);
	g.epoch = epoch;
	g.seq = seq;
	/* In order of the links. */
	size_t i = 0;
	while (i < out->ngood && strcmp(out->good[i].link, g.link) < 0)
		i++;
	if (i < out->ngood && strcmp(out->good[i].link, g.link) == 0)
		return err_set(note, ERR_USAGE, "--good names link %s twice", g.link);
	memmove(&out->good[i + 1], &out->good[i], (out->ngood - i) * sizeof g);
	out->good[i] = g;
	out->ngood++;
	return 0;
}

/* The key may be of a certificate that ended, or that nobody has any more but as a file. */
static int load_key(
	const struct revoke *r, const struct trust *t, struct revocation *out, struct err_note *note)
{
	static const enum cert_use uses[] = {CERT_SIGN, CERT_ENCRYPT, CERT_SEAL, CERT_PERSON};
	struct cert *c = NULL;
	const struct cert *ca;
	struct err_note last = {.text = ""};
	int err = ERR_CERT;
	for (size_t i = 0; err && i < sizeof uses / sizeof *uses; i++)
		err = cert_load_pinned(r->cert, uses[i], &c, &last);
	if (err)
		return err_set(note, err, "%.200s", last.text);
	err = trust_issuer(t, c, &ca);
	if (err == ERR_SIGNATURE)
		err = err_set(
			note, ERR_CERT, "%s: not signed by the CA of \"%.60s\"", r->cert, trust_zone(t));
	memcpy(out->key, cert_key_id(c), KEY_ID);
	cert_free(c);
	return err;
}

static int fill(const struct revoke *r, struct revocation *out, struct err_note *note)
{
	int64_t ms;
	int err = 0;
	if (r->at && (strlen(r->at) != TIME_TEXT - 1 || time_parse(r->at, &ms)))
		return err_set(note, ERR_USAGE, "--at is a time like 2026-11-24T03:42:00.000Z, not \"%.40s\"",
			r->at);
	if (r->at)
		memcpy(out->at, r->at, TIME_TEXT);
	else
		time_text(time_now_ms(), out->at);
	if (strlen(r->reason) > 15)
		return err_set(note, ERR_USAGE, "--reason is one word of at most 15 of a-z, 0-9 and -");
	(void)snprintf(out->reason, sizeof out->reason, "%s", r->reason);
	for (size_t i = 0; i < r->ngood && !err; i++)
		err = parse_good(r->good[i], out, note);
	return err;
}

/* The list as it stands, which must be the zone's own; none: number 0. */
static int load_list(
	const struct revoke *r, struct trust *t, struct revocation_list *out, struct err_note *note)
{
	struct buf b;
	buf_init(&b, REVOCATION_BYTES_MAX);
	int err = file_read(AT_FDCWD, r->list, REVOCATION_BYTES_MAX, &b);
	if (err == ERR_NOTFOUND) {
		(void)snprintf(out->zone, sizeof out->zone, "%s", trust_zone(t));
		(void)snprintf(out->suite, sizeof out->suite, "%s", suite_name(trust_suite(t)));
		err = 0;
	} else if (err) {
		err = err_set(note, err, "%s: cannot be read", r->list);
	} else {
		err = trust_revoke(t, buf_view(&b), note);
		if (!err)
			err = revocation_decode(buf_view(&b), out, note);
	}
	buf_fini(&b);
	return err;
}

static int store(const struct revoke *r, const struct revocation_list *l, const struct sign_key *ca,
	struct err_note *note)
{
	struct buf b;
	char dir[PATH_MAX];
	int fd = -1;
	buf_init(&b, REVOCATION_BYTES_MAX);
	const char *slash = strrchr(r->list, '/'), *name = slash ? slash + 1 : r->list;
	if (snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - r->list) : 1, slash ? r->list : ".") >=
		PATH_MAX)
		return err_set(note, ERR_RANGE, "path is too long");
	int err = revocation_sign(l, ca, &b, note);
	if (!err && (err = file_open_dir(dir[0] ? dir : "/", &fd)) != 0)
		err = err_set(note, err, "%s: not a folder", dir);
	if (!err && (err = file_write(fd, name, 0644, buf_view(&b), "revoke")) != 0)
		err = err_set(note, err, "%s: %s", r->list, err_text(err));
	if (fd >= 0)
		(void)close(fd);
	buf_fini(&b);
	return err;
}

static int add_key(const struct revoke *r, struct err_note *note)
{
	char key[PATH_MAX], pem[PATH_MAX];
	struct sign_key *ca = NULL;
	struct trust *t = NULL;
	struct revocation_list l;
	struct revocation e = {.ngood = 0};
	revocation_init(&l);
	if (snprintf(key, PATH_MAX, "%s/ca.key", r->ca) >= PATH_MAX ||
		snprintf(pem, PATH_MAX, "%s/ca.pem", r->ca) >= PATH_MAX)
		return err_set(note, ERR_RANGE, "path is too long, %.100s", r->ca);
	int err = fill(r, &e, note);
	if (!err)
		err = trust_load(pem, &t, note);
	if (!err)
		err = sign_key_load(key, pem, NULL, &ca, note);
	if (!err)
		err = load_key(r, t, &e, note);
	if (!err)
		err = load_list(r, t, &l, note);
	if (!err && (err = revocation_put(&l, &e)) != 0)
		err = err_set(note, err, "%s: %s", r->list, err_text(err));
	if (!err) {
		l.number++;
		time_text(time_now_ms(), l.issued);
		err = store(r, &l, ca, note);
	}
	if (!err && r->json)
		cli_json_take(json_pack("{s:b,s:s,s:s,s:I,s:i}", "ok", 1, "list", r->list, "key", e.key,
			"number", (json_int_t)l.number, "entries", (int)l.n));
	else if (!err)
		(void)printf("key     %s\nlist    %s\nnumber  %lld, %zu keys\n", e.key, r->list,
			(long long)l.number, l.n);
	revocation_fini(&l);
	sign_key_free(ca);
	trust_free(t);
	return err;
}

static int run(int argc, char **argv)
{
	struct revoke r = {.ca = NULL};
	struct err_note note = {.text = ""};
	if (parse(argc, argv, &r))
		return cli_usage(PROGRAM, &cmd_revoke);
	int err = add_key(&r, &note);
	if (err)
		(void)cli_bundle_refuse(r.json, err, &note, NULL);
	return !err ? CLI_DONE : err == ERR_USAGE ? CLI_USAGE : CLI_REFUSED;
}

const struct cli_command cmd_revoke = {"revoke",
	"revoke --ca DIR --cert CERT --reason retired|compromised|WORD [--good "
	"LINK:EPOCH:SEQ[:IDENTITY]]...\n"
	"                [--at TIME] [--json] --list FILE",
	"add a key to the zone's list of revoked keys, signed by its authority", run};
