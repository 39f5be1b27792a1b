/* The numbered transfers of one session: which were heard of, checked against what heartbeats say has
 * started. */
#ifndef SW_DIODE_TRANSFERS_H
#define SW_DIODE_TRANSFERS_H
#include "diode/frame/frame_beat.h"

struct transfers;
/* from_start: transfers below the first one heard are missed, too; else they were before our time. */
SW_MUST_USE int transfers_new(const struct suite *s, bool from_start, struct transfers **out);
void transfers_free(struct transfers *t);
/* A datagram of the transfer came. */
void transfers_hear(struct transfers *t, uint32_t number, const struct frame_object *id);
/* A heartbeat came. False: it speaks of other objects than those heard under these numbers. */
SW_MUST_USE bool transfers_beat(struct transfers *t, const struct frame_beat *b, int64_t now);
/* About each second: what a heartbeat of some time ago said had started, and was not heard of since, is
 * missed. */
void transfers_tick(struct transfers *t, int64_t now);
uint64_t transfers_missed(const struct transfers *t);
/* The numbers missed among the newest ones as [from, to); at most max ranges; returns their number. */
size_t transfers_missed_ranges(const struct transfers *t, uint32_t (*range)[2], size_t max);
#endif
