/* A bundle being written: shared by bundle_writer.c (begin, add) and bundle_finish.c. */
#ifndef SW_BUNDLE_WRITER_H
#define SW_BUNDLE_WRITER_H
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_origin.h"
#include "common/bundle/bundle_spill.h"

struct bundle_writer {
	struct bundle_sender sender;
	const struct suite *suite;
	struct manifest manifest;
	struct bundle_contents contents;
	struct bundle_spill *spill; /* members behind contents.json */
	struct bundle_origin *origin;
	int64_t message_bytes;
	bool broken; /* a source failed half-way, or already finished */
};

/* Adds a whole member to the payload. */
SW_MUST_USE int bundle_writer_member(struct bundle_writer *w, const char *name, struct view v);
#endif
