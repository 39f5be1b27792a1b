/* Messages as they arrive: each waits only for the earlier numbers of its own keys, has one effect, and a
 * verdict. */
#ifndef SW_EXCHANGE_INBOX_H
#define SW_EXCHANGE_INBOX_H
#include "common/exchange/exchange_impl.h"

struct inbox_message {
	const struct message *m; /* borrowed while it is taken */
	struct view bytes;
	struct blob_ref *refs; /* of its attachments, stored already */
	size_t nrefs;
	bool used; /* of the transaction: its attachments belong to something now */
};
/* What one transaction takes: begun, used and ended in it. */
struct inbox_turn {
	struct link_state *l;
	struct db_tx *tx;
	/* A message may be refused only when its effect can be taken back alone, in a savepoint, which the
	 * others need not pay for: where one would be and this is false, nothing is taken (ERR_REFUSED,
	 * `refuses` set) and the transaction is to be run again with it. */
	bool careful, refuses;
	bool waits;        /* something waits for an earlier number */
	int64_t counts[4]; /* by verdict, changes of the link's counters */
	int64_t duplicated;
};
SW_MUST_USE int inbox_turn_begin(
	struct link_state *l, struct db_tx *tx, bool careful, struct inbox_turn *out);
SW_MUST_USE int inbox_turn_end(struct inbox_turn *t); /* the counters */
/* Of bundle (b->epoch, b->seq). */
SW_MUST_USE int inbox_take(struct inbox_turn *t, struct inbox_message *in, const struct manifest *b);
/* Applies what numbers before it have woken, at most `max`; *more: there is still something. */
SW_MUST_USE int inbox_wake(struct inbox_turn *t, size_t max, bool *more);
SW_MUST_USE int inbox_any_ready(struct link_state *l, struct db_tx *tx, bool *any);
/* Time before which verdicts are forgotten, by the earlier of our clock and the peer's; 0: never. What was
 * made before it and comes now is refused: whether it had its effect is not known any more. */
int64_t inbox_horizon(const struct link_state *l);
/* Forgets verdicts of messages that were made before `before_ms`, at most max. */
SW_MUST_USE int inbox_prune(struct db_tx *tx, int64_t before_ms, int64_t max);
#endif
