#include "diode/recv/session.h"
#include "diode/recv/applicants.h"
#include "diode/recv/former.h"
#include "diode/recv/numbers.h"
#include <stdlib.h>
#include <string.h>

#define MARKS 16
#define PATIENCE 1000 /* ms, beside the sender's spread */
#define STRANGERS 1024
#define START 64 /* a session first heard below this number is heard from its start */

/* How far the numbers were at a time. */
struct mark {
	int64_t at;
	uint64_t highest;
};
struct entry {
	struct session s;
	struct frame_mac *mac;
	struct numbers *numbers;
	struct mark mark[MARKS]; /* ring */
	size_t mark_n, mark_at;  /* and its oldest */
};
struct session_table {
	struct frame_id stranger[STRANGERS]; /* refused a moment ago, by their last bytes: a flood is not
						checked again and again */
	const struct suite *suite;
	struct frame_key *key;
	struct applicants *applicants;
	uint8_t suite_byte;
	size_t n, newest; /* newest: index of the last hit, tried first */
	uint64_t lost_before, heard_before;
	struct entry *entry[SESSION_MAX];
	struct former *former; /* those that made room */
};

int session_table_new(const struct suite *s, struct frame_key *key, struct session_table **out)
{
	struct session_table *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ERR_NOMEM;
	t->suite = s;
	t->key = key;
	t->suite_byte = frame_key_suite(key);
	t->former = former_new();
	int err = t->former == NULL ? ERR_NOMEM : applicants_new(key, &t->applicants);
	if (err != 0) {
		session_table_free(t);
		return err;
	}
	*out = t;
	return 0;
}

static void entry_free(struct entry *e)
{
	if (e == NULL)
		return;
	frame_mac_free(e->mac);
	transfers_free(e->s.transfers);
	numbers_free(e->numbers);
	free(e);
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		entry_free(t->entry[i]);
	applicants_free(t->applicants);
	former_free(t->former);
	free(t);
}

/* The session becomes the newest. */
static bool find(struct session_table *t, const struct frame_id *id, struct entry **out)
{
	if (t->n == 0 || !frame_id_eq(&t->entry[t->newest]->s.id, id)) {
		size_t i = 0;
		while (i < t->n && !frame_id_eq(&t->entry[i]->s.id, id))
			i++;
		if (i == t->n)
			return false;
		t->newest = i;
	}
	*out = t->entry[t->newest];
	return true;
}

struct session *session_claimed(struct session_table *t, const struct frame_id *id)
{
	struct entry *e;
	return find(t, id, &e) ? &e->s : NULL;
}

/* What the numbers say, where everybody reads it. */
static void tell(struct entry *e)
{
	e->s.highest = numbers_highest(e->numbers);
	e->s.lost = numbers_lost(e->numbers);
}

static void note(struct entry *e, uint64_t seq, int64_t now)
{
	numbers_note(e->numbers, seq);
	tell(e);
	e->s.heard++;
	e->s.last = now;
}

void session_spare(struct session_table *t, const struct frame *f)
{
	struct entry *e;
	if (!find(t, &f->session, &e))
		return;
	e->s.surplus++;
	numbers_spare(e->numbers, f->seq);
	tell(e);
}

static void settle_entry(struct entry *e, int64_t now, int64_t patience)
{
	patience += (int64_t)e->s.beat.spread;
	while (e->mark_n > 0 && now - e->mark[e->mark_at].at >= patience) {
		numbers_settle(e->numbers, e->mark[e->mark_at].highest);
		numbers_trust(e->numbers);
		e->mark_at = (e->mark_at + 1) % MARKS;
		e->mark_n--;
	}
	if (e->mark_n < MARKS) /* else a long spread: the marks there are lie far enough apart */
		e->mark[(e->mark_at + e->mark_n++) % MARKS] =
			(struct mark){.at = now, .highest = e->s.highest};
	tell(e);
}

void session_settle(struct session_table *t, int64_t now, bool end)
{
	for (size_t i = 0; i < t->n; i++)
		settle_entry(t->entry[i], now, end ? 0 : PATIENCE);
}

/* A place for a new session: a free one, or that of the session silent for longest; none when all were heard
 * this moment. */
static bool place(struct session_table *t, int64_t now, size_t *out)
{
	size_t oldest = 0;
	if (t->n < SESSION_MAX) {
		*out = t->n++;
		return true;
	}
	struct entry *e = t->entry[0];
	for (size_t i = 1; i < t->n; i++)
		if (t->entry[i]->s.last < e->s.last) {
			e = t->entry[i];
			oldest = i;
		}
	if (e->s.last >= now)
		return false;
	numbers_settle(e->numbers, e->s.highest);
	tell(e);
	t->lost_before += e->s.lost;
	t->heard_before += e->s.heard;
	former_add(t->former, &e->s.id, e->s.highest);
	entry_free(e);
	*out = oldest;
	return true;
}

static struct frame_id *stranger_of(struct session_table *t, const struct frame_id *id)
{
	uint16_t at;
	memcpy(&at, id->b + sizeof id->b - sizeof at, sizeof at);
	return &t->stranger[at % STRANGERS];
}

/* A session we know nothing of, or one that made room. Only its first genuine datagram gives it a place. */
static int open_session(
	struct session_table *t, const struct frame *f, struct view datagram, int64_t now, struct entry **out)
{
	struct frame_id *stranger = stranger_of(t, &f->session);
	if (frame_id_eq(stranger, &f->session))
		return ERR_KEY;
	if (!frame_key_session_ok(t->key, &f->session)) {
		*stranger = f->session;
		return ERR_KEY;
	}
	if (former_too_old(t->former, &f->session))
		return ERR_EPOCH;
	uint64_t floor = 0; /* numbers up to here were heard before we forgot the session */
	bool known = former_find(t->former, &f->session, &floor);
	if (known && f->seq <= floor)
		return ERR_DUPLICATE;
	struct frame_mac *mac = NULL;
	bool holds = false;
	int err = applicants_get(t->applicants, &f->session, now, &mac);
	if (err == 0)
		frame_key_holds(mac, &f->seq, &datagram, 1, &holds);
	if (err == 0 && !holds)
		err = ERR_DIGEST;
	if (err != 0)
		return err;
	struct entry *e = calloc(1, sizeof *e);
	if (e == NULL)
		return ERR_NOMEM;
	e->s.from_start = !known && f->seq <= START;
	e->numbers = numbers_new(f->seq, floor, e->s.from_start);
	err = e->numbers == NULL ? ERR_NOMEM : 0;
	if (err == 0)
		err = transfers_new(t->suite, e->s.from_start, &e->s.transfers);
	size_t at = 0;
	if (err == 0 && !place(t, now, &at))
		err = ERR_LIMIT;
	if (err != 0) {
		entry_free(e);
		return err;
	}
	e->mac = applicants_take(t->applicants, &f->session);
	e->s.id = f->session;
	e->s.highest = f->seq;
	t->entry[at] = e;
	t->newest = at;
	*out = e;
	return 0;
}

int session_judge(struct session_table *t, const struct frame *f, struct view datagram, int64_t now)
{
	struct entry *e;
	bool known = find(t, &f->session, &e);
	if (!known && frame_id_eq(stranger_of(t, &f->session), &f->session))
		return ERR_KEY;
	if (known && numbers_seen(e->numbers, f->seq))
		return ERR_DUPLICATE;
	struct frame_mac *mac = known ? e->mac : applicants_find(t->applicants, &f->session);
	bool holds = false;
	if (mac == NULL)
		return applicants_busy(t->applicants, now) ? ERR_LIMIT : 0;
	frame_key_holds(mac, &f->seq, &datagram, 1, &holds);
	return holds ? 0 : ERR_DIGEST;
}

/* Items from here on that claim the open session e, at most as many as are checked at once. */
static size_t run_of(const struct entry *e, const struct session_item *item, size_t n)
{
	size_t run = 1;
	while (run < n && run < FRAME_MAC_MANY && item[run].err == 0 &&
		frame_id_eq(&item[run].f->session, &e->s.id))
		run++;
	return run;
}

/* Heard before is said before anything is computed, and once more for what came twice in this call. */
static void check(struct entry *e, struct session_item *item, size_t n, int64_t now)
{
	uint64_t seq[FRAME_MAC_MANY];
	struct view v[FRAME_MAC_MANY];
	struct session_item *of[FRAME_MAC_MANY];
	bool holds[FRAME_MAC_MANY];
	unsigned asked = 0;
	for (size_t i = 0; i < n; i++) {
		if (numbers_seen(e->numbers, item[i].f->seq)) {
			item[i].err = ERR_DUPLICATE;
			continue;
		}
		seq[asked] = item[i].f->seq;
		v[asked] = item[i].datagram;
		of[asked++] = &item[i];
	}
	if (asked > 0)
		frame_key_holds(e->mac, seq, v, asked, holds);
	for (unsigned i = 0; i < asked; i++) {
		const struct frame *f = of[i]->f;
		of[i]->err = !holds[i] ? ERR_DIGEST : numbers_seen(e->numbers, f->seq) ? ERR_DUPLICATE : 0;
		if (of[i]->err != 0)
			continue;
		note(e, f->seq, now);
		if (f->kind == FRAME_DATA)
			transfers_hear(e->s.transfers, f->transfer, &f->object);
		of[i]->s = &e->s;
	}
}

void session_admit(struct session_table *t, struct session_item *item, size_t n, int64_t now)
{
	for (size_t i = 0; i < n; i++)
		item[i].err = item[i].f->suite == t->suite_byte ? 0 : ERR_SUITE;
	for (size_t i = 0, run; i < n; i += run) {
		run = 1;
		if (item[i].err != 0)
			continue;
		struct entry *e;
		if (find(t, &item[i].f->session, &e))
			run = run_of(e, item + i, n - i);
		else
			item[i].err = open_session(t, item[i].f, item[i].datagram, now, &e);
		if (item[i].err == 0)
			check(e, item + i, run, now);
	}
}

const struct session *session_at(const struct session_table *t, size_t i)
{
	return i < t->n ? &t->entry[i]->s : NULL;
}

uint64_t session_lost_total(const struct session_table *t)
{
	uint64_t lost = t->lost_before;
	for (size_t i = 0; i < t->n; i++)
		lost += t->entry[i]->s.lost;
	return lost;
}

uint64_t session_heard_total(const struct session_table *t)
{
	uint64_t heard = t->heard_before;
	for (size_t i = 0; i < t->n; i++)
		heard += t->entry[i]->s.heard;
	return heard;
}

json_t *session_table_keep(const struct session_table *t)
{
	json_t *kept = former_keep(t->former);
	int err = kept == NULL ? ERR_NOMEM : 0;
	for (size_t i = 0; err == 0 && i < t->n; i++)
		err = former_keep_add(kept, &t->entry[i]->s.id, t->entry[i]->s.highest);
	if (err == 0)
		return kept;
	json_decref(kept);
	return NULL;
}

int session_table_restore(struct session_table *t, const json_t *kept)
{
	REQUIRE(t->n == 0);
	return former_restore(t->former, kept);
}
