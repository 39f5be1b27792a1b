#include "diode/recv/session.h"
#include "diode/recv/applicants.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW (UINT64_C(1) << 18) /* sequence numbers back that are told apart one by one */
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
	uint64_t floor;   /* numbers up to here were heard before we forgot the session */
	uint64_t settled; /* up to here what was not heard is counted as lost */
	bool fresh; /* not heard from its start, and nothing is settled yet: what is missing may have come
		       before us */
	struct mark mark[MARKS];          /* ring */
	size_t mark_n, mark_at;           /* and its oldest */
	uint64_t heard[WINDOW / 64];      /* ring of bits by sequence number */
	uint64_t spared[2 * WINDOW / 64]; /* the same of those nobody looked at, a window ahead, too */
};
/* A session that made room. */
struct old {
	struct frame_id id;
	uint64_t highest;
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
	size_t old_n;
	int64_t floor; /* ms: sessions that began before are refused unless they are known */
	struct old old[SESSION_OLD_MAX];
};

int session_table_new(const struct suite *s, struct frame_key *key, struct session_table **out)
{
	struct session_table *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ERR_NOMEM;
	t->suite = s;
	t->key = key;
	t->suite_byte = frame_key_suite(key);
	int err = applicants_new(key, &t->applicants);
	if (err != 0) {
		free(t);
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
	free(e);
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		entry_free(t->entry[i]);
	applicants_free(t->applicants);
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

struct session *session_claimed(struct session_table *t, const struct frame_id *id)
{
	struct entry *e = find(t, id);
	return e != NULL ? &e->s : NULL;
}

static struct old *old_find(struct session_table *t, const struct frame_id *id)
{
	for (size_t i = 0; i < t->old_n; i++)
		if (frame_id_eq(&t->old[i].id, id))
			return &t->old[i];
	return NULL;
}

/* Remembered as far as there is room; then the one that began first goes, and with it all that began before.
 */
static void old_add(struct session_table *t, const struct frame_id *id, uint64_t highest)
{
	struct old *o = old_find(t, id);
	if (o == NULL && t->old_n < SESSION_OLD_MAX)
		o = &t->old[t->old_n++];
	if (o == NULL) {
		o = &t->old[0];
		for (size_t i = 1; i < t->old_n; i++)
			if (frame_key_session_time(&t->old[i].id) < frame_key_session_time(&o->id))
				o = &t->old[i];
		int64_t began = frame_key_session_time(&o->id);
		t->floor = began >= t->floor ? began + 1 : t->floor;
	}
	*o = (struct old){.id = *id, .highest = highest};
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
	if (seq <= e->floor)
		return true;
	if (seq > e->s.highest)
		return false;
	return e->s.highest - seq >= WINDOW || bit(e, seq);
}

static bool spared(const struct entry *e, uint64_t seq)
{
	return (e->spared[seq % (2 * WINDOW) / 64] >> seq % 64 & 1) != 0;
}

static void set_spared(struct entry *e, uint64_t seq, bool on)
{
	uint64_t mask = UINT64_C(1) << seq % 64, *at = &e->spared[seq % (2 * WINDOW) / 64];
	*at = on ? *at | mask : *at & ~mask;
}

static void settle_to(struct entry *e, uint64_t to)
{
	for (; e->settled < to; e->settled++)
		e->s.lost += !bit(e, e->settled + 1) && !spared(e, e->settled + 1) && !e->fresh;
}

/* Numbers leave the window at its lower end; those that come in are not heard yet. */
static void advance(struct entry *e, uint64_t seq)
{
	uint64_t from = e->s.highest + 1;
	if (seq - e->s.highest >= WINDOW) {
		settle_to(e, e->s.highest);
		e->s.lost += e->fresh ? 0 : seq - WINDOW - e->s.highest;
		e->settled = seq - WINDOW;
		memset(e->heard, 0, sizeof e->heard);
		memset(e->spared, 0, sizeof e->spared);
	} else {
		if (seq >= WINDOW)
			settle_to(e, seq - WINDOW);
		for (uint64_t i = from; i <= seq; i++) {
			set(e, i, false);
			set_spared(e, i + WINDOW, false);
		}
	}
	e->s.highest = seq;
}

static void note(struct entry *e, uint64_t seq, int64_t now)
{
	if (seq > e->s.highest)
		advance(e, seq);
	set(e, seq, true);
	if (seq <= e->settled && !spared(e, seq) && e->s.lost > 0)
		e->s.lost--; /* late, but here */
	e->s.heard++;
	e->s.last = now;
}

void session_spare(struct session_table *t, const struct frame *f)
{
	struct entry *e = find(t, &f->session);
	if (e == NULL)
		return;
	e->s.surplus++;
	if (seen(e, f->seq) || f->seq > e->s.highest + WINDOW || spared(e, f->seq))
		return;
	set_spared(e, f->seq, true);
	if (f->seq <= e->settled && e->s.lost > 0)
		e->s.lost--; /* late, but here */
}

static void settle_entry(struct entry *e, int64_t now, int64_t patience)
{
	patience += (int64_t)e->s.beat.spread;
	while (e->mark_n > 0 && now - e->mark[e->mark_at].at >= patience) {
		settle_to(e, e->mark[e->mark_at].highest);
		e->fresh = false;
		e->mark_at = (e->mark_at + 1) % MARKS;
		e->mark_n--;
	}
	if (e->mark_n < MARKS) /* else a long spread: the marks there are lie far enough apart */
		e->mark[(e->mark_at + e->mark_n++) % MARKS] =
			(struct mark){.at = now, .highest = e->s.highest};
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
	for (size_t i = 1; i < t->n; i++)
		if (t->entry[i]->s.last < t->entry[oldest]->s.last)
			oldest = i;
	struct entry *e = t->entry[oldest];
	if (e->s.last >= now)
		return false;
	settle_to(e, e->s.highest);
	t->lost_before += e->s.lost;
	t->heard_before += e->s.heard;
	old_add(t, &e->s.id, e->s.highest);
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
	const struct old *o = old_find(t, &f->session);
	if (o == NULL && frame_key_session_time(&f->session) < t->floor)
		return ERR_EPOCH;
	if (o != NULL && f->seq <= o->highest)
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
	e->floor = o != NULL ? o->highest : 0;
	e->s.from_start = o == NULL && f->seq <= START;
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
	e->fresh = !e->s.from_start;
	e->s.highest = f->seq;
	e->settled = e->fresh ? f->seq : 0;
	t->entry[at] = e;
	t->newest = at;
	*out = e;
	return 0;
}

int session_judge(struct session_table *t, const struct frame *f, struct view datagram, int64_t now)
{
	struct entry *e = find(t, &f->session);
	if (e == NULL && frame_id_eq(stranger_of(t, &f->session), &f->session))
		return ERR_KEY;
	if (e != NULL && seen(e, f->seq))
		return ERR_DUPLICATE;
	struct frame_mac *mac = e != NULL ? e->mac : applicants_find(t->applicants, &f->session);
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
		if (seen(e, item[i].f->seq)) {
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
		of[i]->err = !holds[i] ? ERR_DIGEST : seen(e, f->seq) ? ERR_DUPLICATE : 0;
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
		struct entry *e = find(t, &item[i].f->session);
		if (e != NULL)
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

static int keep_one(json_t *list, const struct frame_id *id, uint64_t highest)
{
	struct buf hex;
	char number[24];
	buf_init(&hex, 64);
	int err = hex_add(&hex, view_of(id->b, sizeof id->b));
	snprintf(number, sizeof number, "%" PRIu64, highest);
	if (err == 0 && json_array_append_new(list, json_pack("[s,s]", (const char *)hex.p, number)) != 0)
		err = ERR_NOMEM;
	buf_fini(&hex);
	return err;
}

json_t *session_table_keep(const struct session_table *t)
{
	json_t *list = json_array();
	int err = list == NULL ? ERR_NOMEM : 0;
	for (size_t i = 0; err == 0 && i < t->old_n; i++)
		err = keep_one(list, &t->old[i].id, t->old[i].highest);
	for (size_t i = 0; err == 0 && i < t->n; i++)
		err = keep_one(list, &t->entry[i]->s.id, t->entry[i]->s.highest);
	json_t *o =
		err == 0 ? json_pack("{s:I, s:O}", "floor", (json_int_t)t->floor, "sessions", list) : NULL;
	json_decref(list);
	return o;
}

static int restore_one(struct session_table *t, const json_t *pair)
{
	const char *hex = json_string_value(json_array_get(pair, 0));
	const char *number = json_string_value(json_array_get(pair, 1));
	struct frame_id id;
	struct buf raw;
	char *end = NULL;
	if (hex == NULL || number == NULL || number[0] < '0' || number[0] > '9')
		return ERR_SCHEMA;
	uint64_t highest = strtoull(number, &end, 10);
	buf_init(&raw, sizeof id.b);
	int err = *end == 0 && hex_parse(hex, &raw) == 0 && raw.n == sizeof id.b ? 0 : ERR_SCHEMA;
	if (err == 0) {
		memcpy(id.b, raw.p, sizeof id.b);
		old_add(t, &id, highest);
	}
	buf_fini(&raw);
	return err;
}

int session_table_restore(struct session_table *t, const json_t *kept)
{
	const json_t *floor = json_object_get(kept, "floor"), *list = json_object_get(kept, "sessions");
	int err = json_is_integer(floor) && json_is_array(list) ? 0 : ERR_SCHEMA;
	REQUIRE(t->n == 0 && t->old_n == 0);
	t->floor = err == 0 ? json_integer_value(floor) : 0;
	for (size_t i = 0; err == 0 && i < json_array_size(list); i++)
		err = restore_one(t, json_array_get(list, i));
	return err;
}
