/* What a payload holds: the tar is walked once, messages are decoded on the way, digests of all parts are
 * computed on all processors meanwhile, and everything must be what contents.json, the messages and the
 * manifest say. */
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_reader.h"
#include "common/bundle/bundle_sums.h"
#include <stdio.h>
#include <string.h>

struct walk {
	struct bundle_reader *r;
	struct bundle_frames *frames;
	struct bundle_plain *plain;
	struct bundle_tar tar;
	struct bundle_sums *sums;
	struct bundle_contents found; /* what the messages say; their sizes and places */
	struct buf bytes;
	int64_t total; /* bytes of messages */
};

static int read_plain(void *cookie, int64_t offset, void *p, size_t n)
{
	return bundle_plain_read(cookie, offset, p, n);
}

/* ---- walking */

static int walk_attachment(struct walk *w, struct bundle_entry *e, size_t i, size_t j,
	const struct attachment *said, struct err_note *note)
{
	struct bundle_part *part = &e->attachments[j];
	char name[32];
	(void)snprintf(name, sizeof name, "a/%zu/%zu", i, j);
	int err = bundle_tar_next(&w->tar, name, w->tar.end, &part->offset, &part->size, note);
	if (err)
		return err;
	if (part->size != said->size)
		return err_set(note, ERR_SCHEMA, "%s: %lld bytes, its message says %lld", name,
			(long long)part->size, (long long)said->size);
	part->digest = said->digest;
	return bundle_sums_add(w->sums, part->offset, part->size, e->said == w->r->suite ? NULL : e->said);
}

/* Puts the member's name before what is wrong in it. */
static int in_member(struct err_note *note, int err, const char *name)
{
	struct err_note inner;
	if (!err || !note)
		return err;
	inner = *note;
	return err_set(note, err, "%s: %.200s", name, inner.text);
}

static int walk_loaded(
	struct walk *w, size_t i, const char *name, int64_t at, int64_t size, struct err_note *note)
{
	struct bundle_entry *e = NULL;
	struct message m;
	buf_reset(&w->bytes);
	int err = buf_reserve(&w->bytes, (size_t)size);
	if (!err)
		err = bundle_plain_read(w->plain, at, w->bytes.p, (size_t)size);
	if (!err)
		err = in_member(note, message_head(view_of(w->bytes.p, (size_t)size), &m, note), name);
	if (!err && (err = bundle_contents_grow(&w->found, m.nattachments, &e)) != 0)
		err = err_set(note, err, "%s: more than a bundle may hold", name);
	if (err)
		return err;
	memcpy(e->id, m.id.s, sizeof e->id);
	memcpy(e->type, m.type, sizeof e->type);
	e->said = suite_by_name(m.suite);
	e->message.offset = at;
	e->message.size = size;
	err = bundle_sums_add(w->sums, at, size, NULL);
	for (size_t j = 0; j < m.nattachments && !err; j++)
		err = walk_attachment(w, e, i, j, &m.attachments[j], note);
	return err;
}

/* A message that carries something is read at once, to know what must follow; others while the walk goes on.
 */
static int walk_message(struct walk *w, size_t i, struct err_note *note)
{
	struct bundle_entry *e = NULL;
	char name[32];
	bool has = false;
	int64_t at = 0, size = 0;
	(void)snprintf(name, sizeof name, "m/%zu.json", i);
	int err = bundle_tar_next(&w->tar, name, MESSAGE_BYTES_MAX, &at, &size, note);
	if (!err && (w->total += size) > BUNDLE_MESSAGES_BYTES_MAX)
		err = err_set(note, ERR_LIMIT, "%s: messages of more than %d bytes together", name,
			BUNDLE_MESSAGES_BYTES_MAX);
	if (!err && size == 0)
		err = err_set(note, ERR_SYNTAX, "%s: empty", name);
	if (!err) {
		char first[32];
		(void)snprintf(first, sizeof first, "a/%zu/0", i);
		err = bundle_tar_begins(&w->tar, first, &has);
	}
	if (err)
		return err;
	if (has)
		return walk_loaded(w, i, name, at, size, note);
	err = bundle_contents_grow(&w->found, 0, &e);
	if (err)
		return err_set(note, err, "%s: more than a bundle may hold", name);
	e->message.offset = at;
	e->message.size = size;
	return bundle_sums_add_head(w->sums, at, size);
}

static int walk_messages(struct walk *w, struct err_note *note)
{
	int64_t n = 0;
	int err = 0;
	for (size_t t = 0; t < w->r->manifest.ncounts; t++)
		n += w->r->manifest.counts[t].n;
	for (int64_t i = 0; i < n && !err; i++)
		err = walk_message(w, (size_t)i, note);
	return err;
}

static int walk_contents(struct walk *w, struct err_note *note)
{
	struct bundle_memory text = {.p = NULL};
	int64_t at = 0, size = 0;
	int err = bundle_tar_next(&w->tar, "contents.json", BUNDLE_CONTENTS_MAX, &at, &size, note);
	if (!err)
		err = bundle_memory_new(w->r->policy.pool, (size_t)size, &text);
	if (!err)
		err = bundle_plain_read(w->plain, at, text.p, (size_t)size);
	if (err && text.p)
		err = err_set(note, err, "contents.json: %s", err_text(err));
	if (!err)
		err = bundle_contents_decode(view_of(text.p, (size_t)size), &w->r->contents, note);
	bundle_memory_free(&text, (size_t)size);
	return err;
}

static int walk_origin(struct walk *w, struct err_note *note)
{
	const struct bundle_policy *p = &w->r->policy;
	if (!p->origin_trust)
		return err_set(note, ERR_LINK, "forwarded bundle where none is received");
	struct bundle_origin *o = w->r->origin = bundle_origin_new();
	int err = o ? bundle_tar_read(&w->tar, "o/manifest.json", MANIFEST_BYTES_MAX, &o->bytes, note)
		    : ERR_NOMEM;
	if (!err)
		err = bundle_tar_read(&w->tar, "o/manifest.sig", BUNDLE_SIG_MAX, &o->sig, note);
	if (!err)
		err = bundle_tar_read(&w->tar, "o/signer.pem", BUNDLE_PEM_MAX, &o->pem, note);
	if (!err)
		err = bundle_origin_decode(o, note);
	if (!err)
		err = bundle_origin_verify(&o->manifest, buf_view(&o->bytes), buf_view(&o->sig),
			buf_view(&o->pem), p->origin_trust, "o/signer.pem", note);
	if (!err && p->origin_from && strcmp(o->manifest.from, p->origin_from) != 0)
		err = err_set(note, ERR_LINK, "o/manifest.json: from is %s, expected %s", o->manifest.from,
			p->origin_from);
	if (!err && p->link && strcmp(o->manifest.link, p->link) != 0)
		err = err_set(note, ERR_LINK, "o/manifest.json: link is %s, here %s is received",
			o->manifest.link, p->link);
	return err;
}

static int walk_all(struct walk *w, struct err_note *note)
{
	int err = walk_messages(w, note);
	if (!err)
		err = walk_contents(w, note);
	if (!err && w->r->contents.origin)
		err = walk_origin(w, note);
	if (!err)
		err = bundle_tar_end(&w->tar, note);
	if (!err && (err = bundle_frames_end(w->frames)) != 0)
		err = err_set(note, err, "payload: its frames: %s", err_text(err));
	return err;
}

/* ---- comparing */

static int check_counts(const struct bundle_reader *r, struct err_note *note)
{
	const struct bundle_contents *c = &r->contents;
	size_t seen = 0;
	for (size_t t = 0; t < r->manifest.ncounts; t++) {
		int64_t n = 0;
		for (size_t i = 0; i < c->n; i++)
			n += strcmp(c->entries[i].type, r->manifest.counts[t].type) == 0;
		if (n != r->manifest.counts[t].n)
			return err_set(note, ERR_SCHEMA,
				"contents.json: %lld of type %s, the manifest says %lld", (long long)n,
				r->manifest.counts[t].type, (long long)r->manifest.counts[t].n);
		seen += (size_t)n;
	}
	return seen == c->n ? 0
			    : err_set(note, ERR_SCHEMA, "contents.json: types the manifest does not count");
}

static int check_root(struct bundle_reader *r, struct err_note *note)
{
	struct digest root;
	r->tree = bundle_contents_tree(&r->contents, r->suite);
	if (!r->tree)
		return ERR_NOMEM;
	bundle_tree_root(r->tree, &root);
	return digest_eq(&root, &r->manifest.root)
		       ? 0
		       : err_set(note, ERR_DIGEST,
				 "contents.json: its messages are not those of the signed root");
}

static int compare_attachment(struct bundle_part *a, const struct bundle_part *found,
	const struct bundle_sum *sum, size_t i, size_t j, struct err_note *note)
{
	if (a->size != found->size)
		return err_set(note, ERR_SCHEMA, "a/%zu/%zu: %lld bytes, contents.json says %lld", i, j,
			(long long)found->size, (long long)a->size);
	if (!digest_eq(&a->digest, &sum->own) ||
		!digest_eq(&found->digest, sum->other ? &sum->second : &sum->own))
		return err_set(note, ERR_DIGEST,
			"a/%zu/%zu: not the digest contents.json and the message say", i, j);
	a->offset = found->offset;
	return 0;
}

/* Entry i of contents.json against what stands in the tar; *sums moves behind its parts. */
static int compare_entry(struct bundle_entry *e, const struct bundle_entry *found,
	const struct bundle_sum **sums, size_t i, struct err_note *note)
{
	const struct bundle_sum *s = *sums;
	if (e->message.size != found->message.size || !digest_eq(&e->message.digest, &s->own))
		return err_set(note, ERR_DIGEST, "m/%zu.json: not the bytes contents.json says", i);
	const char *id = s->head ? s->id : found->id, *type = s->head ? s->type : found->type;
	if (strcmp(e->id, id) != 0 || strcmp(e->type, type) != 0 || e->nattachments != found->nattachments)
		return err_set(note, ERR_SCHEMA, "m/%zu.json: contents.json says otherwise", i);
	e->message.offset = found->message.offset;
	int err = 0;
	for (size_t j = 0; j < e->nattachments && !err; j++)
		err = compare_attachment(&e->attachments[j], &found->attachments[j], &s[1 + j], i, j, note);
	*sums = s + 1 + e->nattachments;
	return err;
}

static int compare_all(struct walk *w, struct err_note *note)
{
	struct bundle_contents *c = &w->r->contents;
	const struct bundle_sum *sums = NULL;
	size_t n = 0;
	/* What contents.json says by itself, while the others still digest. */
	int err = check_counts(w->r, note);
	if (!err)
		err = check_root(w->r, note);
	if (!err)
		err = bundle_sums_get(w->sums, &sums, &n, note);
	if (err)
		return err;
	if (c->n != w->found.n)
		return err_set(
			note, ERR_SCHEMA, "contents.json: %zu messages, there are %zu", c->n, w->found.n);
	for (size_t i = 0; i < c->n && !err; i++)
		err = compare_entry(&c->entries[i], &w->found.entries[i], &sums, i, note);
	return err;
}

/* What is not the origin's own is the forwarder's word about the message whose id it has, and no other. */
static int check_refusal(struct walk *w, const struct bundle_entry *e, struct err_note *note)
{
	struct message m;
	message_init(&m);
	buf_reset(&w->bytes);
	int err = buf_reserve(&w->bytes, (size_t)e->message.size);
	if (!err)
		err = bundle_plain_read(w->plain, e->message.offset, w->bytes.p, (size_t)e->message.size);
	if (!err)
		err = message_decode(view_of(w->bytes.p, (size_t)e->message.size), &m, note);
	if (!err && strcmp(json_str(m.body, "message"), m.id.s) != 0)
		err = err_set(
			note, ERR_SCHEMA, "message %s: a refusal on the way is of that message alone", e->id);
	message_fini(&m);
	return err;
}

/* Each message is one of the origin's leaves. */
static int check_paths(struct walk *w, struct err_note *note)
{
	const struct bundle_reader *r = w->r;
	int err = 0;
	for (size_t i = 0; i < r->contents.n && !err; i++) {
		const struct bundle_entry *e = &r->contents.entries[i];
		struct digest d = e->message.digest;
		buf_reset(&w->bytes);
		if (r->origin->suite != r->suite) {
			err = buf_reserve(&w->bytes, (size_t)e->message.size);
			if (!err)
				err = bundle_plain_read(
					w->plain, e->message.offset, w->bytes.p, (size_t)e->message.size);
			if (!err)
				digest_of(r->origin->suite, view_of(w->bytes.p, (size_t)e->message.size), &d);
		}
		if (!err)
			err = bundle_origin_check(r->origin, e, &d, note);
		if (!err && !digest_eq(&d, &e->origin->message))
			err = check_refusal(w, e, note);
	}
	return err;
}

int bundle_inside(struct bundle_reader *r, const struct bundle_frames_source *frames, struct err_note *note)
{
	const struct manifest *m = &r->manifest;
	struct bundle_pool *pool = r->policy.pool;
	struct walk w = {.r = r, .found = {.pool = pool}};
	r->contents.pool = pool;
	buf_init(&w.bytes, MESSAGE_BYTES_MAX);
	int err = bundle_frames_new(frames, &w.frames);
	if (!err)
		err = bundle_plain_new(w.frames, &w.plain);
	if (!err)
		err = bundle_sums_new(w.frames, w.plain, r->suite, m->payload_plain, pool, &w.sums);
	w.tar = (struct bundle_tar){.fd = -1, .end = m->payload_plain, .read = read_plain, .cookie = w.plain};
	if (!err)
		err = walk_all(&w, note);
	if (!err)
		err = compare_all(&w, note);
	if (!err && r->contents.origin)
		err = check_paths(&w, note);
	bundle_sums_free(w.sums);
	bundle_contents_fini(&w.found);
	buf_fini(&w.bytes);
	if (err) {
		bundle_plain_free(w.plain);
		bundle_frames_free(w.frames);
		bundle_origin_free(r->origin);
		r->origin = NULL;
	} else {
		r->plain = w.plain;
		r->frames = w.frames;
	}
	return err;
}
