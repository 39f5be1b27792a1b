/* Builds the next bundle of a link and publishes it. A number is committed with identity and file before the
 * file can be seen; after a crash exactly that file is published, or its number is voided. */
#ifndef SW_EXCHANGE_BUILD_H
#define SW_EXCHANGE_BUILD_H
#include "common/exchange/exchange_impl.h"

/* The next bundle, when there is something to send. *sent: there was; *more: more than fitted may wait. */
SW_MUST_USE int build_next(struct link_state *l, bool *sent, bool *more);
/* A tick: newest number, newest ack of the link's turn. */
SW_MUST_USE int build_tick(struct link_state *l);
/* Ticks about every epoch of what comes from the peer, for a disc. */
SW_MUST_USE int build_all_ticks(struct link_state *l);
/* A bundle that has its number, from tmp/ to sent/ and out/: the next station may take it. Repeated after a
 * crash, the result is the same. */
SW_MUST_USE int build_publish(struct link_state *l, const char *file);
/* After a start, and after a commit whose outcome is not known: publishes exactly the committed file, or has
 * its number voided; what was never committed does not exist. */
SW_MUST_USE int build_recover(struct link_state *l);
#endif
