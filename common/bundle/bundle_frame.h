/* The payload's tar is cut into chunks of 256 KiB (the last one shorter), and each chunk is one zstd frame
 * (RFC 8878) that states its content's size. Frames know nothing of each other: they are made and opened on
 * several threads, and a part is read without what stands before it. What does not get smaller, or would get
 * smaller than a hundredth, is stored as it is: so no frame can be a bomb, and the reader refuses one that
 * is. */
#ifndef SW_BUNDLE_FRAME_H
#define SW_BUNDLE_FRAME_H
#include "common/base/buf.h"
#include "common/bundle/bundle_limits.h"

#define BUNDLE_CHUNK LIMIT_CHUNK
/* A stored chunk: 9 bytes before it, 3 before each block of 128 KiB. */
#define BUNDLE_FRAME_MAX (BUNDLE_CHUNK + 15)

/* A chunk that is stored as it is: raw blocks of this size, the last one shorter. */
#define BUNDLE_BLOCK (128 << 10)
#define BUNDLE_BEFORE_MAX 12
/* Length of the frame. */
size_t bundle_frame_stored(size_t size);
/* What stands before its block k; returns how many bytes. */
size_t bundle_frame_before(size_t size, size_t k, uint8_t out[static BUNDLE_BEFORE_MAX]);

struct bundle_press;
SW_MUST_USE int bundle_press_new(struct bundle_press **out);
void bundle_press_free(struct bundle_press *p);
/* One frame of 1 … BUNDLE_CHUNK bytes into out; *n is its length. */
SW_MUST_USE int bundle_press(
	struct bundle_press *p, struct view chunk, uint8_t out[static BUNDLE_FRAME_MAX], size_t *n);
/* The same, but *n is 0 when the chunk does not get smaller: then it is to be stored. */
SW_MUST_USE int bundle_press_small(
	struct bundle_press *p, struct view chunk, uint8_t out[static BUNDLE_FRAME_MAX], size_t *n);

struct bundle_unpress;
SW_MUST_USE int bundle_unpress_new(struct bundle_unpress **out);
void bundle_unpress_free(struct bundle_unpress *u);
/* Length of the frame that `bytes` begin with, whose content must be `size` bytes. ERR_MEMBER (no such
 * frame), ERR_BOMB, ERR_TRUNCATED. */
SW_MUST_USE int bundle_frame_length(struct view bytes, size_t size, size_t *n);
/* Its content: exactly `size` bytes. ERR_MEMBER. */
SW_MUST_USE int bundle_unpress(struct bundle_unpress *u, struct view frame, uint8_t *out, size_t size);
#endif
