/* A bundle being read: bundle_reader.c (members 1–3 and getters), bundle_payload.c (members 4–5),
 * bundle_inside.c (what the payload holds). */
#ifndef SW_BUNDLE_READER_H
#define SW_BUNDLE_READER_H
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_memory.h"
#include "common/bundle/bundle_origin.h"
#include "common/bundle/bundle_plain.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tree.h"

struct bundle_reader {
	struct bundle_policy policy;
	const struct suite *suite;
	struct bundle_tar tar; /* of the file: stands behind member 3 after bundle_open */
	struct manifest manifest;
	struct digest identity;
	struct buf bytes, sig, pem;

	int tmp; /* the payload's frames, in a file (-1: none) or in memory */
	struct bundle_memory mem;
	struct bundle_frames *frames; /* set with the two below when everything about them was checked */
	struct bundle_plain *plain;
	struct bundle_contents contents;
	struct bundle_tree *tree;
	struct bundle_origin *origin;
	struct buf message_bytes; /* the message that was asked for last */
	struct message message;
};
/* Checks the payload's frames (borrowed, longer than r) against r->manifest. The fuzzer begins here too. */
SW_MUST_USE int bundle_inside(
	struct bundle_reader *r, const struct bundle_frames_source *frames, struct err_note *note);
#endif
