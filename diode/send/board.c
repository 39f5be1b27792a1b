#include "diode/send/board.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RING                                                                                                 \
	8192 /* transfers begun whose first datagram may be outstanding, and those the digest is over        \
	      */

struct board {
	pthread_mutex_t lock;
	const struct suite *suite;
	struct board_counts counts;
	uint32_t next, below; /* transfers: the next number, all below have started */
	bool started[RING];
	struct frame_object id[RING];
	struct frame_beat beat;
	unsigned news;
	struct board_view view;
};

int board_new(const struct suite *s, uint32_t every, uint32_t spread, struct board **out)
{
	struct board *b = calloc(1, sizeof *b);
	if (b == NULL)
		return ERR_NOMEM;
	if (pthread_mutex_init(&b->lock, NULL) != 0) {
		free(b);
		return ERR_NOMEM;
	}
	b->suite = s;
	b->next = b->below = 1;
	b->beat.every = every;
	b->beat.spread = spread;
	*out = b;
	return 0;
}

void board_free(struct board *b)
{
	if (b == NULL)
		return;
	pthread_mutex_destroy(&b->lock);
	free(b);
}

int board_begin(struct board *b, const struct frame_object *id, uint32_t *transfer)
{
	int err = 0;
	pthread_mutex_lock(&b->lock);
	if (b->next == UINT32_MAX) {
		err = ERR_LIMIT;
	} else {
		*transfer = b->next++;
		b->id[*transfer % RING] = *id;
		b->started[*transfer % RING] = false;
		b->beat.flags &= (uint8_t)~FRAME_BEAT_IDLE;
	}
	pthread_mutex_unlock(&b->lock);
	return err;
}

void board_started(struct board *b, uint32_t transfer)
{
	pthread_mutex_lock(&b->lock);
	b->started[transfer % RING] = true;
	while (b->below < b->next &&
		(b->started[b->below % RING] || b->next - b->below > RING - FRAME_BEAT_RECENT))
		b->below++;
	pthread_mutex_unlock(&b->lock);
}

/* The newest objects, newest first; a repeat moves its object up. */
static void remember(struct frame_beat *b, const struct frame_beat_object *o)
{
	uint8_t at = 0;
	while (at < b->n && !frame_object_eq(&b->object[at].id, &o->id))
		at++;
	if (at == b->n && b->n < FRAME_BEAT_OBJECTS)
		b->n++;
	if (at == FRAME_BEAT_OBJECTS)
		at--;
	memmove(&b->object[1], &b->object[0], at * sizeof *b->object);
	b->object[0] = *o;
}

void board_end(struct board *b, const struct frame_beat_object *o)
{
	pthread_mutex_lock(&b->lock);
	b->counts.objects++;
	b->counts.bytes += o->size;
	b->news++;
	remember(&b->beat, o);
	pthread_mutex_unlock(&b->lock);
}

void board_fail(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	b->counts.failed++;
	pthread_mutex_unlock(&b->lock);
}

void board_idle(struct board *b, bool idle)
{
	pthread_mutex_lock(&b->lock);
	b->beat.flags = idle ? FRAME_BEAT_IDLE : 0;
	pthread_mutex_unlock(&b->lock);
}

void board_beat(struct board *b, struct frame_beat *out)
{
	struct frame_object recent[FRAME_BEAT_RECENT];
	pthread_mutex_lock(&b->lock);
	*out = b->beat;
	out->objects = b->counts.objects;
	out->bytes = b->counts.bytes;
	out->below = b->below;
	out->from = b->below > FRAME_BEAT_RECENT ? b->below - FRAME_BEAT_RECENT : 1;
	for (uint32_t t = out->from; t < out->below; t++)
		recent[t - out->from] = b->id[t % RING];
	b->news = 0;
	pthread_mutex_unlock(&b->lock);
	frame_beat_digest(b->suite, recent, out->below - out->from, out->digest);
}

unsigned board_news(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	unsigned n = b->news;
	pthread_mutex_unlock(&b->lock);
	return n;
}

struct board_counts board_counts(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	struct board_counts c = b->counts;
	pthread_mutex_unlock(&b->lock);
	return c;
}

void board_step(struct board *b, const char *name, uint64_t done, uint64_t size)
{
	pthread_mutex_lock(&b->lock);
	frame_beat_name(name, b->view.name);
	b->view.done = done;
	b->view.size = size;
	pthread_mutex_unlock(&b->lock);
}

struct board_view board_look(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	struct board_view v = b->view;
	pthread_mutex_unlock(&b->lock);
	return v;
}
