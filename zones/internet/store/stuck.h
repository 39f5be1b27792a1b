/* What stands still at the portal, and why: for the desk. No names, no numbers of persons. */
#ifndef INTAKE_STORE_STUCK_H
#define INTAKE_STORE_STUCK_H
#include "common/base/json.h"
#include "common/db/db.h"

struct stuck_after {
	int64_t office_ms; /* the office, or the way to it, owes an answer for so long */
	int64_t people_ms; /* the applicants owe something for so long */
};
/* Oldest first, at most 200: [{"why","application","number","business","business_version","since"}]. why:
 * unanswered (handed in, the registry has not said that it has it), document (added, nothing said of it),
 * payment (the outcome of an order is not known), payment-refused (the registry refused a receipt of the
 * platform), unsigned, correction, unpaid (the applicants owe it). New reference. */
SW_MUST_USE int stuck_list(struct db_tx *tx, const struct stuck_after *after, int64_t now_ms, json_t **out);
/* {"STATE": n}: applications that are not over, by state. New reference. */
SW_MUST_USE int stuck_counts(struct db_tx *tx, json_t **out);
#endif
