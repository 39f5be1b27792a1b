/* Append-only Merkle log in a folder: C2SP tile layout (tile/<L>/<N>[.p/<W>], tile/entries/…), signed
 * checkpoint in `checkpoint` (C2SP signed-note form: origin line, size, base64 root, blank line, signature
 * line "— <origin> <base64>"). Entry: one canonical JSON line {"at","by","action","subject","detail","n"}.
 * Used directly by gapd, diode and burner (intent, act, result), and by the daemons' mover (audit_mover.h).
 * One writer per folder (lock file). */
#ifndef SW_AUDIT_AUDIT_LOG_H
#define SW_AUDIT_AUDIT_LOG_H
#include "common/base/json.h"
#include "common/crypto/key.h"

struct audit_log;
/* origin: e.g. "extranet/registryd". signer signs checkpoints, may be NULL (then no checkpoints: gapd halves
 * without such a key). A torn tail from a crash is repaired to the last complete entry; damage before that is
 * ERR_DIGEST with the place. */
SW_MUST_USE int audit_log_open(const char *dir, const char *origin, const struct suite *s,
	const struct sign_key *signer, struct audit_log **out, struct err_note *note);
/* Durable when it returns 0; else ERR_AUDIT and the action must not happen. subject: bundle identity, disc
 * number, case number … never personal data. detail: object or NULL, borrowed. *index (may be NULL) is the
 * entry's number from 0. */
SW_MUST_USE int audit_log_append(
	struct audit_log *l, const char *action, const char *subject, const json_t *detail, int64_t *index);
/* Several entries (canonical lines made elsewhere) with one sync; all or none visible in the next checkpoint.
 */
SW_MUST_USE int audit_log_append_lines(struct audit_log *l, const struct view *lines, size_t n);
int64_t audit_log_size(const struct audit_log *l);
void audit_log_root(const struct audit_log *l, struct digest *out);
/* Signs and durably writes a new checkpoint over all entries; note text appended to out (may be NULL). */
SW_MUST_USE int audit_log_checkpoint(struct audit_log *l, struct buf *out);
/* Consistency proof from an older size to the newest checkpoint. */
SW_MUST_USE int audit_log_consistency(
	struct audit_log *l, int64_t from_size, struct digest *proof, size_t *n);
void audit_log_close(struct audit_log *l);
/* Checks a whole folder: every tile against its entries, the checkpoint against the tree, its signature
 * against the pinned CA (NULL: not checked). ERR_DIGEST/ERR_TRUNCATED/ERR_SIGNATURE/ERR_TRAILING; note names
 * the first wrong entry or file. */
SW_MUST_USE int audit_log_verify(
	const char *dir, const struct suite *s, const struct trust *t, int64_t *size, struct err_note *note);
#endif
