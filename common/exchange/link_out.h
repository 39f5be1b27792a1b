/* The outgoing end of a link, in the database: where it stands, its bundles. */
#ifndef SW_EXCHANGE_LINK_OUT_H
#define SW_EXCHANGE_LINK_OUT_H
#include "common/exchange/exchange_impl.h"

struct link_out {
	int64_t epoch, seq;
	struct digest prev, chain; /* chain zeros with seq > 0: not known */
	int64_t ack_contiguous;    /* all up to here are there, the same as here */
	int64_t queued, queued_bytes, kept_bytes, refused;
	struct acked_link acked;
};
SW_MUST_USE int link_out_init(struct db_tx *tx, const char *link, const char *dest);
/* The epoch that is used, and where numbers of order keys stand. */
SW_MUST_USE int link_out_now(struct db_tx *tx, const char *link, struct order_now *out);
SW_MUST_USE int link_out_load(struct db_tx *tx, const char *link, struct link_out *out);
/* A message more or less in the queue. */
SW_MUST_USE int link_out_queue(struct db_tx *tx, const char *link, int64_t messages, int64_t bytes);
/* A bundle that was built takes its number. ERR_CONFLICT: another epoch began meanwhile, the file never
 * existed. */
struct link_out_bundle {
	int64_t epoch, seq;
	struct digest identity, digest; /* digest: of the file (kept.h) */
	const char *file, *kind;
	int64_t messages, bytes, deadline_ms;
};
SW_MUST_USE int link_out_number(
	struct db_tx *tx, const char *link, const struct suite *s, const struct link_out_bundle *b);
#endif
