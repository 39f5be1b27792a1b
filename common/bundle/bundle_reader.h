/* A bundle being read: shared by bundle_reader.c (members 1–3 and getters) and bundle_payload.c (members
 * 4–5). */
#ifndef SW_BUNDLE_READER_H
#define SW_BUNDLE_READER_H
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_origin.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tree.h"

/* A message that was asked for. */
struct bundle_loaded {
	struct message m;
	struct buf bytes;
};
struct bundle_reader {
	struct bundle_policy policy;
	const struct suite *suite;
	struct bundle_tar tar; /* of the file: stands behind member 3 after bundle_open */
	struct manifest manifest;
	struct digest identity;
	struct buf bytes, sig, pem;

	int payload; /* plaintext; -1 until everything about it was checked */
	int64_t payload_size;
	struct bundle_contents contents;
	struct bundle_tree *tree;
	struct bundle_origin *origin;
	struct bundle_loaded **loaded; /* one place per message */
};
/* Checks the opened payload in fd, of r->payload_size bytes, against r->manifest. The fuzzer begins here too.
 */
SW_MUST_USE int bundle_payload_inside(struct bundle_reader *r, int fd, struct err_note *note);
#endif
