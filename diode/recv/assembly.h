/* Everything between a genuine datagram and the store: the objects on their way in, bounded in number and
 * memory. What is given up incomplete is kept on disc and goes on when more of it comes. */
#ifndef SW_DIODE_ASSEMBLY_H
#define SW_DIODE_ASSEMBLY_H
#include "common/base/json.h"
#include "diode/frame/frame.h"
#include "diode/recv/holes.h"
#include "diode/recv/session.h"
#include "diode/recv/store.h"

struct assembly_options {
	struct store *store;
	struct pool *pool;
	int home;          /* folder for what is incomplete; -1 standard output: the first object alone */
	uint64_t size_max; /* of an object */
	size_t objects_max;
	int64_t patience; /* ms an incomplete object stays in memory after its last datagram */
};
struct assembly_counts {
	uint64_t symbols, duplicate, conflicting, full; /* full: no memory or place for it */
	uint64_t blocks, repaired, evicted;             /* repaired: symbols that had been lost */
	uint64_t complete, incomplete, refused,
		missing; /* objects; missing: never heard of but in a heartbeat */
	uint64_t late;   /* of the missing ones: came after all */
	uint64_t bytes;  /* of blocks */
};
/* What is being received, for a person who watches. */
struct assembly_view {
	size_t objects;
	char name[FRAME_BEAT_NAME + 1]; /* of the one touched last */
	uint64_t size, done;            /* its bytes; size 0 not known */
};
struct assembly;
SW_MUST_USE int assembly_new(const struct assembly_options *o, struct assembly **out);
/* What is incomplete is kept (it is logged) and from then on counts as missing. */
void assembly_end(struct assembly *a);
/* Ends it, too. */
void assembly_free(struct assembly *a);
/* Whether a datagram is of no use, by its numbers alone: nobody needs to check it. */
bool assembly_surplus(const struct assembly *a, const struct frame *f);
/* One datagram that session_admit let in. */
void assembly_take(struct assembly *a, const struct frame *f, struct view body, int64_t now);
/* A heartbeat: what the sender says it sent. */
void assembly_beat(struct assembly *a, const struct session *s, const struct frame_beat *b, int64_t now);
/* About each second: gives up what is too old, finds holes. */
void assembly_tick(struct assembly *a, int64_t now);
struct assembly_counts assembly_counts(const struct assembly *a);
void assembly_look(const struct assembly *a, struct assembly_view *out);
/* Objects incomplete or missing now. */
size_t assembly_holes(const struct assembly *a);
/* Calls for each of them; the hole is valid until it returns. */
void assembly_each_hole(
	const struct assembly *a, void (*each)(void *cookie, const struct hole *h), void *cookie);
uint64_t assembly_holes_more(const struct assembly *a); /* that found no place in the list */
/* Standard output: the object is complete and handed over; or it never can be. */
bool assembly_single_done(const struct assembly *a);
bool assembly_single_lost(const struct assembly *a);
#endif
