/* Work on a stream of chunks, step after step: while one chunk is written, the next is digested and the one
 * after that is compressed. A step is at one chunk at a time, in their order, on whichever thread is free:
 * helpers for all processors but one, and the producer when no chunk is free. A short stream runs where it
 * is; helpers start with the fifth chunk. Memory does not grow with the stream. */
#ifndef SW_BUNDLE_FLOW_H
#define SW_BUNDLE_FLOW_H
#include "common/bundle/bundle.h"

#define BUNDLE_FLOW_STEPS 4
struct bundle_chunk {
	/* cap_in and cap_out bytes, wiped at the end as far as n and nout ever said; in only if it is secret
	 */
	uint8_t *in, *out;
	size_t n, nout;
	int64_t offset; /* of its first byte in the stream */
	void *extra;    /* cap_extra bytes, zeroed at the start only */
};
/* 0 or ERR_*: then nothing more is done and everyone is told. */
typedef int bundle_step(void *cookie, struct bundle_chunk *c);
struct bundle_flow_plan {
	size_t cap_in, cap_out, cap_extra;
	bool open_in; /* what comes in is no secret: ciphertext as it came */
	struct {
		bundle_step *run;
		int after; /* the step it waits for; -1: only that the chunk was handed in */
	} steps[BUNDLE_FLOW_STEPS];
	size_t nsteps;
	void *cookie;
	struct bundle_pool *pool; /* NULL: none */
	/* Called once by the producer before the first helper starts; may be NULL. */
	int (*starting)(void *cookie);
};
/* How many this process may run on; at least 1. */
size_t bundle_flow_processors(void);
struct bundle_flow;
SW_MUST_USE int bundle_flow_new(const struct bundle_flow_plan *p, struct bundle_flow **out);
/* The chunk that is being filled; the same until it is put. Its memory is the producer's till then. The first
 * error of a step is told here. */
SW_MUST_USE int bundle_flow_chunk(struct bundle_flow *f, struct bundle_chunk **out);
SW_MUST_USE int bundle_flow_put(struct bundle_flow *f);
/* All that was put is done when this returns; more may follow. */
SW_MUST_USE int bundle_flow_drain(struct bundle_flow *f);
/* Stops the threads; NULL is a no-op. */
void bundle_flow_free(struct bundle_flow *f);
#endif
