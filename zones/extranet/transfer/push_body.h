/* What a department is told of a case: made of it as it stands (transfer/pusher.h has its form). */
#ifndef REG_TRANSFER_PUSH_BODY_H
#define REG_TRANSFER_PUSH_BODY_H
#include "zones/extranet/store/push.h"

struct push_body {
	json_t *statement;
	bool has_contract;
	struct blob_ref contract; /* its PDF */
};
void push_body_fini(struct push_body *b);
/* out: of zeros, or of one before. ERR_BUSY: its contract is not sealed yet. */
SW_MUST_USE int push_body_read(
	struct registry *r, struct db_tx *tx, const struct push *p, struct push_body *out);
/* Sealed by the office, with its file; outside of transactions. *out: new reference. */
SW_MUST_USE int push_body_seal(
	struct registry *r, const struct office *o, const struct push_body *b, json_t **out);
#endif
