#include "common/bundle/bundle_memory.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE ((size_t)2 << 20)
#define KEPT 4 /* regions */

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

static int map(struct bundle_memory *m)
{
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
	if (n < LARGE) {
		m.p = malloc(m.size);
		err = m.p ? 0 : ERR_NOMEM;
	} else {
		m.size = (n + LARGE - 1) / LARGE * LARGE;
		if (!pool || !take(pool, &m))
			err = map(&m);
	}
	if (!err)
		*out = m;
	return err;
}

void bundle_memory_free(struct bundle_memory *m, size_t used)
{
	struct bundle_memory old = *m;
	m->p = NULL;
	if (!old.p)
		return;
	if (old.size < LARGE) {
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
