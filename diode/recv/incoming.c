#include "diode/recv/incoming_impl.h"
#include <string.h>

#define WINDOW 65536 /* blocks of a stream that may be done before the oldest missing one */

struct incoming_block {
	TAILQ_ENTRY(incoming_block) age;
	struct incoming_block *next; /* in the bucket */
	struct incoming *owner;
	int64_t touched;
	uint64_t offset;
	uint32_t number, length;
	uint8_t k, flags;
	unsigned have_data, have_repair;
	uint64_t have[FRAME_SYMBOLS_MAX / 64]; /* by symbol index */
	uint8_t row[FRAME_SYMBOLS_MAX];        /* of the repair symbols kept */
	uint8_t *data, *repair;                /* k symbols; room for repair_n, once one is needed */
	unsigned repair_n;
};

static size_t room_of(const struct incoming *i)
{
	return sizeof *i + i->bits_n * sizeof *i->bits;
}

struct incoming *incoming_new(struct incoming_shared *s, const struct frame *f)
{
	bool stream = (f->flags & FRAME_STREAM) != 0;
	uint64_t blocks = stream ? WINDOW : frame_blocks(f);
	REQUIRE(blocks > 0 && blocks <= FRAME_BLOCKS_MAX);
	size_t words = (size_t)(blocks + 63) / 64;
	struct incoming *i = pool_take(s->pool, sizeof *i + words * sizeof *i->bits, 1);
	if (i == NULL)
		return NULL;
	i->s = s;
	i->first = *f;
	i->blocks = stream ? 0 : blocks;
	i->bits_n = words;
	return i;
}

static size_t data_room(const struct incoming_block *b)
{
	return (size_t)b->k * b->owner->first.symbol;
}

static size_t repair_room(const struct incoming_block *b)
{
	return (size_t)b->repair_n * b->owner->first.symbol;
}

static struct incoming_block **link_of(struct incoming *i, uint32_t number)
{
	struct incoming_block **at = &i->bucket[number % INCOMING_BUCKETS];
	while (*at != NULL && (*at)->number != number)
		at = &(*at)->next;
	return at;
}

static void block_free(struct incoming_block *b)
{
	struct pool *pool = b->owner->s->pool;
	struct incoming_block **at = link_of(b->owner, b->number);
	REQUIRE(*at == b);
	*at = b->next;
	TAILQ_REMOVE(&b->owner->s->begun, b, age);
	pool_give(pool, b->data, data_room(b));
	pool_give(pool, b->repair, repair_room(b));
	pool_give(pool, b, sizeof *b);
}

void incoming_free(struct incoming *i)
{
	if (i == NULL)
		return;
	for (size_t n = 0; n < INCOMING_BUCKETS; n++)
		while (i->bucket[n] != NULL)
			block_free(i->bucket[n]);
	pool_give(i->s->pool, i, room_of(i));
}

bool incoming_evict(struct incoming_shared *s, int64_t before)
{
	struct incoming_block *b = TAILQ_FIRST(&s->begun);
	if (b == NULL || b->touched >= before)
		return false;
	block_free(b);
	return true;
}

bool incoming_stream(const struct incoming *i)
{
	return (i->first.flags & FRAME_STREAM) != 0;
}

static bool block_done(const struct incoming *i, uint32_t number)
{
	return incoming_stream(i) ? number < i->base || incoming_bit(i, number) : incoming_bit(i, number);
}

static void mark_done(struct incoming *i, const struct incoming_block *b)
{
	size_t n = b->number % (i->bits_n * 64);
	i->bits[n / 64] |= UINT64_C(1) << n % 64;
	i->done++;
	i->bytes += b->length;
	while (incoming_stream(i) && incoming_bit(i, i->base)) {
		n = (size_t)(i->base++ % WINDOW);
		i->bits[n / 64] &= ~(UINT64_C(1) << n % 64);
	}
}

bool incoming_agrees(const struct incoming *i, const struct frame *f)
{
	const struct frame *o = &i->first;
	if (((f->flags ^ o->flags) & FRAME_STREAM) != 0 || f->meta != o->meta || f->symbol != o->symbol ||
		f->k_full != o->k_full)
		return false;
	return incoming_stream(i) || f->size == o->size;
}

/* A stream has one end, and nothing behind it. */
static bool end_agrees(const struct incoming *i, const struct frame *f)
{
	if (!incoming_stream(i))
		return true;
	bool last = (f->flags & FRAME_LAST) != 0;
	if (i->blocks != 0 && (f->block >= i->blocks || (f->block == i->blocks - 1) != last))
		return false;
	return !last || f->block + UINT64_C(1) >= i->ahead;
}

static struct incoming_block *block_new(struct incoming *i, const struct frame *f)
{
	struct incoming_block *b = pool_take(i->s->pool, sizeof *b, 1);
	if (b == NULL)
		return NULL;
	*b = (struct incoming_block){.owner = i,
		.offset = f->offset,
		.number = f->block,
		.length = f->length,
		.flags = f->flags,
		.k = f->k};
	b->data = pool_take(i->s->pool, data_room(b), 0);
	if (b->data == NULL) {
		pool_give(i->s->pool, b, sizeof *b);
		return NULL;
	}
	b->next = i->bucket[b->number % INCOMING_BUCKETS];
	i->bucket[b->number % INCOMING_BUCKETS] = b;
	TAILQ_INSERT_TAIL(&i->s->begun, b, age);
	return b;
}

/* Room for one pass's repair symbols; more when another pass has more. Never are more than k needed. */
static bool grow(struct incoming_block *b, unsigned m)
{
	struct pool *pool = b->owner->s->pool;
	unsigned n = b->repair_n + m < b->k ? b->repair_n + m : b->k;
	size_t symbol = b->owner->first.symbol;
	uint8_t *more = pool_take(pool, n * symbol, 0);
	if (more == NULL)
		return false;
	if (b->repair != NULL)
		memcpy(more, b->repair, b->have_repair * symbol);
	pool_give(pool, b->repair, repair_room(b));
	b->repair = more;
	b->repair_n = n;
	return true;
}

static int keep(struct incoming_block *b, const struct frame *f, struct view body)
{
	if (f->index < b->k) {
		memcpy(b->data + (size_t)f->index * body.n, body.p, body.n);
		b->have_data++;
	} else {
		if (b->have_repair == b->repair_n && !grow(b, f->m))
			return ERR_NOSPACE;
		memcpy(b->repair + (size_t)b->have_repair * body.n, body.p, body.n);
		b->row[b->have_repair++] = (uint8_t)(f->index - b->k);
	}
	b->have[f->index / 64] |= UINT64_C(1) << f->index % 64;
	return 0;
}

/* Repairs what is lost and hands the data over; the block is gone afterwards. */
static int finish(struct incoming *i, struct incoming_block *b, struct incoming_data *out)
{
	uint8_t *data[FRAME_SYMBOLS_MAX], *repair[FRAME_SYMBOLS_MAX], lost[FRAME_SYMBOLS_MAX];
	unsigned n = 0, symbol = i->first.symbol;
	for (unsigned c = 0; c < b->k; c++) {
		data[c] = b->data + (size_t)c * symbol;
		if ((b->have[c / 64] >> c % 64 & 1) == 0)
			lost[n++] = (uint8_t)c;
	}
	REQUIRE(n == b->have_repair);
	for (unsigned r = 0; r < n; r++)
		repair[r] = b->repair + (size_t)r * symbol;
	int err = erasure_decode(i->s->erasure, b->k, symbol, data, lost, n, repair, b->row);
	if (err != 0)
		return err;
	*out = (struct incoming_data){.p = b->data,
		.room = data_room(b),
		.offset = b->offset,
		.block = b->number,
		.length = b->length,
		.repaired = n};
	b->data = NULL;
	mark_done(i, b);
	if ((b->flags & FRAME_LAST) != 0)
		i->blocks = b->number + UINT64_C(1);
	block_free(b);
	return 1;
}

bool incoming_wants(const struct incoming *i, const struct frame *f)
{
	if (f->block >= (incoming_stream(i) ? i->base + WINDOW : i->blocks))
		return true; /* to be looked at in earnest */
	if (block_done(i, f->block))
		return false;
	const struct incoming_block *b = i->bucket[f->block % INCOMING_BUCKETS];
	while (b != NULL && b->number != f->block)
		b = b->next;
	return b == NULL || (b->have[f->index / 64] >> f->index % 64 & 1) == 0;
}

int incoming_add(
	struct incoming *i, const struct frame *f, struct view body, int64_t now, struct incoming_data *out)
{
	if (!incoming_agrees(i, f) || !end_agrees(i, f))
		return ERR_CONFLICT;
	if (incoming_stream(i) && f->block >= i->base && f->block - i->base >= WINDOW)
		return ERR_LIMIT;
	if (block_done(i, f->block))
		return ERR_DUPLICATE;
	struct incoming_block *b = *link_of(i, f->block);
	if (b == NULL && (b = block_new(i, f)) == NULL)
		return ERR_NOSPACE;
	/* How many repair symbols a pass has is its own affair: the same rows are the same. */
	if (f->k != b->k || f->offset != b->offset || f->length != b->length ||
		(f->flags & FRAME_LAST) != (b->flags & FRAME_LAST))
		return ERR_CONFLICT;
	if ((b->have[f->index / 64] >> f->index % 64 & 1) != 0)
		return ERR_DUPLICATE;
	int err = keep(b, f, body);
	if (err != 0)
		return err;
	if (f->block >= i->ahead)
		i->ahead = f->block + UINT64_C(1);
	b->touched = now;
	TAILQ_REMOVE(&i->s->begun, b, age);
	TAILQ_INSERT_TAIL(&i->s->begun, b, age);
	return b->have_data + b->have_repair < b->k ? 0 : finish(i, b, out);
}

bool incoming_complete(const struct incoming *i)
{
	return i->blocks != 0 && i->done == i->blocks;
}

bool incoming_has_hole(const struct incoming *i)
{
	return incoming_stream(i) && i->done > i->base;
}

const struct frame_object *incoming_id(const struct incoming *i)
{
	return &i->first.object;
}

const struct frame *incoming_first(const struct incoming *i)
{
	return &i->first;
}

uint16_t incoming_meta(const struct incoming *i)
{
	return i->first.meta;
}

uint64_t incoming_size(const struct incoming *i)
{
	return i->first.size;
}

uint64_t incoming_blocks_done(const struct incoming *i)
{
	return i->done;
}

uint64_t incoming_blocks_all(const struct incoming *i)
{
	return i->blocks;
}

uint64_t incoming_bytes_done(const struct incoming *i)
{
	return i->bytes;
}
