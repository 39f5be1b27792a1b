#include "zones/extranet/domain/number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void number_case(const char *division, const char *date, int64_t n, char out[static NUMBER_CASE])
{
	snprintf(out, NUMBER_CASE, "%.6s%.4s%.2s%.2s%04lld", division, date, date + 5, date + 8,
		(long long)(n % 100000000));
}

int number_certificate(const char *province, const char *year, const char *place, int64_t n,
	char out[static NUMBER_CERTIFICATE])
{
	if (n < 1 || n > 9999999)
		return ERR_RANGE;
	int len = snprintf(
		out, NUMBER_CERTIFICATE, "%s(%s)%s不动产权第%07lld号", province, year, place, (long long)n);
	return len > 0 && len < NUMBER_CERTIFICATE ? 0 : ERR_RANGE;
}

static bool is_holiday(const struct number_calendar *c, const char *date)
{
	for (size_t i = 0; i < c->nholidays; i++)
		if (strcmp(c->holidays[i], date) == 0)
			return true;
	return false;
}

int number_deadline(const char *date, int days, const struct number_calendar *c, char out[static 11])
{
	struct tm t = {0};
	int y, m, d;
	if (sscanf(date, "%4d-%2d-%2d", &y, &m, &d) != 3 || days < 0 || days > 1000)
		return ERR_RANGE;
	t.tm_year = y - 1900;
	t.tm_mon = m - 1;
	t.tm_mday = d;
	t.tm_hour = 12;
	char text[11];
	snprintf(text, sizeof text, "%.10s", date);
	while (days > 0) {
		t.tm_mday++;
		time_t at = timegm(&t);
		gmtime_r(&at, &t);
		strftime(text, sizeof text, "%Y-%m-%d", &t);
		if (t.tm_wday != 0 && t.tm_wday != 6 && !is_holiday(c, text))
			days--;
	}
	memcpy(out, text, sizeof text);
	return 0;
}
