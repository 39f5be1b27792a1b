/* The outgoing end of a link closes the order keys that lie idle (closing.h). */
#ifndef SW_EXCHANGE_CLOSING_OUT_H
#define SW_EXCHANGE_CLOSING_OUT_H
#include "common/exchange/exchange_impl.h"

#define CLOSED_TYPE "order.closed"
/* Looks whether a round is over; closes some keys when it is. By the sender's thread, now and then:
 * l->close_at_ms says when again. */
SW_MUST_USE int closing_out_look(struct link_state *l);
/* A number was given that follows one of an earlier epoch which may be under way. */
SW_MUST_USE int closing_out_hurry(struct db_tx *tx, const char *link);
/* A new epoch begins: what was sent behind previous/last goes again. */
SW_MUST_USE int closing_out_epoch(struct db_tx *tx, const char *link, int64_t previous, int64_t last);
/* The receiver has forgotten these keys up to these numbers: so do we. */
SW_MUST_USE int closing_out_confirmed(struct exchange *x, struct db_tx *tx, const struct message *m);
#endif
