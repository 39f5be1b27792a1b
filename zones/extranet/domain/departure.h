/* 光盘摆渡班次: at these times of every working day a disc leaves the intranet with what was decided there.
 * Pure. */
#ifndef REG_DOMAIN_DEPARTURE_H
#define REG_DOMAIN_DEPARTURE_H
#include "zones/extranet/domain/term.h"
#include <stdint.h>

/* "HH:MM", each later than the one before. */
bool departure_times_check(char *const *times, size_t n);
/* The next departures after now_ms, earliest first, in China Standard Time: how many were written (at most
 * max; fewer when no working day comes within a month). */
size_t departure_next(const struct term_calendar *c, char *const *times, size_t n, int64_t now_ms,
	int64_t *out, size_t max);
#endif
