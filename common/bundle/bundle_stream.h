/* The payload while it is written: the bytes of its tar go in, ciphertext comes out. Chunk by chunk the parts
 * are digested, compressed, encrypted, digested again and written, on threads of their own when there is
 * enough to do. Plaintext lies in memory only, and never more than a few chunks of it. */
#ifndef SW_BUNDLE_STREAM_H
#define SW_BUNDLE_STREAM_H
#include "common/bundle/bundle.h"
#include "common/crypto/suite.h"

struct bundle_stream;
struct bundle_stream_plan {
	const struct suite *suite;
	const struct secret *key;
	int fd; /* an empty file, written at any place */
	/* Where in it the ciphertext will probably begin; asked when memory is no longer enough to hold it.
	 */
	int64_t (*front)(void *cookie);
	void *cookie;
	struct bundle_pool *pool; /* NULL: none */
};
SW_MUST_USE int bundle_stream_new(const struct bundle_stream_plan *p, struct bundle_stream **out);
void bundle_stream_free(struct bundle_stream *s);
/* Bytes that are no part's: headers and padding. */
SW_MUST_USE int bundle_stream_add(struct bundle_stream *s, struct view v);
/* The next part begins; parts are numbered from 0. `want` (may be NULL): digest by suite `other` that its
 * bytes must have: ERR_DIGEST then or later, at the latest from bundle_stream_sums. */
SW_MUST_USE int bundle_stream_part(
	struct bundle_stream *s, const struct suite *other, const struct digest *want);
SW_MUST_USE int bundle_stream_content(struct bundle_stream *s, struct view v);
/* The same without a copy: room for 1 … *n bytes, to be filled at once, then how many were (0 too). */
SW_MUST_USE int bundle_stream_room(struct bundle_stream *s, uint8_t **room, size_t *n);
SW_MUST_USE int bundle_stream_filled(struct bundle_stream *s, size_t n);
SW_MUST_USE int bundle_stream_part_end(struct bundle_stream *s);
/* Digests by the stream's suite of all parts so far, in order; valid until the next part. */
SW_MUST_USE int bundle_stream_sums(struct bundle_stream *s, const struct digest **sums, size_t *n);
/* The last chunk; then the ciphertext is whole. plain, size: before and after. */
SW_MUST_USE int bundle_stream_end(
	struct bundle_stream *s, int64_t *plain, int64_t *size, struct digest *digest);
/* After the end: the ciphertext stands in the file from `at` on. */
SW_MUST_USE int bundle_stream_settle(struct bundle_stream *s, int64_t at);
#endif
