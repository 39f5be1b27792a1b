/* What the sender does after an ack: fills holes. */
#ifndef SW_EXCHANGE_RESEND_H
#define SW_EXCHANGE_RESEND_H
#include "common/exchange/exchange_impl.h"

/* Sends again what the ack reports missing, byte by byte the same; what is not whole any more is given up. */
SW_MUST_USE int resend_holes(struct link_state *l, const struct link_ack *a);
#endif
