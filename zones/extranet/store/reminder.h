/* Reminders 超期预警: an open case that has used 80 % of its promised term is written down once and told. */
#ifndef REG_STORE_REMINDER_H
#define REG_STORE_REMINDER_H
#include "zones/extranet/registry.h"

/* Looks at open cases whose last day is near; each that is due is written down, with a record. *n: so many.
 */
SW_MUST_USE int reminder_run(struct registry *r, const struct office *o, int *n);
/* Open cases that were reminded of: [{"case","number","business","state","at","due","percent","over","held"}]
 * as they stand now, the most urgent first. */
SW_MUST_USE int reminder_list(struct registry *r, struct db_tx *tx, json_t **out);
#endif
