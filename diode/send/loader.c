#include "diode/send/loader.h"
#include "common/base/id.h"
#include "common/log/log.h"
#include "diode/frame/erasure.h"
#include <stdlib.h>
#include <string.h>

#define URGENT_EVERY 1  /* ms between two questions for urgent objects */
#define ASK_EVERY 5     /* ms until a feed that had nothing is asked again */
#define SETTLE_EVERY 50 /* ms */
#define OPEN_MOST 64

struct loader {
	struct loader_options o;
	struct block_pool *pool;
	struct erasure *erasure;
	struct outgoing *open[OPEN_MOST];
	size_t open_n, turn;
	struct outgoing *hurry; /* urgent, not all of it read yet */
	size_t under_way;       /* blocks not given back */
	int64_t ask_at, urgent_at, settle_at;
	bool feed_ended, unsettled;
};

int loader_new(const struct loader_options *o, struct loader **out)
{
	struct loader *l = calloc(1, sizeof *l);
	if (l == NULL)
		return ERR_NOMEM;
	REQUIRE(o->at_a_time >= 1 && o->at_a_time <= OPEN_MOST);
	l->o = *o;
	int err = erasure_new(&l->erasure);
	if (err == 0)
		err = block_pool_new(o->room, o->room_most, &l->pool);
	if (err != 0) {
		loader_free(l);
		return err;
	}
	*out = l;
	return 0;
}

void loader_free(struct loader *l)
{
	if (l == NULL)
		return;
	REQUIRE(l->under_way == 0);
	for (size_t i = 0; i < l->open_n; i++)
		outgoing_free(l->open[i]);
	outgoing_free(l->hurry);
	erasure_free(l->erasure);
	block_pool_free(l->pool);
	free(l);
}

static void finish(struct loader *l, struct outgoing *o, int err)
{
	struct frame_beat_object told = {
		.id = *outgoing_id(o), .transfer = outgoing_mark(o)->transfer, .size = outgoing_size(o)};
	frame_beat_name(outgoing_name(o), told.name);
	unsigned passes = l->o.feed.sent(l->o.feed.cookie, o, err);
	told.passes = (uint8_t)(passes > UINT8_MAX ? UINT8_MAX : passes);
	if (err == 0)
		board_end(l->o.board, &told);
	else
		board_fail(l->o.board);
	l->unsettled = true;
	outgoing_free(o);
}

/* No block of it is under way any more, and none will be. */
static bool over(struct outgoing *o)
{
	const struct outgoing_mark *m = outgoing_mark(o);
	return m->under_way == 0 && (m->failed || outgoing_done(o));
}

int loader_sent(struct loader *l, struct blocks *sent)
{
	for (struct block *b; (b = TAILQ_FIRST(sent)) != NULL;) {
		struct outgoing *o = b->owner;
		TAILQ_REMOVE(sent, b, link);
		block_give(l->pool, b);
		l->under_way--;
		outgoing_mark(o)->under_way--;
		if (over(o))
			finish(l, o, outgoing_mark(o)->failed ? ERR_CONFLICT : 0);
	}
	return loader_settle(l, false);
}

void loader_drop(struct loader *l, struct blocks *unsent)
{
	for (struct block *b; (b = TAILQ_FIRST(unsent)) != NULL;) {
		struct outgoing *o = b->owner;
		TAILQ_REMOVE(unsent, b, link);
		block_give(l->pool, b);
		l->under_way--;
		outgoing_mark(o)->under_way--;
		if (over(o))
			outgoing_free(o);
	}
}

int loader_settle(struct loader *l, bool now)
{
	int64_t t = l->unsettled && !now ? time_mono_ms() : 0;
	if (!l->unsettled || (!now && t < l->settle_at))
		return 0;
	l->unsettled = false;
	l->settle_at = t + SETTLE_EVERY;
	return l->o.feed.settle(l->o.feed.cookie);
}

static int encode(struct loader *l, struct block *b)
{
	uint8_t *data[FRAME_SYMBOLS_MAX], *repair[FRAME_SYMBOLS_MAX];
	for (unsigned i = 0; i < b->f.k; i++)
		data[i] = block_symbol(b, i);
	for (unsigned j = 0; j < b->f.m; j++)
		repair[j] = block_symbol(b, b->f.k + j);
	return erasure_encode(l->erasure, b->f.k, b->f.m, b->f.symbol, data, repair);
}

/* The next block of o, read and encoded. ERR_BUSY: a pipe has nothing. */
static int load(struct loader *l, struct outgoing *o, struct block **out)
{
	struct outgoing_mark *m = outgoing_mark(o);
	struct frame f;
	int err = outgoing_next(o, &f);
	if (err != 0)
		return err;
	f.m = l->o.protect->m[f.k];
	struct block *b = block_take(l->pool, f.k + f.m, f.symbol);
	if (b == NULL)
		return ERR_NOMEM;
	b->f = f;
	b->owner = o;
	b->urgent = m->urgent;
	b->fast = l->o.protect->fast[f.k];
	err = outgoing_read(o, &f, b);
	if (err == 0)
		err = encode(l, b);
	if (err == 0 && m->transfer == 0) {
		err = board_begin(l->o.board, outgoing_id(o), &m->transfer);
		b->opening = true;
	}
	if (err != 0) {
		block_give(l->pool, b);
		return err;
	}
	b->f.transfer = m->transfer;
	board_step(l->o.board, outgoing_name(o), f.offset + f.length, f.size);
	m->under_way++;
	l->under_way++;
	*out = b;
	return 0;
}

/* One more block of o. *gone: o is read to its end or given up, and no longer the caller's to hold. ERR_BUSY:
 * it has none (now). */
static int advance(struct loader *l, struct outgoing *o, struct block **out, bool *gone)
{
	int err = load(l, o, out);
	*gone = err == 0 && outgoing_done(o);
	if (err == 0 || err == ERR_BUSY || err == ERR_NOMEM || err == ERR_LIMIT)
		return err;
	log_warn("object-unread", "name=\"%s\" reason=%s", outgoing_name(o), err_name(err));
	*gone = true;
	if (outgoing_mark(o)->under_way == 0)
		finish(l, o, err);
	else
		outgoing_mark(o)->failed = true;
	return ERR_BUSY;
}

int loader_urgent(struct loader *l, struct block **out)
{
	const struct feed *f = &l->o.feed;
	int64_t now = time_mono_ms();
	if (l->hurry == NULL) {
		if (f->urgent == NULL || now < l->urgent_at)
			return ERR_BUSY;
		if (f->urgent(f->cookie, &l->hurry) != 0) {
			l->urgent_at = now + URGENT_EVERY;
			return ERR_BUSY;
		}
		outgoing_mark(l->hurry)->urgent = true;
	}
	bool gone = false;
	int err = advance(l, l->hurry, out, &gone);
	if (gone)
		l->hurry = NULL;
	return err;
}

/* Opens objects until enough are on their way. */
static int open_more(struct loader *l)
{
	const struct feed *f = &l->o.feed;
	while (!l->feed_ended && l->open_n < l->o.at_a_time) {
		struct outgoing *o = NULL;
		int64_t now = l->ask_at > 0 ? time_mono_ms() : 0;
		if (now < l->ask_at)
			return 0;
		int err = f->next(f->cookie, &o);
		l->feed_ended = err == ERR_NOTFOUND;
		l->ask_at = err == ERR_BUSY ? time_mono_ms() + ASK_EVERY : 0;
		if (err != 0)
			return err == ERR_NOTFOUND || err == ERR_BUSY ? 0 : err;
		l->open[l->open_n++] = o;
	}
	return 0;
}

/* One block of the object whose turn it is. ERR_BUSY when no object has any. */
static int turn(struct loader *l, struct block **out)
{
	for (size_t tried = 0, all = l->open_n; tried < all && l->open_n > 0; tried++) {
		size_t at = l->turn++ % l->open_n;
		bool gone = false;
		int err = advance(l, l->open[at], out, &gone);
		if (gone)
			l->open[at] = l->open[--l->open_n];
		if (err != ERR_BUSY)
			return err;
	}
	return ERR_BUSY;
}

int loader_next(struct loader *l, struct block **out)
{
	const struct feed *f = &l->o.feed;
	int err = open_more(l);
	if (err == 0)
		err = turn(l, out);
	if (err != ERR_BUSY || l->under_way > 0 || l->open_n > 0)
		return err;
	bool waiting = f->waiting != NULL && f->waiting(f->cookie);
	board_idle(l->o.board, !waiting);
	err = loader_settle(l, true);
	if (err != 0)
		return err;
	return l->feed_ended ? ERR_NOTFOUND : ERR_BUSY;
}

int loader_wait_fd(const struct loader *l, bool full)
{
	const struct feed *f = &l->o.feed;
	/* Of a pipe nothing more is wanted while there is no room; a folder may have something urgent. */
	if ((l->feed_ended && l->open_n == 0) || (full && f->urgent == NULL))
		return -1;
	return f->wait_fd(f->cookie);
}

void loader_poke(struct loader *l)
{
	l->ask_at = l->urgent_at = 0;
}
