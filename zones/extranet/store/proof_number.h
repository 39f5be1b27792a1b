/* Numbers of proofs of registration information 登记信息证明: taken before the proof is drawn, then settled
 * once: on a proof that was given, or void. */
#ifndef REG_STORE_PROOF_NUMBER_H
#define REG_STORE_PROOF_NUMBER_H
#include "common/base/json.h"
#include "common/db/db.h"

#define PROOF_NUMBER 64
/* Draws the next of the office's day. query: the question it is for. */
SW_MUST_USE int proof_number_reserve(struct db_tx *tx, const char *query, char out[static PROOF_NUMBER]);
/* ERR_CONFLICT: it was settled before. */
SW_MUST_USE int proof_number_give(struct db_tx *tx, const char *number);
SW_MUST_USE int proof_number_void(struct db_tx *tx, const char *number, const char *reason);
SW_MUST_USE int proof_number_given(struct db_tx *tx, const char *number, bool *given);
/* Reserved ones: [{"number","query"}], at most 100. New reference. */
SW_MUST_USE int proof_number_open(struct db_tx *tx, json_t **out);
#endif
