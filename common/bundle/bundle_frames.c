#include "common/bundle/bundle_frames.h"
#include "common/bundle/bundle_memory.h"
#include "common/bundle/bundle_tar.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEPT BUNDLE_FRAMES_KEPT
struct slot {
	int64_t which; /* chunk that is in it; -1: none */
	bool there;    /* unpacked; else somebody does it */
	unsigned held;
};
struct bundle_frames {
	struct bundle_frames_source src;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t *at;     /* known + 1 places: of the frames, and of the next one */
	uint8_t *stored; /* a bit for each frame that is known: its blocks are raw */
	int64_t known, n;
	uint8_t *probe; /* a frame that is only measured */
	size_t cap;     /* of a frame of this payload */
	struct bundle_memory kept;
	size_t nkept, used; /* bytes: most, and where something was put */
	struct slot slots[KEPT];
};
struct bundle_frames_tool {
	struct bundle_unpress *u;
	uint8_t *frame;
	size_t cap;
};
struct place {
	int64_t at;
	size_t n;
	bool stored, read; /* read: its bytes are there already */
};

int bundle_frames_new(const struct bundle_frames_source *s, struct bundle_frames **out)
{
	struct bundle_frames *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->src = *s;
	f->n = s->plain / BUNDLE_CHUNK + (s->plain % BUNDLE_CHUNK != 0);
	f->cap = s->mem ? 0 : s->size < BUNDLE_FRAME_MAX ? (size_t)s->size : BUNDLE_FRAME_MAX;
	f->nkept = s->plain < KEPT * BUNDLE_CHUNK ? (size_t)s->plain : (size_t)KEPT * BUNDLE_CHUNK;
	for (size_t i = 0; i < KEPT; i++)
		f->slots[i].which = -1;
	REQUIRE(pthread_mutex_init(&f->lock, NULL) == 0 && pthread_cond_init(&f->moved, NULL) == 0);
	f->at = calloc((size_t)f->n + 1, sizeof *f->at);
	f->stored = calloc((size_t)f->n / 8 + 1, 1);
	f->probe = malloc(f->cap ? f->cap : 1);
	int err = bundle_memory_new(s->pool, f->nkept, &f->kept);
	if (err || !f->at || !f->stored || !f->probe) {
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
	bundle_memory_free(&f->kept, f->used);
	(void)pthread_cond_destroy(&f->moved);
	(void)pthread_mutex_destroy(&f->lock);
	free(f->probe);
	free(f->stored);
	free(f->at);
	free(f);
}

int64_t bundle_frames_plain(const struct bundle_frames *f)
{
	return f->src.plain;
}

size_t bundle_frames_chunk_size(const struct bundle_frames *f, int64_t i)
{
	int64_t left = f->src.plain - i * BUNDLE_CHUNK;
	return left < BUNDLE_CHUNK ? (size_t)left : BUNDLE_CHUNK;
}

/* ---- places */

static int read_at(const struct bundle_frames *f, int64_t at, void *to, size_t n)
{
	if (f->src.size - at < (int64_t)n)
		return ERR_TRUNCATED;
	if (!f->src.mem)
		return bundle_tar_pread(f->src.fd, at, to, n);
	memcpy(to, f->src.mem + at, n);
	return 0;
}

/* Whether the frame at `at` is one of raw blocks: its length is known from what stands before them. */
static int is_stored(const struct bundle_frames *f, int64_t at, size_t size, bool *yes)
{
	uint8_t want[BUNDLE_BEFORE_MAX], got[BUNDLE_BEFORE_MAX];
	*yes = f->src.size - at >= (int64_t)bundle_frame_stored(size);
	for (size_t k = 0; *yes && k * BUNDLE_BLOCK < size; k++) {
		size_t n = bundle_frame_before(size, k, want);
		int err = read_at(f, at, got, n);
		if (err)
			return err;
		*yes = memcmp(want, got, n) == 0;
		at += (int64_t)(n + BUNDLE_BLOCK);
	}
	return 0;
}

/* Lock held: the next frame is measured; with its bytes in `into`, unless it is stored or in memory. */
static int measure(struct bundle_frames *f, uint8_t *into, struct place *p)
{
	int64_t i = f->known, at = f->at[i], left = f->src.size - at;
	size_t n = left < BUNDLE_FRAME_MAX ? (size_t)left : BUNDLE_FRAME_MAX, length;
	size_t size = bundle_frames_chunk_size(f, i);
	bool stored = false;
	int err = is_stored(f, at, size, &stored);
	length = bundle_frame_stored(size);
	if (!err && !stored && !f->src.mem)
		err = bundle_tar_pread(f->src.fd, at, into, n);
	if (!err && !stored)
		err = bundle_frame_length(view_of(f->src.mem ? f->src.mem + at : into, n), size, &length);
	if (err)
		return err;
	if (stored)
		f->stored[i / 8] |= (uint8_t)(1U << i % 8);
	f->at[++f->known] = at + (int64_t)length;
	*p = (struct place){at, length, stored, !stored};
	return 0;
}

/* Where frame i is. Mostly it is the next one that nobody has measured: then it is read only once. */
static int find(struct bundle_frames *f, int64_t i, uint8_t *into, struct place *p)
{
	int err = 0;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (f->known < i && !err)
		err = measure(f, f->probe, p);
	if (!err && f->known == i)
		err = measure(f, into, p);
	else if (!err)
		*p = (struct place){.at = f->at[i],
			.n = (size_t)(f->at[i + 1] - f->at[i]),
			.stored = f->stored[i / 8] >> i % 8 & 1};
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return err;
}

int bundle_frames_end(struct bundle_frames *f)
{
	struct place p;
	int err = 0;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (f->known < f->n && !err)
		err = measure(f, f->probe, &p);
	if (!err && f->at[f->n] != f->src.size)
		err = ERR_TRAILING;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return err;
}

/* ---- chunks */

int bundle_frames_tool_new(const struct bundle_frames *f, struct bundle_frames_tool **out)
{
	struct bundle_frames_tool *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->cap = f->cap;
	t->frame = malloc(t->cap ? t->cap : 1);
	if (!t->frame || bundle_unpress_new(&t->u) != 0) {
		bundle_frames_tool_free(t);
		return ERR_NOMEM;
	}
	*out = t;
	return 0;
}

void bundle_frames_tool_free(struct bundle_frames_tool *t)
{
	if (!t)
		return;
	if (t->frame)
		buf_wipe(t->frame, t->cap);
	bundle_unpress_free(t->u);
	free(t->frame);
	free(t);
}

/* The blocks of a stored frame in the file, without a way round. */
static int read_blocks(const struct bundle_frames *f, int64_t at, uint8_t *to, size_t size)
{
	uint8_t before[BUNDLE_BEFORE_MAX];
	int err = 0;
	for (size_t k = 0; k * BUNDLE_BLOCK < size && !err; k++) {
		size_t left = size - k * BUNDLE_BLOCK, n = left < BUNDLE_BLOCK ? left : BUNDLE_BLOCK;
		at += (int64_t)bundle_frame_before(size, k, before);
		err = bundle_tar_pread(f->src.fd, at, to + k * BUNDLE_BLOCK, n);
		at += (int64_t)n;
	}
	return err;
}

static int load(struct bundle_frames *f, struct bundle_frames_tool *t, int64_t i, uint8_t *to)
{
	struct place p = {.at = 0};
	size_t size = bundle_frames_chunk_size(f, i);
	int err = find(f, i, t->frame, &p);
	if (err)
		return err;
	if (f->src.mem)
		return bundle_unpress(t->u, view_of(f->src.mem + p.at, p.n), to, size);
	if (p.stored)
		return read_blocks(f, p.at, to, size);
	if (!p.read)
		err = bundle_tar_pread(f->src.fd, p.at, t->frame, p.n);
	return err ? err : bundle_unpress(t->u, view_of(t->frame, p.n), to, size);
}

/* Waits until the slot has chunk i, held (true), or is the caller's to fill. */
static bool claim(struct bundle_frames *f, struct slot *s, int64_t i)
{
	bool there;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (s->which == i ? !s->there : s->held > 0)
		REQUIRE(pthread_cond_wait(&f->moved, &f->lock) == 0);
	there = s->which == i;
	s->which = i;
	s->there = there;
	size_t end = (size_t)(i % KEPT) * BUNDLE_CHUNK + bundle_frames_chunk_size(f, i);
	f->used = f->used < end ? end : f->used;
	s->held++;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return there;
}

/* The one who filled it, or who lets it go. */
static void change(struct bundle_frames *f, struct slot *s, bool there, bool held)
{
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	s->there = there;
	s->which = there ? s->which : -1;
	s->held -= !held;
	REQUIRE(pthread_cond_broadcast(&f->moved) == 0);
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
}

int bundle_frames_get(
	struct bundle_frames *f, struct bundle_frames_tool *t, int64_t i, struct bundle_frames_chunk *out)
{
	struct slot *s = &f->slots[i % KEPT];
	uint8_t *to = f->kept.p + i % KEPT * BUNDLE_CHUNK;
	struct place p = {.at = 0};
	int err = f->src.mem ? find(f, i, NULL, &p) : 0;
	if (!err && p.stored) {
		*out = (struct bundle_frames_chunk){f->src.mem + p.at, true, i};
		return 0;
	}
	if (!err && !claim(f, s, i)) {
		err = load(f, t, i, to);
		change(f, s, !err, !err);
	}
	if (!err)
		*out = (struct bundle_frames_chunk){to, false, i};
	return err;
}

void bundle_frames_put(struct bundle_frames *f, const struct bundle_frames_chunk *c)
{
	if (!c->blocks)
		change(f, &f->slots[c->which % KEPT], true, false);
}
