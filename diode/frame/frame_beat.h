/* Body of a heartbeat: what the sender has sent so far and its newest objects, so that a receiver knows of a
 * lost tail and of objects it never saw. Counts, then per object: id, size, passes still to come, name. */
#ifndef SW_DIODE_FRAME_BEAT_H
#define SW_DIODE_FRAME_BEAT_H
#include "diode/frame/frame.h"

#define FRAME_BEAT_OBJECTS 16
#define FRAME_BEAT_NAME 255 /* longer names are cut at the end */
struct frame_beat_object {
	struct frame_id id;
	uint64_t size;  /* 0 while a stream runs */
	uint8_t passes; /* still to come */
	char name[FRAME_BEAT_NAME + 1];
};
struct frame_beat {
	uint64_t started; /* ms since 1970 */
	uint64_t objects; /* sent completely at least once in this session */
	uint64_t bytes;   /* of objects */
	uint32_t every;   /* ms to the next beat at the latest */
	uint8_t n;
	struct frame_beat_object object[FRAME_BEAT_OBJECTS]; /* newest first */
};
/* Writes at most `max` bytes (as many objects as fit) and returns their number; max >= 64. */
size_t frame_beat_encode(const struct frame_beat *b, uint8_t *out, size_t max);
/* ERR_TRUNCATED, ERR_TRAILING, ERR_RANGE. */
SW_MUST_USE int frame_beat_decode(struct view v, struct frame_beat *out);
#endif
