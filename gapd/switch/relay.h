/* The switch between the two halves: attached to one side at a time, it copies records and hands on verdicts.
 * It has no key and no file. */
#ifndef SW_GAPD_RELAY_H
#define SW_GAPD_RELAY_H
#include "common/base/err.h"
#include <stdint.h>

struct relay_settings {
	int outer, inner;   /* its ends of the two socketpairs; borrowed */
	int stop_fd;        /* turns readable when it shall end */
	int64_t slot_ms;    /* how long it stays attached to a side that says nothing */
	int64_t bundle_max; /* bytes of records */
};
/* Until a stop (0) or until a side breaks the rules or ends (ERR_*, note names the side). */
SW_MUST_USE int relay_run(const struct relay_settings *s, struct err_note *note);
#endif
