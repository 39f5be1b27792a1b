/* The image of a disc: ISO 9660 with Joliet and Rock Ridge, holding README.txt, disc.json, approvals/N.sig
 * and N.pem, bundles/NAME.swb, repair.dat and nothing else. Reading trusts nothing in it. */
#ifndef SW_BURNER_IMAGE_H
#define SW_BURNER_IMAGE_H
#include "burner/disc/approval.h"
#include "burner/disc/disc.h"
#include "burner/disc/medium.h"

/* Writes the image to `fd`, an empty file; the bundles are read from the folder `bundles`, and their digests
 * compared on the way: ERR_DIGEST. What is written is not yet durable. */
SW_MUST_USE int image_write(int fd, const struct disc *d, struct view manifest, const struct approvals *a,
	int bundles, struct err_note *note);

/* README.txt as it is on every disc of this format. */
struct view image_readme(void);

/* An image that was opened: borrowed medium, owned rest. */
struct image {
	struct medium *medium;
	struct disc disc;
	struct digest identity;
	struct buf manifest;
	struct approvals approvals; /* not yet verified */
};
/* Reads the names, disc.json and the approvals: the members are exactly those of disc.json, of the right
 * size. ERR_FOREIGN when it is no disc of ours at all, ERR_MEMBER, ERR_SYNTAX,
 * ERR_SCHEMA, ERR_TRUNCATED, ERR_LIMIT. */
SW_MUST_USE int image_open(struct medium *m, struct image *out, struct err_note *note);
void image_fini(struct image *i);
/* Reads every bundle and compares its digest: ERR_DIGEST, ERR_TRUNCATED. With to >= 0 each also becomes the
 * file NAME in that folder, which has none of these names; not synced. */
SW_MUST_USE int image_bundles(const struct image *i, int to, struct err_note *note);
/* What lies in the image is byte for byte what the folder `bundles` has, at the places where image_write puts
 * it; image_exact was right. ERR_DIGEST, ERR_TRUNCATED. */
SW_MUST_USE int image_compare(const struct image *i, int bundles, struct err_note *note);
/* Descriptors, folders and size are byte for byte what image_write makes of this manifest and these
 * approvals: no second tree that says something else, no boot record, no other session, nothing behind the
 * end. ERR_FORMAT, ERR_MEMBER (system area), ERR_TRAILING, ERR_TRUNCATED. */
SW_MUST_USE int image_exact(const struct image *i, struct err_note *note);
/* Approved by two different persons below `t`, none of whom it calls revoked itself, and of its suite. */
SW_MUST_USE int image_approved(struct image *i, const struct trust *t, struct err_note *note);
#endif
