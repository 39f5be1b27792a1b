/* Appointments 预约 as the portal knows them: the offices' hours, and what its people asked for. Each office
 * has its own calendar: its hours and its appointments stand under its division, whatever the transaction's
 * tenant. NULL ends a list of divisions. */
#ifndef INTAKE_STORE_APPOINTMENT_H
#define INTAKE_STORE_APPOINTMENT_H
#include "common/base/json.h"
#include "common/db/db.h"

struct appointment {
	char division[7], id[37], owner[37], business[48], day[11], start[6], finish[6], state[12],
		number[24], at[TIME_TEXT];
	char application[37]; /* for which its parties were asked to come; "" none */
};
/* Replaces a day's hours by [{"start","finish","quota","free"}]. */
SW_MUST_USE int appointment_hours_set(
	struct db_tx *tx, const char *division, const char *day, const json_t *hours);
/* Of the office, days from `day` on: [{"day","start","finish","quota","free"}], by time. New reference. */
SW_MUST_USE int appointment_hours(struct db_tx *tx, const char *division, const char *day, json_t **out);
/* At a->division. *fresh: whether it was not there; the same person's same wish again is 0 and not fresh.
 * ERR_CONFLICT: the id names another one, of whatever office. */
SW_MUST_USE int appointment_add(
	struct db_tx *tx, const char *const *divisions, const struct appointment *a, bool *fresh);
/* ERR_NOTFOUND at none of them. */
SW_MUST_USE int appointment_find(
	struct db_tx *tx, const char *const *divisions, const char *id, struct appointment *out);
SW_MUST_USE int appointment_set(struct db_tx *tx, const char *division, const char *id, const char *state,
	const char *number, const char *reason);
/* Of a person at all of them, newest first, at most 100. New reference. */
SW_MUST_USE int appointment_own(
	struct db_tx *tx, const char *const *divisions, const char *owner, json_t **out);
/* How many of the person's wait for an office's answer. */
SW_MUST_USE int appointment_waiting(
	struct db_tx *tx, const char *const *divisions, const char *owner, int64_t *out);
#endif
