/* 领证方式 on its way to the registry, and what it tells of the paper. */
#ifndef INTAKE_TRANSFER_DELIVERY_H
#define INTAKE_TRANSFER_DELIVERY_H
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

/* delivery.chosen: what party `party` signed; `text` reads as a choice for this application. Row of the
 * outbox, in the business transaction. */
SW_MUST_USE int delivery_send(struct portal *p, struct db_tx *tx, const struct application *a, int party,
	const char *text, const json_t *consent, struct err_note *note);
exchange_apply receive_delivery; /* delivery.told */
#endif
