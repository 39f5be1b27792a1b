/* Appointments over the gap: asked for here, decided by the office. */
#ifndef INTAKE_TRANSFER_APPOINTMENTS_H
#define INTAKE_TRANSFER_APPOINTMENTS_H
#include "common/exchange/exchange.h"
#include "zones/internet/portal.h"
#include "zones/internet/store/appointment.h"

exchange_apply receive_appointment_hours;    /* appointment.hours */
exchange_apply receive_appointment_decision; /* appointment.decided */

/* Queues appointment.requested to the office of its division with the person's name and number. */
SW_MUST_USE int appointments_ask(struct portal *p, struct db_tx *tx, const struct appointment *a,
	const char *name, const char *id_number, struct err_note *note);
/* Queues appointment.cancelled. */
SW_MUST_USE int appointments_cancel(
	struct portal *p, struct db_tx *tx, const struct appointment *a, struct err_note *note);
#endif
