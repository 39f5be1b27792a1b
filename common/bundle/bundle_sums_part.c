#include "common/bundle/bundle_sums_part.h"

#include "common/message/message.h"
#include <stdlib.h>
#include <string.h>

struct bundle_sums_part {
	struct bundle_plain *plain, *owned; /* owned: NULL, or plain */
	const struct suite *suite;
	struct hasher *own, *second;
	const struct suite *second_suite;
	const atomic_bool *stop;
	struct message m;
	struct buf bytes;
};

void bundle_sums_part_free(struct bundle_sums_part *t)
{
	if (!t)
		return;
	bundle_plain_free(t->owned);
	hasher_free(t->own);
	hasher_free(t->second);
	buf_fini(&t->bytes);
	free(t);
}

int bundle_sums_part_new(struct bundle_frames *f, struct bundle_plain *plain, const struct suite *own,
	const atomic_bool *stop, struct bundle_sums_part **out)
{
	struct bundle_sums_part *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->suite = own;
	t->stop = stop;
	buf_init(&t->bytes, MESSAGE_BYTES_MAX);
	int err = hasher_new(own, &t->own);
	if (!err && !plain)
		err = bundle_plain_new(f, &t->owned);
	if (err) {
		bundle_sums_part_free(t);
		return err;
	}
	t->plain = plain ? plain : t->owned;
	*out = t;
	return 0;
}

struct bundle_plain *bundle_sums_part_plain(struct bundle_sums_part *t)
{
	return t->plain;
}

static int second_begin(struct bundle_sums_part *t, const struct suite *s)
{
	if (t->second && t->second_suite == s) {
		hasher_reset(t->second);
		return 0;
	}
	hasher_free(t->second);
	t->second = NULL;
	t->second_suite = s;
	return hasher_new(s, &t->second);
}

/* The bytes of a message in one piece. */
static int whole(struct bundle_sums_part *t, const struct bundle_sum *p, struct view *out)
{
	int err = bundle_plain_look(t->plain, p->at, (size_t)p->size, out);
	if (err || (int64_t)out->n == p->size)
		return err;
	buf_reset(&t->bytes);
	err = buf_reserve(&t->bytes, (size_t)p->size);
	if (!err)
		err = bundle_plain_read(t->plain, p->at, t->bytes.p, (size_t)p->size);
	*out = view_of(t->bytes.p, (size_t)p->size);
	return err;
}

static int read_head(struct bundle_sums_part *t, struct bundle_sum *p, struct err_note *note)
{
	struct view v;
	int err = whole(t, p, &v);
	if (err)
		return err;
	digest_of(t->suite, v, &p->own);
	err = message_head(v, &t->m, note);
	if (!err && t->m.nattachments)
		err = err_set(note, ERR_MEMBER, "its attachments do not follow");
	if (!err) {
		memcpy(p->id, t->m.id.s, sizeof p->id);
		memcpy(p->type, t->m.type, sizeof p->type);
	}
	return err;
}

int bundle_sums_part_digest(struct bundle_sums_part *t, struct bundle_sum *p, struct err_note *note)
{
	if (p->head)
		return read_head(t, p, note);
	int64_t at = p->at, left = p->size;
	struct view v = {.n = 0};
	int err = p->other ? second_begin(t, p->other) : 0;
	if (!err && left > 0)
		err = bundle_plain_look(t->plain, at, (size_t)left, &v);
	if (!err && (int64_t)v.n == left && !p->other) {
		digest_of(t->suite, v, &p->own);
		return 0;
	}
	hasher_reset(t->own);
	while (!err && left > 0) {
		hasher_add(t->own, v);
		if (p->other)
			hasher_add(t->second, v);
		at += (int64_t)v.n;
		left -= (int64_t)v.n;
		if (atomic_load(t->stop))
			err = ERR_STOPPING;
		else if (left > 0)
			err = bundle_plain_look(t->plain, at, (size_t)left, &v);
	}
	if (!err) {
		hasher_get(t->own, &p->own);
		if (p->other)
			hasher_get(t->second, &p->second);
	}
	return err;
}
