/* One letter to a mail server by SMTP: smtps://HOST:PORT, or smtp://HOST:PORT where STARTTLS is demanded,
 * without TLS on loopback alone. */
#ifndef SW_CALL_CALL_MAIL_H
#define SW_CALL_CALL_MAIL_H
#include "common/base/buf.h"
#include "common/call/call_log.h"

struct call_mail {
	const char *what, *url;
	const char *user, *secret; /* NULL: without */
	const char *ca;            /* file of the authority of its certificate; NULL: those of the system */
	const char *from, *to;     /* addresses */
	struct view letter;        /* RFC 5322 */
	int64_t timeout_ms;
	struct call_log *log; /* may be NULL */
};
bool call_mail_address_good(const char *url);
/* 0: the server has it. ERR_TIMEOUT, ERR_IO: it is not known whether it has, or it has not: a repeat bears
 * the same Message-ID; ERR_REFUSED: it does not take letters to this address (550 to 553). */
SW_MUST_USE int call_mail(const struct call_mail *m, struct err_note *note);
#endif
