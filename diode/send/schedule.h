/* Which symbol leaves next. Blocks are on their way side by side: the symbols of one lie far apart, so that a
 * gap in the line takes a little of many blocks instead of much of one. Urgent blocks come first. */
#ifndef SW_DIODE_SCHEDULE_H
#define SW_DIODE_SCHEDULE_H
#include "diode/send/block.h"

struct schedule;
/* spread: ns from the first symbol of a block to its last, at least. */
SW_MUST_USE int schedule_new(int64_t spread, struct schedule **out);
void schedule_free(struct schedule *s); /* must be empty */
/* The block's first symbol may leave at once. */
void schedule_add(struct schedule *s, struct block *b, int64_t now);
/* The block whose next symbol, b->sent, may leave now and is due first, or NULL. To be handed back by
 * schedule_sent. */
struct block *schedule_next(struct schedule *s, int64_t now);
/* Its symbol left. True when that was its last one: the block is no longer here. */
bool schedule_sent(struct schedule *s, struct block *b);
int64_t schedule_due(const struct schedule *s); /* of the next symbol, ns; INT64_MAX when empty */
size_t schedule_bytes(const struct schedule *s, bool urgent);
bool schedule_waits(const struct schedule *s); /* enough blocks have not begun */
/* Any block, taken out; NULL when empty. */
struct block *schedule_take(struct schedule *s);
#endif
