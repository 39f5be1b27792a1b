#include "diode/recv/pool.h"
#include "diode/frame/rooms.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (16 << 10)  /* pieces from here on stand in rooms, those of one size */
#define CHANGE 64         /* so many of another size in a row, and that size has the rooms */
#define RESTING (8 << 20) /* bytes the rooms may hold when none is in use */

struct pool {
	pthread_mutex_t lock;
	size_t max, used;    /* used + what the rooms hold <= max */
	struct rooms *rooms; /* of the blocks' size; NULL before the first one */
	unsigned strange;    /* large pieces of another size in a row */
	size_t peak;         /* bytes of rooms in use at once since pool_rest */
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

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	rooms_free(p->rooms);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Rooms of size n, when those there are not in use. Without memory all comes from the heap, as before. */
static void furnish(struct pool *p, size_t n)
{
	if (p->rooms != NULL && rooms_used(p->rooms) > 0)
		return;
	rooms_free(p->rooms);
	p->rooms = NULL;
	p->strange = 0;
	(void)!rooms_new(n, p->max, &p->rooms);
}

static void *take_room(struct pool *p, size_t n)
{
	if (n < LARGE)
		return NULL;
	if (p->rooms == NULL)
		furnish(p, n);
	bool same = p->rooms != NULL && rooms_size(p->rooms) == n;
	p->strange = same ? 0 : p->strange + 1;
	if (p->strange > CHANGE)
		furnish(p, n);
	same = p->rooms != NULL && rooms_size(p->rooms) == n;
	return same ? rooms_take(p->rooms) : NULL;
}

static size_t resting(const struct pool *p)
{
	return p->max < RESTING ? p->max : RESTING;
}

/* Until all fits; never at the cost of what is in use. */
static void shrink(struct pool *p)
{
	if (p->rooms == NULL)
		return;
	size_t most = rooms_used(p->rooms) > 0 ? p->max : resting(p);
	while (p->used + rooms_held(p->rooms) > most && rooms_shrink(p->rooms))
		;
}

static size_t room_bytes(const struct pool *p)
{
	return rooms_used(p->rooms) * rooms_size(p->rooms);
}

static void note_peak(struct pool *p)
{
	size_t now = p->rooms != NULL ? room_bytes(p) : 0;
	p->peak = now > p->peak ? now : p->peak;
}

void *pool_take(struct pool *p, size_t n, int zero)
{
	void *m = NULL;
	pthread_mutex_lock(&p->lock);
	bool fits = n <= p->max && p->used <= p->max - n;
	if (fits) {
		m = take_room(p, n);
		p->used += n;
		shrink(p);
		note_peak(p);
	}
	pthread_mutex_unlock(&p->lock);
	if (m != NULL && zero)
		memset(m, 0, n);
	if (m != NULL || !fits)
		return m;
	m = zero ? calloc(1, n) : malloc(n);
	if (m == NULL) {
		pthread_mutex_lock(&p->lock);
		p->used -= n;
		pthread_mutex_unlock(&p->lock);
	}
	return m;
}

void pool_give(struct pool *p, void *m, size_t n)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	bool room = rooms_own(p->rooms, m);
	p->used -= n;
	if (room)
		rooms_give(p->rooms, m);
	shrink(p);
	pthread_mutex_unlock(&p->lock);
	if (!room)
		free(m);
}

size_t pool_used(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	size_t n = p->used;
	pthread_mutex_unlock(&p->lock);
	return n;
}

void pool_rest(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	size_t most = p->peak > resting(p) ? p->peak : resting(p);
	if (p->rooms != NULL) {
		while (room_bytes(p) + rooms_held(p->rooms) > most && rooms_shrink(p->rooms))
			;
		p->peak = room_bytes(p);
	}
	pthread_mutex_unlock(&p->lock);
}

size_t pool_held(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	size_t n = p->rooms != NULL ? rooms_held(p->rooms) : 0;
	pthread_mutex_unlock(&p->lock);
	return n;
}
