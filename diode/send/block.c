#include "diode/send/block.h"
#include "diode/frame/rooms.h"
#include <stdlib.h>

#define ALIGN 64
#define FIRST 128         /* of the first symbol in the room: its head stands before it */
#define LARGE (1 << 16)   /* from here on rooms of the full size are used */
#define RESTING (8 << 20) /* bytes that may stay when no block is on its way */

struct block_pool {
	struct rooms *rooms;
};

static size_t stride_of(unsigned symbol)
{
	return (FRAME_OVERHEAD + (size_t)symbol + ALIGN - 1) / ALIGN * ALIGN;
}

size_t block_size(unsigned n, unsigned symbol)
{
	return FIRST + n * stride_of(symbol);
}

int block_pool_new(size_t full, size_t most, struct block_pool **out)
{
	struct block_pool *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	int err = rooms_new(full, most, &p->rooms);
	if (err != 0) {
		free(p);
		return err;
	}
	*out = p;
	return 0;
}

void block_pool_free(struct block_pool *p)
{
	if (p == NULL)
		return;
	rooms_free(p->rooms);
	free(p);
}

struct block *block_take(struct block_pool *p, unsigned n, unsigned symbol)
{
	struct block *b = calloc(1, sizeof *b);
	if (b == NULL)
		return NULL;
	b->stride = stride_of(symbol);
	b->used = block_size(n, symbol);
	if (b->used >= LARGE && b->used <= rooms_size(p->rooms))
		b->room = rooms_take(p->rooms);
	if (b->room == NULL)
		b->room = aligned_alloc(ALIGN, (b->used + ALIGN - 1) / ALIGN * ALIGN);
	if (b->room == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void block_give(struct block_pool *p, struct block *b)
{
	if (b == NULL)
		return;
	if (rooms_own(p->rooms, b->room))
		rooms_give(p->rooms, b->room);
	else
		free(b->room);
	free(b);
	if (rooms_used(p->rooms) == 0)
		while (rooms_held(p->rooms) > RESTING && rooms_shrink(p->rooms))
			;
}

uint8_t *block_symbol(const struct block *b, unsigned i)
{
	return b->room + FIRST + i * b->stride;
}
