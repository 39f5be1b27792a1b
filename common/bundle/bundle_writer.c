#include "common/bundle/bundle_writer.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_seen.h"
#include "common/bundle/bundle_tar.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t ZEROS[BUNDLE_TAR_BLOCK];

static int copy_manifest(struct manifest *to, const struct manifest *from)
{
	*to = *from;
	to->ncounts = 0;
	to->checkpoint.proof = from->checkpoint.proof ? strdup(from->checkpoint.proof) : NULL;
	to->checkpoint.note = from->checkpoint.note ? strdup(from->checkpoint.note) : NULL;
	return (from->checkpoint.proof && !to->checkpoint.proof) ||
			       (from->checkpoint.note && !to->checkpoint.note)
		       ? ERR_NOMEM
		       : 0;
}

int bundle_writer_new(
	const struct bundle_sender *s, const struct manifest *m, int fd, struct bundle_writer **out)
{
	if (strcmp(sign_key_subject(s->signer), m->from) != 0)
		return ERR_LINK;
	struct bundle_writer *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	w->sender = *s;
	w->suite = sign_key_suite(s->signer);
	w->fd = fd;
	secret_random(w->suite, &w->key);
	const struct bundle_stream_plan plan = {w->suite, &w->key, fd, bundle_writer_front, w, s->pool};
	int err = copy_manifest(&w->manifest, m);
	if (!err)
		err = bundle_stream_new(&plan, &w->stream);
	if (!err)
		err = bundle_seen_new(&w->seen);
	if (err) {
		bundle_writer_free(w);
		return err;
	}
	*out = w;
	return 0;
}

void bundle_writer_free(struct bundle_writer *w)
{
	if (!w)
		return;
	bundle_stream_free(w->stream);
	bundle_seen_free(w->seen);
	manifest_fini(&w->manifest);
	bundle_contents_fini(&w->contents);
	bundle_origin_free(w->origin);
	secret_wipe(&w->key);
	buf_wipe(w->salts, sizeof w->salts);
	free(w);
}

static int add_header(struct bundle_writer *w, const char *name, int64_t size)
{
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	return bundle_stream_add(w->stream, view_of(h, bundle_tar_header(name, size, h)));
}

static int add_pad(struct bundle_writer *w, int64_t size)
{
	return bundle_stream_add(w->stream, view_of(ZEROS, bundle_tar_pad(size)));
}

int bundle_writer_member(struct bundle_writer *w, const char *name, struct view v)
{
	int err = add_header(w, name, (int64_t)v.n);
	if (!err)
		err = bundle_stream_add(w->stream, v);
	return err ? err : add_pad(w, (int64_t)v.n);
}

static int add_message(struct bundle_writer *w, const char *name, struct view v)
{
	int err = add_header(w, name, (int64_t)v.n);
	if (!err)
		err = bundle_stream_part(w->stream, w->suite, NULL);
	if (!err)
		err = bundle_stream_content(w->stream, v);
	if (!err)
		err = bundle_stream_part_end(w->stream);
	return err ? err : add_pad(w, (int64_t)v.n);
}

/* As many bytes as the message says; which ones is seen by their digest. */
static int add_content(struct bundle_writer *w, const struct bundle_attachment *a)
{
	int64_t left = a->size;
	for (;;) {
		uint8_t *room = NULL;
		size_t n = 0;
		int err = bundle_stream_room(w->stream, &room, &n);
		int64_t got = err ? err : a->read(a->cookie, room, n);
		if (got == 0 && left == 0)
			return 0;
		if (got <= 0 || got > left) {
			if (room)
				buf_wipe(room, n);
			return got < 0 ? (int)got : got > left ? ERR_TRAILING : ERR_TRUNCATED;
		}
		left -= got;
		err = bundle_stream_filled(w->stream, (size_t)got);
		if (err)
			return err;
	}
}

static int add_attachment(struct bundle_writer *w, const char *name, const struct bundle_attachment *a,
	const struct suite *suite, const struct digest *said)
{
	int err = add_header(w, name, a->size);
	if (!err)
		err = bundle_stream_part(w->stream, suite, said);
	if (!err)
		err = add_content(w, a);
	if (!err)
		err = bundle_stream_part_end(w->stream);
	return err ? err : add_pad(w, a->size);
}

static int count_type(struct manifest *m, const char *type)
{
	size_t i = 0;
	while (i < m->ncounts && strcmp(m->counts[i].type, type) != 0)
		i++;
	if (i == MANIFEST_TYPES_MAX)
		return ERR_LIMIT;
	if (i == m->ncounts) {
		strcpy(m->counts[i].type, type);
		m->counts[i].n = 0;
		m->ncounts++;
	}
	m->counts[i].n++;
	return 0;
}

/* Nothing is written yet: after a refusal here the bundle can be finished without this message. */
static int check_new(const struct bundle_writer *w, const struct message *m, struct view bytes,
	const struct bundle_attachment *attachments, size_t n, const struct bundle_origin_path *path)
{
	if (w->broken || w->manifest.kind != MANIFEST_MESSAGES || !w->origin != !path)
		return ERR_STATE;
	if (!suite_by_name(m->suite))
		return ERR_SUITE;
	if (n != m->nattachments)
		return ERR_SCHEMA;
	for (size_t i = 0; i < n; i++)
		if (attachments[i].size != m->attachments[i].size)
			return ERR_SCHEMA;
	if (w->contents.n >= BUNDLE_MESSAGES_MAX || w->contents.nattachments + n > BUNDLE_ATTACHMENTS_MAX ||
		w->message_bytes + (int64_t)bytes.n > BUNDLE_MESSAGES_BYTES_MAX)
		return ERR_LIMIT;
	return bundle_seen_has(w->seen, &w->contents, m->id.s, path) ? ERR_EXISTS : 0;
}

/* Randomness in one piece for many: the system call costs more than the bytes. */
static void take_salt(struct bundle_writer *w, uint8_t out[static 16])
{
	if (w->nsalts == 0) {
		random_bytes(w->salts, sizeof w->salts);
		w->nsalts = sizeof w->salts / sizeof *w->salts;
	}
	memcpy(out, w->salts[--w->nsalts], 16);
}

static int fill_entry(struct bundle_writer *w, struct bundle_entry *e, const struct message *m,
	struct view bytes, const struct bundle_origin_path *path)
{
	strcpy(e->id, m->id.s);
	strcpy(e->type, m->type);
	e->message.size = (int64_t)bytes.n;
	take_salt(w, e->salt);
	if (!path)
		return 0;
	struct digest d;
	e->origin = malloc(sizeof *e->origin);
	if (!e->origin)
		return ERR_NOMEM;
	*e->origin = *path;
	digest_of(w->origin->suite, bytes, &d);
	return bundle_origin_check(w->origin, e, &d, NULL);
}

static int add_all(struct bundle_writer *w, const struct message *m, struct view bytes,
	const struct bundle_attachment *attachments, const struct bundle_origin_path *path)
{
	struct bundle_entry *e = NULL;
	char name[32];
	size_t at = w->contents.n;
	int err = bundle_contents_grow(&w->contents, m->nattachments, &e);
	if (!err)
		err = fill_entry(w, e, m, bytes, path);
	if (!err)
		err = count_type(&w->manifest, m->type);
	(void)snprintf(name, sizeof name, "m/%zu.json", at);
	if (!err) {
		bundle_seen_add(w->seen, &w->contents);
		err = add_message(w, name, bytes);
	}
	w->message_bytes += (int64_t)bytes.n;
	for (size_t i = 0; i < m->nattachments && !err; i++) {
		e->attachments[i].size = attachments[i].size;
		(void)snprintf(name, sizeof name, "a/%zu/%zu", at, i);
		err = add_attachment(
			w, name, &attachments[i], suite_by_name(m->suite), &m->attachments[i].digest);
	}
	return err;
}

int bundle_add(struct bundle_writer *w, struct view message, const struct bundle_attachment *attachments,
	size_t n, const struct bundle_origin_path *path)
{
	struct message m;
	int err = message_head(message, &m, NULL);
	if (!err)
		err = check_new(w, &m, message, attachments, n, path);
	if (!err) {
		err = add_all(w, &m, message, attachments, path);
		w->broken = err != 0;
	}
	return err;
}

int bundle_set_origin(struct bundle_writer *w, struct view manifest, struct view sig, struct view signer_pem)
{
	if (w->origin || w->contents.n)
		return ERR_STATE;
	struct bundle_origin *o = bundle_origin_new();
	int err = o ? buf_add_view(&o->bytes, manifest) : ERR_NOMEM;
	if (!err)
		err = buf_add_view(&o->sig, sig);
	if (!err)
		err = buf_add_view(&o->pem, signer_pem);
	if (!err)
		err = bundle_origin_decode(o, NULL);
	if (err) {
		bundle_origin_free(o);
		return err;
	}
	w->origin = o;
	return 0;
}
