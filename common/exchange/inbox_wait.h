/* Messages that wait for an earlier number of a key, sealed, in the database. A message may wait in the
 * numbers of more than one epoch of its sender: which of them its sender goes by is not known here. */
#ifndef SW_EXCHANGE_INBOX_WAIT_H
#define SW_EXCHANGE_INBOX_WAIT_H
#include "common/exchange/inbox.h"

struct inbox_waiting {
	struct buf bytes;
	struct message m;
	struct blob_ref refs[MESSAGE_ATTACHMENTS_MAX];
};
void inbox_waiting_fini(struct inbox_waiting *w);
/* 1 when it waits already in these numbers. */
SW_MUST_USE int inbox_wait_known(struct db_tx *tx, const struct message *m);
SW_MUST_USE int inbox_wait_store(struct link_state *l, struct db_tx *tx, const struct inbox_message *in);
/* 1 loaded, 0 it waits no longer. */
SW_MUST_USE int inbox_wait_load(
	struct link_state *l, struct db_tx *tx, const char *id, int64_t epoch, struct inbox_waiting *out);
/* It waits no longer. */
SW_MUST_USE int inbox_wait_drop(struct db_tx *tx, const char *id, int64_t epoch);
/* Whether a message with this number of the key waits: 1, with the number that it follows, or 0. */
SW_MUST_USE int inbox_wait_number(struct db_tx *tx, const char *link, const struct order_key *k,
	int64_t epoch, int64_t n, struct order_after *follows);
/* The lowest numbers of the key in this epoch, up to `last`, that wait: how many, at most max. */
SW_MUST_USE int inbox_wait_numbers(struct db_tx *tx, const char *link, const struct order_key *k,
	int64_t epoch, int64_t last, int64_t *n, int max);
/* Those that follow this number of the key are to be looked at again. */
SW_MUST_USE int inbox_wait_wake(
	struct db_tx *tx, const char *link, const struct order_key *k, int64_t epoch, int64_t n);
/* All that waits is: what it waits for may have been settled otherwise (a restored database, a statement). */
SW_MUST_USE int inbox_wait_wake_all(struct link_state *l, struct db_tx *tx);
/* The next one to be looked at, taken off the list: 1 found, 0 none. */
SW_MUST_USE int inbox_wait_next(struct link_state *l, struct db_tx *tx, char id[static 37], int64_t *epoch);
#endif
