#include "zones/extranet/domain/term.h"

#include "common/message/format.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAYS_MAX 3700

static void next_day(struct tm *t, char out[static 11])
{
	t->tm_mday++;
	t->tm_hour = 12;
	time_t at = timegm(t);
	gmtime_r(&at, t);
	strftime(out, 11, "%Y-%m-%d", t);
}

static bool day_of(const char *date, struct tm *t)
{
	int y, m, d;
	memset(t, 0, sizeof *t);
	if (!format_date(date) || sscanf(date, "%4d-%2d-%2d", &y, &m, &d) != 3)
		return false;
	t->tm_year = y - 1900;
	t->tm_mon = m - 1;
	t->tm_mday = d;
	t->tm_hour = 12;
	time_t at = timegm(t);
	gmtime_r(&at, t);
	return true;
}

bool term_is_working(const struct term_calendar *c, const char *date)
{
	struct tm t;
	for (size_t i = c->n; i-- > 0;)
		if (strcmp(c->days[i].date, date) == 0)
			return c->days[i].work;
	return day_of(date, &t) && t.tm_wday != 0 && t.tm_wday != 6;
}

int term_add(const struct term_calendar *c, const char *date, int days, char out[static 11])
{
	struct tm t;
	char text[11];
	if (!day_of(date, &t) || days < 0 || days > 1000)
		return ERR_RANGE;
	snprintf(text, sizeof text, "%.10s", date);
	for (int i = 0; days > 0 && i < DAYS_MAX; i++) {
		next_day(&t, text);
		days -= term_is_working(c, text);
	}
	if (days > 0)
		return ERR_RANGE;
	memcpy(out, text, sizeof text);
	return 0;
}

int term_between(const struct term_calendar *c, const char *from, const char *to)
{
	struct tm t;
	char text[11];
	int n = 0;
	if (!day_of(from, &t))
		return 0;
	snprintf(text, sizeof text, "%.10s", from);
	for (int i = 0; strcmp(text, to) < 0 && i < DAYS_MAX; i++) {
		next_day(&t, text);
		n += term_is_working(c, text);
	}
	return n;
}

int term_of(const struct term_calendar *c, const char *accepted, const char *today, int days,
	const struct term_hold *holds, size_t nholds, struct term *out)
{
	struct term t = {0};
	for (size_t i = 0; i < nholds; i++) {
		/* A hold before acceptance stops nothing. */
		const char *from = strcmp(holds[i].from, accepted) < 0 ? accepted : holds[i].from;
		t.held += term_between(c, from, holds[i].to ? holds[i].to : today);
	}
	t.used = term_between(c, accepted, today) - t.held;
	t.percent = days > 0 ? t.used * 100 / days : 0;
	t.warning = days > 0 && t.percent >= TERM_WARN_PERCENT;
	t.over = t.used > days;
	int rc = term_add(c, accepted, days + t.held, t.due);
	if (rc == 0)
		*out = t;
	return rc;
}
