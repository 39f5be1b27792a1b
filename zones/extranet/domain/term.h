/* Terms in working days 办理时限: an editable calendar, and a clock that stands while a case is held (补正,
 * 中止, 公告). Pure. Sources: 不动产登记暂行条例 (30 working days), 国办发〔2019〕8号. */
#ifndef REG_DOMAIN_TERM_H
#define REG_DOMAIN_TERM_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define TERM_WARN_PERCENT 80
struct term_day {
	char date[11];
	bool work; /* 调休 a Saturday or Sunday that is worked; else a day off */
};
struct term_calendar {
	const struct term_day *days; /* the last one of a date counts */
	size_t n;
};
struct term_hold {
	const char *from, *to; /* dates; to NULL: still */
};
struct term {
	int used, held;     /* working days since acceptance that counted, and that did not */
	int percent;        /* of the term */
	bool warning, over; /* from 80 % on; past it */
	char due[11];       /* last day; while it is held, as if it went on today */
};
bool term_is_working(const struct term_calendar *c, const char *date);
/* The `days`th (0 … 1000) working day after `date`. ERR_RANGE: no such day. */
SW_MUST_USE int term_add(const struct term_calendar *c, const char *date, int days, char out[static 11]);
/* Working days after `from` up to `to`; 0 when to is not later. */
int term_between(const struct term_calendar *c, const char *from, const char *to);
/* A term of so many working days that began on `accepted`. ERR_RANGE. */
SW_MUST_USE int term_of(const struct term_calendar *c, const char *accepted, const char *today, int days,
	const struct term_hold *holds, size_t nholds, struct term *out);
#endif
