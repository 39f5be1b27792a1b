#include "diode/frame/frame.h"
#include "diode/frame/wire.h"

#define MAGIC UINT32_C(0x53574401) /* "SWD", version 1 */
/* Where things stand in the head. */
enum {
	AT_MAGIC = 0,
	AT_KIND = 4,
	AT_SUITE = 5,
	AT_FLAGS = 6,
	AT_ZERO = 7,
	AT_SESSION = 8,
	AT_SEQ = 24,
	AT_OBJECT = 32,
	AT_TRANSFER = 44,
	AT_SIZE = 48,
	AT_OFFSET = 56,
	AT_BLOCK = 64,
	AT_LENGTH = 68,
	AT_META = 72,
	AT_SYMBOL = 74,
	AT_K = 76,
	AT_M = 77,
	AT_INDEX = 78,
	AT_K_FULL = 79
};

bool frame_id_eq(const struct frame_id *a, const struct frame_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool frame_object_eq(const struct frame_object *a, const struct frame_object *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

void frame_encode(const struct frame *f, uint8_t out[static FRAME_HEAD])
{
	wire_put32(out + AT_MAGIC, MAGIC);
	out[AT_KIND] = (uint8_t)f->kind;
	out[AT_SUITE] = f->suite;
	out[AT_FLAGS] = f->flags;
	out[AT_ZERO] = 0;
	memcpy(out + AT_SESSION, f->session.b, sizeof f->session.b);
	wire_put64(out + AT_SEQ, f->seq);
	memcpy(out + AT_OBJECT, f->object.b, sizeof f->object.b);
	wire_put32(out + AT_TRANSFER, f->transfer);
	wire_put64(out + AT_SIZE, f->size);
	wire_put64(out + AT_OFFSET, f->offset);
	wire_put32(out + AT_BLOCK, f->block);
	wire_put32(out + AT_LENGTH, f->length);
	wire_put16(out + AT_META, f->meta);
	wire_put16(out + AT_SYMBOL, f->symbol);
	out[AT_K] = f->k;
	out[AT_M] = f->m;
	out[AT_INDEX] = f->index;
	out[AT_K_FULL] = f->k_full;
}

uint64_t frame_block_size(const struct frame *f)
{
	return (uint64_t)f->k_full * f->symbol;
}

uint64_t frame_blocks(const struct frame *f)
{
	uint64_t bs = frame_block_size(f);
	return (f->size + bs - 1) / bs;
}

/* The block's own numbers: k, m, index, symbol, length. */
static int check_block(const struct frame *f)
{
	if (f->k < 1 || f->k > f->k_full || f->k + f->m > FRAME_SYMBOLS_MAX || f->index >= f->k + f->m)
		return ERR_RANGE;
	if (f->offset > FRAME_OBJECT_MAX || f->size > FRAME_OBJECT_MAX)
		return ERR_RANGE;
	uint32_t full = (uint32_t)f->k * f->symbol;
	if (f->length > full || f->length + f->symbol <= full)
		return f->length == 0 && f->k == 1 && (f->flags & FRAME_LAST) != 0 ? 0 : ERR_RANGE;
	return 0;
}

/* The block's place in the object. */
static int check_place(const struct frame *f)
{
	uint64_t bs = frame_block_size(f);
	if (f->transfer < 1 || f->meta < 1 || f->meta > bs ||
		(f->block == 0 && (f->offset != 0 || f->meta > f->length)))
		return ERR_RANGE;
	if ((f->flags & FRAME_STREAM) != 0) {
		bool last = (f->flags & FRAME_LAST) != 0;
		if ((f->flags & FRAME_PART) != 0 || f->size != (last ? f->offset + f->length : 0) ||
			f->offset < f->block || f->block == UINT32_MAX)
			return ERR_RANGE;
		return 0;
	}
	if ((f->flags & FRAME_LAST) != 0 || f->size < f->meta || frame_blocks(f) > FRAME_BLOCKS_MAX ||
		f->block >= frame_blocks(f))
		return ERR_RANGE;
	uint64_t rest = f->size - f->block * bs;
	if (f->offset != f->block * bs || f->length != (rest < bs ? rest : bs))
		return ERR_RANGE;
	return 0;
}

static int check_beat(const struct frame *f)
{
	static const struct frame_object none;
	if (f->flags != 0 || !frame_object_eq(&f->object, &none) || f->transfer != 0 || f->size != 0 ||
		f->offset != 0 || f->block != 0 || f->length != 0 || f->meta != 0 || f->k != 0 || f->m != 0 ||
		f->index != 0 || f->k_full != 0)
		return ERR_RANGE;
	return 0;
}

int frame_decode(struct view datagram, struct frame *out, struct view *body)
{
	const uint8_t *p = datagram.p;
	if (datagram.n < 4 || wire_get32(p + AT_MAGIC) != MAGIC)
		return ERR_FORMAT;
	if (datagram.n < FRAME_OVERHEAD)
		return ERR_TRUNCATED;
	struct frame f = {.kind = p[AT_KIND] == FRAME_BEAT ? FRAME_BEAT : FRAME_DATA,
		.suite = p[AT_SUITE],
		.flags = p[AT_FLAGS],
		.seq = wire_get64(p + AT_SEQ),
		.transfer = wire_get32(p + AT_TRANSFER),
		.size = wire_get64(p + AT_SIZE),
		.offset = wire_get64(p + AT_OFFSET),
		.block = wire_get32(p + AT_BLOCK),
		.length = wire_get32(p + AT_LENGTH),
		.meta = wire_get16(p + AT_META),
		.symbol = wire_get16(p + AT_SYMBOL),
		.k = p[AT_K],
		.m = p[AT_M],
		.index = p[AT_INDEX],
		.k_full = p[AT_K_FULL]};
	memcpy(f.session.b, p + AT_SESSION, sizeof f.session.b);
	memcpy(f.object.b, p + AT_OBJECT, sizeof f.object.b);
	if (p[AT_KIND] != FRAME_DATA && p[AT_KIND] != FRAME_BEAT)
		return ERR_FORMAT;
	if (f.suite != 1 && f.suite != 2)
		return ERR_SUITE;
	if (p[AT_ZERO] != 0 || (f.flags & ~(FRAME_STREAM | FRAME_LAST | FRAME_PART)) != 0 || f.symbol < 1 ||
		f.symbol > FRAME_SYMBOL_MAX)
		return ERR_RANGE;
	if (datagram.n != (size_t)FRAME_OVERHEAD + f.symbol)
		return datagram.n < (size_t)FRAME_OVERHEAD + f.symbol ? ERR_TRUNCATED : ERR_TRAILING;
	int err = f.kind == FRAME_BEAT ? check_beat(&f) : check_block(&f);
	if (err == 0 && f.kind == FRAME_DATA)
		err = check_place(&f);
	if (err != 0)
		return err;
	*out = f;
	*body = view_of(p + FRAME_HEAD, f.symbol);
	return 0;
}
