/* Everything between a genuine datagram and the store: the objects on their way in, bounded in number and
 * memory. */
#ifndef SW_DIODE_ASSEMBLY_H
#define SW_DIODE_ASSEMBLY_H
#include "common/base/json.h"
#include "diode/frame/frame.h"
#include "diode/recv/session.h"
#include "diode/recv/store.h"

struct assembly_options {
	struct store *store;
	struct pool *pool;
	bool single;       /* standard output: the first object alone */
	uint64_t size_max; /* of an object */
	size_t objects_max;
	int64_t patience; /* ms an incomplete object is kept after its last datagram */
};
struct assembly_counts {
	uint64_t symbols, duplicate, conflicting, full; /* full: no memory or place for it */
	uint64_t blocks, repaired, evicted;             /* repaired: symbols that had been lost */
	uint64_t complete, incomplete, refused,
		missing; /* objects; missing: never heard of but in a heartbeat */
};
struct assembly;
SW_MUST_USE int assembly_new(const struct assembly_options *o, struct assembly **out);
/* Drops what is incomplete (it is logged). */
void assembly_free(struct assembly *a);
/* One datagram that session_admit let in. */
void assembly_take(struct assembly *a, const struct frame *f, struct view body, int64_t now);
/* A heartbeat: what the sender says it sent. */
void assembly_beat(struct assembly *a, const struct session *s, const struct frame_beat *b, int64_t now);
/* About each second: gives up what is too old, finds holes. */
void assembly_tick(struct assembly *a, int64_t now);
struct assembly_counts assembly_counts(const struct assembly *a);
/* single: the object is complete and handed over; or it never can be. */
bool assembly_single_done(const struct assembly *a);
bool assembly_single_lost(const struct assembly *a);
/* JSON list of what is incomplete or missing:
 * [{"object","name","size","blocks","blocks_done","missing":[[a,b]…]}]; a new reference, NULL without memory.
 */
json_t *assembly_report(const struct assembly *a);
#endif
