#include "common/exchange/in_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SETTLE_MS 2000 /* a half-written file of somebody else is given this long */
#define PARKED_MAX 4096

struct parked {
	char name[201];
	uint64_t hash;
	int64_t mtime, size;
	uint64_t version;
};

static int file_stat(struct link_state *l, const char *name, struct stat *st)
{
	return fstatat(spool_fd(l->spool, SPOOL_IN), name, st, AT_SYMLINK_NOFOLLOW);
}

static int64_t mtime_ms(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

bool in_file_is_young(struct link_state *l, const char *name)
{
	struct stat st;
	int64_t settle = l->c.settle_ms > 0 ? l->c.settle_ms : SETTLE_MS;
	return file_stat(l, name, &st) == 0 && time_now_ms() - mtime_ms(&st) < settle;
}

static uint64_t name_hash(const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return h;
}

static struct parked *parked_find(struct link_state *l, const char *name)
{
	uint64_t h = name_hash(name);
	for (size_t i = 0; i < l->nparked; i++)
		if (l->parked[i].hash == h && strcmp(l->parked[i].name, name) == 0)
			return &l->parked[i];
	return NULL;
}

void in_file_park(struct link_state *l, const char *name)
{
	struct stat st;
	struct parked *p = parked_find(l, name);
	if (!p && l->nparked < PARKED_MAX) {
		if (!l->parked)
			l->parked = calloc(PARKED_MAX, sizeof *l->parked);
		p = l->parked ? &l->parked[l->nparked++] : NULL;
	}
	if (!p || file_stat(l, name, &st) < 0)
		return;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->hash = name_hash(name);
	p->mtime = mtime_ms(&st);
	p->size = st.st_size;
	p->version = l->version;
}

bool in_file_is_parked(struct link_state *l, const char *name)
{
	const struct parked *p = parked_find(l, name);
	struct stat st;
	return p && p->version == l->version && file_stat(l, name, &st) == 0 && p->mtime == mtime_ms(&st) &&
	       p->size == st.st_size;
}

void in_file_unpark(struct link_state *l, const char *name)
{
	struct parked *p = parked_find(l, name);
	if (p)
		*p = l->parked[--l->nparked];
}
