#include "common/exchange/closing.h"

void closing_init(struct closing *c)
{
	*c = (struct closing){.ripe = -1};
}

void closing_begin(struct closing *c, int64_t newest, int64_t now_ms)
{
	c->round++;
	c->newest = newest;
	c->epoch = c->seq = 0;
	c->began_ms = c->hurry ? 0 : now_ms;
	c->hurry = false;
}

void closing_reset(struct closing *c)
{
	c->epoch = c->seq = 0;
}

void closing_epoch(struct closing *c, int64_t epoch, int64_t seq)
{
	closing_reset(c);
	c->hurry = true;
	if (c->held_epoch > epoch || (c->held_epoch == epoch && c->held_seq > seq)) {
		c->held_epoch = epoch;
		c->held_seq = seq;
	}
	if (epoch == 0)
		c->ripe = -1;
}

enum closing_step closing_look(struct closing *c, const struct closing_facts *f)
{
	if (c->ripe == c->round - 1)
		return CLOSING_CLOSE;
	if (c->hurry && c->began_ms > 0)
		return CLOSING_ANEW;
	if (f->queued) {
		closing_reset(c);
		return CLOSING_WAIT;
	}
	/* All of them are sent: which was the last number is known now. */
	if (c->epoch == 0) {
		c->epoch = f->epoch;
		c->seq = f->seq;
		return CLOSING_WAIT;
	}
	if (f->open || (c->began_ms > 0 && f->now_ms - c->began_ms < f->idle_ms))
		return CLOSING_WAIT;
	c->ripe = c->round - 1;
	c->held_epoch = c->epoch;
	c->held_seq = c->seq;
	return CLOSING_CLOSE;
}
