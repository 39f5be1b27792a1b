#include "common/bundle/bundle_plain.h"
#include <stdlib.h>
#include <string.h>

struct bundle_plain {
	struct bundle_frames *f;
	struct bundle_frames_tool *tool;
	struct bundle_frames_chunk now; /* which -1: none */
};

int bundle_plain_new(struct bundle_frames *f, struct bundle_plain **out)
{
	struct bundle_plain *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->f = f;
	p->now.which = -1;
	int err = bundle_frames_tool_new(f, &p->tool);
	if (err) {
		free(p);
		return err;
	}
	*out = p;
	return 0;
}

void bundle_plain_rest(struct bundle_plain *p)
{
	if (p->now.which >= 0)
		bundle_frames_put(p->f, &p->now);
	p->now.which = -1;
}

void bundle_plain_free(struct bundle_plain *p)
{
	if (!p)
		return;
	bundle_plain_rest(p);
	bundle_frames_tool_free(p->tool);
	free(p);
}

int bundle_plain_look(struct bundle_plain *p, int64_t offset, size_t max, struct view *out)
{
	if (offset >= bundle_frames_plain(p->f) || max == 0)
		return ERR_TRUNCATED;
	int64_t i = offset / BUNDLE_CHUNK;
	if (p->now.which != i) {
		bundle_plain_rest(p);
		int err = bundle_frames_get(p->f, p->tool, i, &p->now);
		if (err)
			return err;
	}
	size_t from = (size_t)(offset - i * BUNDLE_CHUNK), size = bundle_frames_chunk_size(p->f, i);
	size_t n = size - from;
	const uint8_t *at = p->now.p + from;
	if (p->now.blocks) {
		uint8_t before[BUNDLE_BEFORE_MAX];
		for (size_t k = 0; k <= from / BUNDLE_BLOCK; k++)
			at += bundle_frame_before(size, k, before);
		size_t left = BUNDLE_BLOCK - from % BUNDLE_BLOCK;
		n = n < left ? n : left;
	}
	*out = view_of(at, n < max ? n : max);
	return 0;
}

/* A chunk that has its place to itself stays in it. */
bool bundle_plain_lasting(struct bundle_plain *p, int64_t offset, size_t n, struct view *out)
{
	struct view v;
	if (bundle_frames_plain(p->f) > (int64_t)BUNDLE_FRAMES_KEPT * BUNDLE_CHUNK ||
		bundle_plain_look(p, offset, n, &v) != 0 || v.n != n)
		return false;
	*out = v;
	return true;
}

int bundle_plain_read(struct bundle_plain *p, int64_t offset, void *to, size_t n)
{
	uint8_t *at = to;
	while (n > 0) {
		struct view v;
		int err = bundle_plain_look(p, offset, n, &v);
		if (err)
			return err;
		memcpy(at, v.p, v.n);
		at += v.n;
		offset += (int64_t)v.n;
		n -= v.n;
	}
	return 0;
}
