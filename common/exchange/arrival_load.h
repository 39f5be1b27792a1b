/* Opens a file that has arrived: first what tells whether it is to be read, then its payload. */
#ifndef SW_EXCHANGE_ARRIVAL_LOAD_H
#define SW_EXCHANGE_ARRIVAL_LOAD_H
#include "common/exchange/arrival.h"

/* Sets a->r, m, identity, and for what is wanted (arrival_wanted) its messages, whose attachments are blobs
 * then; or `unreadable`. An error of the peer: the file is refused. */
SW_MUST_USE int arrival_load(struct arrival *a, int fd, int64_t size);
/* Blobs that belong to nothing after all go again: of repeats, of refused messages; `all`: of a transaction
 * that fell. */
void arrival_load_drop(struct arrival *a, bool all);
#endif
