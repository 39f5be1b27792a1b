#include "common/bundle/bundle_stream.h"
#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_parts.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tmp.h"
#include <stdlib.h>
#include <string.h>

/* Ciphertext that is kept in memory: all chunks that are done before threads start. */
#define MEMORY (8 * BUNDLE_FRAME_MAX)

static const uint8_t IV0[16];

struct bundle_stream {
	struct bundle_stream_plan plan;
	struct bundle_flow *flow;
	int64_t size; /* of the plaintext */

	/* of the producer */
	struct bundle_span part;  /* what the next piece of the open part says */
	struct bundle_span *tail; /* its piece in the chunk that is being filled; NULL: none there */
	bool open;

	struct bundle_parts *parts; /* of the step that digests them */

	/* of the steps behind */
	struct bundle_press *press;
	struct ctr *ctr;
	struct hasher *cipher;
	struct buf mem;
	int64_t base; /* place in the file; -1: in memory */
	int64_t written;
};

/* ---- steps */

static int step_parts(void *cookie, struct bundle_chunk *c)
{
	struct bundle_stream *s = cookie;
	struct bundle_spans *spans = c->extra;
	int err = bundle_parts_add(s->parts, spans, c->in);
	spans->n = 0;
	return err;
}

static int step_encrypt(void *cookie, struct bundle_chunk *c)
{
	struct bundle_stream *s = cookie;
	int err = bundle_press_small(s->press, view_of(c->in, c->n), c->out, &c->nout);
	if (err || c->nout)
		return err ? err : ctr_update(s->ctr, c->out, c->out, c->nout);
	/* Stored: from where it lies. */
	for (size_t k = 0; k * BUNDLE_BLOCK < c->n && !err; k++) {
		size_t left = c->n - k * BUNDLE_BLOCK, n = left < BUNDLE_BLOCK ? left : BUNDLE_BLOCK;
		uint8_t *to = c->out + c->nout;
		size_t before = bundle_frame_before(c->n, k, to);
		c->nout += before + n;
		err = ctr_update(s->ctr, to, to, before);
		if (!err)
			err = ctr_update(s->ctr, c->in + k * BUNDLE_BLOCK, to + before, n);
	}
	return err;
}

static int step_digest(void *cookie, struct bundle_chunk *c)
{
	struct bundle_stream *s = cookie;
	hasher_add(s->cipher, view_of(c->out, c->nout));
	return 0;
}

static int step_write(void *cookie, struct bundle_chunk *c)
{
	struct bundle_stream *s = cookie;
	int err = s->base < 0 ? buf_add(&s->mem, c->out, c->nout)
			      : bundle_tmp_write(s->plan.fd, s->base + s->written, c->out, c->nout);
	if (!err)
		s->written += (int64_t)c->nout;
	return err;
}

/* There will be much: from now on it goes where it will probably stand. No thread runs yet. */
static int starting(void *cookie)
{
	struct bundle_stream *s = cookie;
	s->base = s->plan.front(s->plan.cookie);
	int err = bundle_tmp_write(s->plan.fd, s->base, s->mem.p, s->mem.n);
	buf_fini(&s->mem);
	return err;
}

/* ---- the producer */

int bundle_stream_new(const struct bundle_stream_plan *p, struct bundle_stream **out)
{
	struct bundle_stream *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->plan = *p;
	s->base = -1;
	buf_init(&s->mem, MEMORY);
	const struct bundle_flow_plan plan = {.cap_in = BUNDLE_CHUNK,
		.cap_out = BUNDLE_FRAME_MAX,
		.cap_extra = sizeof(struct bundle_spans),
		.steps = {{step_parts, -1}, {step_encrypt, -1}, {step_digest, 1}, {step_write, 1}},
		.nsteps = 4,
		.cookie = s,
		.pool = p->pool,
		.starting = starting};
	int err = bundle_flow_new(&plan, &s->flow);
	if (!err)
		err = bundle_parts_new(p->suite, &s->parts);
	if (!err)
		err = hasher_new(p->suite, &s->cipher);
	if (!err)
		err = ctr_new(p->suite, p->key, IV0, &s->ctr);
	if (!err)
		err = bundle_press_new(&s->press);
	if (err) {
		bundle_stream_free(s);
		return err;
	}
	*out = s;
	return 0;
}

void bundle_stream_free(struct bundle_stream *s)
{
	if (!s)
		return;
	bundle_flow_free(s->flow); /* first: its threads use the rest */
	bundle_parts_free(s->parts);
	hasher_free(s->cipher);
	ctr_free(s->ctr);
	bundle_press_free(s->press);
	buf_fini(&s->mem);
	free(s);
}

static void span_add(struct bundle_stream *s, struct bundle_chunk *c, size_t at, size_t n, bool last)
{
	struct bundle_spans *spans = c->extra;
	struct bundle_span p = s->part;
	p.at = (uint32_t)at;
	p.n = (uint32_t)n;
	p.last = last;
	REQUIRE(spans->n < BUNDLE_SPANS_MAX);
	s->tail = &spans->v[spans->n++];
	*s->tail = p;
	s->part.first = false;
}

/* n bytes more stand in the chunk that is being filled. */
static int filled(struct bundle_stream *s, struct bundle_chunk *c, size_t n, bool content)
{
	if (content)
		span_add(s, c, c->n, n, false);
	c->n += n;
	s->size += (int64_t)n;
	if (c->n < BUNDLE_CHUNK)
		return 0;
	s->tail = NULL;
	return bundle_flow_put(s->flow);
}

static int put(struct bundle_stream *s, struct view v, bool content)
{
	int err = 0;
	while (v.n > 0 && !err) {
		struct bundle_chunk *c = NULL;
		err = bundle_flow_chunk(s->flow, &c);
		if (err)
			break;
		size_t n = BUNDLE_CHUNK - c->n < v.n ? BUNDLE_CHUNK - c->n : v.n;
		memcpy(c->in + c->n, v.p, n);
		v = view_of(v.p + n, v.n - n);
		err = filled(s, c, n, content);
	}
	return err;
}

int bundle_stream_add(struct bundle_stream *s, struct view v)
{
	REQUIRE(!s->open);
	return put(s, v, false);
}

int bundle_stream_part(struct bundle_stream *s, const struct suite *other, const struct digest *want)
{
	REQUIRE(!s->open);
	s->open = true;
	s->tail = NULL;
	s->part = (struct bundle_span){.first = true, .wanted = want != NULL, .other = other};
	if (want)
		s->part.want = *want;
	return 0;
}

int bundle_stream_content(struct bundle_stream *s, struct view v)
{
	REQUIRE(s->open);
	return put(s, v, true);
}

int bundle_stream_room(struct bundle_stream *s, uint8_t **room, size_t *n)
{
	struct bundle_chunk *c = NULL;
	REQUIRE(s->open);
	int err = bundle_flow_chunk(s->flow, &c);
	if (!err) {
		*room = c->in + c->n;
		*n = BUNDLE_CHUNK - c->n;
	}
	return err;
}

int bundle_stream_filled(struct bundle_stream *s, size_t n)
{
	struct bundle_chunk *c = NULL;
	int err = n ? bundle_flow_chunk(s->flow, &c) : 0;
	REQUIRE(err || n == 0 || n <= BUNDLE_CHUNK - c->n);
	return err || n == 0 ? err : filled(s, c, n, true);
}

int bundle_stream_part_end(struct bundle_stream *s)
{
	struct bundle_chunk *c = NULL;
	REQUIRE(s->open);
	s->open = false;
	if (s->tail) {
		s->tail->last = true;
		return 0;
	}
	int err = bundle_flow_chunk(s->flow, &c);
	if (!err)
		span_add(s, c, c->n, 0, true);
	return err;
}

int bundle_stream_sums(struct bundle_stream *s, const struct digest **sums, size_t *n)
{
	struct bundle_chunk *c = NULL;
	REQUIRE(!s->open);
	int err = bundle_flow_drain(s->flow);
	if (!err)
		err = bundle_flow_chunk(s->flow, &c);
	/* What stands in the chunk that is not full yet; no thread has work now. */
	if (!err)
		err = step_parts(s, c);
	if (err)
		return err;
	bundle_parts_get(s->parts, sums, n);
	return 0;
}

int bundle_stream_end(struct bundle_stream *s, int64_t *plain, int64_t *size, struct digest *digest)
{
	struct bundle_chunk *c = NULL;
	int err = bundle_flow_chunk(s->flow, &c);
	if (!err && c->n)
		err = bundle_flow_put(s->flow);
	if (!err)
		err = bundle_flow_drain(s->flow);
	if (err)
		return err;
	hasher_get(s->cipher, digest);
	*plain = s->size;
	*size = s->written;
	return 0;
}

/* The guess was wrong: moved over, piece by piece from the side where nothing is overwritten. */
static int shift(const struct bundle_stream *s, int64_t to)
{
	uint8_t *b = malloc(BUNDLE_CHUNK);
	int err = b ? 0 : ERR_NOMEM;
	for (int64_t done = 0; done < s->written && !err;) {
		int64_t n = s->written - done < BUNDLE_CHUNK ? s->written - done : BUNDLE_CHUNK;
		int64_t at = to > s->base ? s->written - done - n : done;
		err = bundle_tar_pread(s->plan.fd, s->base + at, b, (size_t)n);
		if (!err)
			err = bundle_tmp_write(s->plan.fd, to + at, b, (size_t)n);
		done += n;
	}
	free(b);
	return err;
}

int bundle_stream_settle(struct bundle_stream *s, int64_t at)
{
	if (s->base < 0)
		return bundle_tmp_write(s->plan.fd, at, s->mem.p, s->mem.n);
	return at == s->base ? 0 : shift(s, at);
}
