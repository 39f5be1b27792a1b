/* Sends what store/outgoing.h has put down, in a thread of its own, to the short-message gateway 短信平台:
 * POST URL {"id","phone","template","words"} with the bearer token, 200 {"accepted":true}. The id makes a
 * repeat harmless. No answer and every refusal is tried again until the message is of no use any more. */
#ifndef INTAKE_TRANSFER_SMS_H
#define INTAKE_TRANSFER_SMS_H
#include "common/call/call_log.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct sms_sender;
struct sms_config {
	struct db *db;
	struct vault *vault;
	const char *url, *token_file; /* token_file may be NULL */
	struct call_log *log;         /* may be NULL */
};
/* Reads the token; sends nothing yet. ERR_CONFIG. */
SW_MUST_USE int sms_sender_new(const struct sms_config *c, struct sms_sender **out, struct err_note *note);
SW_MUST_USE int sms_sender_start(struct sms_sender *s);
void sms_sender_free(struct sms_sender *s); /* stops it; NULL is a no-op */
/* Something was put down: for db_after_commit; arg: struct sms_sender *. */
void sms_sender_wake(void *arg);
#endif
