/* Inside diode/send only: an object on its way out, its measures (outgoing.c) and what is read of it
 * (outgoing_read.c). */
#ifndef SW_DIODE_OUTGOING_IMPL_H
#define SW_DIODE_OUTGOING_IMPL_H
#include "diode/send/outgoing.h"

struct outgoing {
	struct outgoing_mark mark;
	char name[FRAME_NAME_MAX + 1];
	struct frame_object id;
	struct buf meta;
	int fd;
	bool pipe, own_fd, done, ended; /* ended: the pipe has */
	unsigned symbol, k;             /* of full blocks */
	uint64_t content, size;         /* bytes of the file, of the object; of a pipe so far */
	uint64_t offset;
	uint32_t block;
	struct taken_file is; /* the file when it was opened */
	uint8_t *part;        /* pipe: the block being gathered */
	size_t part_n;
	struct hasher *hasher; /* NULL: no digest */
	uint64_t hashed;
	uint8_t *only; /* file: bits of the blocks to be sent; NULL all */
	uint32_t last; /* file: number of the last block to be sent */
};

/* Bytes of a full block. */
static inline uint64_t outgoing_full(const struct outgoing *o)
{
	return (uint64_t)o->symbol * o->k;
}
/* Goes on to the next block that is to be sent. */
void outgoing_skip(struct outgoing *o);
#endif
