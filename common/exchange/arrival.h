/* One bundle that has arrived: judged and applied in one transaction. */
#ifndef SW_EXCHANGE_ARRIVAL_H
#define SW_EXCHANGE_ARRIVAL_H
#include "common/exchange/inbox.h"

struct arrival {
	struct link_state *l;
	struct bundle_reader *r;
	const struct manifest *m; /* of the end-to-end stream */
	const struct digest *identity;
	struct inbox_message *messages; /* with their attachments, stored already */
	size_t n;
	bool loaded; /* the payload was read, messages is what it holds */
	/* The manifest is authentic, but the payload could not be read: with this error; 0: it could.
	 * `for_good`: another copy would not help. */
	int unreadable;
	bool for_good;
	bool careful; /* inbox.h */
	/* Of the transaction. */
	bool refuses;         /* to be run again, carefully */
	bool leave;           /* the file waits where it is */
	bool taken;           /* it was new */
	bool holes;           /* something is missing now */
	struct err_note note; /* err set: what it is refused for */
	enum acked_verdict acked;
	bool ack_taken;
};
/* Whether the bundle is to be read at all: false when it is only a repeat, or waits. A look that may be
 * outdated; the transaction decides. */
SW_MUST_USE int arrival_wanted(struct arrival *a, bool *wanted);
/* A db_fn; arg is a struct arrival. What it answers stands in the arrival. */
int arrival_apply(struct db_tx *tx, void *arg);
#endif
