#include "zones/extranet/domain/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void number_case(const char *division, const char *date, int64_t n, char out[static NUMBER_CASE])
{
	snprintf(out, NUMBER_CASE, "%.6s%.4s%.2s%.2s%05lld", division, date, date + 5, date + 8,
		(long long)(n % 100000000));
}

int number_certificate(bool proof, const char *province, const char *year, const char *place, int64_t n,
	char out[static NUMBER_CERTIFICATE])
{
	if (n < 1 || n > 9999999)
		return ERR_RANGE;
	int len = snprintf(out, NUMBER_CERTIFICATE, "%s(%s)%s不动产%s第%07lld号", province, year, place,
		proof ? "证明" : "权", (long long)n);
	return len > 0 && len < NUMBER_CERTIFICATE ? 0 : ERR_RANGE;
}

bool number_parse(const char *text, const char *province, const char *place, bool *proof, char year[static 5],
	int64_t *n)
{
	char again[NUMBER_CERTIFICATE];
	size_t head = strlen(province);
	const char *digits = strstr(text, "第");
	if (strncmp(text, province, head) != 0 || !digits || strlen(text + head) < 6)
		return false;
	snprintf(year, 5, "%.4s", text + head + 1);
	*proof = strstr(text, "不动产证明第") != NULL;
	*n = atoll(digits + strlen("第"));
	return strspn(year, "0123456789") == 4 &&
	       number_certificate(*proof, province, year, place, *n, again) == 0 && strcmp(again, text) == 0;
}

static bool is_holiday(const struct number_calendar *c, const char *date)
{
	for (size_t i = 0; i < c->nholidays; i++)
		if (strcmp(c->holidays[i], date) == 0)
			return true;
	return false;
}

/* A day that exists, written YYYY-MM-DD; as noon of that day. */
static bool date_read(const char *date, struct tm *out)
{
	int y, m, d, used = 0;
	char back[11];
	if (strlen(date) != 10 || sscanf(date, "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 || used != 10)
		return false;
	struct tm t = {.tm_year = y - 1900, .tm_mon = m - 1, .tm_mday = d, .tm_hour = 12};
	time_t at = timegm(&t);
	gmtime_r(&at, &t);
	*out = t;
	return strftime(back, sizeof back, "%Y-%m-%d", &t) == 10 && strcmp(back, date) == 0;
}

int number_deadline(const char *date, int days, const struct number_calendar *c, char out[static 11])
{
	struct tm t = {0};
	char text[11];
	if (!date_read(date, &t) || days < 0 || days > 1000)
		return ERR_RANGE;
	memcpy(text, date, sizeof text);
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
