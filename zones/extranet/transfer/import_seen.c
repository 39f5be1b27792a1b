#include "zones/extranet/transfer/import_seen.h"

#include "common/base/room.h"
#include "common/crypto/suite.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024

/* The half of a SHA-256: two numbers of a register never share it. */
struct mark {
	uint64_t a, b;
};
struct import_seen {
	struct mark *kept; /* a table of `room` places, at most half of them taken; {0, 0} is free */
	size_t n, room;
	struct mark *noted;
	size_t nnoted, noted_room;
};

int import_seen_new(struct import_seen **out)
{
	struct import_seen *s = calloc(1, sizeof *s);
	if (s && !(s->kept = calloc(ROOM_FIRST, sizeof *s->kept))) {
		free(s);
		s = NULL;
	}
	if (!s)
		return ERR_NOMEM;
	s->room = ROOM_FIRST;
	*out = s;
	return 0;
}

void import_seen_free(struct import_seen *s)
{
	if (!s)
		return;
	free(s->kept);
	free(s->noted);
	free(s);
}

static struct mark mark_of(const char *number)
{
	struct digest d;
	struct mark m;
	digest_of(suite_by_name("intl"), view_str(number), &d);
	memcpy(&m, d.b, sizeof m);
	m.a |= 1; /* never free */
	return m;
}

static bool same(struct mark x, struct mark y)
{
	return x.a == y.a && x.b == y.b;
}

/* Its place, or the free one where it would stand. */
static size_t place(const struct mark *table, size_t room, struct mark m)
{
	size_t i = (size_t)m.b & (room - 1);
	while (table[i].a && !same(table[i], m))
		i = (i + 1) & (room - 1);
	return i;
}

bool import_seen_has(const struct import_seen *s, const char *number)
{
	struct mark m = mark_of(number);
	for (size_t i = 0; i < s->nnoted; i++)
		if (same(s->noted[i], m))
			return true;
	return s->kept[place(s->kept, s->room, m)].a != 0;
}

int import_seen_note(struct import_seen *s, const char *number)
{
	int rc = ROOM(s->noted, s->nnoted, s->noted_room);
	if (rc == 0)
		s->noted[s->nnoted++] = mark_of(number);
	return rc;
}

static int grow(struct import_seen *s)
{
	struct mark *more = calloc(2 * s->room, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	for (size_t i = 0; i < s->room; i++)
		if (s->kept[i].a)
			more[place(more, 2 * s->room, s->kept[i])] = s->kept[i];
	free(s->kept);
	s->kept = more;
	s->room *= 2;
	return 0;
}

int import_seen_keep(struct import_seen *s)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->nnoted; i++) {
		if (2 * (s->n + 1) > s->room)
			rc = grow(s);
		size_t at = place(s->kept, s->room, s->noted[i]);
		if (rc == 0 && !s->kept[at].a) {
			s->kept[at] = s->noted[i];
			s->n++;
		}
	}
	s->nnoted = 0;
	return rc;
}

void import_seen_drop(struct import_seen *s)
{
	s->nnoted = 0;
}
