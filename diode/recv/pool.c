#include "diode/recv/pool.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (16 << 10) /* pieces from here on are kept for the next one of their size */
#define CHANGE 64        /* so many of another size in a row, and that size is kept */

/* A piece that is kept holds the link to the next one. */
struct kept {
	struct kept *next;
};
struct pool {
	pthread_mutex_t lock;
	size_t max, used;
	size_t size; /* of the pieces kept */
	size_t held; /* bytes of them; used + held <= max */
	struct kept *first;
	unsigned strange; /* pieces of another size in a row */
};

int pool_new(size_t max, struct pool **out)
{
	struct pool *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	if (pthread_mutex_init(&p->lock, NULL) != 0) {
		free(p);
		return ERR_NOMEM;
	}
	p->max = max;
	*out = p;
	return 0;
}

/* Lets pieces go until n more bytes fit. */
static void shrink(struct pool *p, size_t n)
{
	while (p->first != NULL && p->used + p->held + n > p->max) {
		struct kept *k = p->first;
		p->first = k->next;
		p->held -= p->size;
		free(k);
	}
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	p->max = 0;
	shrink(p, 0);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void *pool_take(struct pool *p, size_t n, int zero)
{
	struct kept *m = NULL;
	pthread_mutex_lock(&p->lock);
	bool fits = n <= p->max && p->used <= p->max - n;
	if (fits && n == p->size && p->first != NULL) {
		m = p->first;
		p->first = m->next;
		p->held -= n;
	}
	if (fits) {
		p->used += n;
		shrink(p, 0);
	}
	pthread_mutex_unlock(&p->lock);
	if (m != NULL && zero)
		memset(m, 0, n);
	void *got = m != NULL || !fits ? m : zero ? calloc(1, n) : malloc(n);
	if (fits && got == NULL) {
		pthread_mutex_lock(&p->lock);
		p->used -= n;
		pthread_mutex_unlock(&p->lock);
	}
	return got;
}

void pool_give(struct pool *p, void *m, size_t n)
{
	if (m == NULL)
		return;
	struct kept *k = m;
	pthread_mutex_lock(&p->lock);
	p->used -= n;
	p->strange = n < LARGE ? p->strange : n == p->size ? 0 : p->strange + 1;
	if (p->strange > CHANGE || (n >= LARGE && p->size == 0)) {
		size_t max = p->max;
		p->max = 0;
		shrink(p, 0);
		p->max = max;
		p->size = n;
		p->strange = 0;
	}
	bool keep = n == p->size;
	if (keep) {
		k->next = p->first;
		p->first = k;
		p->held += n;
	}
	pthread_mutex_unlock(&p->lock);
	if (!keep)
		free(m);
}

size_t pool_used(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	size_t n = p->used;
	pthread_mutex_unlock(&p->lock);
	return n;
}
