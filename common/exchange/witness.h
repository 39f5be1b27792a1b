/* What a bundle tells of its zone's audit log, and what the logs say of bundles: the newest checkpoint with
 * its proof goes into the manifest (audit_anchor.h), sending and receiving are recorded so that logs can be
 * compared (audit_reconcile.h). */
#ifndef SW_EXCHANGE_WITNESS_H
#define SW_EXCHANGE_WITNESS_H
#include "common/exchange/arrival.h"
#include "common/exchange/build_read.h"

/* In the snapshot the bundle is made of. */
SW_MUST_USE int witness_read(struct db_tx *tx, struct build *b);
/* Puts the checkpoint into b->m when it is newer than what the bundle before it carried. */
SW_MUST_USE int witness_carry(struct build *b);
/* In the transaction that numbers the bundle. */
SW_MUST_USE int witness_sent(struct db_tx *tx, const struct build *b);

/* In the transaction that takes the bundle. */
SW_MUST_USE int witness_received(struct db_tx *tx, const struct arrival *a);
/* The checkpoint of the guard's half that signed the bundle, under the half's name in the place of a link. */
SW_MUST_USE int witness_guarded(struct db_tx *tx, const struct arrival *a);
/* Bundles of the guard up to this number that have not come are waited for no longer. */
SW_MUST_USE int witness_guard_close(struct db_tx *tx, const struct arrival *a, int64_t seq);
SW_MUST_USE int witness_void(struct db_tx *tx, const struct arrival *a, const struct manifest_void *v);
#endif
