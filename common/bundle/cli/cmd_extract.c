#include "common/bundle/cli/cli_bundle.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Names are ours: numbers and an ending by declared type. Names from inside stand in the message. */
static const char *ending(const char *media)
{
	static const struct {
		const char *media, *ending;
	} known[] = {{"application/pdf", "pdf"}, {"image/jpeg", "jpg"}, {"image/png", "png"},
		{"application/ofd", "ofd"}, {"application/json", "json"}, {"text/plain", "txt"},
		{"application/x-sanwang-envelope", "swe"}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].media, media) == 0)
			return known[i].ending;
	return "bin";
}

/* A new file in the folder; what exists is never written over. */
static int create(int dir, const char *name, int *fd, struct err_note *note)
{
	int f = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f < 0)
		return err_set(note, err_from_errno(errno), "%s: %s", name, strerror(errno));
	*fd = f;
	return 0;
}

static int put(const struct cli_bundle *o, int dir, const char *name, struct view v, struct err_note *note)
{
	int fd = -1, err = create(dir, name, &fd, note);
	if (!err)
		err = file_write_all(fd, v.p, v.n);
	if (fd >= 0 && close(fd) != 0 && !err)
		err = ERR_IO;
	if (!err && !o->json)
		(void)printf("%s\n", name);
	return err;
}

static int put_attachment(const struct cli_bundle *o, int dir, const char *name, struct bundle_reader *r,
	size_t i, size_t j, struct err_note *note)
{
	uint8_t b[65536];
	int64_t at = 0, n = 1;
	int fd = -1, err = create(dir, name, &fd, note);
	while (!err && (n = bundle_attachment_read(r, i, j, at, b, sizeof b)) > 0) {
		err = file_write_all(fd, b, (size_t)n);
		at += n;
	}
	if (!err && n < 0)
		err = (int)n;
	buf_wipe(b, sizeof b);
	if (fd >= 0 && close(fd) != 0 && !err)
		err = ERR_IO;
	if (!err && !o->json)
		(void)printf("%s\n", name);
	return err;
}

static int extract_message(
	const struct cli_bundle *o, struct bundle_reader *r, size_t i, int dir, struct err_note *note)
{
	char name[64];
	struct view bytes;
	const struct message *m = NULL;
	(void)snprintf(name, sizeof name, "%04zu.json", i);
	int err = bundle_message(r, i, &bytes, &m);
	if (!err)
		err = put(o, dir, name, bytes, note);
	for (size_t j = 0; !err && j < m->nattachments; j++) {
		(void)snprintf(name, sizeof name, "%04zu.%02zu.%s", i, j, ending(m->attachments[j].media));
		err = put_attachment(o, dir, name, r, i, j, note);
	}
	return err;
}

static int extract(const struct cli_bundle *o, const char *path, struct err_note *note)
{
	struct bundle_reader *r = NULL;
	int fd = -1, dir = -1;
	int err = cli_bundle_open(o, path, &fd, &r, note);
	if (err)
		return err;
	err = file_mkdirs(o->into, 0700);
	if (!err)
		err = file_open_dir(o->into, &dir);
	if (err)
		err = err_set(note, err, "%s: not a folder to write into", o->into);
	if (!err)
		err = put(o, dir, "manifest.json", bundle_manifest_bytes(r), note);
	if (!err && bundle_origin_manifest(r))
		err = put(o, dir, "origin.json", bundle_origin_bytes(r), note);
	for (size_t i = 0; !err && i < bundle_count(r); i++)
		err = extract_message(o, r, i, dir, note);
	if (!err && o->json)
		cli_json_take(json_pack("{s:s,s:b,s:s,s:I}", "file", path, "ok", 1, "into", o->into,
			"messages", (json_int_t)bundle_count(r)));
	if (dir >= 0)
		(void)close(dir);
	bundle_reader_free(r);
	(void)close(fd);
	return err;
}

static int run(int argc, char **argv)
{
	struct cli_bundle o;
	struct err_note note = {.text = ""};
	int i = 0, code = cli_bundle_begin(&cmd_extract, argc, argv, &o, &i);
	if (code)
		return code;
	if (!o.key || !o.into || argc - i != 1) {
		cli_bundle_end(&o);
		return cli_usage(PROGRAM, &cmd_extract);
	}
	int err = extract(&o, argv[i], &note);
	code = err ? cli_bundle_refuse(o.json, err, &note, argv[i]) : CLI_DONE;
	cli_bundle_end(&o);
	return code;
}

const struct cli_command cmd_extract = {"extract",
	"extract --trust CA.pem [--revoked DIR] --key KEY --cert CERT [--origin-trust CA.pem] --into DIR "
	"[--json] FILE",
	"check a bundle and write its messages and attachments into a folder", run};
