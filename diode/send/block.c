#include "diode/send/block.h"
#include <stdlib.h>

#define ALIGN 64
#define FIRST 128      /* of the first symbol in the room: its head stands before it */
#define KEEP (1 << 16) /* larger rooms are kept for the next block */
#define KEEP_MAX 64

struct block_pool {
	struct blocks kept;
	unsigned n;
};

int block_pool_new(struct block_pool **out)
{
	struct block_pool *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	TAILQ_INIT(&p->kept);
	*out = p;
	return 0;
}

static void release(struct block *b)
{
	free(b->room);
	free(b);
}

void block_pool_free(struct block_pool *p)
{
	if (p == NULL)
		return;
	for (struct block *b; (b = TAILQ_FIRST(&p->kept)) != NULL;) {
		TAILQ_REMOVE(&p->kept, b, link);
		release(b);
	}
	free(p);
}

static struct block *fresh(size_t size)
{
	struct block *b = calloc(1, sizeof *b);
	if (b == NULL)
		return NULL;
	b->room = aligned_alloc(ALIGN, size);
	b->size = size;
	if (b->room == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

struct block *block_take(struct block_pool *p, unsigned n, unsigned symbol)
{
	size_t stride = (FRAME_OVERHEAD + (size_t)symbol + ALIGN - 1) / ALIGN * ALIGN;
	size_t size = FIRST + n * stride;
	struct block *b = TAILQ_FIRST(&p->kept);
	if (size >= KEEP && b != NULL && b->size >= size) {
		TAILQ_REMOVE(&p->kept, b, link);
		p->n--;
		*b = (struct block){.room = b->room, .size = b->size};
	} else {
		b = fresh(size);
	}
	if (b != NULL) {
		b->stride = stride;
		b->used = size;
	}
	return b;
}

void block_give(struct block_pool *p, struct block *b)
{
	if (b == NULL)
		return;
	if (b->size < KEEP || p->n == KEEP_MAX) {
		release(b);
		return;
	}
	TAILQ_INSERT_HEAD(&p->kept, b, link);
	p->n++;
}

uint8_t *block_symbol(const struct block *b, unsigned i)
{
	return b->room + FIRST + i * b->stride;
}
