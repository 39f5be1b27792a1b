/* What comes back from the registry. */
#ifndef INTAKE_TRANSFER_RECEIVE_H
#define INTAKE_TRANSFER_RECEIVE_H
#include "common/exchange/exchange.h"
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

/* The application that a message ("application") of the registry is about. ERR_REFUSED: it is not of this
 * portal, or another office than the one that speaks is responsible. */
SW_MUST_USE int receive_application_of(struct portal *p, struct db_tx *tx, const struct message *m,
	struct application *a, struct err_note *note);

exchange_apply receive_progress;    /* application.progress */
exchange_apply receive_certificate; /* certificate.issued */
exchange_apply receive_document;    /* document.issued */
exchange_apply receive_fee;         /* fee.order */
exchange_apply receive_refusal; /* message.refused: a submission was refused on its way or at the registry */
#endif
