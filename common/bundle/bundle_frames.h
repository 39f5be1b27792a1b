/* The frames of a payload: where each begins, and their chunks unpacked, shared by the threads that read.
 * They lie decrypted in memory or in a nameless file, after their digest was found to be the signed one. */
#ifndef SW_BUNDLE_FRAMES_H
#define SW_BUNDLE_FRAMES_H
#include "common/bundle/bundle_frame.h"

/* Unpacked chunks that are kept, the newest ones of their place: 16 MiB. */
#define BUNDLE_FRAMES_KEPT 64
struct bundle_frames_source { /* borrowed */
	const uint8_t *mem;   /* NULL: in fd, from 0 on */
	int fd;
	int64_t size, plain;      /* of the frames, and what they unpack to */
	struct bundle_pool *pool; /* NULL: none */
};
struct bundle_frames;
SW_MUST_USE int bundle_frames_new(const struct bundle_frames_source *s, struct bundle_frames **out);
void bundle_frames_free(struct bundle_frames *f);
/* 0 when the frames fill the source exactly: ERR_TRAILING, or what is wrong with one of them. */
SW_MUST_USE int bundle_frames_end(struct bundle_frames *f);
int64_t bundle_frames_plain(const struct bundle_frames *f);
size_t bundle_frames_chunk_size(const struct bundle_frames *f, int64_t i);

/* What a thread unpacks with. */
struct bundle_frames_tool;
SW_MUST_USE int bundle_frames_tool_new(const struct bundle_frames *f, struct bundle_frames_tool **out);
void bundle_frames_tool_free(struct bundle_frames_tool *t);
/* A chunk that is held: its bytes at p, one after the other, or as the blocks of a stored frame that lies in
 * memory. */
struct bundle_frames_chunk {
	const uint8_t *p;
	bool blocks;
	int64_t which;
};
/* Chunk i, unpacked by the one who asks first; others wait. A thread holds one at a time, and gives it back
 * before it asks for the next. ERR_MEMBER, ERR_BOMB, ERR_TRUNCATED, ERR_IO. */
SW_MUST_USE int bundle_frames_get(
	struct bundle_frames *f, struct bundle_frames_tool *t, int64_t i, struct bundle_frames_chunk *out);
void bundle_frames_put(struct bundle_frames *f, const struct bundle_frames_chunk *c);
#endif
