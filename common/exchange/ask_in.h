/* Requests and replies that come in. In the transaction of the bundle a request is answered and a reply is
 * noted; after the commit what was noted takes place. Of the receiver's thread. */
#ifndef SW_EXCHANGE_ASK_IN_H
#define SW_EXCHANGE_ASK_IN_H
#include "common/exchange/exchange_impl.h"

/* Before each run of the transaction: forgets what a run noted that fell. */
void ask_in_begin(struct link_state *l);
SW_MUST_USE int ask_in_take(struct link_state *l, struct db_tx *tx, const struct message *m);
void ask_in_commit(struct link_state *l);
#endif
