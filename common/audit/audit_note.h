/* Checkpoints: C2SP signed notes "<origin>\n<size>\n<base64 root>\n\n— <origin> <base64 (4-byte key id ‖
 * signature)>\n". */
#ifndef SW_AUDIT_AUDIT_NOTE_H
#define SW_AUDIT_AUDIT_NOTE_H
#include "common/crypto/key.h"

#define AUDIT_NOTE_MAX 2048
#define AUDIT_ORIGIN_MAX 64
struct audit_note {
	char origin[AUDIT_ORIGIN_MAX];
	int64_t size;
	struct digest root;
	char key[9]; /* first 8 hex digits of the signer's key id */
};
/* Appended. origin: 1 to 63 printable ASCII characters without space. */
SW_MUST_USE int audit_note_make(const struct sign_key *k, const char *origin, int64_t size,
	const struct digest *root, struct buf *out);
/* Form only, and only what audit_note_make can write. ERR_SYNTAX. */
SW_MUST_USE int audit_note_parse(struct view text, struct audit_note *out, struct err_note *note);
/* Form, and the signature by this certificate. ERR_SYNTAX, ERR_CERT (another key), ERR_SIGNATURE. */
SW_MUST_USE int audit_note_check(
	struct view text, const struct cert *c, struct audit_note *out, struct err_note *note);
#endif
