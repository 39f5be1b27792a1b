/* The receiver's rules on one stream (origin station on one link), pure: no clock, files or database.
 * A stream holds per epoch the contiguous number, ranges received beyond it, and the highest number known to
 * exist. */
#ifndef SW_EXCHANGE_SEQUENCE_H
#define SW_EXCHANGE_SEQUENCE_H
#include "common/bundle/manifest.h"
#include <stdbool.h>

struct sequence {
	int64_t epoch, contiguous, known;
	struct manifest_range ranges[MANIFEST_RANGES_MAX];
	size_t nranges;
	bool held; /* fork or epoch statement waits for an officer */
};
enum sequence_verdict {
	SEQUENCE_NEXT,      /* contiguous + 1: apply */
	SEQUENCE_AHEAD,     /* a hole before it: note the hole, apply what does not wait */
	SEQUENCE_DUPLICATE, /* same number, same identity: count and drop */
	SEQUENCE_FORK,      /* same number, other identity: security event, the stream is held */
	SEQUENCE_OLD_EPOCH, /* number of an epoch that was left: taken only if it is one of the numbers the
			       statement left open */
	SEQUENCE_NEW_EPOCH, /* statement of a later epoch */
	SEQUENCE_FULL       /* too many ranges: leave the file in the spool until holes close */
};
/* `seen`: identity recorded for (epoch, seq), NULL when never seen. */
enum sequence_verdict sequence_judge(const struct sequence *s, const struct manifest *m,
	const struct digest *identity, const struct digest *seen);
/* Marks a number as received (or closed by a void). ERR_LIMIT when ranges are exhausted. */
SW_MUST_USE int sequence_take(struct sequence *s, int64_t seq);
void sequence_know(struct sequence *s, int64_t seq);
/* The missing numbers up to `known`, as ascending ranges. */
size_t sequence_holes(const struct sequence *s, struct manifest_range *out, size_t max);
void sequence_ack(const struct sequence *s, const char *peer, int64_t safe, struct manifest_ack *out);
#endif
