/* Codes by which a person shows that a mobile number or an e-mail address is his. Only a keyed digest of a
 * code is kept. */
#ifndef INTAKE_STORE_CODE_H
#define INTAKE_STORE_CODE_H
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define CODE_MS INT64_C(300000)      /* how long a code is good */
#define CODE_AGAIN_MS INT64_C(60000) /* and how soon another is sent to the same place */
#define CODE_TRIES 5
#define CODE_TEXT 7 /* six digits */

/* Six digits, every code equally likely. */
void code_random(char out[static CODE_TEXT]);
/* A new code of the number or address for the purpose takes the place of the one before. ERR_RATE: too soon.
 */
SW_MUST_USE int code_make(
	struct db_tx *tx, struct vault *v, const char *purpose, const char *to, const char *code);
/* The code as the person typed it: good once, five tries, five minutes. *good false says no more than that:
 * no code, a wrong one and an old one are one answer. The transaction is to be committed in each case. */
SW_MUST_USE int code_use(
	struct db_tx *tx, struct vault *v, const char *purpose, const char *to, const char *code, bool *good);
/* Codes of the past. */
SW_MUST_USE int code_expire(struct db_tx *tx);
#endif
