/* One datagram of the diode, byte by byte in ../DESIGN.md. An object (file, folder, stream) is a run of
 * bytes: its description (frame_meta.h) first, its content behind. It is cut into blocks of k_full symbols;
 * each block is k data symbols and m repair symbols; a datagram carries one symbol and says by itself where
 * it belongs. */
#ifndef SW_DIODE_FRAME_H
#define SW_DIODE_FRAME_H
#include "common/base/buf.h"

#define FRAME_HEAD 80
#define FRAME_TAG 16
#define FRAME_OVERHEAD (FRAME_HEAD + FRAME_TAG)
#define FRAME_SIZE_MAX 9216 /* one datagram, jumbo Ethernet */
#define FRAME_SYMBOL_MAX (FRAME_SIZE_MAX - FRAME_OVERHEAD)
#define FRAME_SYMBOLS_MAX 256                /* k + m */
#define FRAME_BLOCKS_MAX (UINT32_C(1) << 24) /* of one object with known size */
#define FRAME_OBJECT_MAX (UINT64_C(1) << 46) /* bytes of one object */

enum frame_kind { FRAME_DATA = 1, FRAME_BEAT = 2 };
enum frame_flag {
	FRAME_STREAM = 1, /* size not known until the last block */
	FRAME_LAST = 2,   /* with FRAME_STREAM: the last block, size is set */
	FRAME_PART = 4    /* this transfer carries only some of the blocks; not with FRAME_STREAM */
};
/* A session is one run of a sender. An object is what it sends: the same file has the same id in every run,
 * so that a later one completes what an earlier one left incomplete. */
struct frame_id {
	uint8_t b[16];
};
struct frame_object {
	uint8_t b[12];
};

struct frame {
	enum frame_kind kind;
	uint8_t suite; /* 1 gm, 2 intl */
	uint8_t flags;
	struct frame_id session;
	uint64_t seq; /* +1 per datagram of the session */
	/* The rest is 0 in a beat, whose body is frame_beat.h's. */
	struct frame_object object;
	uint32_t transfer; /* +1 per object begun in the session, repeats too; from 1 */
	uint64_t size;     /* of the object; 0 in a stream before the last block */
	uint64_t offset;   /* of the block in the object */
	uint32_t block;
	uint32_t length; /* bytes of the object in this block */
	uint16_t meta;   /* bytes of the description at the object's start */
	uint16_t symbol; /* bytes of the body */
	uint8_t k_full;  /* data symbols of a full block */
	uint8_t k, m;    /* of this block */
	uint8_t index;   /* 0..k-1 data, k..k+m-1 repair */
};

bool frame_id_eq(const struct frame_id *a, const struct frame_id *b);
bool frame_object_eq(const struct frame_object *a, const struct frame_object *b);
/* Writes the head; the body of f->symbol bytes and the tag follow it in a datagram. */
void frame_encode(const struct frame *f, uint8_t out[static FRAME_HEAD]);
/* Checks form and that all numbers agree with each other, so that a caller may compute with them without
 * another look. ERR_FORMAT (not ours), ERR_TRUNCATED, ERR_TRAILING, ERR_RANGE, ERR_SUITE. *body points into
 * the datagram. The tag is NOT checked here. */
SW_MUST_USE int frame_decode(struct view datagram, struct frame *out, struct view *body);
/* Number of blocks of an object of known size. */
uint64_t frame_blocks(const struct frame *f);
uint64_t frame_block_size(const struct frame *f); /* k_full * symbol */
#endif
