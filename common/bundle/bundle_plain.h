/* The payload's tar, read at any place out of its frames. */
#ifndef SW_BUNDLE_PLAIN_H
#define SW_BUNDLE_PLAIN_H
#include "common/bundle/bundle_frames.h"

/* One place of reading, for one thread: holds the chunk it read last. */
struct bundle_plain;
SW_MUST_USE int bundle_plain_new(struct bundle_frames *f, struct bundle_plain **out);
void bundle_plain_free(struct bundle_plain *p);
/* All n bytes at offset. ERR_TRUNCATED beyond the end; ERR_MEMBER, ERR_BOMB for a frame that is none of ours.
 */
SW_MUST_USE int bundle_plain_read(struct bundle_plain *p, int64_t offset, void *to, size_t n);
/* The bytes from offset on, at most `max` and at least one, where they lie; borrowed until the next call. */
SW_MUST_USE int bundle_plain_look(struct bundle_plain *p, int64_t offset, size_t max, struct view *out);
/* The same for all n bytes at once, borrowed as long as the frames live. False when they do not lie so: read
 * them. */
bool bundle_plain_lasting(struct bundle_plain *p, int64_t offset, size_t n, struct view *out);
/* Gives the chunk back that is held. */
void bundle_plain_rest(struct bundle_plain *p);
#endif
