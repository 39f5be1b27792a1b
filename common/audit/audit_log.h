/* Append-only Merkle log in a folder: C2SP tile layout with signed checkpoints (DESIGN.md). Entry: one
 * canonical JSON line {"action","at","by","detail","n","subject"}. Used directly by gapd, diode and burner
 * (intent, act, result), and by the daemons' mover (audit.h). One writer per folder (lock file), several
 * threads. */
#ifndef SW_AUDIT_AUDIT_LOG_H
#define SW_AUDIT_AUDIT_LOG_H
#include "common/audit/audit_note.h"
#include "common/base/json.h"

struct audit_log;
/* origin: e.g. "extranet/registryd". signer signs checkpoints, may be NULL (then there are none). Everything
 * is compared; an entry that a crash cut off is removed; damage is ERR_DIGEST, ERR_TRUNCATED … with the
 * place. */
SW_MUST_USE int audit_log_open(const char *dir, const char *origin, const struct suite *s,
	const struct sign_key *signer, struct audit_log **out, struct err_note *note);
/* As which it was begun. ERR_NOTFOUND: there is none yet. */
struct audit_log_form {
	bool is_signed;
	const struct suite *suite;
};
SW_MUST_USE int audit_log_form(const char *dir, struct audit_log_form *out, struct err_note *note);
/* Durable when it returns 0; else ERR_AUDIT and the action must not happen. subject: bundle identity, disc
 * number, case number … never personal data. detail: object or NULL, borrowed. *index (may be NULL) is the
 * entry's number from 0. */
SW_MUST_USE int audit_log_append(
	struct audit_log *l, const char *action, const char *subject, const json_t *detail, int64_t *index);
/* Several with one sync per tile, in their order. *done (may be NULL): how many of them, from the first, are
 * durable, on failure too. */
struct audit_record {
	const char *action, *subject;
	struct view detail; /* an object in canonical form; n 0: none */
};
SW_MUST_USE int audit_log_append_records(
	struct audit_log *l, const struct audit_record *v, size_t n, size_t *done);
/* Several entries (canonical lines made elsewhere) with one sync per tile. On failure the first of them may
 * stand: audit_log_size tells. */
SW_MUST_USE int audit_log_append_lines(struct audit_log *l, const struct view *lines, size_t n);
int64_t audit_log_size(struct audit_log *l);
/* Removes the files of the first `through` entries (whole tiles; less than whole ones stay): to be called
 * when the record of it is an entry. ERR_REFUSED: one of them is younger than a year; what is before it is
 * gone. */
SW_MUST_USE int audit_log_prune(struct audit_log *l, int64_t through);
/* Reads the entries from number `from` on. Entries whose files were deleted are left out. A non-zero answer
 * ends it and is returned. */
SW_MUST_USE int audit_log_read(struct audit_log *l, int64_t from,
	int (*each)(void *arg, int64_t index, struct view entry), void *arg);
/* Head over the first n entries. */
SW_MUST_USE int audit_log_root(struct audit_log *l, int64_t n, struct digest *out);
/* Signs and durably writes a new checkpoint over all entries when there are new ones since the last; the
 * newest note's text appended to out (may be NULL). ERR_STATE without a signer. */
SW_MUST_USE int audit_log_checkpoint(struct audit_log *l, struct buf *out, struct audit_note *note);
/* The newest one as it stands, nothing is signed for it. ERR_NOTFOUND: there is none. */
SW_MUST_USE int audit_log_newest(struct audit_log *l, struct buf *out, struct audit_note *note);
/* Consistency proof between two sizes, at most MERKLE_PATH_MAX + 1 nodes. ERR_RANGE. */
SW_MUST_USE int audit_log_consistency(
	struct audit_log *l, int64_t from, int64_t to, struct digest *proof, size_t *n);
void audit_log_close(struct audit_log *l);
#endif
