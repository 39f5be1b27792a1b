/* Inside bundle_sums*.c only: digests of one part at a time, by one thread. */
#ifndef SW_BUNDLE_SUMS_PART_H
#define SW_BUNDLE_SUMS_PART_H
#include "common/bundle/bundle_sums.h"
#include <stdatomic.h>

/* What one thread keeps from part to part. */
struct bundle_sums_part;
/* own: suite of the first digest. plain: borrowed, or NULL for a place of reading of its own. *stop
 * (borrowed): in the middle of a part too. */
SW_MUST_USE int bundle_sums_part_new(struct bundle_frames *f, struct bundle_plain *plain,
	const struct suite *own, const atomic_bool *stop, struct bundle_sums_part **out);
void bundle_sums_part_free(struct bundle_sums_part *t); /* NULL is a no-op */
/* Its place of reading. */
struct bundle_plain *bundle_sums_part_plain(struct bundle_sums_part *t);
/* The digests of p, and what a message says of itself. ERR_STOPPING; ERR_SCHEMA, ERR_MEMBER … with note. */
SW_MUST_USE int bundle_sums_part_digest(
	struct bundle_sums_part *t, struct bundle_sum *p, struct err_note *note);
#endif
