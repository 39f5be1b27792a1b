/* The payload's tar, read at any place out of its frames. The frames lie decrypted in a nameless file, after
 * their digest was found to be the signed one. */
#ifndef SW_BUNDLE_PLAIN_H
#define SW_BUNDLE_PLAIN_H
#include "common/base/buf.h"

/* Where each frame begins, as far as known; shared by the threads that read. */
struct bundle_frames;
/* fd (borrowed) holds `size` bytes of frames from 0 on, which unpack to `plain` bytes. */
SW_MUST_USE int bundle_frames_new(int fd, int64_t size, int64_t plain, struct bundle_frames **out);
void bundle_frames_free(struct bundle_frames *f);
/* 0 when the frames fill the file exactly: ERR_TRAILING, or what is wrong with one of them. */
SW_MUST_USE int bundle_frames_end(struct bundle_frames *f);

/* One place of reading, for one thread: remembers the chunk it read last. The first 16 MiB of a payload are
 * unpacked once for all. */
struct bundle_plain;
SW_MUST_USE int bundle_plain_new(struct bundle_frames *f, struct bundle_plain **out);
void bundle_plain_free(struct bundle_plain *p);
/* All n bytes at offset. ERR_TRUNCATED beyond the end; ERR_MEMBER, ERR_BOMB for a frame that is none of ours.
 */
SW_MUST_USE int bundle_plain_read(struct bundle_plain *p, int64_t offset, void *to, size_t n);
/* The bytes from offset on, at most `max` and at least one, where they lie; borrowed until the next call. */
SW_MUST_USE int bundle_plain_look(struct bundle_plain *p, int64_t offset, size_t max, struct view *out);
#endif
