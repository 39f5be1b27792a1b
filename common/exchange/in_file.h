/* Files in in/ that are not taken yet: they are still being written, or wait for something else to arrive and
 * are not looked at again before the stream changed. */
#ifndef SW_EXCHANGE_IN_FILE_H
#define SW_EXCHANGE_IN_FILE_H
#include "common/exchange/exchange_impl.h"

/* Its last write is so recent that more may come. */
bool in_file_is_young(struct link_state *l, const char *name);
/* It waits, as it is, until l->version is another. As many as there is room for; the others are looked at
 * each time. */
void in_file_park(struct link_state *l, const char *name);
bool in_file_is_parked(struct link_state *l, const char *name);
void in_file_unpark(struct link_state *l, const char *name);
#endif
