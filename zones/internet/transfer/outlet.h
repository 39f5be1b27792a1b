/* Sends what store/outgoing.h has put down for a channel, in a thread of its own, until it is taken, refused
 * for good, or of no use any more; what is not taken is tried again, later each time. */
#ifndef INTAKE_TRANSFER_OUTLET_H
#define INTAKE_TRANSFER_OUTLET_H
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "zones/internet/store/outgoing.h"

struct outlet;
/* 0: taken; 1: it will never be; negative: to be tried again. A message may be given a second time: its id
 * names it. */
typedef int outlet_send(void *arg, const struct outgoing *m);
/* Sends nothing yet. */
SW_MUST_USE int outlet_new(struct db *db, struct vault *vault, const char *channel, outlet_send *send,
	void *arg, struct outlet **out);
SW_MUST_USE int outlet_start(struct outlet *o);
void outlet_free(struct outlet *o); /* stops it; NULL is a no-op */
/* Something was put down; arg: struct outlet *, for db_after_commit. */
void outlet_wake(void *arg);
#endif
