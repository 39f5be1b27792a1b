/* Digests of many parts of a payload, on all processors: parts are added as they are found, and are digested
 * meanwhile. Messages that carry nothing are looked into as well. */
#ifndef SW_BUNDLE_SUMS_H
#define SW_BUNDLE_SUMS_H
#include "common/bundle/bundle_plain.h"
#include "common/crypto/suite.h"

struct bundle_sum {
	int64_t at, size;          /* in the payload's tar */
	const struct suite *other; /* the second digest's; NULL: only one */
	struct digest own, second;
	bool head; /* a message without attachments; what it says of itself: */
	char id[37], type[48];
};
struct bundle_sums;
/* own: suite of the first digest. plain: the caller's place of reading (borrowed), with which his thread
 * digests too: at the end, and whenever the others fall so far behind him that what he unpacked would be
 * gone. Threads are started only for `bytes` worth it. pool: for its memory, or NULL. */
SW_MUST_USE int bundle_sums_new(struct bundle_frames *f, struct bundle_plain *plain, const struct suite *own,
	int64_t bytes, struct bundle_pool *pool, struct bundle_sums **out);
SW_MUST_USE int bundle_sums_add(struct bundle_sums *s, int64_t at, int64_t size, const struct suite *other);
/* A message of that size, which must be one that names no attachments. */
SW_MUST_USE int bundle_sums_add_head(struct bundle_sums *s, int64_t at, int64_t size);
/* Waits for all; *sums in the order they were added, valid until freed. ERR_SCHEMA … for a message, named in
 * note by its place. */
SW_MUST_USE int bundle_sums_get(
	struct bundle_sums *s, const struct bundle_sum **sums, size_t *n, struct err_note *note);
/* Also while threads still work. NULL is a no-op. */
void bundle_sums_free(struct bundle_sums *s);
#endif
