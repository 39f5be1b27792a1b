/* What a peer's acks mean for the bundles that were sent to it. */
#ifndef SW_EXCHANGE_LINK_ACK_H
#define SW_EXCHANGE_LINK_ACK_H
#include "common/exchange/exchange_impl.h"

/* The ack that manifest m of zone `peer` carries about our bundles: 1 taken (holes are then filled by
 * sender_acked), 0 none, or of another life. A peer that knows other contents than ours makes a new epoch
 * begin. */
SW_MUST_USE int link_ack_take(struct exchange *x, struct db_tx *tx, const char *peer,
	const struct manifest *m, enum acked_verdict *verdict);
#endif
