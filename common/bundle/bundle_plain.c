#include "common/bundle/bundle_plain.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_memory.h"
#include "common/bundle/bundle_tar.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 64
struct bundle_frames {
	int fd;
	int64_t size, plain;
	pthread_mutex_t lock;
	int64_t *at; /* known + 1 places: of the frames, and of the next one */
	int64_t known, n;
	uint8_t *probe;        /* a frame that is only measured */
	size_t cap, cap_chunk; /* of a frame and of a chunk of this payload */
	uint8_t *kept;         /* the first chunks */
	size_t nkept;
	enum { NONE, BUSY, THERE } state[KEPT];
	pthread_cond_t there;
};
struct bundle_plain {
	struct bundle_frames *f;
	struct bundle_unpress *u;
	uint8_t *frame, *chunk;
	const uint8_t *now; /* the chunk in memory: own or kept */
	int64_t which;      /* its number; -1: none */
};

int bundle_frames_new(int fd, int64_t size, int64_t plain, struct bundle_frames **out)
{
	struct bundle_frames *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->fd = fd;
	f->size = size;
	f->plain = plain;
	f->n = plain / BUNDLE_CHUNK + (plain % BUNDLE_CHUNK != 0);
	f->cap = size < BUNDLE_FRAME_MAX ? (size_t)size : BUNDLE_FRAME_MAX;
	f->cap_chunk = plain < BUNDLE_CHUNK ? (size_t)plain : BUNDLE_CHUNK;
	f->nkept = plain < KEPT * BUNDLE_CHUNK ? (size_t)plain : (size_t)KEPT * BUNDLE_CHUNK;
	REQUIRE(pthread_mutex_init(&f->lock, NULL) == 0 && pthread_cond_init(&f->there, NULL) == 0);
	f->at = calloc((size_t)f->n + 1, sizeof *f->at);
	f->probe = malloc(f->cap ? f->cap : 1);
	f->kept = bundle_memory_new(f->nkept);
	if (!f->at || !f->probe || !f->kept) {
		bundle_frames_free(f);
		return ERR_NOMEM;
	}
	*out = f;
	return 0;
}

void bundle_frames_free(struct bundle_frames *f)
{
	if (!f)
		return;
	if (f->probe)
		buf_wipe(f->probe, f->cap);
	bundle_memory_free(f->kept, f->nkept);
	(void)pthread_cond_destroy(&f->there);
	(void)pthread_mutex_destroy(&f->lock);
	free(f->probe);
	free(f->at);
	free(f);
}

static size_t chunk_size(const struct bundle_frames *f, int64_t i)
{
	int64_t left = f->plain - i * BUNDLE_CHUNK;
	return left < BUNDLE_CHUNK ? (size_t)left : BUNDLE_CHUNK;
}

/* Lock held: the next frame is read and measured. */
static int measure(struct bundle_frames *f, uint8_t *into)
{
	int64_t at = f->at[f->known], left = f->size - at;
	size_t n = left < BUNDLE_FRAME_MAX ? (size_t)left : BUNDLE_FRAME_MAX, length = 0;
	int err = bundle_tar_pread(f->fd, at, into, n);
	if (!err)
		err = bundle_frame_length(view_of(into, n), chunk_size(f, f->known), &length);
	if (!err)
		f->at[++f->known] = at + (int64_t)length;
	return err;
}

/* Frame i, read into `into`. Mostly it is the next one that nobody has measured: then it is read only once.
 */
static int fetch(struct bundle_frames *f, int64_t i, uint8_t *into, size_t *n)
{
	int64_t at = 0;
	int err = 0;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (f->known < i && !err)
		err = measure(f, f->probe);
	bool next = f->known == i;
	if (!err && next)
		err = measure(f, into);
	if (!err) {
		at = f->at[i];
		*n = (size_t)(f->at[i + 1] - at);
	}
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return err || next ? err : bundle_tar_pread(f->fd, at, into, *n);
}

int bundle_frames_end(struct bundle_frames *f)
{
	int err = 0;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (f->known < f->n && !err)
		err = measure(f, f->probe);
	if (!err && f->at[f->n] != f->size)
		err = ERR_TRAILING;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return err;
}

int bundle_plain_new(struct bundle_frames *f, struct bundle_plain **out)
{
	struct bundle_plain *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->f = f;
	p->which = -1;
	p->frame = malloc(f->cap ? f->cap : 1);
	if (!p->frame || bundle_unpress_new(&p->u) != 0) {
		bundle_plain_free(p);
		return ERR_NOMEM;
	}
	*out = p;
	return 0;
}

void bundle_plain_free(struct bundle_plain *p)
{
	if (!p)
		return;
	if (p->frame)
		buf_wipe(p->frame, p->f->cap);
	if (p->chunk)
		buf_wipe(p->chunk, p->f->cap_chunk);
	bundle_unpress_free(p->u);
	free(p->frame);
	free(p->chunk);
	free(p);
}

static int unpack(struct bundle_plain *p, int64_t i, uint8_t *to)
{
	size_t n = 0;
	int err = fetch(p->f, i, p->frame, &n);
	return err ? err : bundle_unpress(p->u, view_of(p->frame, n), to, chunk_size(p->f, i));
}

/* One of the first chunks: unpacked by the one who asks first, others wait for it. */
static int load_kept(struct bundle_plain *p, int64_t i)
{
	struct bundle_frames *f = p->f;
	uint8_t *to = f->kept + i * BUNDLE_CHUNK;
	int err = 0;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (f->state[i] == BUSY)
		REQUIRE(pthread_cond_wait(&f->there, &f->lock) == 0);
	bool mine = f->state[i] == NONE;
	if (mine)
		f->state[i] = BUSY;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	if (mine) {
		err = unpack(p, i, to);
		REQUIRE(pthread_mutex_lock(&f->lock) == 0);
		f->state[i] = err ? NONE : THERE;
		REQUIRE(pthread_cond_broadcast(&f->there) == 0);
		REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	}
	p->now = to;
	return err;
}

static int load(struct bundle_plain *p, int64_t i)
{
	int err = 0;
	if (p->which == i)
		return 0;
	p->which = -1;
	if (i < KEPT) {
		err = load_kept(p, i);
	} else {
		if (!p->chunk && !(p->chunk = malloc(p->f->cap_chunk)))
			return ERR_NOMEM;
		err = unpack(p, i, p->chunk);
		p->now = p->chunk;
	}
	if (!err)
		p->which = i;
	return err;
}

int bundle_plain_look(struct bundle_plain *p, int64_t offset, size_t max, struct view *out)
{
	if (offset >= p->f->plain || max == 0)
		return ERR_TRUNCATED;
	int64_t i = offset / BUNDLE_CHUNK;
	int err = load(p, i);
	if (err)
		return err;
	size_t from = (size_t)(offset - i * BUNDLE_CHUNK), n = chunk_size(p->f, i) - from;
	*out = view_of(p->now + from, n < max ? n : max);
	return 0;
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
