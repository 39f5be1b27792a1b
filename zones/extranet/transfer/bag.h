/* A BagIt 1.0 package (RFC 8493) as an uncompressed tar, written as it grows into an encrypted file: payload
 * under data/, manifest-sha256.txt, tagmanifest-sha256.txt, and a signature over the latter
 * (tagmanifest-sha256.txt.sig, signer.pem). */
#ifndef REG_TRANSFER_BAG_H
#define REG_TRANSFER_BAG_H
#include "common/crypto/key.h"
#include "common/db/blob.h"

struct bag;
/* name: the folder in the tar, ASCII; at_ms: time of every member. */
SW_MUST_USE int bag_new(struct blob_store *b, const char *name, int64_t at_ms, struct bag **out);
void bag_free(struct bag *b); /* what is not finished is gone */
/* path: below data/, ASCII. */
SW_MUST_USE int bag_add(struct bag *b, const char *path, struct view content);
/* A tag file: beside data/, listed in the tag manifest. path: ASCII. */
SW_MUST_USE int bag_tag(struct bag *b, const char *path, struct view content);
/* info: lines of bag-info.txt; its Payload-Oxum is added. manifest: SHA-256 of the tag manifest. */
SW_MUST_USE int bag_finish(struct bag *b, const char *info, const struct sign_key *seal,
	char manifest[static DIGEST_HEX], struct blob_ref *out);
#endif
