/* Digests of the parts of a payload while it is written: the pieces of parts that stand in a chunk are noted
 * by the one who fills it, and digested chunk by chunk in their order. */
#ifndef SW_BUNDLE_PARTS_H
#define SW_BUNDLE_PARTS_H
#include "common/bundle/bundle_frame.h"
#include "common/crypto/suite.h"

/* A chunk is touched by at most one part for each of its tar blocks, and one more that runs into it. */
#define BUNDLE_SPANS_MAX (BUNDLE_CHUNK / 512 + 2)

/* A piece of a part in a chunk. */
struct bundle_span {
	uint32_t at, n;
	bool first, last;
	bool wanted; /* its digest by suite `other` must be `want` */
	const struct suite *other;
	struct digest want;
};
struct bundle_spans {
	size_t n;
	struct bundle_span v[BUNDLE_SPANS_MAX];
};

struct bundle_parts;
SW_MUST_USE int bundle_parts_new(const struct suite *own, struct bundle_parts **out);
void bundle_parts_free(struct bundle_parts *p); /* NULL is a no-op */
/* The next chunk, whose bytes stand at `in`. ERR_DIGEST: a part is not what was wanted. */
SW_MUST_USE int bundle_parts_add(struct bundle_parts *p, const struct bundle_spans *spans, const uint8_t *in);
/* Digests by the own suite of all parts that ended so far, in order; valid until the next chunk. */
void bundle_parts_get(const struct bundle_parts *p, const struct digest **sums, size_t *n);
#endif
