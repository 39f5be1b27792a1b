/* Short messages and e-mail letters on their way. One is a row of the transaction that wants it; it is sent
 * by transfer/outlet.h. */
#ifndef INTAKE_STORE_OUTGOING_H
#define INTAKE_STORE_OUTGOING_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define OUTGOING_TO 128 /* a mobile number, or an e-mail address */

/* channel: "sms", to a mobile number, or "mail", to an address. words: object of texts that the template
 * takes; it is not sent after so many ms. */
SW_MUST_USE int outgoing_put(struct db_tx *tx, struct vault *v, const char *channel, const char *to,
	const char *template, const json_t *words, int64_t life_ms);

struct outgoing {
	char tenant[7], id[37], template[32], to[OUTGOING_TO];
	json_t *words;
	int64_t tries, expires_at;
};
void outgoing_fini(struct outgoing *m);
/* What is due first of the channel. ERR_NOTFOUND. */
SW_MUST_USE int outgoing_due(struct db_tx *tx, struct vault *v, const char *channel, struct outgoing *out);
/* How it went: sent (1), to be tried again (0), given up (-1). */
SW_MUST_USE int outgoing_went(struct db_tx *tx, const struct outgoing *m, int how);
/* What was sent or given up some days ago. */
SW_MUST_USE int outgoing_expire(struct db_tx *tx);
/* {"waiting","sent","given-up"}: of the last days. New reference. */
SW_MUST_USE int outgoing_counts(struct db_tx *tx, json_t **out);
#endif
