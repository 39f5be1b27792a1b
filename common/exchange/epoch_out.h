/* New epochs of the outgoing end of a link. Each is numbered above every one that was ever used. What was not
 * sent is numbered anew in it. */
#ifndef SW_EXCHANGE_EPOCH_OUT_H
#define SW_EXCHANGE_EPOCH_OUT_H
#include "common/exchange/exchange_impl.h"

/* Behind all that is known to be sent: a restored database, an officer's command. */
SW_MUST_USE int epoch_out_next(
	struct exchange *x, struct db_tx *tx, const char *link, const char *who, const char *why);
/* Behind what both ends agree upon. parted: epoch in which the peer has other contents. */
SW_MUST_USE int epoch_out_diverge(
	struct exchange *x, struct db_tx *tx, const char *link, int64_t at_least, int64_t parted);
/* For a peer that lost everything: all messages that are kept go again. *messages: how many. */
SW_MUST_USE int epoch_out_rebuild(
	struct exchange *x, struct db_tx *tx, const char *link, const char *who, int64_t *messages);
/* The file of this bundle is lost: its number is voided and what it carried goes again; one that began an
 * epoch makes a new one begin. Nothing when it was settled otherwise. */
SW_MUST_USE int epoch_out_lose(
	struct exchange *x, struct db_tx *tx, const char *link, int64_t epoch, int64_t seq);
/* Newest number before this epoch that is known to be sent: *previous and *last 0 when there is none. */
SW_MUST_USE int epoch_out_before(struct db_tx *tx, const char *link, int64_t epoch, int64_t *previous,
	int64_t *last, struct digest *identity);
#endif
