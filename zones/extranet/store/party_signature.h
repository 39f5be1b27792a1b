/* What the parties of a case signed with 申请人电子签名, kept as it came: for the archive, where an outsider
 * checks it. */
#ifndef REG_STORE_PARTY_SIGNATURE_H
#define REG_STORE_PARTY_SIGNATURE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* signature: {"signature","certificate","token","token_signature","token_certificate","record"?,"batch"?,
 * "withdrawal"?: the text that was signed to take the application back 撤回},
 * more is not kept; nonce: that of the token, under a batch with the place in it. ERR_EXISTS: it was used
 * before. */
SW_MUST_USE int party_signature_add(struct db_tx *tx, struct vault *v, const char *case_id, int n,
	const char *nonce, const json_t *signature);
/* [{"party","at",and those}], in the order they came. New reference. */
SW_MUST_USE int party_signature_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
#endif
