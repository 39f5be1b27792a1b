#include "diode/recv/pool.h"
#include <stdatomic.h>
#include <stdlib.h>

struct pool {
	size_t max;
	_Atomic size_t used;
};

int pool_new(size_t max, struct pool **out)
{
	struct pool *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->max = max;
	*out = p;
	return 0;
}

void pool_free(struct pool *p)
{
	free(p);
}

void *pool_take(struct pool *p, size_t n, int zero)
{
	size_t was = atomic_fetch_add(&p->used, n);
	void *m = NULL;
	if (was + n <= p->max)
		m = zero ? calloc(1, n) : malloc(n);
	if (m == NULL)
		atomic_fetch_sub(&p->used, n);
	return m;
}

void pool_give(struct pool *p, void *m, size_t n)
{
	if (m == NULL)
		return;
	free(m);
	atomic_fetch_sub(&p->used, n);
}

size_t pool_used(const struct pool *p)
{
	return atomic_load(&p->used);
}
