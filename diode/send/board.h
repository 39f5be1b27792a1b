/* What the heartbeats tell, kept by the thread that reads objects for the one that sends. Transfers are
 * numbered here. */
#ifndef SW_DIODE_BOARD_H
#define SW_DIODE_BOARD_H
#include "diode/frame/frame_beat.h"

struct board;
struct board_counts {
	uint64_t objects, bytes, failed; /* passes that ended well, their bytes, those that did not */
};
/* every: ms between heartbeats; spread: ms, as a heartbeat tells it. */
SW_MUST_USE int board_new(const struct suite *s, uint32_t every, uint32_t spread, struct board **out);
void board_free(struct board *b);
/* An object begins to leave: its number, from 1. ERR_LIMIT after four thousand million. */
SW_MUST_USE int board_begin(struct board *b, const struct frame_object *id, uint32_t *transfer);
/* It left completely, `passes` are still to come. */
void board_end(struct board *b, const struct frame_beat_object *o);
void board_fail(struct board *b);
void board_idle(struct board *b, bool idle); /* nothing is being sent, nothing is to be repeated */
/* The first datagram of a transfer left. */
void board_started(struct board *b, uint32_t transfer);
/* A heartbeat's content now. */
void board_beat(struct board *b, struct frame_beat *out);
unsigned board_news(struct board *b); /* objects that ended since the last beat */
struct board_counts board_counts(struct board *b);
/* What is being sent, for a person who watches. */
struct board_view {
	char name[FRAME_BEAT_NAME + 1]; /* of the object read last */
	uint64_t size, done;            /* its bytes; size 0 not known */
};
void board_step(struct board *b, const char *name, uint64_t done, uint64_t size);
struct board_view board_look(struct board *b);
#endif
