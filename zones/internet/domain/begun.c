#include "zones/internet/domain/begun.h"

#include <string.h>

static struct begun *place(struct begun_table *t, const char *network, int64_t now_ms)
{
	struct begun *empty = NULL, *own = NULL, *oldest = NULL;
	size_t of_one = 0;
	for (size_t i = 0; i < BEGUN_MAX; i++) {
		struct begun *b = &t->v[i];
		if (!b->at_ms || now_ms - b->at_ms > BEGUN_MS) {
			empty = b;
			continue;
		}
		oldest = !oldest || b->at_ms < oldest->at_ms ? b : oldest;
		if (strcmp(b->network, network) != 0)
			continue;
		own = !own || b->at_ms < own->at_ms ? b : own;
		of_one++;
	}
	return of_one >= BEGUN_OF_ONE ? own : empty ? empty : oldest;
}

void begun_keep(struct begun_table *t, const struct begun *b)
{
	*place(t, b->network, b->at_ms) = *b;
}

int begun_take(struct begun_table *t, const char *state, int64_t now_ms, struct begun *out)
{
	for (size_t i = 0; i < BEGUN_MAX; i++) {
		struct begun *b = &t->v[i];
		if (!b->at_ms || strcmp(b->state, state) != 0)
			continue;
		bool good = now_ms - b->at_ms <= BEGUN_MS;
		if (good)
			*out = *b;
		buf_wipe(b, sizeof *b);
		return good ? 0 : ERR_LOGIN;
	}
	return ERR_LOGIN;
}
