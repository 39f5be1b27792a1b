#include "diode/recv/link.h"
#include <string.h>

#define EVERY 500     /* ms between heartbeats until one says otherwise */
#define MISSED 2      /* heartbeats that may be missing */
#define GRACE 500     /* ms */
#define DEAD_MAX 2500 /* ms: with the half second of a tick, within three seconds */

const char *link_state_name(enum link_state s)
{
	static const char *const NAMES[LINK_STATES] = {
		"waiting", "receiving", "silent", "loss", "noise", "ended", "dead"};
	return NAMES[s];
}

void link_init(struct link *l, int64_t now)
{
	*l = (struct link){.state = LINK_WAITING, .since = now, .every = EVERY};
}

void link_heard(struct link *l, int64_t now)
{
	l->heard = now;
	l->ended = false;
}

void link_beat(struct link *l, const struct frame_beat *b)
{
	l->every = b->every;
	l->ended = (b->flags & FRAME_BEAT_LAST) != 0;
}

static enum link_state state_of(const struct link *l, int64_t now)
{
	const struct link_sample *a = &l->sample[0], *b = &l->sample[l->n - 1];
	int64_t patience = MISSED * (int64_t)l->every + GRACE;
	patience = patience > DEAD_MAX ? DEAD_MAX : patience;
	bool noise = b->refused > a->refused && b->genuine == a->genuine;
	if (l->ended)
		return LINK_ENDED;
	if (l->heard == 0)
		return noise ? LINK_NOISE : LINK_WAITING;
	if (now - l->heard > patience)
		return noise ? LINK_NOISE : LINK_DEAD;
	if (b->lost > a->lost || b->missed > a->missed)
		return LINK_LOSS;
	return b->data > a->data ? LINK_RECEIVING : LINK_SILENT;
}

bool link_tick(struct link *l, const struct link_sample *s, int64_t now)
{
	if (l->n == LINK_SAMPLES)
		memmove(&l->sample[0], &l->sample[1], --l->n * sizeof *l->sample);
	l->sample[l->n++] = *s;
	enum link_state state = state_of(l, now);
	if (state == l->state)
		return false;
	l->state = state;
	l->since = now;
	return true;
}
