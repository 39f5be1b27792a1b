#include "diode/recv/spout.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

struct wait {
	struct wait *next; /* ascending blocks */
	struct incoming_data d;
};
struct spout {
	struct pool *pool;
	struct wait *first;
	int fd;
	uint16_t meta;
	uint32_t block;                  /* next to be written */
	uint64_t offset;                 /* where it begins */
	struct hasher *hasher;           /* NULL: no digest comes */
	uint8_t tail[FRAME_META_DIGEST]; /* with hasher: the newest bytes, held back */
	size_t tail_n;
};

int spout_new(int fd, struct pool *pool, uint16_t meta, const struct suite *digest, struct spout **out)
{
	struct spout *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_NOMEM;
	s->fd = fd;
	s->pool = pool;
	s->meta = meta;
	if (digest != NULL && hasher_new(digest, &s->hasher) != 0) {
		free(s);
		return ERR_NOMEM;
	}
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
	hasher_free(s->hasher);
	free(s);
}

static int out(struct spout *s, const uint8_t *p, size_t n)
{
	if (s->hasher != NULL)
		hasher_add(s->hasher, view_of(p, n));
	return file_write_all(s->fd, p, n);
}

/* With a digest the newest bytes wait until it is known that more follow. */
static int pass(struct spout *s, const uint8_t *p, size_t n)
{
	if (s->hasher == NULL)
		return out(s, p, n);
	size_t over = s->tail_n + n > sizeof s->tail ? s->tail_n + n - sizeof s->tail : 0;
	size_t old = over < s->tail_n ? over : s->tail_n;
	int err = out(s, s->tail, old);
	if (err == 0)
		err = out(s, p, over - old);
	memmove(s->tail, s->tail + old, s->tail_n - old);
	s->tail_n -= old;
	memcpy(s->tail + s->tail_n, p + (over - old), n - (over - old));
	s->tail_n += n - (over - old);
	return err;
}

static int put(struct spout *s, const struct incoming_data *d)
{
	if (d->offset != s->offset)
		return ERR_CONFLICT;
	uint32_t skip = s->block == 0 ? s->meta : 0; /* the description stands in the first block */
	s->block++;
	s->offset += d->length;
	return pass(s, d->p + skip, d->length - skip);
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

int spout_end(struct spout *s)
{
	struct digest d;
	if (s->first != NULL)
		return ERR_CONFLICT;
	if (s->hasher == NULL)
		return 0;
	hasher_get(s->hasher, &d);
	return s->tail_n == sizeof s->tail && memcmp(d.b, s->tail, sizeof s->tail) == 0 ? 0 : ERR_DIGEST;
}
