/* contents.json, behind the messages and attachments of the payload: what they are, with sizes, digests,
 * salts and paths. */
#ifndef SW_BUNDLE_CONTENTS_H
#define SW_BUNDLE_CONTENTS_H
#include "common/bundle/bundle.h"
#include "common/bundle/bundle_memory.h"
#include "common/bundle/bundle_tree.h"

struct bundle_part {
	int64_t size;
	struct digest digest; /* by the suite of this bundle */
	int64_t offset;       /* in the payload's tar; not part of contents.json */
};
struct bundle_entry {
	char id[37];
	char type[48];
	uint8_t salt[16];
	struct bundle_part message;
	struct bundle_part *attachments; /* owned */
	size_t nattachments;
	struct bundle_origin_path *origin; /* owned; NULL unless forwarded */
	const struct suite *said; /* suite of what the message says of its attachments, while reading */
};
struct bundle_contents {
	struct bundle_entry *entries; /* in mem */
	size_t n;
	struct bundle_memory mem;
	struct bundle_pool *pool; /* for it; NULL: none */
	size_t nattachments;      /* of all entries */
	bool origin;              /* o/… members stand at the end */
};

void bundle_contents_fini(struct bundle_contents *c);
/* A new zeroed entry at the end; ERR_LIMIT, ERR_NOMEM. Valid until the next call. */
SW_MUST_USE int bundle_contents_grow(
	struct bundle_contents *c, size_t nattachments, struct bundle_entry **out);
/* As many bytes as its text has, or some more. */
size_t bundle_contents_most(const struct bundle_contents *c);
SW_MUST_USE int bundle_contents_encode(const struct bundle_contents *c, struct buf *out);
/* Only canonical bytes with exactly these members; ids and origin leaves may not stand twice. ERR_SYNTAX,
 * ERR_SCHEMA, ERR_LIMIT. out zeroed by the caller. */
SW_MUST_USE int bundle_contents_decode(struct view bytes, struct bundle_contents *out, struct err_note *note);
/* Leaf of a message: H(0x00 ‖ salt ‖ digest). */
void bundle_contents_leaf(const struct suite *s, const uint8_t salt[static 16], const struct digest *message,
	struct digest *out);
/* The tree over all leaves of this hop; NULL without memory. Caller frees with bundle_tree_free. */
struct bundle_tree *bundle_contents_tree(const struct bundle_contents *c, const struct suite *s);
#endif
