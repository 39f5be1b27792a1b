#include "common/bundle/cli/cli_bundle.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECIPIENTS_MAX 16
#define PEM_MAX 65536

struct pack {
	const char *key_file, *cert_file, *trust_file, *out;
	const char *recipients[RECIPIENTS_MAX];
	size_t nrecipients;
	const char *link, *to, *epoch, *seq, *prev;
	bool json;
	struct sign_key *key;
	struct trust *trust;
	struct cert *certs[RECIPIENTS_MAX];
	struct manifest *manifest;
};

static int parse(int argc, char **argv, struct pack *o)
{
	enum { KEY = 256, CERT, RECIPIENT, TRUST, LINK, TO, EPOCH, SEQ, PREV, OUT, JSON };
	static const struct option options[] = {{"key", required_argument, NULL, KEY},
		{"cert", required_argument, NULL, CERT}, {"recipient", required_argument, NULL, RECIPIENT},
		{"recipient-trust", required_argument, NULL, TRUST}, {"link", required_argument, NULL, LINK},
		{"to", required_argument, NULL, TO}, {"epoch", required_argument, NULL, EPOCH},
		{"seq", required_argument, NULL, SEQ}, {"prev", required_argument, NULL, PREV},
		{"out", required_argument, NULL, OUT}, {"json", no_argument, NULL, JSON}, {NULL, 0, NULL, 0}};
	const struct {
		int option;
		const char **to;
	} places[] = {{KEY, &o->key_file}, {CERT, &o->cert_file}, {TRUST, &o->trust_file}, {LINK, &o->link},
		{TO, &o->to}, {EPOCH, &o->epoch}, {SEQ, &o->seq}, {PREV, &o->prev}, {OUT, &o->out}};
	int opt;
	optind = 1;
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (opt == '?' || (opt == RECIPIENT && o->nrecipients == RECIPIENTS_MAX))
			return ERR_USAGE;
		if (opt == JSON)
			o->json = true;
		if (opt == RECIPIENT)
			o->recipients[o->nrecipients++] = optarg;
		for (size_t i = 0; i < sizeof places / sizeof *places; i++)
			if (places[i].option == opt)
				*places[i].to = optarg;
	}
	return argc - optind <= 1 && o->key_file && o->cert_file && o->trust_file && o->nrecipients &&
			       o->link && o->to && o->epoch && o->seq && o->out
		       ? 0
		       : ERR_USAGE;
}

static int number(const char *text, int64_t *out)
{
	char *end = NULL;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		return ERR_USAGE;
	*out = v;
	return 0;
}

static int name_into(char out[static 16], const char *s)
{
	if (strlen(s) > 15)
		return ERR_USAGE;
	strcpy(out, s);
	return 0;
}

static int fill(struct pack *o, bool empty, struct err_note *note)
{
	struct manifest *m = o->manifest = malloc(sizeof *m);
	if (!m)
		return ERR_NOMEM;
	manifest_init(m);
	m->kind = empty ? MANIFEST_TICK : MANIFEST_MESSAGES;
	if (name_into(m->link, o->link) || name_into(m->to, o->to) ||
		name_into(m->from, sign_key_subject(o->key)) || number(o->epoch, &m->epoch) ||
		number(o->seq, &m->seq) || (o->prev && digest_parse(o->prev, &m->prev)))
		return err_set(note, ERR_USAGE, "--link, --to, --epoch, --seq or --prev");
	return 0;
}

static int load(struct pack *o, struct err_note *note)
{
	int err = sign_key_load(o->key_file, o->cert_file, NULL, &o->key, note);
	if (!err)
		err = trust_load(o->trust_file, &o->trust, note);
	for (size_t i = 0; i < o->nrecipients && !err; i++) {
		struct buf pem;
		buf_init(&pem, PEM_MAX);
		err = file_read(AT_FDCWD, o->recipients[i], PEM_MAX, &pem);
		if (err)
			err = err_set(note, err, "%s", o->recipients[i]);
		else
			err = cert_check(
				o->trust, buf_view(&pem), CERT_ENCRYPT, time_now_ms(), &o->certs[i], note);
		buf_fini(&pem);
	}
	return err;
}

/* ---- the folder, as extract writes it: 0000.json, 0000.00.ENDING … */

struct source {
	int fd;
};

static int64_t source_read(void *cookie, void *buf, size_t n)
{
	const struct source *s = cookie;
	ssize_t k;
	do
		k = read(s->fd, buf, n);
	while (k < 0 && errno == EINTR);
	return k < 0 ? ERR_IO : k;
}

/* The one file that begins like this. */
static int open_numbered(int dir, const char *prefix, int *fd)
{
	struct listing l;
	int err = listing_open(dir, ".", &l);
	const struct dirent *e;
	while ((e = listing_next(&l)) && strncmp(e->d_name, prefix, strlen(prefix)) != 0)
		;
	if (e && (*fd = openat(dir, e->d_name, O_RDONLY | O_CLOEXEC)) < 0)
		err = err_from_errno(errno);
	err = listing_close(&l, err);
	return err ? err : e ? 0 : ERR_NOTFOUND;
}

static int add(struct bundle_writer *w, int dir, size_t i, bool *found, struct err_note *note)
{
	char name[32];
	struct source s[MESSAGE_ATTACHMENTS_MAX];
	struct bundle_attachment a[MESSAGE_ATTACHMENTS_MAX];
	size_t n = 0;
	struct buf b;
	buf_init(&b, MESSAGE_BYTES_MAX);
	(void)snprintf(name, sizeof name, "%04zu.json", i);
	int err = file_read(dir, name, MESSAGE_BYTES_MAX, &b);
	*found = err != ERR_NOTFOUND;
	while (!err && n < MESSAGE_ATTACHMENTS_MAX) {
		struct stat st;
		(void)snprintf(name, sizeof name, "%04zu.%02zu.", i, n);
		err = open_numbered(dir, name, &s[n].fd);
		if (err)
			break;
		err = fstat(s[n].fd, &st) == 0 ? 0 : ERR_IO;
		a[n] = (struct bundle_attachment){st.st_size, source_read, &s[n]};
		n++;
	}
	if (!err || (err == ERR_NOTFOUND && *found)) {
		err = bundle_add(w, buf_view(&b), a, n, NULL);
		if (err)
			err = err_set(note, err, "message %04zu: %s", i, err_text(err));
	}
	for (size_t j = 0; j < n; j++)
		(void)close(s[j].fd);
	buf_fini(&b);
	return err;
}

static int add_folder(struct bundle_writer *w, const char *path, struct err_note *note)
{
	int dir = -1, err = file_open_dir(path, &dir);
	if (err)
		return err_set(note, err, "%s: not a folder", path);
	bool found = true;
	for (size_t i = 0; !err; i++)
		err = add(w, dir, i, &found, note);
	(void)close(dir);
	return err == ERR_NOTFOUND && !found ? 0 : err;
}

static int write_all(struct pack *o, const char *folder, int fd, struct digest *id, struct err_note *note)
{
	struct bundle_sender s = {o->key, (const struct cert *const *)o->certs, o->nrecipients, NULL};
	struct bundle_writer *w = NULL;
	int err = bundle_writer_new(&s, o->manifest, fd, &w);
	if (!err && folder)
		err = add_folder(w, folder, note);
	if (!err)
		err = bundle_finish(w, id, NULL);
	if (!err)
		err = file_fsync(fd, "pack");
	bundle_writer_free(w);
	return err;
}

static int write_out(struct pack *o, const char *folder, struct err_note *note)
{
	struct digest id;
	char hex[DIGEST_HEX];
	int fd = open(o->out, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "%s: %s", o->out, strerror(errno));
	int err = write_all(o, folder, fd, &id, note);
	if (close(fd) != 0 && !err)
		err = ERR_IO;
	if (err) {
		(void)unlink(o->out);
		return note->text[0] ? err : err_set(note, err, "%s: %s", o->out, err_text(err));
	}
	digest_hex(&id, hex);
	if (o->json)
		cli_json_take(json_pack("{s:s,s:b,s:s}", "file", o->out, "ok", 1, "identity", hex));
	else
		(void)printf("%s %s\n", hex, o->out);
	return 0;
}

static int pack(struct pack *o, const char *folder, struct err_note *note)
{
	int err = load(o, note);
	if (!err)
		err = fill(o, !folder, note);
	return err ? err : write_out(o, folder, note);
}

static int run(int argc, char **argv)
{
	struct pack o = {.json = false};
	struct err_note note = {.text = ""};
	if (parse(argc, argv, &o))
		return cli_usage(PROGRAM, &cmd_pack);
	int err = pack(&o, optind < argc ? argv[optind] : NULL, &note);
	if (err) {
		(void)cli_bundle_refuse(o.json, err, &note, NULL);
	}
	sign_key_free(o.key);
	trust_free(o.trust);
	for (size_t i = 0; i < o.nrecipients; i++)
		cert_free(o.certs[i]);
	manifest_fini(o.manifest);
	free(o.manifest);
	return !err ? CLI_DONE : err == ERR_USAGE ? CLI_USAGE : CLI_REFUSED;
}

const struct cli_command cmd_pack = {"pack",
	"pack --key KEY --cert CERT --recipient CERT... --recipient-trust CA.pem --link LINK --to STATION\n"
	"              --epoch N --seq N [--prev HEX] [--json] --out FILE [DIR]",
	"make a bundle of a folder as extract writes it; without a folder a tick", run};
