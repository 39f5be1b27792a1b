/* E-mail of an account, and what it wants no messages by. */
#ifndef INTAKE_STORE_MAIL_H
#define INTAKE_STORE_MAIL_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define MAIL_ADDRESS 128
struct mail_address {
	char address[MAIL_ADDRESS]; /* confirmed; "" none */
	char pending[MAIL_ADDRESS]; /* waits for its code; "" none */
};
/* Both "" where nothing was entered. */
SW_MUST_USE int mail_get(struct db_tx *tx, struct vault *v, const char *account, struct mail_address *out);
/* A new address waits for its code; the one that is confirmed counts until then. */
SW_MUST_USE int mail_ask(struct db_tx *tx, struct vault *v, const char *account, const char *address);
/* The pending address counts. ERR_STATE: none waits. */
SW_MUST_USE int mail_confirm(struct db_tx *tx, struct vault *v, const char *account);
SW_MUST_USE int mail_remove(struct db_tx *tx, const char *account);
/* Whether the account wants messages by "sms" or "mail". */
SW_MUST_USE int mail_channel_on(struct db_tx *tx, const char *account, const char *channel, bool *on);
SW_MUST_USE int mail_channel_set(struct db_tx *tx, const char *account, const char *channel, bool on);
/* Accounts of the people of an application with a confirmed address that want messages by it: ["ID"]. New
 * reference. */
SW_MUST_USE int mail_reached(struct db_tx *tx, const char *application, json_t **out);
#endif
