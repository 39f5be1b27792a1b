/* People who registered here, and which version of the user notice 用户须知 an account accepted. */
#ifndef INTAKE_STORE_PERSON_H
#define INTAKE_STORE_PERSON_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define PERSON_NOTICE "user-notice" /* slug of the article that is the notice */
#define PERSON_PHONE 12

struct person {
	char account[37], phone[PERSON_PHONE], level[8], at[TIME_TEXT], proved_at[TIME_TEXT];
};
SW_MUST_USE int person_add(struct db_tx *tx, struct vault *v, const char *account, const char *phone);
/* ERR_NOTFOUND: the account came from elsewhere. */
SW_MUST_USE int person_get(struct db_tx *tx, struct vault *v, const char *account, struct person *out);
SW_MUST_USE int person_by_phone(struct db_tx *tx, struct vault *v, const char *phone, struct person *out);
/* Whose account it is, for account.h. ERR_NOTFOUND. */
SW_MUST_USE int person_account(struct db_tx *tx, struct vault *v, const char *phone, char account[static 37]);
/* level: "window" or "face". ERR_STATE: proved before. */
SW_MUST_USE int person_proved(struct db_tx *tx, const char *account, const char *level, const char *who);

/* *version: of the published notice, 0 when none is. */
SW_MUST_USE int person_notice(struct db_tx *tx, int64_t *version);
/* *open: the published notice is one that the account has not accepted. */
SW_MUST_USE int person_notice_open(struct db_tx *tx, const char *account, bool *open);
/* ERR_CONFLICT: another version is in force. Accepting twice is no error. */
SW_MUST_USE int person_notice_accept(struct db_tx *tx, const char *account, int64_t version);
/* [{"version","at"}], newest first. New reference. */
SW_MUST_USE int person_notices(struct db_tx *tx, const char *account, json_t **out);
#endif
