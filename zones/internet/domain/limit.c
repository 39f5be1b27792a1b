#include "zones/internet/domain/limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 16384 /* power of two */
#define PROBES 16

struct slot {
	uint64_t key;    /* 0: free */
	int64_t full_ms; /* when the whole burst is there again */
};
struct limit_table {
	pthread_mutex_t lock;
	uint64_t seed;
	struct slot v[SLOTS];
};

int limit_new(struct limit_table **out)
{
	struct limit_table *l = calloc(1, sizeof *l);
	if (!l)
		return ERR_NOMEM;
	/* Places differ from run to run, so that nobody can aim at another's. */
	l->seed = (uint64_t)(uintptr_t)l * UINT64_C(0x9e3779b97f4a7c15);
	pthread_mutex_init(&l->lock, NULL);
	*out = l;
	return 0;
}

void limit_free(struct limit_table *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static uint64_t key_of(const struct limit_table *l, const char *action, const char *who)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ l->seed;
	for (const char *s = action; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	h = (h ^ 0xff) * UINT64_C(1099511628211);
	for (const char *s = who; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	h ^= h >> 32;
	return h ? h : 1;
}

static struct slot *slot_of(struct limit_table *l, uint64_t key)
{
	struct slot *quiet = NULL;
	for (size_t i = 0; i < PROBES; i++) {
		struct slot *s = &l->v[(key + i) & (SLOTS - 1)];
		if (s->key == key)
			return s;
		if (!quiet || s->full_ms < quiet->full_ms)
			quiet = s;
	}
	*quiet = (struct slot){key, 0};
	return quiet;
}

bool limit_pass(
	struct limit_table *l, const struct limit_rule *r, const char *who, int64_t now_ms, int64_t *wait_ms)
{
	int64_t burst_ms = r->burst * r->refill_ms;
	pthread_mutex_lock(&l->lock);
	struct slot *s = slot_of(l, key_of(l, r->action, who));
	/* A clock set back must shut nobody out for longer than the burst takes. */
	if (s->full_ms < now_ms || s->full_ms > now_ms + burst_ms)
		s->full_ms = now_ms;
	int64_t after = s->full_ms + r->refill_ms;
	bool ok = after - now_ms <= burst_ms;
	if (ok)
		s->full_ms = after;
	*wait_ms = ok ? 0 : after - now_ms - burst_ms;
	pthread_mutex_unlock(&l->lock);
	return ok;
}
