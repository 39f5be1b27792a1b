/* Changes of the calendar of working days: asked for by one person, decided by another; only then the terms
 * of cases move. */
#ifndef REG_STORE_CALENDAR_H
#define REG_STORE_CALENDAR_H
#include "common/base/json.h"
#include "common/db/db.h"

/* act: "work" a worked day, "off" a day off, "weekday" as its weekday says again. ERR_EXISTS: a change of
 * that day waits already; ERR_NOTFOUND: "weekday" of a day that was never edited. */
SW_MUST_USE int calendar_ask(
	struct db_tx *tx, const char *day, const char *act, const char *name, const char *who, int64_t *n);
/* day: of the change, for the record. ERR_NOTFOUND; ERR_STATE: decided already; ERR_APPROVAL: by who asked.
 */
SW_MUST_USE int calendar_decide(
	struct db_tx *tx, int64_t n, bool agree, const char *who, char day[static 11], struct err_note *note);
/* [{"n","day","act","name","asked_by","asked_at"}] that wait, oldest first. */
SW_MUST_USE int calendar_asked(struct db_tx *tx, json_t **out);
#endif
