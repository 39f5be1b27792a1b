#include "diode/recv/spout.h"
#include "common/os/file.h"
#include <stdlib.h>

struct wait {
	struct wait *next; /* ascending blocks */
	struct incoming_data d;
};
struct spout {
	struct pool *pool;
	struct wait *first;
	int fd;
	uint16_t meta;
	uint32_t block;  /* next to be written */
	uint64_t offset; /* where it begins */
};

int spout_new(int fd, struct pool *pool, uint16_t meta, struct spout **out)
{
	struct spout *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_NOMEM;
	s->fd = fd;
	s->pool = pool;
	s->meta = meta;
	*out = s;
	return 0;
}

void spout_free(struct spout *s)
{
	if (s == NULL)
		return;
	while (s->first != NULL) {
		struct wait *w = s->first;
		s->first = w->next;
		pool_give(s->pool, w->d.p, w->d.room);
		pool_give(s->pool, w, sizeof *w);
	}
	free(s);
}

static int put(struct spout *s, const struct incoming_data *d)
{
	if (d->offset != s->offset)
		return ERR_CONFLICT;
	uint32_t skip = s->block == 0 ? s->meta : 0; /* the description stands in the first block */
	s->block++;
	s->offset += d->length;
	return file_write_all(s->fd, d->p + skip, d->length - skip);
}

static int put_aside(struct spout *s, const struct incoming_data *d)
{
	struct wait *w = pool_take(s->pool, sizeof *w, 0), **at = &s->first;
	if (w == NULL)
		return ERR_NOSPACE;
	while (*at != NULL && (*at)->d.block < d->block)
		at = &(*at)->next;
	*w = (struct wait){.next = *at, .d = *d};
	*at = w;
	return 0;
}

int spout_write_take(struct spout *s, const struct incoming_data *d)
{
	int err = 0;
	if (d->block != s->block) {
		err = put_aside(s, d);
		if (err != 0)
			pool_give(s->pool, d->p, d->room);
		return err;
	}
	err = put(s, d);
	pool_give(s->pool, d->p, d->room);
	while (err == 0 && s->first != NULL && s->first->d.block == s->block) {
		struct wait *w = s->first;
		err = put(s, &w->d);
		s->first = w->next;
		pool_give(s->pool, w->d.p, w->d.room);
		pool_give(s->pool, w, sizeof *w);
	}
	return err;
}

bool spout_empty(const struct spout *s)
{
	return s->first == NULL;
}
