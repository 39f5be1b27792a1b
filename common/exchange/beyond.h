/* What a receiver holds beyond what its restored sender knows. It goes back to the sender as a list (message
 * link.beyond), and both sides' officers see it. */
#ifndef SW_EXCHANGE_BEYOND_H
#define SW_EXCHANGE_BEYOND_H
#include "common/exchange/exchange_impl.h"

#define BEYOND_TYPE "link.beyond"
/* Sends the list of what is beyond the statement of this epoch. */
SW_MUST_USE int beyond_return(struct link_state *l, struct db_tx *tx, int64_t until_epoch);
/* Keeps such a list about our own bundles. ERR_LINK: about those of another link than the one to who tells
 * it. */
SW_MUST_USE int beyond_told(
	struct exchange *x, struct db_tx *tx, const struct message *m, struct err_note *why);
#endif
