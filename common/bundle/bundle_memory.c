#include "common/bundle/bundle_memory.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE ((size_t)2 << 20)
#define REGION ((size_t)256 << 10) /* from here on a region of its own, of so many bytes or a multiple */
#define KEPT 8                     /* regions */

struct bundle_pool {
	pthread_mutex_t lock;
	struct bundle_memory kept[KEPT]; /* nobody's now, wiped */
};

int bundle_pool_new(struct bundle_pool **out)
{
	struct bundle_pool *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	REQUIRE(pthread_mutex_init(&p->lock, NULL) == 0);
	*out = p;
	return 0;
}

void bundle_pool_free(struct bundle_pool *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < KEPT; i++)
		if (p->kept[i].p)
			REQUIRE(munmap(p->kept[i].p, p->kept[i].size) == 0);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

static int map_small(struct bundle_memory *m)
{
	void *p = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return ERR_NOMEM;
	m->p = p;
	return 0;
}

static int map(struct bundle_memory *m)
{
	if (m->size < LARGE)
		return map_small(m);
	uint8_t *p = mmap(NULL, m->size + LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return ERR_NOMEM;
	/* Where a large page begins; what is too much goes back. */
	size_t before = (LARGE - (uintptr_t)p % LARGE) % LARGE;
	REQUIRE((before == 0 || munmap(p, before) == 0) && munmap(p + before + m->size, LARGE - before) == 0);
	m->p = p + before;
	/* Only a wish. */
	(void)madvise(m->p, m->size, MADV_HUGEPAGE);
	return 0;
}

/* The smallest region that is kept and large enough. */
static bool take(struct bundle_pool *pool, struct bundle_memory *m)
{
	struct bundle_memory *best = NULL;
	REQUIRE(pthread_mutex_lock(&pool->lock) == 0);
	for (size_t i = 0; i < KEPT; i++) {
		struct bundle_memory *k = &pool->kept[i];
		if (k->p && k->size >= m->size && (!best || k->size < best->size))
			best = k;
	}
	if (best) {
		*m = *best;
		best->p = NULL;
	}
	REQUIRE(pthread_mutex_unlock(&pool->lock) == 0);
	return best != NULL;
}

/* Keeps the region; *m becomes the one that must go for it, if any. */
static void give(struct bundle_pool *pool, struct bundle_memory *m)
{
	struct bundle_memory *least = &pool->kept[0];
	REQUIRE(pthread_mutex_lock(&pool->lock) == 0);
	for (size_t i = 1; i < KEPT && least->p; i++)
		if (!pool->kept[i].p || pool->kept[i].size < least->size)
			least = &pool->kept[i];
	if (!least->p || least->size < m->size) {
		struct bundle_memory out = *least;
		*least = *m;
		*m = out;
	}
	REQUIRE(pthread_mutex_unlock(&pool->lock) == 0);
}

int bundle_memory_new(struct bundle_pool *pool, size_t n, struct bundle_memory *out)
{
	struct bundle_memory m = {.size = n ? n : 1, .pool = pool};
	int err = 0;
	if (n < REGION) {
		m.p = malloc(m.size);
		err = m.p ? 0 : ERR_NOMEM;
	} else {
		size_t unit = n < LARGE / 2 ? REGION : LARGE;
		m.size = (n + unit - 1) / unit * unit;
		if (!pool || !take(pool, &m))
			err = map(&m);
	}
	if (!err)
		*out = m;
	return err;
}

int bundle_memory_grow(struct bundle_pool *pool, size_t used, size_t n, struct bundle_memory *m)
{
	struct bundle_memory more = {.p = NULL};
	if (m->p && m->size >= n)
		return 0;
	int err = bundle_memory_new(pool, n, &more);
	if (err)
		return err;
	if (m->p && used)
		memcpy(more.p, m->p, used);
	bundle_memory_free(m, used);
	*m = more;
	return 0;
}

void bundle_memory_free(struct bundle_memory *m, size_t used)
{
	struct bundle_memory old = *m;
	m->p = NULL;
	if (!old.p)
		return;
	if (old.size < REGION) {
		buf_wipe(old.p, used);
		free(old.p);
		return;
	}
	if (old.pool) {
		buf_wipe(old.p, used);
		give(old.pool, &old);
	}
	if (old.p)
		REQUIRE(munmap(old.p, old.size) == 0);
}
