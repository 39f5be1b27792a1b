#include "diode/recv/transfers.h"
#include <stdlib.h>
#include <string.h>

#define WINDOW 65536  /* numbers back that are told apart */
#define IDS 1024      /* of them, whose objects are known for the digest */
#define PATIENCE 1000 /* ms a datagram may come behind the heartbeat that counts it */

struct transfers {
	const struct suite *suite;
	uint32_t highest; /* heard; 0: none */
	uint32_t first;   /* not ours to miss below */
	uint32_t checked; /* all below were either heard or counted as missed */
	uint32_t due;     /* to be checked below this number … */
	int64_t due_at;   /* … at this time; 0: nothing */
	uint64_t missed;
	uint64_t heard[WINDOW / 64]; /* ring of bits by number */
	struct frame_object id[IDS];
};

int transfers_new(const struct suite *s, bool from_start, struct transfers **out)
{
	struct transfers *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ERR_NOMEM;
	t->suite = s;
	t->checked = t->first = from_start ? 1 : 0;
	*out = t;
	return 0;
}

void transfers_free(struct transfers *t)
{
	free(t);
}

static bool bit(const struct transfers *t, uint32_t n)
{
	return n <= t->highest && t->highest - n < WINDOW && (t->heard[n % WINDOW / 64] >> n % 64 & 1) != 0;
}

void transfers_hear(struct transfers *t, uint32_t number, const struct frame_object *id)
{
	if (t->highest == 0)
		t->highest = number;
	if (t->checked == 0)
		t->checked = t->first = number; /* what came before is not ours to miss */
	if (number > t->highest) {
		if (number - t->highest >= WINDOW)
			memset(t->heard, 0, sizeof t->heard);
		else
			for (uint32_t n = t->highest + 1; n != number + 1; n++)
				t->heard[n % WINDOW / 64] &= ~(UINT64_C(1) << n % 64);
		t->highest = number;
	}
	if (t->highest - number >= WINDOW || bit(t, number))
		return;
	t->heard[number % WINDOW / 64] |= UINT64_C(1) << number % 64;
	if (t->highest - number < IDS) /* what comes later would stand in a newer one's place */
		t->id[number % IDS] = *id;
	if (number >= t->first && number < t->checked && t->missed > 0)
		t->missed--; /* late, but here */
}

bool transfers_beat(struct transfers *t, const struct frame_beat *b, int64_t now)
{
	struct frame_object id[FRAME_BEAT_RECENT];
	uint8_t digest[FRAME_BEAT_DIGEST];
	if (t->checked == 0)
		t->checked = t->first = b->below;
	if (b->below > t->checked && t->due_at == 0) {
		t->due = b->below;
		t->due_at = now + PATIENCE;
	}
	for (uint32_t n = b->from; n < b->below; n++) {
		if (!bit(t, n) || t->highest - n >= IDS)
			return true; /* not all were heard: nothing to compare */
		id[n - b->from] = t->id[n % IDS];
	}
	frame_beat_digest(t->suite, id, b->below - b->from, digest);
	return memcmp(digest, b->digest, sizeof digest) == 0;
}

void transfers_tick(struct transfers *t, int64_t now)
{
	if (t->due_at == 0 || now < t->due_at)
		return;
	t->due_at = 0;
	/* Of those behind the window nothing is known any more. */
	uint32_t from = t->checked;
	if (t->highest >= WINDOW && from < t->highest - (WINDOW - 1))
		from = t->highest - (WINDOW - 1);
	/* Above the highest heard all are missed: whatever number a heartbeat names, the work is bounded. */
	uint32_t above = t->highest + 1 > from ? t->highest + 1 : from;
	for (uint32_t n = from; n < t->due && n < above; n++)
		t->missed += !bit(t, n);
	t->missed += t->due > above ? t->due - above : 0;
	t->checked = t->due > t->checked ? t->due : t->checked;
}

uint64_t transfers_missed(const struct transfers *t)
{
	return t->missed;
}

size_t transfers_missed_ranges(const struct transfers *t, uint32_t (*range)[2], size_t max)
{
	size_t n = 0;
	uint32_t from = t->highest >= WINDOW ? t->highest - (WINDOW - 1) : 1;
	from = from > t->first ? from : t->first;
	for (uint32_t i = from; i < t->checked && n < max; i++) {
		if (bit(t, i))
			continue;
		uint32_t to = i;
		while (to < t->checked && to <= t->highest && !bit(t, to))
			to++;
		to = to > t->highest ? t->checked : to;
		range[n][0] = i;
		range[n++][1] = to;
		i = to;
	}
	return n;
}
