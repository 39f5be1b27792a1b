#include "diode/send/group.h"
#include "diode/frame/erasure.h"
#include <stdlib.h>
#include <string.h>

#define FAILURE 1e-8            /* of a block at the loss it is made for */
#define RATE_UNKNOWN 8000000000 /* bits a second taken for "no limit" */

/* What a level is made for: random loss, and a burst of this length at the given rate. */
static const struct {
	const char *name;
	double loss;
	double burst; /* s */
	unsigned depth_min, depth_max;
} LEVELS[] = {[GROUP_NONE] = {"none", 0, 0, 1, 1},
	[GROUP_NORMAL] = {"normal", 0.05, 0.005, 4, 64},
	[GROUP_STRONG] = {"strong", 0.10, 0.1, 16, 384}};

struct slot {
	struct frame f;
	uint8_t *room; /* (k + m) symbols */
};
struct group {
	struct erasure *erasure;
	unsigned symbol_max, depth, n;
	unsigned m[GROUP_K + 1]; /* repair symbols for k data symbols */
	struct slot *slot;
};

int group_protect_parse(const char *text, enum group_protect *out)
{
	for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
		if (strcmp(text, LEVELS[i].name) == 0) {
			*out = (enum group_protect)i;
			return 0;
		}
	return ERR_USAGE;
}

/* A burst of `burst` seconds must cost no block more than its m symbols: depth · m symbols outlast it. */
static unsigned depth_for(enum group_protect p, int64_t rate, unsigned symbol, unsigned m)
{
	if (m == 0)
		return LEVELS[p].depth_min;
	double per_second = (double)(rate > 0 ? rate : RATE_UNKNOWN) / 8 / (symbol + FRAME_OVERHEAD);
	double depth = LEVELS[p].burst * per_second / (m / 2.0) + 1;
	if (depth < LEVELS[p].depth_min)
		return LEVELS[p].depth_min;
	return depth > LEVELS[p].depth_max ? LEVELS[p].depth_max : (unsigned)depth;
}

int group_new(enum group_protect p, int64_t rate, unsigned symbol_max, struct group **out)
{
	struct group *g = calloc(1, sizeof *g);
	if (g == NULL)
		return ERR_NOMEM;
	for (unsigned k = 1; k <= GROUP_K; k++)
		g->m[k] = erasure_repair_for(k, LEVELS[p].loss, FAILURE);
	g->symbol_max = symbol_max;
	g->depth = depth_for(p, rate, symbol_max, g->m[GROUP_K]);
	g->slot = calloc(g->depth, sizeof *g->slot);
	int err = g->slot == NULL ? ERR_NOMEM : erasure_new(&g->erasure);
	if (err != 0) {
		group_free(g);
		return err;
	}
	*out = g;
	return 0;
}

void group_free(struct group *g)
{
	if (g == NULL)
		return;
	for (unsigned i = 0; g->slot != NULL && i < g->depth; i++)
		free(g->slot[i].room);
	free(g->slot);
	erasure_free(g->erasure);
	free(g);
}

int group_add(struct group *g, struct outgoing *o)
{
	REQUIRE(g->n < g->depth);
	struct slot *s = &g->slot[g->n];
	if (s->room == NULL)
		s->room = malloc((size_t)(GROUP_K + g->m[GROUP_K]) * g->symbol_max);
	if (s->room == NULL)
		return ERR_NOMEM;
	int err = outgoing_read(o, &s->f, s->room);
	if (err != 0)
		return err;
	uint8_t *data[GROUP_K], *repair[FRAME_SYMBOLS_MAX];
	s->f.m = (uint8_t)g->m[s->f.k];
	for (unsigned i = 0; i < s->f.k; i++)
		data[i] = s->room + (size_t)i * s->f.symbol;
	for (unsigned j = 0; j < s->f.m; j++)
		repair[j] = s->room + (size_t)(s->f.k + j) * s->f.symbol;
	err = erasure_encode(g->erasure, s->f.k, s->f.m, s->f.symbol, data, repair);
	if (err != 0)
		return err;
	g->n++;
	return 0;
}

bool group_full(const struct group *g)
{
	return g->n == g->depth;
}

size_t group_count(const struct group *g)
{
	return g->n;
}

unsigned group_depth(const struct group *g)
{
	return g->depth;
}

int group_send(struct group *g, struct emit *e, int (*tick)(void *), void *cookie)
{
	int err = 0;
	bool more = g->n > 0;
	for (unsigned row = 0; more && err == 0; row++) {
		more = false;
		for (unsigned i = 0; i < g->n && err == 0; i++) {
			struct slot *s = &g->slot[i];
			if (row >= (unsigned)s->f.k + s->f.m)
				continue;
			s->f.index = (uint8_t)row;
			err = emit_frame(e, &s->f, s->room + (size_t)row * s->f.symbol, s->f.symbol);
			more = true;
		}
		if (err == 0)
			err = tick(cookie);
	}
	if (err == 0)
		err = emit_flush(e);
	g->n = 0;
	return err;
}
