#include "diode/send/pump.h"
#include "common/base/id.h"
#include "common/log/log.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (1 << 20)     /* an object of this size may be overtaken */
#define LAST_BEATS 3        /* after the last object: the receiver learns that nothing follows */
#define LAST_BEATS_EVERY 30 /* ms */
#define REPORT_EVERY 1000   /* ms */

struct pump {
	struct pump_options o;
	struct emit *e;
	struct group *g;
	struct frame_beat beat;
	int64_t beat_due, report_due;
	struct pump_counts counts;
	struct outgoing *current, *parked; /* parked: the large one that was overtaken */
	struct outgoing **leaving;         /* complete but for the group being filled */
	size_t leaving_n;
};

int pump_new(const struct pump_options *o, struct emit *e, struct group *g, struct pump **out)
{
	struct pump *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->leaving = calloc(group_depth(g), sizeof *p->leaving);
	if (p->leaving == NULL) {
		free(p);
		return ERR_NOMEM;
	}
	p->o = *o;
	p->e = e;
	p->g = g;
	p->beat.started = (uint64_t)time_now_ms();
	p->beat.every = (uint32_t)o->beat;
	*out = p;
	return 0;
}

void pump_free(struct pump *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->leaving_n; i++)
		outgoing_free(p->leaving[i]);
	outgoing_free(p->current);
	outgoing_free(p->parked);
	free(p->leaving);
	free(p);
}

static int send_beat(struct pump *p)
{
	uint8_t body[FRAME_SYMBOL_MAX];
	size_t n = frame_beat_encode(&p->beat, body, emit_symbol_max(p->e));
	struct frame f = {.kind = FRAME_BEAT, .symbol = (uint16_t)n};
	int err = emit_frame(p->e, &f, body, n);
	p->beat_due = time_mono_ms() + p->o.beat;
	return err != 0 ? err : emit_flush(p->e);
}

static bool stopped(const struct pump *p)
{
	struct pollfd f = {.fd = p->o.stop_fd, .events = POLLIN};
	return poll(&f, 1, 0) > 0;
}

/* Between rows of symbols: heartbeat, status, stop. */
static int tick(void *cookie)
{
	struct pump *p = cookie;
	int64_t now = time_mono_ms();
	int err = now >= p->beat_due ? send_beat(p) : 0;
	if (err == 0 && now >= p->report_due) {
		p->report_due = now + REPORT_EVERY;
		if (p->o.report != NULL)
			p->o.report(p->o.report_cookie, p);
	}
	return err;
}

/* The newest objects, newest first, for the heartbeat; a repeat moves its object up. */
static void remember(struct pump *p, const struct outgoing *o, unsigned passes)
{
	struct frame_beat *b = &p->beat;
	uint8_t at = 0;
	while (at < b->n && !frame_id_eq(&b->object[at].id, outgoing_id(o)))
		at++;
	if (at == b->n && b->n < FRAME_BEAT_OBJECTS)
		b->n++;
	if (at == FRAME_BEAT_OBJECTS)
		at--;
	memmove(&b->object[1], &b->object[0], at * sizeof *b->object);
	struct frame_beat_object *to = &b->object[0];
	*to = (struct frame_beat_object){.id = *outgoing_id(o),
		.size = outgoing_size(o),
		.passes = (uint8_t)(passes > UINT8_MAX ? UINT8_MAX : passes)};
	size_t n = strlen(outgoing_name(o));
	memcpy(to->name, outgoing_name(o), n > FRAME_BEAT_NAME ? FRAME_BEAT_NAME : n);
}

static void finish(struct pump *p, const struct pump_feed *feed, struct outgoing *o, int err)
{
	unsigned passes = feed->sent(feed->cookie, o, err);
	if (err == 0) {
		p->counts.objects++;
		p->counts.bytes += outgoing_size(o);
		p->beat.objects++;
		p->beat.bytes += outgoing_size(o);
		remember(p, o, passes);
	} else {
		p->counts.failed++;
	}
	outgoing_free(o);
}

static int send_group(struct pump *p, const struct pump_feed *feed)
{
	int err = group_send(p->g, p->e, tick, p);
	if (err != 0)
		return err;
	for (size_t i = 0; i < p->leaving_n; i++)
		finish(p, feed, p->leaving[i], 0);
	p->leaving_n = 0;
	err = feed->settle(feed->cookie);
	return err == 0 && stopped(p) ? ERR_STOPPING : err;
}

/* One more block of the current object into the group. */
static int add_block(struct pump *p, const struct pump_feed *feed)
{
	int err = group_add(p->g, p->current);
	if (err == ERR_BUSY || err == ERR_NOMEM)
		return err;
	if (err != 0) {
		log_warn("object-unread", "name=\"%s\" reason=%s", outgoing_name(p->current), err_name(err));
		finish(p, feed, p->current, err);
		p->current = NULL;
		return 0;
	}
	if (outgoing_done(p->current)) {
		p->leaving[p->leaving_n++] = p->current;
		p->current = NULL;
	}
	return 0;
}

/* Chooses what is sent next; ERR_BUSY, ERR_NOTFOUND as the feed says. */
static int choose(struct pump *p, const struct pump_feed *feed)
{
	struct outgoing *small = NULL;
	if (p->current == NULL && p->parked != NULL) {
		p->current = p->parked;
		p->parked = NULL;
	}
	if (p->current != NULL && p->parked == NULL && feed->urgent != NULL && group_count(p->g) == 0 &&
		outgoing_size(p->current) > LARGE && feed->urgent(feed->cookie, &small) == 0) {
		p->parked = p->current;
		p->current = small;
	}
	return p->current != NULL ? 0 : feed->next(feed->cookie, &p->current);
}

static int idle(struct pump *p, const struct pump_feed *feed)
{
	int64_t now = time_mono_ms();
	int64_t until = p->beat_due < p->report_due ? p->beat_due : p->report_due;
	struct pollfd f[2] = {{.fd = p->o.stop_fd, .events = POLLIN},
		{.fd = feed->wait_fd(feed->cookie), .events = POLLIN}};
	if (until > now && poll(f, 2, (int)(until - now)) > 0 && f[0].revents != 0)
		return ERR_STOPPING;
	return tick(p);
}

static int run(struct pump *p, const struct pump_feed *feed)
{
	for (;;) {
		int err = choose(p, feed);
		if (err == 0)
			err = add_block(p, feed);
		if (err != 0 && err != ERR_BUSY && err != ERR_NOTFOUND)
			return err;
		bool end = err == ERR_NOTFOUND, nothing = err != 0;
		bool overtook = p->parked != NULL && p->current == NULL;
		/* An overtaking object does not wait for company. */
		if (group_full(p->g) || (nothing && group_count(p->g) > 0) ||
			(overtook && group_count(p->g) > 0)) {
			err = send_group(p, feed);
			if (err != 0)
				return err;
		} else if (nothing && !end) {
			err = idle(p, feed);
			if (err != 0)
				return err;
		}
		if (end)
			return 0;
	}
}

int pump_run(struct pump *p, const struct pump_feed *feed)
{
	p->beat_due = p->report_due = time_mono_ms();
	int err = tick(p);
	if (err == 0)
		err = run(p, feed);
	for (int i = 0; err == 0 && i < LAST_BEATS; i++) {
		struct pollfd f = {.fd = p->o.stop_fd, .events = POLLIN};
		err = send_beat(p);
		if (err == 0 && poll(&f, 1, LAST_BEATS_EVERY) > 0)
			err = ERR_STOPPING;
	}
	if (p->o.report != NULL)
		p->o.report(p->o.report_cookie, p);
	return err;
}

struct pump_counts pump_counts(const struct pump *p)
{
	return p->counts;
}

const struct emit *pump_emit(const struct pump *p)
{
	return p->e;
}
