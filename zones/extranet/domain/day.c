#include "zones/extranet/domain/day.h"

#include "common/base/id.h"
#include "common/message/format.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_SECONDS 86400
#define CST_SECONDS 28800

int day_number(const char *day, int64_t *out)
{
	struct tm t = {0};
	if (!format_date(day) || sscanf(day, "%4d-%2d-%2d", &t.tm_year, &t.tm_mon, &t.tm_mday) != 3)
		return ERR_SYNTAX;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	*out = (int64_t)timegm(&t) / DAY_SECONDS;
	return 0;
}

void day_text(int64_t number, char out[static DAY_TEXT])
{
	struct tm t;
	time_t at = (time_t)(number * DAY_SECONDS);
	gmtime_r(&at, &t);
	strftime(out, DAY_TEXT, "%Y-%m-%d", &t);
}

void day_add(const char *day, int64_t n, char out[static DAY_TEXT])
{
	int64_t number;
	out[0] = '\0';
	if (day_number(day, &number) == 0)
		day_text(number + n, out);
}

void day_add_years(const char *day, int n, char out[static DAY_TEXT])
{
	int year;
	out[0] = '\0';
	if (!format_date(day) || sscanf(day, "%4d", &year) != 1)
		return;
	snprintf(out, DAY_TEXT, "%04d%.6s", (year + n) % 10000, day + 4);
	if (!format_date(out))
		memcpy(out + 8, "28", 3);
}

void day_add_months(const char *day, int n, char out[static DAY_TEXT])
{
	int year, month, last;
	out[0] = '\0';
	if (!format_date(day) || sscanf(day, "%4d-%2d-%2d", &year, &month, &last) != 3 || n < 0)
		return;
	month += n - 1;
	year += month / 12;
	do
		snprintf(out, DAY_TEXT, "%04d-%02d-%02d", year % 10000, month % 12 + 1, last % 100);
	while (!format_date(out) && --last > 27);
}

void day_of_instant(const char *instant, char out[static DAY_TEXT])
{
	int64_t ms;
	out[0] = '\0';
	if (time_parse(instant, &ms) == 0)
		time_date_cst(ms, out);
}

void day_minute(const char *instant, char out[static DAY_MINUTE])
{
	char day[DAY_TEXT];
	int64_t ms = 0;
	day_of_instant(instant, day);
	if (time_parse(instant, &ms) < 0)
		ms = 0;
	int64_t s = ms / 1000 + 8 * 3600; /* China Standard Time */
	snprintf(out, DAY_MINUTE, "%s %02d:%02d", day, (int)(s / 3600 % 24), (int)(s / 60 % 60));
}

int day_end_instant(const char *day, char out[static DAY_INSTANT])
{
	int64_t number;
	int rc = day_number(day, &number);
	if (rc == 0)
		time_text(((number + 1) * DAY_SECONDS - CST_SECONDS) * 1000, out);
	return rc;
}
