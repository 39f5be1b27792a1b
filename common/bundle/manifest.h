/* Manifest of a bundle (member 1, canonical JSON). Its digest is the identity of the bundle.
 * {"format":1,"kind":"messages","link":"gap","from":"internet","to":"gap-outer","epoch":1,"seq":17,"prev":HEX,"created":"…Z","suite":"gm","key":KEYID,
 *  "counts":{"application.submitted":1},"payload":{"digest":HEX,"key":HEX
 * commitment,"plain":N,"size":N},"root":HEX,
 *  "ack":{…},"void":[{"epoch","seq","identity"}],"statement":{…},"checkpoint":{…}}
 * kinds: messages (takes the next number), void (takes the next number; closes dead numbers), epoch (number 1
 * of a new epoch, with statement), tick (takes no number: seq and prev are those of the newest numbered
 * bundle; carries ack, closes nothing). */
#ifndef SW_BUNDLE_MANIFEST_H
#define SW_BUNDLE_MANIFEST_H
#include "common/base/id.h"
#include "common/base/json.h"
#include "common/crypto/suite.h"

#define MANIFEST_BYTES_MAX LIMIT_MANIFEST
#define MANIFEST_RANGES_MAX LIMIT_RANGES
#define MANIFEST_VOIDS_MAX LIMIT_VOIDS
#define MANIFEST_TYPES_MAX LIMIT_TYPES

enum manifest_kind { MANIFEST_MESSAGES, MANIFEST_VOID, MANIFEST_EPOCH, MANIFEST_TICK };
struct manifest_range {
	int64_t first, last;
};
/* What the sender of this manifest has received end to end from the other side (its final zone's numbers, not
 * a guard's). */
struct manifest_ack {
	char peer[16];             /* origin zone whose bundles are acknowledged; "" = no ack */
	int64_t epoch, contiguous; /* all up to here are in */
	struct digest head;        /* identity of the bundle with number contiguous; zero: not told */
	int64_t known; /* highest number known to exist (from bundles and ticks); holes: what is missing up to
			  here */
	int64_t safe;  /* all up to here are in the receiver's last backup: the sender may let them go */
	struct manifest_range ranges[MANIFEST_RANGES_MAX]; /* received beyond contiguous, ascending; the holes
							      between are asked for again */
	size_t nranges;
	struct {
		int64_t seq;
		struct digest identity;
		char reason[16];
	} refused[LIMIT_REFUSED]; /* permanently refused: to be voided and re-issued */
	size_t nrefused;
};
struct manifest_void {
	int64_t epoch, seq;
	struct digest identity;
};
struct manifest {
	enum manifest_kind kind;
	char link[16], from[16], to[16]; /* stations: internet, gap-outer, gap-inner, extranet, intranet */
	int64_t epoch, seq;
	struct digest prev;
	char created[25];
	char suite[8];
	char key[17];
	struct {
		char type[48];
		int64_t n;
	} counts[MANIFEST_TYPES_MAX];
	size_t ncounts;
	struct digest payload_digest;
	int64_t payload_size, payload_plain; /* ciphertext; tar inside */
	struct digest key_commitment;
	struct digest root; /* RFC 6962 tree head over salted message leaves; zero for none */
	struct manifest_ack ack;
	struct manifest_void voids[MANIFEST_VOIDS_MAX];
	size_t nvoids;
	struct {
		int64_t previous_epoch, last_seq;
		struct digest last;
	} statement; /* kind epoch */
	struct {
		int64_t size;
		struct digest root;
		char *proof;
		char *note;
	} checkpoint; /* newest audit checkpoint; note "" = none; owned text: signed note, and proof base64
			 lines from the previous one on this link */
};
void manifest_init(struct manifest *m);
void manifest_fini(struct manifest *m);
SW_MUST_USE int manifest_encode(const struct manifest *m, struct buf *out);
/* Accepts only canonical bytes with exactly these members. */
SW_MUST_USE int manifest_decode(struct view bytes, struct manifest *out, struct err_note *note);
void manifest_identity(const struct suite *s, struct view bytes, struct digest *out);
const char *manifest_kind_name(enum manifest_kind k);
/* Name of a bundle file: "<link>-<from>-<epoch 6 digits>-<seq 12 digits>-<first 8 hex of identity>.swb";
 * ticks get "-tick-<created>". */
void manifest_file_name(const struct manifest *m, const struct digest *identity, char out[static 128]);
#endif
