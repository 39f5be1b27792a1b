/* Letting go of what was sent: files that nobody needs any more, requests and replies past their deadline,
 * and what is kept longer than it has to be. */
#ifndef SW_EXCHANGE_RESEND_TIDY_H
#define SW_EXCHANGE_RESEND_TIDY_H
#include "common/exchange/exchange_impl.h"

/* Some at a time; *more: there is more to do. */
SW_MUST_USE int resend_tidy(struct link_state *l, bool *more);
#endif
