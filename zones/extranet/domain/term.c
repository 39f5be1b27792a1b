#include "zones/extranet/domain/term.h"

#include "zones/extranet/domain/day.h"
#include <stdio.h>
#include <string.h>

#define DAYS_MAX 3700

static bool is_working(const struct term_calendar *c, const char *date, int64_t number)
{
	for (size_t i = c->n; i-- > 0;)
		if (strcmp(c->days[i].date, date) == 0)
			return c->days[i].work;
	int weekday = (int)((number % 7 + 11) % 7); /* 1970 began on a Thursday; 0 Sunday */
	return weekday != 0 && weekday != 6;
}

bool term_is_working(const struct term_calendar *c, const char *date)
{
	int64_t number;
	for (size_t i = c->n; i-- > 0;)
		if (strcmp(c->days[i].date, date) == 0)
			return c->days[i].work;
	return day_number(date, &number) == 0 && is_working(c, date, number);
}

int term_add(const struct term_calendar *c, const char *date, int days, char out[static 11])
{
	int64_t number;
	char text[DAY_TEXT];
	if (day_number(date, &number) < 0 || days < 0 || days > 1000)
		return ERR_RANGE;
	snprintf(text, sizeof text, "%.10s", date);
	for (int i = 0; days > 0 && i < DAYS_MAX; i++) {
		day_text(++number, text);
		days -= is_working(c, text, number);
	}
	if (days > 0)
		return ERR_RANGE;
	memcpy(out, text, sizeof text);
	return 0;
}

/* Holds may overlap: a suspension while a notice runs. */
static bool is_held(const struct term_hold *holds, size_t n, const char *date)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(date, holds[i].from) > 0 && (!holds[i].to || strcmp(date, holds[i].to) <= 0))
			return true;
	return false;
}

/* Working days after `from` up to `to`, with holds only those that one of them covers: one from before the
 * acceptance stops nothing. */
static int days_between(const struct term_calendar *c, const char *from, const char *to,
	const struct term_hold *holds, size_t nholds)
{
	int64_t number;
	char text[DAY_TEXT];
	int n = 0;
	if (day_number(from, &number) < 0)
		return 0;
	snprintf(text, sizeof text, "%.10s", from);
	for (int i = 0; strcmp(text, to) < 0 && i < DAYS_MAX; i++) {
		day_text(++number, text);
		n += (!holds || is_held(holds, nholds, text)) && is_working(c, text, number);
	}
	return n;
}

int term_between(const struct term_calendar *c, const char *from, const char *to)
{
	return days_between(c, from, to, NULL, 0);
}

int term_of(const struct term_calendar *c, const char *accepted, const char *today, int days,
	const struct term_hold *holds, size_t nholds, struct term *out)
{
	struct term t = {0};
	if (nholds)
		t.held = days_between(c, accepted, today, holds, nholds);
	t.used = term_between(c, accepted, today) - t.held;
	t.percent = days > 0 ? t.used * 100 / days : 0;
	t.warning = days > 0 && t.percent >= TERM_WARN_PERCENT;
	t.over = t.used > days;
	int rc = term_add(c, accepted, days + t.held, t.due);
	if (rc == 0)
		*out = t;
	return rc;
}
