#include "diode/recv/session.h"
#include <stdlib.h>
#include <string.h>

#define WINDOW (UINT64_C(1) << 16) /* sequence numbers back that are told apart one by one */
#define START 64                   /* a session first heard below this number is heard from its start */

struct entry {
	struct session s;
	struct frame_mac *mac;
	uint64_t heard[WINDOW / 64]; /* ring of bits by sequence number */
};
struct session_table {
	struct frame_key *key;
	uint8_t suite;
	size_t n, newest; /* newest: index of the last hit, tried first */
	uint64_t lost_before;
	struct entry *entry[SESSION_MAX];
};

int session_table_new(struct frame_key *key, struct session_table **out)
{
	struct session_table *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ERR_NOMEM;
	t->key = key;
	t->suite = frame_key_suite(key);
	*out = t;
	return 0;
}

static void entry_free(struct entry *e)
{
	if (e == NULL)
		return;
	frame_mac_free(e->mac);
	free(e);
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		entry_free(t->entry[i]);
	free(t);
}

static struct entry *find(struct session_table *t, const struct frame_id *id)
{
	if (t->n > 0 && frame_id_eq(&t->entry[t->newest]->s.id, id))
		return t->entry[t->newest];
	for (size_t i = 0; i < t->n; i++)
		if (frame_id_eq(&t->entry[i]->s.id, id)) {
			t->newest = i;
			return t->entry[i];
		}
	return NULL;
}

uint64_t session_lost(const struct session *s)
{
	uint64_t span = s->highest - s->first + 1;
	return span > s->heard ? span - s->heard : 0;
}

/* A place for a new session: a free one, or that of the session silent for longest. */
static size_t place(struct session_table *t)
{
	size_t oldest = 0;
	if (t->n < SESSION_MAX)
		return t->n++;
	for (size_t i = 1; i < t->n; i++)
		if (t->entry[i]->s.last < t->entry[oldest]->s.last)
			oldest = i;
	t->lost_before += session_lost(&t->entry[oldest]->s);
	entry_free(t->entry[oldest]);
	return oldest;
}

static bool bit(const struct entry *e, uint64_t seq)
{
	return (e->heard[seq % WINDOW / 64] >> seq % 64 & 1) != 0;
}

static void set(struct entry *e, uint64_t seq, bool on)
{
	uint64_t mask = UINT64_C(1) << seq % 64;
	if (on)
		e->heard[seq % WINDOW / 64] |= mask;
	else
		e->heard[seq % WINDOW / 64] &= ~mask;
}

static bool seen(const struct entry *e, uint64_t seq)
{
	if (seq > e->s.highest)
		return false;
	return e->s.highest - seq >= WINDOW || bit(e, seq);
}

static void note(struct entry *e, uint64_t seq, int64_t now)
{
	if (seq > e->s.highest) {
		if (seq - e->s.highest >= WINDOW)
			memset(e->heard, 0, sizeof e->heard);
		else
			for (uint64_t i = e->s.highest + 1; i < seq; i++)
				set(e, i, false);
		e->s.highest = seq;
	}
	if (seq < e->s.first)
		e->s.first = seq;
	set(e, seq, true);
	e->s.heard++;
	e->s.last = now;
}

static int open_session(
	struct session_table *t, const struct frame *f, struct view datagram, struct entry **out)
{
	if (!frame_key_session_ok(t->key, &f->session))
		return ERR_KEY;
	struct entry *e = calloc(1, sizeof *e);
	if (e == NULL)
		return ERR_NOMEM;
	int err = frame_key_session_mac(t->key, &f->session, &e->mac);
	if (err == 0 && !frame_key_holds(e->mac, f->seq, datagram))
		err = ERR_DIGEST;
	if (err != 0) {
		entry_free(e);
		return err;
	}
	e->s.id = f->session;
	e->s.first = e->s.highest = f->seq;
	e->s.from_start = f->seq <= START;
	size_t at = place(t);
	t->entry[at] = e;
	t->newest = at;
	*out = e;
	return 0;
}

int session_admit(struct session_table *t, const struct frame *f, struct view datagram, int64_t now,
	struct session **out)
{
	if (f->suite != t->suite)
		return ERR_SUITE;
	struct entry *e = find(t, &f->session);
	if (e == NULL) {
		int err = open_session(t, f, datagram, &e);
		if (err != 0)
			return err;
	} else {
		if (seen(e, f->seq))
			return ERR_DUPLICATE;
		if (!frame_key_holds(e->mac, f->seq, datagram))
			return ERR_DIGEST;
	}
	note(e, f->seq, now);
	*out = &e->s;
	return 0;
}

const struct session *session_at(const struct session_table *t, size_t i)
{
	return i < t->n ? &t->entry[i]->s : NULL;
}

uint64_t session_lost_total(const struct session_table *t)
{
	uint64_t lost = t->lost_before;
	for (size_t i = 0; i < t->n; i++)
		lost += session_lost(&t->entry[i]->s);
	return lost;
}
