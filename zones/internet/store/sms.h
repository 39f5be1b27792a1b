/* Codes by short message or e-mail and the messages on their way. A message is a row of the transaction that
 * wants it; it is sent by transfer/outlet.h. */
#ifndef INTAKE_STORE_SMS_H
#define INTAKE_STORE_SMS_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define SMS_CODE_MS INT64_C(300000) /* how long a code is good */
#define SMS_AGAIN_MS INT64_C(60000) /* and how soon another is sent to the same place */
#define SMS_TRIES 5
#define SMS_CODE 7 /* six digits */
#define SMS_TO 128 /* a mobile number, or an e-mail address */

/* channel: "sms", to a mobile number, or "mail", to an address. words: object of texts that the template
 * takes; it is not sent after so many ms. */
SW_MUST_USE int sms_put(struct db_tx *tx, struct vault *v, const char *channel, const char *to,
	const char *template, const json_t *words, int64_t life_ms);

/* Six digits, every code equally likely. */
void sms_code_random(char out[static SMS_CODE]);
/* A new code of the number or address for the purpose takes the place of the one before. ERR_RATE: too soon.
 */
SW_MUST_USE int sms_code_make(
	struct db_tx *tx, struct vault *v, const char *purpose, const char *phone, const char *code);
/* The code as the person typed it: good once, five tries, five minutes. *good false says no more than that:
 * no code, a wrong one and an old one are one answer. The transaction is to be committed in each case. */
SW_MUST_USE int sms_code_use(struct db_tx *tx, struct vault *v, const char *purpose, const char *phone,
	const char *code, bool *good);

struct sms {
	char tenant[7], id[37], template[32], to[SMS_TO];
	json_t *words;
	int64_t tries, expires_at;
};
void sms_fini(struct sms *m);
/* The message of the channel that is due first. ERR_NOTFOUND. */
SW_MUST_USE int sms_due(struct db_tx *tx, struct vault *v, const char *channel, struct sms *out);
/* How it went: sent (1), to be tried again (0), given up (-1). */
SW_MUST_USE int sms_went(struct db_tx *tx, const struct sms *m, int how);
/* Codes and messages of the past. */
SW_MUST_USE int sms_expire(struct db_tx *tx);
/* {"waiting","sent","given-up"}: messages of the last days. New reference. */
SW_MUST_USE int sms_counts(struct db_tx *tx, json_t **out);
#endif
