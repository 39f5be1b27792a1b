/* Appointments 预约 as the portal knows them: the office's hours, and what its people asked for. */
#ifndef INTAKE_STORE_APPOINTMENT_H
#define INTAKE_STORE_APPOINTMENT_H
#include "common/base/json.h"
#include "common/db/db.h"

struct appointment {
	char id[37], owner[37], business[48], day[11], start[6], finish[6], state[12], number[24],
		at[TIME_TEXT];
};
/* Replaces a day's hours by [{"start","finish","quota","free"}]. */
SW_MUST_USE int appointment_hours_set(struct db_tx *tx, const char *day, const json_t *hours);
/* Days from `day` on: [{"day","start","finish","quota","free"}], by time. New reference. */
SW_MUST_USE int appointment_hours(struct db_tx *tx, const char *day, json_t **out);
/* *fresh: whether it was not there; the same person's same wish again is 0 and not fresh. ERR_CONFLICT: the
 * id names another one. */
SW_MUST_USE int appointment_add(struct db_tx *tx, const struct appointment *a, bool *fresh);
SW_MUST_USE int appointment_get(struct db_tx *tx, const char *id, struct appointment *out); /* ERR_NOTFOUND */
SW_MUST_USE int appointment_set(
	struct db_tx *tx, const char *id, const char *state, const char *number, const char *reason);
/* Of a person, newest first, at most 100. New reference. */
SW_MUST_USE int appointment_own(struct db_tx *tx, const char *owner, json_t **out);
/* How many of the person's wait for the office's answer. */
SW_MUST_USE int appointment_waiting(struct db_tx *tx, const char *owner, int64_t *out);
#endif
