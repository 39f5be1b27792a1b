/* The queue of the desk: open cases by the day they are due, a page at a time by key, and how many there are
 * behind each filter. */
#ifndef REG_STORE_QUEUE_H
#define REG_STORE_QUEUE_H
#include "zones/extranet/store/case.h"

#define QUEUE_PAGE_MAX 200
/* "" takes all of a filter. */
struct queue_filter {
	const char *business, *state, *office, *channel;
	const char *step; /* act, topic or message the process waits for */
	const char
		*band; /* over, warn (80 % of the promised term are used), fine, none (not accepted), held */
	const char *holder; /* who has claimed it, "-" nobody */
	const char *words;  /* a case number, a unit code, a batch, or part of the location */
};
/* Rows behind (due, number), in that order; ("", "") from the first. Each is case_json with "due", "band",
 * "warn_on", "steps": […], "claim": {"who","until"} or null. */
SW_MUST_USE int queue_page(struct db_tx *tx, const struct queue_filter *f, const char *due,
	const char *number, int64_t limit, json_t **out);
/* {"total":n, "business":{CODE:n}, "state":…, "step":…, "band":…, "holder":…, "office":…, "channel":…}: each
 * filter's values counted among the cases that the other filters let through. */
SW_MUST_USE int queue_counts(struct db_tx *tx, const struct queue_filter *f, json_t **out);
#endif
