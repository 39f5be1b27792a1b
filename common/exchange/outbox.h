/* Order numbers of what goes out. */
#ifndef SW_EXCHANGE_OUTBOX_H
#define SW_EXCHANGE_OUTBOX_H
#include "common/exchange/exchange_impl.h"

/* Last number given on a key; last 0 when there is none. */
SW_MUST_USE int outbox_last_get(
	struct db_tx *tx, const char *dest, const struct order_key *k, struct order_last *out);
SW_MUST_USE int outbox_last_put(
	struct db_tx *tx, const char *dest, const struct order_key *k, const struct order_last *l);
/* The key is forgotten if this is what is known of it, and it was not used since the round `ripe`: *was. */
SW_MUST_USE int outbox_last_forget(struct db_tx *tx, const char *dest, const struct order_key *k,
	int64_t epoch, int64_t n, int64_t ripe, bool *was);
/* All keys are: nothing of before will come. */
SW_MUST_USE int outbox_last_forget_all(struct db_tx *tx, const char *dest);
/* Sets what a message that opens a generation says of its receiver. */
void outbox_held(struct message *m, const struct order_now *now);
#endif
