/* Order numbers of what goes out. */
#ifndef SW_EXCHANGE_OUTBOX_H
#define SW_EXCHANGE_OUTBOX_H
#include "common/exchange/exchange_impl.h"

/* Last number given on a key; last 0 when there is none. */
SW_MUST_USE int outbox_last_get(
	struct db_tx *tx, const char *dest, const struct order_key *k, struct order_last *out);
SW_MUST_USE int outbox_last_put(
	struct db_tx *tx, const char *dest, const struct order_key *k, const struct order_last *l);
#endif
