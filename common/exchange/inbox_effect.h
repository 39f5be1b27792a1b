/* What a message does here, whose turn has come. */
#ifndef SW_EXCHANGE_INBOX_EFFECT_H
#define SW_EXCHANGE_INBOX_EFFECT_H
#include "common/exchange/inbox_verdict.h"

/* Its effect, by its type, and its verdict. A refused one leaves nothing but its verdict. An error that is
 * not the message's fault is returned and nothing is recorded; ERR_REFUSED … with turn->refuses: see inbox.h.
 */
SW_MUST_USE int inbox_effect(struct inbox_taking *t, bool predecessor_refused);
/* Binds the transaction to the tenant under which this message has its effect. ERR_REFUSED: no office of that
 * division is served here. */
SW_MUST_USE int inbox_effect_tenant(
	struct exchange *x, struct db_tx *tx, const struct message *m, struct err_note *why);
#endif
