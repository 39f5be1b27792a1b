/* What the sender does after an ack: fills holes, lets go. */
#ifndef SW_EXCHANGE_RESEND_H
#define SW_EXCHANGE_RESEND_H
#include "common/exchange/exchange_impl.h"

/* Sends again what the ack reports missing, byte by byte the same; what is not whole any more is given up. */
SW_MUST_USE int resend_holes(struct link_state *l, const struct link_ack *a);
/* Removes files that nobody needs any more, requests and replies past their deadline, and what is kept longer
 * than it has to be. Some at a time; *more: there is more to do. */
SW_MUST_USE int resend_tidy(struct link_state *l, bool *more);
#endif
