/* Lines about single objects, at most ten a second: a flood of objects must not become a flood of lines. */
#ifndef SW_DIODE_QUIET_H
#define SW_DIODE_QUIET_H
#include <stdbool.h>
#include <stdint.h>

struct quiet {
	int64_t next; /* ms */
	uint64_t unlogged;
};
/* Whether a line may be written now; how many were not is told before the next one. */
bool quiet_may(struct quiet *q, int64_t now);
#endif
