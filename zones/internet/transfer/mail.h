/* E-mail 电子邮件: letters that store/outgoing.h has put down for the channel "mail", to the mail server
 * (SMTP, TLS but on loopback). A letter keeps its Message-ID however often it is handed in; one to an address
 * that the server refuses is given up. */
#ifndef INTAKE_TRANSFER_MAIL_H
#define INTAKE_TRANSFER_MAIL_H
#include "common/call/call_log.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct mail_sender;
struct mail_config {
	struct db *db;
	struct vault *vault;
	const char *url, *from, *user, *secret_file, *ca; /* the last three may be NULL */
	struct call_log *log;                             /* may be NULL */
};
/* Reads the secret; sends nothing yet. ERR_CONFIG. */
SW_MUST_USE int mail_sender_new(const struct mail_config *c, struct mail_sender **out, struct err_note *note);
SW_MUST_USE int mail_sender_start(struct mail_sender *s);
void mail_sender_free(struct mail_sender *s); /* stops it; NULL is a no-op */
void mail_sender_wake(void *arg);             /* arg: struct mail_sender *, for db_after_commit */
#endif
