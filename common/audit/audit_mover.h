/* Carries audit records (audit.h) from the database to the Merkle log (audit_log.h). Row n is entry n-1 of
 * the log: killed at any moment, it goes on behind the last entry. The log is the truth: a database restored
 * from a backup takes back from it the records it has forgotten; a log folder that was lost or restored is
 * written again from the rows, byte for byte. */
#ifndef SW_AUDIT_AUDIT_MOVER_H
#define SW_AUDIT_AUDIT_MOVER_H
#include "common/audit/audit.h"
#include "common/audit/audit_log.h"

enum audit_state {
	AUDIT_OK,
	AUDIT_FAILING, /* the log cannot be written; records wait, actions go on */
	AUDIT_STALLED, /* as many wait as may: every action that is recorded is refused with ERR_AUDIT */
	AUDIT_DIVERGED /* rows and log tell different things: refused until an officer has settled it */
};
struct audit_mover;
/* Starts the thread. It appends rows in order and makes a checkpoint every second when there were some.
 * max_pending: so many rows may wait. */
SW_MUST_USE int audit_mover_start(
	struct db *d, struct audit_log *l, int64_t max_pending, struct audit_mover **out);
/* Moves what the last transactions wrote. NULL is a no-op. */
void audit_mover_stop(struct audit_mover *m);
enum audit_state audit_mover_state(struct audit_mover *m);
const char *audit_mover_state_name(enum audit_state s); /* "ok", "failing", "stalled", "diverged" */
int64_t audit_mover_pending(struct audit_mover *m);
/* Newest checkpoint, its text, and the consistency proof from size `from` to it (0 nodes when from is 0 or
 * its size). ERR_NOTFOUND: there is none yet. ERR_RANGE: the log is shorter than `from`. */
SW_MUST_USE int audit_mover_checkpoint(struct audit_mover *m, int64_t from, struct audit_note *note,
	struct buf *text, struct digest *proof, size_t *nproof);
#endif
