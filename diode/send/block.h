/* A block of symbols on its way out. Each symbol has room for its datagram's head in front and its tag
 * behind, so that it is sent from where it was read or computed. */
#ifndef SW_DIODE_BLOCK_H
#define SW_DIODE_BLOCK_H
#include "diode/frame/frame.h"
#include <sys/queue.h>

struct block {
	TAILQ_ENTRY(block) link; /* of whoever has it */
	struct frame f;          /* of its next datagram but for session and sequence */
	void *owner;             /* the object's mark, for the loader */
	bool urgent, fast;
	bool opening;        /* the first block of its transfer */
	unsigned sent;       /* symbols */
	int64_t began;       /* ns, of its first symbol */
	int64_t due;         /* ns, of its next symbol */
	size_t stride, used; /* bytes from symbol to symbol, of `room` that are in use */
	uint8_t *room;
};
TAILQ_HEAD(blocks, block);

size_t block_size(unsigned n, unsigned symbol); /* bytes of the room of n symbols */
/* Memory of blocks, kept for the next one; one thread. full: bytes of a room that most blocks need, most: of
 * all such at a time; what is larger or beyond is of the heap. */
struct block_pool;
SW_MUST_USE int block_pool_new(size_t full, size_t most, struct block_pool **out);
void block_pool_free(struct block_pool *p);
/* Room for n symbols of the size. NULL without memory. */
struct block *block_take(struct block_pool *p, unsigned n, unsigned symbol);
void block_give(struct block_pool *p, struct block *b); /* NULL is a no-op */
uint8_t *block_symbol(const struct block *b, unsigned i);
static inline unsigned block_symbols(const struct block *b)
{
	return (unsigned)b->f.k + b->f.m;
}
#endif
