#include "common/bundle/bundle_tar.h"
#include "common/bundle/cli/cli_bundle.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void list_manifest(const struct manifest *m, bool checked)
{
	(void)printf("kind     %s\nlink     %s\nfrom     %s\nto       %s\nepoch    %lld\nnumber   "
		     "%lld\ncreated  %s\n",
		manifest_kind_name(m->kind), m->link, m->from, m->to, (long long)m->epoch, (long long)m->seq,
		m->created);
	(void)printf("suite    %s\nkey      %s\npayload  %lld bytes\nsigned   %s\n", m->suite, m->key,
		(long long)m->payload_size, checked ? "yes" : "NOT CHECKED (no --trust)");
	for (size_t i = 0; i < m->ncounts; i++)
		(void)printf("count    %s %lld\n", m->counts[i].type, (long long)m->counts[i].n);
	for (size_t i = 0; i < m->nvoids; i++)
		(void)printf("void     epoch %lld number %lld\n", (long long)m->voids[i].epoch,
			(long long)m->voids[i].seq);
	if (m->ack.peer[0])
		(void)printf("ack      %s epoch %lld up to %lld of %lld, safe %lld\n", m->ack.peer,
			(long long)m->ack.epoch, (long long)m->ack.contiguous, (long long)m->ack.known,
			(long long)m->ack.safe);
}

static int list_message(const struct cli_bundle *o, struct bundle_reader *r, size_t i, json_t *into)
{
	struct view bytes;
	const struct message *m = NULL;
	int err = bundle_message(r, i, &bytes, &m);
	if (err)
		return err;
	json_t *attachments = json_array();
	if (!o->json)
		(void)printf("message  m/%zu.json %s %s %zu bytes\n", i, m->type, m->id.s, bytes.n);
	for (size_t j = 0; j < m->nattachments; j++) {
		const struct attachment *a = &m->attachments[j];
		if (!o->json)
			(void)printf("         a/%zu/%zu %s %lld bytes \"%s\"\n", i, j, a->media,
				(long long)a->size, a->name);
		(void)json_array_append_new(attachments, json_pack("{s:s,s:s,s:I}", "name", a->name, "media",
								 a->media, "size", (json_int_t)a->size));
	}
	return json_array_append_new(
		       into, json_pack("{s:s,s:s,s:I,s:o}", "id", m->id.s, "type", m->type, "size",
				     (json_int_t)bytes.n, "attachments", attachments)) == 0
		       ? 0
		       : ERR_NOMEM;
}

static int list_checked(const struct cli_bundle *o, const char *path, struct err_note *note)
{
	struct bundle_reader *r = NULL;
	json_t *messages = json_array();
	int fd = -1, err = cli_bundle_open(o, path, &fd, &r, note);
	if (!err && !o->json)
		list_manifest(bundle_manifest(r), true);
	for (size_t i = 0; !err && i < bundle_count(r); i++)
		err = list_message(o, r, i, messages);
	if (!err && o->json) {
		struct view v = bundle_manifest_bytes(r);
		cli_json_take(json_pack("{s:s,s:b,s:o,s:O}", "file", path, "checked", 1, "manifest",
			json_loadb((const char *)v.p, v.n, 0, NULL), "messages", messages));
	}
	bundle_reader_free(r);
	if (fd >= 0)
		(void)close(fd);
	json_decref(messages);
	return err;
}

/* Without an authority: the manifest as it stands there, said to be unchecked. */
static int list_unchecked(const struct cli_bundle *o, const char *path, struct err_note *note)
{
	struct buf b;
	struct manifest *m = malloc(sizeof *m);
	if (!m)
		return ERR_NOMEM;
	manifest_init(m);
	buf_init(&b, MANIFEST_BYTES_MAX);
	int err = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		err = err_set(note, err_from_errno(errno), "cannot be opened: %s", strerror(errno));
	struct bundle_tar t = {.fd = fd, .end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END)};
	if (!err)
		err = bundle_tar_read(&t, "manifest.json", MANIFEST_BYTES_MAX, &b, note);
	if (!err)
		err = manifest_decode(buf_view(&b), m, note);
	if (!err && o->json)
		cli_json_take(json_pack("{s:s,s:b,s:o}", "file", path, "checked", 0, "manifest",
			json_loadb((const char *)b.p, b.n, 0, NULL)));
	else if (!err)
		list_manifest(m, false);
	if (fd >= 0)
		(void)close(fd);
	buf_fini(&b);
	manifest_fini(m);
	free(m);
	return err;
}

static int run(int argc, char **argv)
{
	struct cli_bundle o;
	int i = 0, code = cli_bundle_begin(&cmd_list, argc, argv, &o, &i);
	if (code)
		return code;
	bool several = argc - i > 1 && !o.json;
	for (; i < argc; i++) {
		struct err_note note = {.text = ""};
		if (several)
			(void)printf("file     %s\n", argv[i]);
		int err = o.trust ? list_checked(&o, argv[i], &note) : list_unchecked(&o, argv[i], &note);
		if (err) {
			code = cli_bundle_refuse(o.json, err, &note, argv[i]);
		}
	}
	cli_bundle_end(&o);
	return code;
}

const struct cli_command cmd_list = {"list",
	"list [--trust CA.pem [--revoked DIR] [--key KEY --cert CERT [--origin-trust CA.pem]]] [--json] "
	"FILE...",
	"show the manifest; with a key also messages and attachments", run};
