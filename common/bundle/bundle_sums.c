#include "common/bundle/bundle_sums.h"

#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_memory.h"
#include "common/bundle/bundle_sums_part.h"
#include <pthread.h>
#include <signal.h>
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

/* What one thread keeps from batch to batch. */
struct tool {
	struct bundle_sums_part *part;
	struct bundle_sum *batch; /* BATCH of them */
};

static void tool_free(struct tool *t)
{
	if (!t)
		return;
	bundle_sums_part_free(t->part);
	free(t->batch);
	free(t);
}

/* plain: borrowed, or NULL for one of its own. */
static int tool_new(const struct bundle_sums *s, struct bundle_plain *plain, struct tool **out)
{
	struct tool *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->batch = malloc(BATCH * sizeof *t->batch);
	int err = t->batch ? bundle_sums_part_new(s->frames, plain, s->own, &s->stop, &t->part) : ERR_NOMEM;
	if (err) {
		tool_free(t);
		return err;
	}
	*out = t;
	return 0;
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
		err = bundle_sums_part_digest(t->part, &t->batch[i], &note);
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
	(void)!bundle_plain_look(bundle_sums_part_plain(t->part), i * BUNDLE_CHUNK, 1, &v);
	bundle_plain_rest(bundle_sums_part_plain(t->part));
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
		bundle_plain_rest(
			bundle_sums_part_plain(t->part)); /* who waits holds nothing that others wait for */
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
	bundle_plain_rest(bundle_sums_part_plain(s->mine->part));
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
