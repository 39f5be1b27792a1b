/* What is missing and no longer in memory: objects known from heartbeats of which nothing came, and
 * incomplete ones whose bytes are kept on disc (or could not be). A bounded list; what does not fit is
 * counted. */
#ifndef SW_DIODE_HOLES_H
#define SW_DIODE_HOLES_H
#include "common/base/json.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_beat.h"

#define HOLES_RANGES 64
struct hole {
	struct frame_object id;
	bool kept;             /* bytes and map are on disc */
	uint64_t size;         /* of the object; 0 not known */
	uint16_t symbol, meta; /* kept: measures */
	uint8_t k_full;
	char name[FRAME_BEAT_NAME + 1]; /* may be cut */
	size_t n;                       /* of range: missing [from, to) */
	uint64_t (*range)[2];
};
struct holes;
SW_MUST_USE int holes_new(size_t max, struct holes **out);
void holes_free(struct holes *h);
/* Of the same object: replaced. False: no room, it was counted. */
bool holes_put(struct holes *h, const struct hole *hole);
const struct hole *holes_find(
	const struct holes *h, const struct frame_object *id);     /* NULL; until the next change */
void holes_remove(struct holes *h, const struct frame_object *id); /* absent is a no-op */
size_t holes_count(const struct holes *h);
uint64_t holes_more(const struct holes *h);                   /* not in the list for want of room, ever */
const struct hole *holes_at(const struct holes *h, size_t i); /* i < holes_count */
#endif
