/* 撤回 of what was handed in: the text that everybody signs who signed the application, and who has. */
#ifndef INTAKE_STORE_WITHDRAWAL_H
#define INTAKE_STORE_WITHDRAWAL_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "common/message/withdrawal.h"

struct withdrawal {
	char state[16]; /* signing, sent (to the registry), refused (by it), dropped */
	char text[WITHDRAWAL_TEXT + 1], reason[300], at[TIME_TEXT];
};
/* ERR_NOTFOUND: none was ever begun. */
SW_MUST_USE int withdrawal_get(struct db_tx *tx, const char *application, struct withdrawal *out);
/* Does one wait for signatures? */
SW_MUST_USE int withdrawal_waits(struct db_tx *tx, const char *application, bool *waits);
/* A new one, in the place of one that was dropped or refused. */
SW_MUST_USE int withdrawal_begin(struct db_tx *tx, const char *application, const char *text);
/* ERR_STATE: none waits for signatures. */
SW_MUST_USE int withdrawal_drop(struct db_tx *tx, const char *application);
SW_MUST_USE int withdrawal_sent(struct db_tx *tx, const char *application, const char *message);
/* The registry refused the message; ERR_NOTFOUND: it carried none. */
SW_MUST_USE int withdrawal_refused(struct db_tx *tx, const char *message, const char *reason);
/* ERR_EXISTS. */
SW_MUST_USE int withdrawal_sign(
	struct db_tx *tx, struct vault *v, const char *application, int n, const char *signature_json);
/* *same: whether exactly this was stored as the signature of party n. */
SW_MUST_USE int withdrawal_has_signed(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signature_json, bool *same);
/* Parties that still have to sign. */
SW_MUST_USE int withdrawal_unsigned(struct db_tx *tx, const char *application, int64_t *out);
/* Of all parties: [{"n","role","signs","signed_at"}], as party_list. */
SW_MUST_USE int withdrawal_marks(struct db_tx *tx, const char *application, json_t **out);
/* [{"party",…what the platform gave}] */
SW_MUST_USE int withdrawal_signatures(
	struct db_tx *tx, struct vault *v, const char *application, json_t **out);
#endif
