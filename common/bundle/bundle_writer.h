/* A bundle being written: shared by bundle_writer.c (begin, add) and bundle_finish.c. */
#ifndef SW_BUNDLE_WRITER_H
#define SW_BUNDLE_WRITER_H
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_origin.h"
#include "common/bundle/bundle_stream.h"

struct bundle_writer {
	struct bundle_sender sender;
	const struct suite *suite;
	struct manifest manifest;
	struct bundle_contents contents;
	struct secret key; /* of the content */
	struct bundle_stream *stream;
	struct bundle_origin *origin;
	int fd;
	int64_t message_bytes;
	struct bundle_seen *seen; /* ids of the messages */
	uint8_t salts[64][16];    /* for the next messages */
	size_t nsalts;
	bool broken; /* a source failed half-way, or already finished */
};

/* Adds a whole member to the payload. */
SW_MUST_USE int bundle_writer_member(struct bundle_writer *w, const char *name, struct view v);
/* Length of all that stands before the payload's bytes if the bundle were finished now. */
int64_t bundle_writer_front(void *writer);
#endif
