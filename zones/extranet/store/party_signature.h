/* What the parties of a case signed with 申请人电子签名, kept as it came: for the archive, where an outsider
 * checks it. */
#ifndef REG_STORE_PARTY_SIGNATURE_H
#define REG_STORE_PARTY_SIGNATURE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* signature: {"signature","certificate","token","token_signature","token_certificate","record"?,"batch"?},
 * more is not kept; nonce: that of the token, under a batch with the place in it. ERR_EXISTS: it was used
 * before. */
SW_MUST_USE int party_signature_add(struct db_tx *tx, struct vault *v, const char *case_id, int n,
	const char *nonce, const json_t *signature);
/* [{"party","at",and those}], in the order they came. New reference. */
SW_MUST_USE int party_signature_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
/* Of party n, counted from 0, in a list of signatures; NULL when there is none. Borrowed of the list. */
const json_t *party_signature_of(const json_t *signatures, size_t n);
#endif
