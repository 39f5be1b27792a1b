/* Where the order keys of an incoming link stand. */
#ifndef SW_EXCHANGE_INBOX_KEY_H
#define SW_EXCHANGE_INBOX_KEY_H
#include "common/exchange/exchange_impl.h"

/* A key that is not known is at number 1. */
SW_MUST_USE int inbox_key_get(
	struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k, struct order_turn *out);
SW_MUST_USE int inbox_key_put(struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k,
	const struct order_turn *t);
/* Forgets where the key stood in the epochs before `epoch`. */
SW_MUST_USE int inbox_key_forget(
	struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k);
/* What the i-th key of the message is judged by. */
SW_MUST_USE int inbox_key_known(
	struct link_state *l, struct db_tx *tx, const struct message *m, size_t i, struct order_known *out);
#endif
