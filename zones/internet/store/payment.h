/* Paying 缴费: orders at the payment platform, the platform's receipts, the
 * office's orders to send money back. A receipt counts once, by the platform's own number. */
#ifndef INTAKE_STORE_PAYMENT_H
#define INTAKE_STORE_PAYMENT_H
#include "common/base/json.h"
#include "common/db/db.h"
#include "common/message/paid.h"

struct payment {
	char id[37], application[37], state[8], opened_at[25];
	json_t *lines; /* released by payment_fini */
};
void payment_fini(struct payment *p);
/* The open order for exactly these lines, else a new one; open orders for others are closed. */
SW_MUST_USE int payment_open(
	struct db_tx *tx, const char *application, const json_t *lines, struct payment *out);
/* The newest order of the application that is open; ERR_NOTFOUND. */
SW_MUST_USE int payment_find(struct db_tx *tx, const char *application, struct payment *out);
/* Ids of open orders that were not asked about since `before`: [[id, application]…], at most 50. */
SW_MUST_USE int payment_waiting(struct db_tx *tx, const char *before, json_t **out);
/* The platform was asked. closed: it knows of no such order any more. */
SW_MUST_USE int payment_asked(struct db_tx *tx, const char *id, bool closed);
/* Orders of the application whose lines all have a receipt are settled. */
SW_MUST_USE int payment_settle(struct db_tx *tx, const char *application);

struct payment_receipt {
	const struct paid *paid;
	const char *text, *signature, *certificate, *message; /* message: that carries it to the registry */
};
SW_MUST_USE int payment_receipt_known(struct db_tx *tx, const char *number, bool *known);
SW_MUST_USE int payment_receipt_add(
	struct db_tx *tx, const char *application, const struct payment_receipt *r);
/* The registry refused what that message carried. ERR_NOTFOUND: another message. */
SW_MUST_USE int payment_receipt_refused(struct db_tx *tx, const char *message, const char *reason);
/* Is it a receipt of this application? ERR_NOTFOUND. */
SW_MUST_USE int payment_receipt_of(struct db_tx *tx, const char *application, const char *number);
/* {"opened","receipts":[{"number","item","refund","amount_cents","at","reason"}],"returning":[items]}:
 * opened: when the open order was made, "" none. */
SW_MUST_USE int payment_json(struct db_tx *tx, const char *application, json_t **out);

/* body: of fee.refund. Told again it changes nothing. */
SW_MUST_USE int payment_refund_put(
	struct db_tx *tx, const char *application, const char *item, const json_t *body);
/* [{"item","instruction","signature","seal_certificate"}] that are not done, at most 50. */
SW_MUST_USE int payment_refund_waiting(struct db_tx *tx, json_t **out);
#endif
