#include "common/bundle/bundle_sums.h"
#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_memory.h"
#include "common/message/message.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HELPERS_MAX 7
#define WORTH (1 << 20)                /* bytes below which one thread is as quick */
#define BATCH 512                      /* parts of one chunk are not torn apart */
#define AHEAD (BUNDLE_FRAMES_KEPT / 2) /* chunks that parts are added before what waits */
#define UNPACKED 4                     /* chunks that are unpacked before who adds parts comes to them */

struct tool;
struct bundle_sums {
	struct bundle_frames *frames;
	struct tool *mine; /* of the one who adds */
	const struct suite *own;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct bundle_sum *v; /* in mem */
	struct bundle_memory mem;
	struct bundle_pool *pool;
	size_t n, taken, done;
	int64_t unpacked; /* chunks before this one are, or somebody is at it */
	int64_t chunks;
	size_t whole;  /* parts before this one are all that begin in their chunks */
	bool complete; /* nothing is added any more */
	int err;
	int64_t err_at; /* place of the part that failed */
	struct err_note note;
	atomic_bool stop; /* in the middle of a part too */
	pthread_t helpers[HELPERS_MAX];
	size_t nhelpers;
};

/* What one thread keeps from part to part. */
struct tool {
	struct bundle_plain *plain, *owned; /* owned: NULL, or plain */
	struct hasher *own, *second;
	const struct suite *second_suite;
	struct bundle_sum *batch; /* BATCH of them */
	struct message m;
	struct buf bytes;
};

static void tool_free(struct tool *t)
{
	if (!t)
		return;
	bundle_plain_free(t->owned);
	hasher_free(t->own);
	hasher_free(t->second);
	free(t->batch);
	buf_fini(&t->bytes);
	free(t);
}

/* plain: borrowed, or NULL for one of its own. */
static int tool_new(const struct bundle_sums *s, struct bundle_plain *plain, struct tool **out)
{
	struct tool *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	buf_init(&t->bytes, MESSAGE_BYTES_MAX);
	t->batch = malloc(BATCH * sizeof *t->batch);
	int err = t->batch ? hasher_new(s->own, &t->own) : ERR_NOMEM;
	if (!err && !plain)
		err = bundle_plain_new(s->frames, &t->owned);
	if (err) {
		tool_free(t);
		return err;
	}
	t->plain = plain ? plain : t->owned;
	*out = t;
	return 0;
}

static int second_begin(struct tool *t, const struct suite *s)
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
static int whole(struct tool *t, const struct bundle_sum *p, struct view *out)
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

static int read_head(struct bundle_sums *s, struct tool *t, struct bundle_sum *p, struct err_note *note)
{
	struct view v;
	int err = whole(t, p, &v);
	if (err)
		return err;
	digest_of(s->own, v, &p->own);
	err = message_head(v, &t->m, note);
	if (!err && t->m.nattachments)
		err = err_set(note, ERR_MEMBER, "its attachments do not follow");
	if (!err) {
		memcpy(p->id, t->m.id.s, sizeof p->id);
		memcpy(p->type, t->m.type, sizeof p->type);
	}
	return err;
}

static int digest_part(struct bundle_sums *s, struct tool *t, struct bundle_sum *p, struct err_note *note)
{
	if (p->head)
		return read_head(s, t, p, note);
	int64_t at = p->at, left = p->size;
	struct view v = {.n = 0};
	int err = p->other ? second_begin(t, p->other) : 0;
	if (!err && left > 0)
		err = bundle_plain_look(t->plain, at, (size_t)left, &v);
	if (!err && (int64_t)v.n == left && !p->other) {
		digest_of(s->own, v, &p->own);
		return 0;
	}
	hasher_reset(t->own);
	while (!err && left > 0) {
		hasher_add(t->own, v);
		if (p->other)
			hasher_add(t->second, v);
		at += (int64_t)v.n;
		left -= (int64_t)v.n;
		if (atomic_load(&s->stop))
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

static int64_t chunk_of(const struct bundle_sum *p)
{
	return p->at / BUNDLE_CHUNK;
}

/* Lock held: the next parts that begin in one chunk; none while more of that chunk may come. */
static size_t take(struct bundle_sums *s, struct bundle_sum batch[static BATCH])
{
	size_t n = 0, end = s->complete ? s->n : s->whole;
	while (n < BATCH && s->taken < end && (n == 0 || chunk_of(&s->v[s->taken]) == chunk_of(&batch[0])))
		batch[n++] = s->v[s->taken++];
	return n;
}

/* The next parts, when there are any to take. Lock held, given up meanwhile. */
static bool run_batch(struct bundle_sums *s, struct tool *t)
{
	size_t from = s->taken, n = take(s, t->batch), i = 0;
	struct err_note note = {.text = ""};
	int err = 0;
	if (n == 0)
		return false;
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	for (; i < n && !err; i++)
		err = digest_part(s, t, &t->batch[i], &note);
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	if (err && !s->err) {
		s->err = err;
		s->err_at = t->batch[i - 1].at;
		s->note = note;
	}
	memcpy(s->v + from, t->batch, n * sizeof *t->batch);
	s->done += n;
	return true;
}

/* Who has nothing to digest unpacks what comes next. Lock held, given up meanwhile. An error is told to the
 * one who needs the chunk. */
static bool unpack(struct bundle_sums *s, struct tool *t)
{
	int64_t at = s->n ? chunk_of(&s->v[s->n - 1]) : 0;
	int64_t i = s->unpacked > at ? s->unpacked : at + 1;
	struct view v;
	if (i > at + UNPACKED || i >= s->chunks)
		return false;
	s->unpacked = i + 1;
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	(void)!bundle_plain_look(t->plain, i * BUNDLE_CHUNK, 1, &v);
	bundle_plain_rest(t->plain);
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	return true;
}

/* Digests until there is nothing left and nothing will come. Lock held, given up meanwhile. */
static void run(struct bundle_sums *s, struct tool *t)
{
	while (!s->err) {
		if (run_batch(s, t))
			continue;
		if (s->complete)
			break;
		if (unpack(s, t))
			continue;
		bundle_plain_rest(t->plain); /* who waits holds nothing that others wait for */
		REQUIRE(pthread_cond_wait(&s->moved, &s->lock) == 0);
	}
}

static void *help(void *arg)
{
	struct bundle_sums *s = arg;
	struct tool *t = NULL;
	int err = tool_new(s, NULL, &t);
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	/* Without memory for one more, the others do it. */
	if (!err)
		run(s, t);
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	tool_free(t);
	return NULL;
}

int bundle_sums_new(struct bundle_frames *f, struct bundle_plain *plain, const struct suite *own,
	int64_t bytes, struct bundle_pool *pool, struct bundle_sums **out)
{
	struct bundle_sums *s = calloc(1, sizeof *s);
	sigset_t all, before;
	if (!s)
		return ERR_NOMEM;
	s->frames = f;
	s->own = own;
	s->pool = pool;
	s->chunks = (bytes + BUNDLE_CHUNK - 1) / BUNDLE_CHUNK;
	int err = tool_new(s, plain, &s->mine);
	if (err) {
		free(s);
		return err;
	}
	REQUIRE(pthread_mutex_init(&s->lock, NULL) == 0 && pthread_cond_init(&s->moved, NULL) == 0);
	size_t want = bytes < WORTH ? 0 : bundle_flow_processors() - 1;
	(void)sigfillset(&all);
	REQUIRE(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	while (s->nhelpers < want && s->nhelpers < HELPERS_MAX &&
		pthread_create(&s->helpers[s->nhelpers], NULL, help, s) == 0)
		s->nhelpers++;
	REQUIRE(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	*out = s;
	return 0;
}

static int add(struct bundle_sums *s, const struct bundle_sum *p)
{
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	/* What failed is told by bundle_sums_get, with its place. */
	int err = 0;
	if ((s->n + 1) * sizeof *s->v > s->mem.size) {
		size_t want = s->n ? 2 * s->n : 64;
		err = bundle_memory_grow(s->pool, s->n * sizeof *s->v, want * sizeof *s->v, &s->mem);
		void *at = s->mem.p;
		s->v = at;
	}
	if (!err) {
		s->v[s->n] = *p;
		if (s->n > s->whole && chunk_of(&s->v[s->n]) != chunk_of(&s->v[s->n - 1])) {
			s->whole = s->n;
			REQUIRE(pthread_cond_signal(&s->moved) == 0);
		}
		s->n++;
	}
	while (!err && !s->err && s->taken < s->whole && chunk_of(p) - chunk_of(&s->v[s->taken]) > AHEAD)
		(void)run_batch(s, s->mine);
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	return err;
}

int bundle_sums_add(struct bundle_sums *s, int64_t at, int64_t size, const struct suite *other)
{
	const struct bundle_sum p = {.at = at, .size = size, .other = other};
	return add(s, &p);
}

int bundle_sums_add_head(struct bundle_sums *s, int64_t at, int64_t size)
{
	const struct bundle_sum p = {.at = at, .size = size, .head = true};
	return add(s, &p);
}

/* The helpers end: with `all` when everything is done, else at once. */
static void join(struct bundle_sums *s, bool all)
{
	bundle_plain_rest(s->mine->plain);
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	s->complete = true;
	if (!all) {
		s->err = ERR_STOPPING;
		atomic_store(&s->stop, true);
	}
	REQUIRE(pthread_cond_broadcast(&s->moved) == 0);
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	for (size_t i = 0; i < s->nhelpers; i++)
		REQUIRE(pthread_join(s->helpers[i], NULL) == 0);
	s->nhelpers = 0;
}

int bundle_sums_get(struct bundle_sums *s, const struct bundle_sum **sums, size_t *n, struct err_note *note)
{
	REQUIRE(pthread_mutex_lock(&s->lock) == 0);
	s->complete = true;
	REQUIRE(pthread_cond_broadcast(&s->moved) == 0);
	run(s, s->mine);
	REQUIRE(pthread_mutex_unlock(&s->lock) == 0);
	join(s, true);
	if (s->err)
		return err_set(note, s->err, "payload: at byte %lld of its tar: %.180s", (long long)s->err_at,
			s->note.text[0] ? s->note.text : err_text(s->err));
	REQUIRE(s->done == s->n);
	*sums = s->v;
	*n = s->n;
	return 0;
}

void bundle_sums_free(struct bundle_sums *s)
{
	if (!s)
		return;
	join(s, false);
	(void)pthread_cond_destroy(&s->moved);
	(void)pthread_mutex_destroy(&s->lock);
	tool_free(s->mine);
	bundle_memory_free(&s->mem, s->n * sizeof *s->v);
	free(s);
}
