#include "diode/recv/listen.h"

#include "common/log/log.h"

#define DRAIN_MAX 1000   /* reads at a stop */
#define WARN_EVERY 10000 /* ms between two lines about datagrams that were not let in */

static uint64_t *refused_for(struct receiver *r, int err)
{
	struct recv_status_refused *c = &r->status.refused;
	return err == ERR_KEY || err == ERR_LIMIT ? &c->key
	       : err == ERR_DIGEST                ? &c->digest
	       : err == ERR_DUPLICATE             ? &c->replay
	       : err == ERR_EPOCH                 ? &c->old
						  : &c->format;
}

static void refuse(struct receiver *r, int err)
{
	const struct recv_status_refused *c = &r->status.refused;
	++*refused_for(r, err);
	if (err == ERR_DUPLICATE || r->now < r->warn_due)
		return;
	r->warn_due = r->now + WARN_EVERY;
	log_warn("datagram-refused", "reason=%s format=%llu key=%llu digest=%llu", err_name(err),
		(unsigned long long)c->format, (unsigned long long)c->key, (unsigned long long)c->digest);
}

/* A symbol nobody needs is not worth checking: it changes nothing but counts. */
static bool surplus(struct receiver *r, const struct frame *f)
{
	const struct session *s = f->kind == FRAME_DATA ? session_claimed(r->sessions, &f->session) : NULL;
	if (s == NULL || !assembly_surplus(r->assembly, f))
		return false;
	session_spare(r->sessions, f);
	r->status.surplus++;
	return true;
}

static void take_one(struct receiver *r, const struct frame *f, struct view body, struct session *s)
{
	struct frame_beat b;
	wary_genuine(&r->wary, r->now);
	link_heard(&r->status.link, r->now);
	if (f->kind == FRAME_DATA) {
		assembly_take(r->assembly, f, body, r->now);
		return;
	}
	int err = frame_beat_decode(body, &b);
	if (err != 0) {
		refuse(r, err);
		return;
	}
	link_beat(&r->status.link, &b);
	if (!transfers_beat(s->transfers, &b, r->now))
		log_error("beat-conflict", "what=\"a heartbeat speaks of other objects than were heard\"");
	assembly_beat(r->assembly, s, &b, r->now);
	s->beat = b;
	s->beaten = true;
}

static void take(void *cookie, const struct view *datagram, size_t n)
{
	struct receiver *r = cookie;
	struct frame f[INLET_MANY];
	struct view body[INLET_MANY];
	struct session_item item[INLET_MANY];
	size_t asked = 0;
	for (size_t i = 0; i < n; i++) {
		int err = frame_decode(datagram[i], &f[asked], &body[asked]);
		if (err != 0)
			refuse(r, err);
		if (err != 0 || surplus(r, &f[asked]))
			continue;
		item[asked] = (struct session_item){.f = &f[asked], .datagram = datagram[i]};
		asked++;
	}
	session_admit(r->sessions, item, asked, r->now);
	for (size_t i = 0; i < asked; i++)
		if (item[i].err != 0)
			refuse(r, item[i].err);
		else
			take_one(r, &f[i], body[i], item[i].s);
}

/* The first datagram of a message: what it is refused for, at once and for certain; 0 when that needs more.
 */
static int judge(struct receiver *r, struct view datagram)
{
	struct frame f;
	struct view body;
	int err = frame_decode(datagram, &f, &body);
	return err != 0 ? err : session_judge(r->sessions, &f, datagram, r->now);
}

static bool worthless(void *cookie, struct view datagram, uint64_t many)
{
	struct receiver *r = cookie;
	int err = judge(r, datagram);
	if (err == 0)
		wary_keep(&r->wary);
	else if (wary_skip(&r->wary))
		*refused_for(r, err) += many;
	else
		err = 0;
	return err != 0;
}

int listen_read(struct receiver *r)
{
	const struct recv_status_refused *c = &r->status.refused;
	int err = r->wary.on ? inlet_read_wary(r->inlet, worthless, take, r) : inlet_read(r->inlet, take, r);
	if (err == 0)
		wary_look(&r->wary, c->format + c->key + c->digest + c->replay, r->now);
	return err;
}

void listen_drain(struct receiver *r)
{
	uint64_t before = UINT64_MAX;
	for (int i = 0; i < DRAIN_MAX && inlet_counts(r->inlet).datagrams != before; i++) {
		before = inlet_counts(r->inlet).datagrams;
		if (inlet_read(r->inlet, take, r) != 0)
			return;
	}
}
