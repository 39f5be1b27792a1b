/* Requests and replies (transient messages): in no table, never repeated after their deadline. */
#ifndef SW_EXCHANGE_ASKS_H
#define SW_EXCHANGE_ASKS_H
#include "common/exchange/exchange_impl.h"

SW_MUST_USE int asks_new(struct exchange *x, struct asks **out);
void asks_free(struct asks *a); /* NULL is a no-op */
/* Whoever waits is told ERR_STOPPING. */
void asks_stop(struct asks *a);

/* ---- incoming. In the transaction of the bundle: a request is answered, a reply is noted; after the commit
 * what was noted takes place. asks_begin forgets what a run of the transaction noted that fell. */
void asks_begin(struct link_state *l);
SW_MUST_USE int asks_take(struct link_state *l, struct db_tx *tx, const struct message *m);
void asks_commit(struct link_state *l);

/* ---- outgoing, taken by the sender: canonical bytes, oldest first */
struct asks_out {
	struct uuid id;
	struct buf bytes;
	int64_t deadline_ms;
};
bool asks_any(struct asks *a, const struct link_state *l);
size_t asks_outgoing(struct asks *a, const struct link_state *l, struct asks_out *out, size_t max);
/* They were not sent after all: back to the front. Takes the bytes. */
void asks_put_back(struct asks *a, const struct link_state *l, struct asks_out *v, size_t n);
/* Tells those whose deadline has passed, forgets answers that nobody fetched. */
void asks_expire(struct asks *a);
#endif
