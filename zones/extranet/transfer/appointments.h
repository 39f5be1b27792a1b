/* Appointments between the portal and the office: asked for there, decided here. */
#ifndef REG_TRANSFER_APPOINTMENTS_H
#define REG_TRANSFER_APPOINTMENTS_H
#include "common/exchange/exchange.h"
#include "zones/extranet/store/appointment.h"

exchange_apply receive_appointment;        /* appointment.requested: booked, or refused with the reason */
exchange_apply receive_appointment_cancel; /* appointment.cancelled, by the person */

/* Queues appointment.hours: a day's hours and what is free, for the portal's calendar. */
SW_MUST_USE int appointments_put_hours(struct registry *r, struct db_tx *tx, const char *day);
/* Queues appointment.decided for one that came from the portal; code "" unless it was refused. */
SW_MUST_USE int appointments_put(struct registry *r, struct db_tx *tx, const struct appointment_row *row,
	const char *code, const char *reason);
#endif
