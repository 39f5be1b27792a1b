/* Numbers received in one epoch of a stream, pure: everything up to `contiguous`, ranges beyond it, and the
 * highest number known to exist. What lies between is missing: each hole remembers since when it is known. */
#ifndef SW_EXCHANGE_SEQUENCE_H
#define SW_EXCHANGE_SEQUENCE_H
#include "common/bundle/manifest.h"
#include <stdbool.h>

#define SEQUENCE_RANGES_MAX 4096

struct sequence_range {
	int64_t first, last;
	int64_t since; /* of a range: when the hole before it was noticed (ms); of a hole: its own */
};
struct sequence {
	int64_t contiguous, known;
	int64_t known_since; /* since when numbers behind the last range are known to exist */
	struct sequence_range *v;
	size_t n, cap;
};
void sequence_fini(struct sequence *s);
bool sequence_has(const struct sequence *s, int64_t seq);
/* Highest number received, 0 for none. */
int64_t sequence_highest(const struct sequence *s);
/* False when taking it would need one range more than SEQUENCE_RANGES_MAX. */
bool sequence_fits(const struct sequence *s, int64_t seq);
/* Marks a number as received (or closed by a void). ERR_LIMIT when it does not fit, ERR_NOMEM. */
SW_MUST_USE int sequence_take(struct sequence *s, int64_t seq, int64_t now);
/* The number is missing again: what closed it was taken back. ERR_LIMIT, ERR_NOMEM: nothing changed. */
SW_MUST_USE int sequence_reopen(struct sequence *s, int64_t seq, int64_t now);
void sequence_know(struct sequence *s, int64_t seq, int64_t now);
/* The i-th hole, ascending; false behind the last one. */
bool sequence_hole(const struct sequence *s, size_t i, struct sequence_range *out);
/* How many numbers up to `last` are in holes that were noticed at or before this time. */
int64_t sequence_missing(const struct sequence *s, int64_t last, int64_t before);
/* contiguous, known and ranges. A manifest names MANIFEST_RANGES_MAX ranges: with more, the shortest are left
 * out, and what they hold is sent again for nothing. */
void sequence_ack(const struct sequence *s, struct manifest_ack *out);
/* Missing numbers as an ack tells them, ascending; at most MANIFEST_RANGES_MAX + 1. */
size_t sequence_ack_holes(const struct manifest_ack *a, struct manifest_range *out);
#endif
