/* Body of a heartbeat: what the sender has sent so far and its newest objects, so that a receiver knows of a
 * lost tail, of objects it never saw, and tells silence from a dead fibre. Transfers are numbered in the
 * session (frame.h); all below `below` have left completely, and `digest` is over the objects of the newest
 * of them. */
#ifndef SW_DIODE_FRAME_BEAT_H
#define SW_DIODE_FRAME_BEAT_H
#include "common/crypto/suite.h"
#include "diode/frame/frame.h"

#define FRAME_BEAT_OBJECTS 16
#define FRAME_BEAT_NAME 255 /* longer names are cut at the end */
#define FRAME_BEAT_RECENT 64
#define FRAME_BEAT_DIGEST 16
enum frame_beat_flag {
	FRAME_BEAT_IDLE = 1, /* nothing is being sent */
	FRAME_BEAT_LAST = 2  /* the sender ends */
};
struct frame_beat_object {
	struct frame_object id;
	uint32_t transfer;
	uint64_t size;  /* 0 while a stream runs */
	uint8_t passes; /* still to come */
	char name[FRAME_BEAT_NAME + 1];
};
struct frame_beat {
	uint64_t objects;     /* sent completely in this session, repeats too */
	uint64_t bytes;       /* of them */
	uint32_t every;       /* ms to the next beat at the latest */
	uint32_t spread;      /* ms from a datagram to the last one with a number near its own, at most */
	uint32_t from, below; /* transfers the digest is over; below - from <= FRAME_BEAT_RECENT; from >= 1 */
	uint8_t flags;
	uint8_t n;
	uint8_t digest[FRAME_BEAT_DIGEST];
	struct frame_beat_object object[FRAME_BEAT_OBJECTS]; /* newest first */
};
/* A name as it is told: cut where it is too long, between two characters. */
void frame_beat_name(const char *name, char out[static FRAME_BEAT_NAME + 1]);
/* The digest over n ids in the order of their transfers. */
void frame_beat_digest(const struct suite *s, const struct frame_object *id, size_t n,
	uint8_t out[static FRAME_BEAT_DIGEST]);
/* Writes at most `max` bytes (as many objects as fit) and returns their number; max >= 64. */
size_t frame_beat_encode(const struct frame_beat *b, uint8_t *out, size_t max);
/* ERR_TRUNCATED, ERR_TRAILING, ERR_RANGE. */
SW_MUST_USE int frame_beat_decode(struct view v, struct frame_beat *out);
#endif
