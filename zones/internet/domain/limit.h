/* Rate limits per action and person or address: so many at once, then one at a time as the seconds pass. Pure
 * but for its lock: the clock is the caller's. A full table forgets whoever was quiet longest, never who is
 * busy. */
#ifndef INTAKE_DOMAIN_LIMIT_H
#define INTAKE_DOMAIN_LIMIT_H
#include "common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

struct limit_rule {
	const char *action;
	int burst;         /* at once */
	int64_t refill_ms; /* one more after each */
};
struct limit_table;
SW_MUST_USE int limit_new(struct limit_table **out);
void limit_free(struct limit_table *l);
/* Whether `who` may do it now, and counts it. *wait_ms: when not, how long to wait. */
bool limit_pass(
	struct limit_table *l, const struct limit_rule *r, const char *who, int64_t now_ms, int64_t *wait_ms);
#endif
