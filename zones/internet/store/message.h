/* 站内消息: what the desk tells the people of an application, and whom of them a short message reaches. */
#ifndef INTAKE_STORE_MESSAGE_H
#define INTAKE_STORE_MESSAGE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct message_new {
	const char *application, *template, *text, *by; /* text: "" nothing added */
	int64_t sms;
};
SW_MUST_USE int message_put(
	struct db_tx *tx, struct vault *v, const struct message_new *m, char id[static 37]);
/* Who reads: the account, and the person it belongs to. */
struct message_reader {
	const char *account;
	struct vault_lookup person;
};
/* Of own applications and of those to be signed, newest first, at most 100:
 * [{"id","application","number","business","business_version","template","text","at","seen"}]. */
SW_MUST_USE int message_own(
	struct db_tx *tx, struct vault *v, const struct message_reader *who, json_t **out);
/* ERR_NOTFOUND: not for this reader. Twice is no error. */
SW_MUST_USE int message_seen(struct db_tx *tx, const struct message_reader *who, const char *id);
/* Accounts of the owner and the parties that have a mobile number here: [id…]. New reference. */
SW_MUST_USE int message_reached(struct db_tx *tx, const char *application, json_t **out);
/* How many short messages the desk sent for an application since an instant (RFC 3339 UTC). */
SW_MUST_USE int message_count(struct db_tx *tx, const char *application, const char *since, int64_t *out);
#endif
