/* Holds of cases, the editable calendar of working days, and the terms that come of both. */
#ifndef REG_STORE_TERMS_H
#define REG_STORE_TERMS_H
#include "zones/extranet/domain/term.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* 中止: the terms stand still until terms_release. ERR_EXISTS: it is held already. */
SW_MUST_USE int terms_hold(struct db_tx *tx, const char *case_id, const char *reason, const char *who);
/* ERR_NOTFOUND: it is not held. */
SW_MUST_USE int terms_release(struct db_tx *tx, const char *case_id, const char *who);
/* The case stands still and its terms with it 中止, 受理后补正: the process, the hold. ERR_STATE, ERR_EXISTS.
 */
SW_MUST_USE int terms_stop(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *reason,
	const char *who, struct err_note *note);
/* It goes on, its last day moved. ERR_STATE: it does not stand still. */
SW_MUST_USE int terms_go_on(
	struct registry *r, struct db_tx *tx, struct case_row *c, const char *who, struct err_note *note);
SW_MUST_USE int terms_held(struct db_tx *tx, const char *case_id, bool *held);
/* {"accepted","held","promised":{"days","used","percent","due","warning","over"},"legal":{…},"holds":[…]};
 * null before acceptance. */
SW_MUST_USE int terms_json(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out);

/* Days off of the configuration, and what was edited since: the edited day counts. */
SW_MUST_USE int terms_calendar(struct registry *r, struct db_tx *tx, json_t **out);
SW_MUST_USE int terms_day_set(
	struct db_tx *tx, const char *day, bool work, const char *name, const char *who);
SW_MUST_USE int terms_day_remove(struct db_tx *tx, const char *day); /* ERR_NOTFOUND */
/* The same as days; free(*out). */
SW_MUST_USE int terms_days(struct registry *r, struct db_tx *tx, struct term_day **out, size_t *n);
/* Last day of a term that begins on `date`. */
SW_MUST_USE int terms_deadline(
	struct registry *r, struct db_tx *tx, const char *date, int days, char out[static 11]);
/* The acceptance: the promised term begins today, with its warning. *c gets the deadline. */
SW_MUST_USE int terms_begin(struct registry *r, struct db_tx *tx, struct case_row *c);
/* Last day and warning anew, after a hold ended. */
SW_MUST_USE int terms_renew(struct registry *r, struct db_tx *tx, struct case_row *c);
/* Of every case under way: after the calendar was edited. */
SW_MUST_USE int terms_renew_all(struct registry *r, struct db_tx *tx);
#endif
