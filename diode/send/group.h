/* A group of blocks sent interleaved: first symbol of each, second of each, … so that a burst of loss takes a
 * little of many blocks instead of much of one. */
#ifndef SW_DIODE_GROUP_H
#define SW_DIODE_GROUP_H
#include "diode/frame/frame.h"
#include "diode/send/emit.h"
#include "diode/send/outgoing.h"

enum group_protect { GROUP_NONE, GROUP_NORMAL, GROUP_STRONG };
/* "none", "normal", "strong"; ERR_USAGE. */
SW_MUST_USE int group_protect_parse(const char *text, enum group_protect *out);

#define GROUP_K 128 /* data symbols of a full block */
struct group;
/* rate: of the link in bits a second, for the depth; symbol_max: of the link. Holds at most depth blocks of
 * (k + m) symbols in memory. */
SW_MUST_USE int group_new(enum group_protect p, int64_t rate, unsigned symbol_max, struct group **out);
void group_free(struct group *g);
/* Reads, encodes and keeps the next block of o. Errors as of outgoing_read. */
SW_MUST_USE int group_add(struct group *g, struct outgoing *o);
bool group_full(const struct group *g);
size_t group_count(const struct group *g);
/* Sends all blocks and empties the group; tick is called between rows of symbols. */
SW_MUST_USE int group_send(struct group *g, struct emit *e, int (*tick)(void *), void *cookie);
unsigned group_depth(const struct group *g);
#endif
