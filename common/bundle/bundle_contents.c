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
	free(c->entries);
	memset(c, 0, sizeof *c);
}

int bundle_contents_grow(struct bundle_contents *c, size_t nattachments, struct bundle_entry **out)
{
	if (c->n >= BUNDLE_MESSAGES_MAX || nattachments > MESSAGE_ATTACHMENTS_MAX ||
		c->nattachments + nattachments > BUNDLE_ATTACHMENTS_MAX)
		return ERR_LIMIT;
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;
		struct bundle_entry *more = realloc(c->entries, cap * sizeof *more);
		if (!more)
			return ERR_NOMEM;
		c->entries = more;
		c->cap = cap;
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

static json_t *hex_of(const uint8_t *p, size_t n)
{
	struct buf b;
	buf_init(&b, 64);
	json_t *v = hex_add(&b, view_of(p, n)) == 0 ? json_stringn((const char *)b.p, b.n) : NULL;
	buf_fini(&b);
	return v;
}

static json_t *digest_json(const struct digest *d)
{
	return hex_of(d->b, sizeof d->b);
}

static json_t *encode_origin(const struct bundle_origin_path *p)
{
	json_t *path = json_array();
	for (size_t i = 0; i < p->npath && path; i++)
		if (json_array_append_new(path, digest_json(&p->path[i])) != 0) {
			json_decref(path);
			return NULL;
		}
	return json_pack("{s:I,s:I,s:o,s:o,s:o}", "leaf", (json_int_t)p->leaf, "of", (json_int_t)p->of,
		"salt", hex_of(p->salt, sizeof p->salt), "digest", digest_json(&p->message), "path", path);
}

static json_t *encode_entry(const struct bundle_entry *e)
{
	json_t *attachments = json_array();
	for (size_t i = 0; i < e->nattachments && attachments; i++)
		if (json_array_append_new(
			    attachments, json_pack("{s:I,s:o}", "size", (json_int_t)e->attachments[i].size,
						 "digest", digest_json(&e->attachments[i].digest))) != 0) {
			json_decref(attachments);
			return NULL;
		}
	json_t *o = json_pack("{s:s,s:s,s:I,s:o,s:o,s:o}", "id", e->id, "type", e->type, "size",
		(json_int_t)e->message.size, "digest", digest_json(&e->message.digest), "salt",
		hex_of(e->salt, sizeof e->salt), "attachments", attachments);
	if (o && e->origin && json_object_set_new(o, "origin", encode_origin(e->origin)) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

int bundle_contents_encode(const struct bundle_contents *c, struct buf *out)
{
	json_t *messages = json_array();
	int err = messages ? 0 : ERR_NOMEM;
	for (size_t i = 0; i < c->n && !err; i++)
		if (json_array_append_new(messages, encode_entry(&c->entries[i])) != 0)
			err = ERR_NOMEM;
	json_t *o = err ? NULL : json_pack("{s:O,s:b}", "messages", messages, "origin", (int)c->origin);
	if (!err)
		err = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	json_decref(messages);
	return err;
}
