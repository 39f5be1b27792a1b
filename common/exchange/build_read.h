/* What the next bundle of a link will hold, read in one snapshot. */
#ifndef SW_EXCHANGE_BUILD_READ_H
#define SW_EXCHANGE_BUILD_READ_H
#include "common/exchange/ask_queue.h"
#include "common/exchange/link_out.h"

struct outgoing {
	int64_t n, size; /* row of the outbox; 0: a request or reply, which has none */
	char id[37];
	struct buf bytes;
	struct blob_ref *refs;
	size_t nrefs;
};
struct build {
	struct link_state *l;
	struct link_out out;
	struct manifest m;
	struct outgoing *v;
	size_t n, max;
	int64_t bytes; /* of messages and attachments */
	int64_t deadline_ms, ack_turns;
	int64_t witnessed; /* size of our log that the bundle before it carried */
	bool tick;         /* asked for: whatever else waits */
	bool asks;         /* requests and replies wait */
	bool store_full, full;
	struct digest identity, digest;
	char file[128];
	int64_t file_bytes;
	size_t broken; /* which message cannot be read, and why */
	int broken_err;
};
SW_MUST_USE int build_new(struct link_state *l, bool tick, struct build **out);
void build_free(struct build *b);
/* Sets kind, ack, voids, statement and messages of b->m and b->v. */
SW_MUST_USE int build_read(struct build *b);
#endif
