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
/* Those that follow the numbers of this message are to be looked at again. */
SW_MUST_USE int inbox_wait_wake(struct link_state *l, struct db_tx *tx, const struct message *m);
/* The next one to be looked at, taken off the list: 1 found, 0 none. */
SW_MUST_USE int inbox_wait_next(struct link_state *l, struct db_tx *tx, char id[static 37], int64_t *epoch);
#endif
