/* What comes in: applications from the portal, results from the cadastre. */
#ifndef REG_TRANSFER_RECEIVE_H
#define REG_TRANSFER_RECEIVE_H
#include "common/exchange/exchange.h"
#include "zones/extranet/store/case.h"

/* The case that a message ("application") is about; the second: and the portal that sends it is the one that
 * it came by. ERR_REFUSED. */
SW_MUST_USE int receive_case(
	struct db_tx *tx, const struct message *m, struct case_row *c, struct err_note *note);
SW_MUST_USE int receive_case_of_portal(
	struct db_tx *tx, const struct message *m, struct case_row *c, struct err_note *note);

/* 领证方式 of a form whose signatures were checked, which became this case. Where this office sends nothing
 * by post, that choice is left out and recorded: it is chosen anew. */
SW_MUST_USE int receive_delivery_form(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const json_t *form, struct err_note *note);

exchange_apply receive_application; /* application.submitted */
exchange_apply receive_withdrawal;  /* application.withdrawn */
exchange_apply receive_cadastral;   /* cadastral.result, by disc */
exchange_apply receive_delivery;    /* delivery.chosen */
exchange_apply receive_payment;     /* fee.paid */
exchange_apply receive_added;       /* material.added */
exchange_apply receive_refusal;     /* message.refused: one of ours was refused at its destination */
exchange_apply receive_missing;     /* copy.missing: rows of the log that the copy has not */
#endif
