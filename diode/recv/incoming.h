/* One object on its way in: which of its blocks are done, and the symbols of those that are not yet. Its
 * memory comes from the pool. */
#ifndef SW_DIODE_INCOMING_H
#define SW_DIODE_INCOMING_H
#include "diode/frame/erasure.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"
#include "diode/recv/pool.h"
#include <sys/queue.h>

/* Blocks begun, of all objects, the least recently touched first. */
struct incoming_block;
TAILQ_HEAD(incoming_blocks, incoming_block);

struct incoming;
struct incoming_shared {
	struct pool *pool;
	struct erasure *erasure;
	struct incoming_blocks begun;
};
/* A complete block, handed over: give data back to the pool with `room` bytes. */
struct incoming_data {
	uint8_t *p;
	size_t room;
	uint64_t offset; /* in the object */
	uint32_t block, length;
	unsigned repaired; /* symbols that had been lost */
};
/* The first datagram heard of it fixes its measures. NULL when the pool is used up. */
struct incoming *incoming_new(struct incoming_shared *s, const struct frame *f);
void incoming_free(struct incoming *i);
/* Whether its measures are those of the datagram. */
bool incoming_agrees(const struct incoming *i, const struct frame *f);
/* Whether the datagram's symbol is of use; looks at numbers only. */
bool incoming_wants(const struct incoming *i, const struct frame *f);
/* Takes one symbol. 1: *out is a complete block; 0: kept; ERR_DUPLICATE: known already; ERR_CONFLICT: it does
 * not agree with what the first one said; ERR_NOSPACE: no room in the pool; ERR_LIMIT: too far ahead in a
 * stream. */
SW_MUST_USE int incoming_add(
	struct incoming *i, const struct frame *f, struct view body, int64_t now, struct incoming_data *out);
bool incoming_complete(const struct incoming *i);
/* A stream whose oldest missing block is followed by complete ones. */
bool incoming_has_hole(const struct incoming *i);
/* Frees the oldest begun block of all objects if it was last touched before `before`. False when there is
 * none. */
bool incoming_evict(struct incoming_shared *s, int64_t before);

const struct frame_object *incoming_id(const struct incoming *i);
const struct frame *incoming_first(const struct incoming *i); /* the datagram that fixed the measures */
bool incoming_stream(const struct incoming *i);
uint16_t incoming_meta(const struct incoming *i); /* bytes of the description */
uint64_t incoming_size(const struct incoming *i); /* of the object, 0 when not known */
uint64_t incoming_blocks_done(const struct incoming *i);
uint64_t incoming_blocks_all(const struct incoming *i); /* 0 when not known */
uint64_t incoming_bytes_done(const struct incoming *i);
/* Missing bytes of the object as [from, to); at most `max` ranges; returns their number. The last one reaches
 * to the end of what is missing when there are more. */
size_t incoming_missing(const struct incoming *i, uint64_t (*range)[2], size_t max);
/* Of a file: the blocks done as bits, for keeping; and back, into one that has none yet. ERR_RANGE: not of
 * this object's number of blocks. */
struct view incoming_map(const struct incoming *i);
SW_MUST_USE int incoming_restore(struct incoming *i, struct view map);
#endif
