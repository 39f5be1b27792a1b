#include "zones/internet/store/pieces.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 256
#define FILES_OF_ONE 4
#define IDLE_MS INT64_C(1800000)

struct piece {
	struct digest key;
	char owner[37];
	int64_t size, touched_ms; /* size 0: free */
	struct buf have;
};
struct pieces {
	pthread_mutex_t lock;
	int64_t max, held; /* by the sizes they will have */
	struct piece v[FILES_MAX];
};

int pieces_new(int64_t max, struct pieces **out)
{
	struct pieces *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->max = max;
	pthread_mutex_init(&p->lock, NULL);
	*out = p;
	return 0;
}

static void drop(struct pieces *p, struct piece *f)
{
	p->held -= f->size;
	buf_fini(&f->have);
	memset(f, 0, sizeof *f);
}

void pieces_free(struct pieces *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < FILES_MAX; i++)
		if (p->v[i].size)
			drop(p, &p->v[i]);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static struct piece *find(struct pieces *p, const struct digest *key)
{
	for (size_t i = 0; i < FILES_MAX; i++)
		if (p->v[i].size && digest_eq(&p->v[i].key, key))
			return &p->v[i];
	return NULL;
}

static void expire(struct pieces *p, int64_t now_ms)
{
	for (size_t i = 0; i < FILES_MAX; i++)
		if (p->v[i].size && now_ms - p->v[i].touched_ms > IDLE_MS)
			drop(p, &p->v[i]);
}

struct share {
	int files;
	int64_t bytes;
	struct piece *quietest;
};

static struct share share_of(struct pieces *p, const char *owner)
{
	struct share s = {0, 0, NULL};
	for (size_t i = 0; i < FILES_MAX; i++) {
		struct piece *f = &p->v[i];
		if (!f->size || strcmp(f->owner, owner) != 0)
			continue;
		s.files++;
		s.bytes += f->size;
		s.quietest = !s.quietest || f->touched_ms < s.quietest->touched_ms ? f : s.quietest;
	}
	return s;
}

static struct piece *empty_find(struct pieces *p)
{
	for (size_t i = 0; i < FILES_MAX; i++)
		if (!p->v[i].size)
			return &p->v[i];
	return NULL;
}

static int64_t weight(const struct share *s, bool bytes)
{
	return bytes ? s->bytes : s->files;
}

/* Nobody keeps others out by what he holds: the quietest file of whoever holds the most, of bytes or of
 * files, goes, as long as that is more than the one who comes would hold. NULL: all hold no more than that.
 */
static struct piece *most_find(struct pieces *p, const char *owner, bool bytes, int64_t most)
{
	struct piece *quietest = NULL;
	for (size_t i = 0; i < FILES_MAX; i++) {
		if (!p->v[i].size || strcmp(p->v[i].owner, owner) == 0)
			continue;
		struct share s = share_of(p, p->v[i].owner);
		if (weight(&s, bytes) <= most)
			continue;
		most = weight(&s, bytes);
		quietest = s.quietest;
	}
	return quietest;
}

/* A file that its owner began and left makes room for the next one of his. */
static int room_make(struct pieces *p, const char *owner, int64_t size, struct piece **out)
{
	struct share own = share_of(p, owner);
	struct piece *goes;
	if (own.files >= FILES_OF_ONE) {
		drop(p, own.quietest);
		own = share_of(p, owner);
	}
	while (p->held + size > p->max) {
		if (!(goes = most_find(p, owner, true, own.bytes + size)))
			return ERR_LIMIT;
		drop(p, goes);
	}
	if (!empty_find(p) && (goes = most_find(p, owner, false, own.files + 1)))
		drop(p, goes);
	*out = empty_find(p);
	return *out ? 0 : ERR_LIMIT;
}

static int begin(
	struct pieces *p, const char *owner, const struct digest *key, int64_t size, struct piece **out)
{
	struct piece *empty = NULL;
	int rc = room_make(p, owner, size, &empty);
	if (rc < 0)
		return rc;
	empty->key = *key;
	empty->size = size;
	snprintf(empty->owner, sizeof empty->owner, "%s", owner);
	buf_init(&empty->have, (size_t)size);
	p->held += size;
	*out = empty;
	return 0;
}

int pieces_add(struct pieces *p, const char *owner, const struct digest *key, int64_t size, int64_t offset,
	struct view v, int64_t now_ms, int64_t *have)
{
	int rc = 0;
	if (size <= 0 || offset < 0)
		return ERR_SCHEMA;
	pthread_mutex_lock(&p->lock);
	expire(p, now_ms);
	struct piece *f = find(p, key);
	if (!f && offset == 0)
		rc = begin(p, owner, key, size, &f);
	if (rc == 0 && f && f->size != size)
		rc = ERR_SCHEMA;
	if (rc == 0 && f && offset == (int64_t)f->have.n) {
		rc = (int64_t)v.n > size - offset ? ERR_SCHEMA : buf_add_view(&f->have, v);
		f->touched_ms = now_ms;
	}
	if (rc == 0)
		*have = f ? (int64_t)f->have.n : 0;
	pthread_mutex_unlock(&p->lock);
	return rc;
}

int64_t pieces_have(struct pieces *p, const struct digest *key, int64_t now_ms)
{
	pthread_mutex_lock(&p->lock);
	expire(p, now_ms);
	const struct piece *f = find(p, key);
	int64_t n = f ? (int64_t)f->have.n : 0;
	pthread_mutex_unlock(&p->lock);
	return n;
}

int pieces_take(struct pieces *p, const struct digest *key, struct buf *out)
{
	pthread_mutex_lock(&p->lock);
	struct piece *f = find(p, key);
	int rc = !f ? ERR_NOTFOUND : (int64_t)f->have.n != f->size ? ERR_STATE : 0;
	if (rc == 0) {
		*out = f->have;
		p->held -= f->size;
		memset(f, 0, sizeof *f);
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}
