#include "common/bundle/bundle_contents.h"
#include "common/audit/merkle.h"
#include "common/bundle/bundle_limits.h"
#include <stdlib.h>
#include <string.h>

static void entry_fini(struct bundle_entry *e)
{
	free(e->attachments);
	free(e->origin);
}

void bundle_contents_fini(struct bundle_contents *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		entry_fini(&c->entries[i]);
	bundle_memory_free(&c->mem, c->n * sizeof *c->entries);
	memset(c, 0, sizeof *c);
}

int bundle_contents_grow(struct bundle_contents *c, size_t nattachments, struct bundle_entry **out)
{
	if (c->n >= BUNDLE_MESSAGES_MAX || nattachments > MESSAGE_ATTACHMENTS_MAX ||
		c->nattachments + nattachments > BUNDLE_ATTACHMENTS_MAX)
		return ERR_LIMIT;
	if ((c->n + 1) * sizeof *c->entries > c->mem.size) {
		size_t want = c->n ? 2 * c->n : 16, one = sizeof *c->entries;
		if (bundle_memory_grow(c->pool, c->n * one, want * one, &c->mem) != 0)
			return ERR_NOMEM;
		void *p = c->mem.p;
		c->entries = p;
	}
	struct bundle_entry *e = &c->entries[c->n];
	memset(e, 0, sizeof *e);
	if (nattachments) {
		e->attachments = calloc(nattachments, sizeof *e->attachments);
		if (!e->attachments)
			return ERR_NOMEM;
	}
	e->nattachments = nattachments;
	c->nattachments += nattachments;
	c->n++;
	*out = e;
	return 0;
}

void bundle_contents_leaf(const struct suite *s, const uint8_t salt[static 16], const struct digest *message,
	struct digest *out)
{
	uint8_t b[16 + sizeof message->b];
	memcpy(b, salt, 16);
	memcpy(b + 16, message->b, sizeof message->b);
	merkle_leaf(s, view_of(b, sizeof b), out);
}

struct bundle_tree *bundle_contents_tree(const struct bundle_contents *c, const struct suite *s)
{
	struct digest *l = calloc(c->n ? c->n : 1, sizeof *l);
	if (!l)
		return NULL;
	for (size_t i = 0; i < c->n; i++)
		bundle_contents_leaf(s, c->entries[i].salt, &c->entries[i].message.digest, &l[i]);
	struct bundle_tree *t = bundle_tree_new(s, l, c->n);
	free(l);
	return t;
}

/* ---- the text. Every value is a number, a digest or a checked word: nothing needs an escape. */

static int put_hex(struct buf *out, const char *before, const uint8_t *p, size_t n)
{
	int err = buf_add_str(out, before);
	return err ? err : hex_add(out, view_of(p, n));
}

static int put_digest(struct buf *out, const char *before, const struct digest *d)
{
	return put_hex(out, before, d->b, sizeof d->b);
}

static int put_number(struct buf *out, const char *before, int64_t v)
{
	char text[24];
	size_t at = sizeof text;
	do
		text[--at] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	int err = buf_add_str(out, before);
	return err ? err : buf_add(out, text + at, sizeof text - at);
}

static int put_word(struct buf *out, const char *before, const char *word)
{
	int err = buf_add_str(out, before);
	return err ? err : buf_add_str(out, word);
}

static int put_origin(struct buf *out, const struct bundle_origin_path *p)
{
	int err = put_digest(out, ",\"origin\":{\"digest\":\"", &p->message);
	if (!err)
		err = put_number(out, "\",\"leaf\":", p->leaf);
	if (!err)
		err = put_number(out, ",\"of\":", p->of);
	if (!err)
		err = buf_add_str(out, ",\"path\":[");
	for (size_t i = 0; i < p->npath && !err; i++) {
		err = put_digest(out, i ? ",\"" : "\"", &p->path[i]);
		if (!err)
			err = buf_add_str(out, "\"");
	}
	if (!err)
		err = put_hex(out, "],\"salt\":\"", p->salt, sizeof p->salt);
	return err ? err : buf_add_str(out, "\"}");
}

static int put_entry(struct buf *out, const struct bundle_entry *e)
{
	int err = buf_add_str(out, "{\"attachments\":[");
	for (size_t i = 0; i < e->nattachments && !err; i++) {
		const struct bundle_part *a = &e->attachments[i];
		err = put_digest(out, i ? ",{\"digest\":\"" : "{\"digest\":\"", &a->digest);
		if (!err)
			err = put_number(out, "\",\"size\":", a->size);
		if (!err)
			err = buf_add_str(out, "}");
	}
	if (!err)
		err = put_digest(out, "],\"digest\":\"", &e->message.digest);
	if (!err)
		err = put_word(out, "\",\"id\":\"", e->id);
	if (!err)
		err = buf_add_str(out, "\"");
	if (!err && e->origin)
		err = put_origin(out, e->origin);
	if (!err)
		err = put_hex(out, ",\"salt\":\"", e->salt, sizeof e->salt);
	if (!err)
		err = put_number(out, "\",\"size\":", e->message.size);
	if (!err)
		err = put_word(out, ",\"type\":\"", e->type);
	return err ? err : buf_add_str(out, "\"}");
}

size_t bundle_contents_most(const struct bundle_contents *c)
{
	/* Names of members and punctuation, the longest number, digests and salts as digits. */
	enum { NUMBER = 20, DIGEST = DIGEST_HEX + 2, PART = DIGEST + NUMBER + 32, ENTRY = 2 * PART + 128 };
	size_t n = 64;
	for (size_t i = 0; i < c->n; i++) {
		const struct bundle_entry *e = &c->entries[i];
		n += ENTRY + sizeof e->id + sizeof e->type + e->nattachments * PART;
		n += e->origin ? ENTRY + e->origin->npath * (DIGEST + 1) : 0;
	}
	return n;
}

int bundle_contents_encode(const struct bundle_contents *c, struct buf *out)
{
	int err = buf_add_str(out, "{\"messages\":[");
	for (size_t i = 0; i < c->n && !err; i++) {
		err = i ? buf_add_str(out, ",") : 0;
		if (!err)
			err = put_entry(out, &c->entries[i]);
	}
	return err ? err : put_word(out, "],\"origin\":", c->origin ? "true}" : "false}");
}
