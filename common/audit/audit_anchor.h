/* Checkpoints of the zones' logs, carried in the manifests of their bundles: each zone keeps the newest of
 * the others', so none can show another history, or an earlier one, without its peers seeing it. A manifest
 * carries note, size, root, and the consistency proof from the checkpoint of the bundle before it on the same
 * link. The receiver joins them in the order of numbers; what came ahead of a hole waits for it. */
#ifndef SW_AUDIT_AUDIT_ANCHOR_H
#define SW_AUDIT_AUDIT_ANCHOR_H
#include "common/audit/audit_anchor_form.h"
#include "common/audit/audit_mover.h"

/* ---- who sends */
/* Size that the newest bundle on this link carried; 0: none yet. */
SW_MUST_USE int audit_anchor_last(struct db_tx *tx, const char *link, int64_t *size);
/* The newest checkpoint with its proof from `last`; from a larger size than the log has (it was put back)
 * there is none. ERR_NOTFOUND: no checkpoint yet. */
SW_MUST_USE int audit_anchor_make(struct audit_mover *m, int64_t last, struct audit_anchor *out);
/* In the transaction that numbers the bundle. */
SW_MUST_USE int audit_anchor_sent(struct db_tx *tx, const char *link, int64_t size);

/* ---- who receives, in the transaction that records the bundle */
struct audit_anchor_place {
	const char *link;
	int64_t epoch, seq;
};
/* a: NULL when the bundle carries none. signer: certificate of the bundle's signer, trust that of its zone. A
 * finding is written to the log and to the audit records, refuses nothing, and is told in *finding (may be
 * NULL): 0 none; ERR_FORK: not the continuation of what was known (log.forked); ERR_ROLLBACK: shorter than
 * what was known (log.rolled-back); ERR_DIGEST: grown, without proof from what was known, after a number that
 * was closed or in a new epoch (log.unproved); ERR_SIGNATURE, ERR_CERT, ERR_SYNTAX: no checkpoint signed by
 * this zone (log.unsigned). */
SW_MUST_USE int audit_anchor_take(struct db_tx *tx, const struct audit_anchor_place *p,
	const struct audit_anchor *a, const struct trust *trust, struct view signer, int *finding);
/* A number that was closed without its bundle. */
SW_MUST_USE int audit_anchor_void(
	struct db_tx *tx, const struct audit_anchor_place *p, const struct trust *trust, int *finding);
/* Whatever is still missing before this place is not waited for any longer: it counts as closed. */
SW_MUST_USE int audit_anchor_close(
	struct db_tx *tx, const struct audit_anchor_place *p, const struct trust *trust, int *finding);
#endif
