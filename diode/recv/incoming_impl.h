/* Inside diode/recv only: an object on its way in. */
#ifndef SW_DIODE_INCOMING_IMPL_H
#define SW_DIODE_INCOMING_IMPL_H
#include "diode/recv/incoming.h"

#define INCOMING_BUCKETS 64

struct incoming {
	struct incoming_shared *s;
	struct frame first; /* as the first datagram said */
	uint64_t blocks;    /* 0: a stream without end yet */
	uint64_t done, bytes;
	uint64_t base;  /* stream: all below are done */
	uint64_t ahead; /* stream: one more than the highest block heard of */
	struct incoming_block *bucket[INCOMING_BUCKETS];
	size_t bits_n;   /* words */
	uint64_t bits[]; /* done blocks; a stream's are a ring of WINDOW */
};

/* Whether a block is done; of a stream within its ring. */
static inline bool incoming_bit(const struct incoming *i, uint64_t n)
{
	n %= i->bits_n * 64;
	return (i->bits[n / 64] >> n % 64 & 1) != 0;
}
#endif
