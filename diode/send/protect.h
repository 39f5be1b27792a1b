/* How much repair data, and how far a block's symbols lie apart in time. A level promises what it withstands,
 * numbers are taken as they are. */
#ifndef SW_DIODE_PROTECT_H
#define SW_DIODE_PROTECT_H
#include "common/base/err.h"
#include "diode/frame/frame.h"
#include <stdbool.h>
#include <stdint.h>

#define PROTECT_K 128 /* data symbols of a full block of the levels */
struct protect {
	unsigned level; /* of the levels in protect.c; the last one: numbers */
	unsigned k;     /* data symbols of a full block */
	unsigned m_full, depth_given;
	/* worked out by protect_plan */
	uint8_t m[FRAME_SYMBOLS_MAX]; /* repair symbols for k data symbols */
	bool fast[FRAME_SYMBOLS_MAX]; /* its data may leave at once: the repair symbols alone bring it back */
	unsigned depth;               /* full blocks on their way at a time */
	int64_t spread;               /* ns from a block's first symbol to its last, at least */
	int64_t burst;                /* ns without a datagram that no block minds, at the rate */
	int64_t burst_wanted;
};
/* "none", "normal", "strong", "K+M" or "K+MxDEPTH"; ERR_USAGE. */
SW_MUST_USE int protect_parse(const char *text, struct protect *out);
/* rate: bits a second, 0 as fast as it goes; datagram: bytes of a full one on the IP level; memory: bytes for
 * blocks on their way. */
void protect_plan(struct protect *p, int64_t rate, unsigned datagram, int64_t memory);
size_t protect_full_block(const struct protect *p, unsigned datagram); /* bytes on the link */
#endif
