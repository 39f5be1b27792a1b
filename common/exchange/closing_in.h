/* Order keys that the sender of an incoming link closes. */
#ifndef SW_EXCHANGE_CLOSING_IN_H
#define SW_EXCHANGE_CLOSING_IN_H
#include "common/exchange/inbox.h"

#define CLOSING_TYPE "order.closing"
/* All on these keys up to these numbers has come, says their sender, and how far it knows its bundles to be
 * here: nothing is done where they are not. What has been taken up to there is
 * forgotten, and the sender is told so (order.closed); what waits is not, but need not wait for what was
 * forgotten; nor is a key forgotten whose last message was refused: what follows is to know of it. */
SW_MUST_USE int closing_in_take(struct inbox_turn *t, const struct message *m);
#endif
