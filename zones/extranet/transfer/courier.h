/* The carrier's service 寄递服务: parcels that were ordered are told to it (POST URL/orders, the order's id
 * makes a repeat harmless) and its stations fetched (GET URL/waybills/W/events?after=N), in a thread of its
 * own. What it does not answer, or answers wrongly, is asked again; nothing counts that cannot be
 * (domain/mailing.h). Removes who receives a parcel a configured time after its end. */
#ifndef REG_TRANSFER_COURIER_H
#define REG_TRANSFER_COURIER_H
#include "zones/extranet/registry.h"

struct courier;
/* Reads the token; asks nothing yet. ERR_CONFIG. */
SW_MUST_USE int courier_new(struct registry *r, struct courier **out, struct err_note *note);
SW_MUST_USE int courier_start(struct courier *c);
void courier_free(struct courier *c); /* stops it; NULL is a no-op */
void courier_wake(void *arg);         /* arg: struct courier *, NULL is a no-op; for db_after_commit */
#endif
