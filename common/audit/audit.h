/* Audit records of the daemons: a row written in the business transaction, moved by one restartable thread to
 * the Merkle log (audit_log.h). No record, no action. */
#ifndef SW_AUDIT_AUDIT_H
#define SW_AUDIT_AUDIT_H
#include "common/audit/audit_log.h"
#include "common/db/db.h"

extern const struct db_schema audit_schema; /* table audit_record */

/* Writes the row in this transaction. who: user name or "system"; action: "case.accept" …; subject: number or
 * id, never personal data; detail: object or NULL (borrowed). */
SW_MUST_USE int audit_record(
	struct db_tx *tx, const char *who, const char *action, const char *subject, const json_t *detail);

struct audit_mover;
/* Starts the thread. It appends rows in order, checkpoints every second when there were some, marks rows as
 * moved. On failure of the log (disk full) it keeps trying, and audit_mover_state turns "stalled": daemons
 * then answer ERR_AUDIT to writing requests once more than max_pending rows wait. */
SW_MUST_USE int audit_mover_start(
	struct db *d, struct audit_log *l, int64_t max_pending, struct audit_mover **out);
void audit_mover_stop(struct audit_mover *m);
bool audit_mover_stalled(struct audit_mover *m);
int64_t audit_mover_pending(struct audit_mover *m);
/* Newest checkpoint note and consistency proof from size `from` (manifest.h). */
SW_MUST_USE int audit_mover_checkpoint(struct audit_mover *m, int64_t from, int64_t *size,
	struct digest *root, struct buf *note, struct digest *proof, size_t *nproof);
#endif
