/* The stream of a link and what is recorded about its bundles, in the database. */
#ifndef SW_EXCHANGE_STREAM_STORE_H
#define SW_EXCHANGE_STREAM_STORE_H
#include "common/exchange/exchange_impl.h"

struct stream_row {
	struct stream s;
	uint64_t stored;         /* of what follows and s, but the epochs */
	char newest_created[25]; /* newest manifest of the sender, and when it came */
	int64_t newest_ms;
};
void stream_row_fini(struct stream_row *r);
SW_MUST_USE int stream_init(struct db_tx *tx, const char *link);
SW_MUST_USE int stream_load(struct db_tx *tx, const char *link, int64_t now, struct stream_row *out);
/* Carries the chains of identities on, by the sender's suite, and writes what changed. */
SW_MUST_USE int stream_save(
	struct db_tx *tx, const char *link, struct stream_row *r, const struct suite *suite);

/* Whether all bundles up to this one are here (stream_holds). Found once it is remembered until an epoch
 * begins. */
SW_MUST_USE int stream_check_holds(
	struct link_state *l, struct db_tx *tx, int64_t epoch, int64_t seq, bool *out);

enum stream_counter {
	STREAM_BUNDLES,
	STREAM_DUPLICATED,
	STREAM_LEAVES,
	STREAM_APPLIED,
	STREAM_REFUSED,
	STREAM_WAITING
};
SW_MUST_USE int stream_count(struct db_tx *tx, const char *link, enum stream_counter what, int64_t n);
SW_MUST_USE int stream_count_quarantine(struct db_tx *tx, const char *link, const char *reason);

/* The ack about the stream that comes from zone `peer`; peer "" in it when nothing comes from there. turn:
 * see stream_ack. *turns (may be NULL): how many it takes to say all. */
SW_MUST_USE int stream_tell(struct exchange *x, struct db_tx *tx, const char *peer, int64_t turn,
	struct manifest_ack *out, int64_t *turns);
#endif
