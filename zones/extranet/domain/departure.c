#include "zones/extranet/domain/departure.h"

#include "common/base/id.h"
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define CST_MS (INT64_C(8) * 3600 * 1000)

static int minutes(const char *t)
{
	if (strlen(t) != 5 || t[2] != ':')
		return -1;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (t[i] < '0' || t[i] > '9'))
			return -1;
	int h = (t[0] - '0') * 10 + t[1] - '0', m = (t[3] - '0') * 10 + t[4] - '0';
	return h < 24 && m < 60 ? h * 60 + m : -1;
}

bool departure_times_check(char *const *times, size_t n)
{
	int before = -1;
	for (size_t i = 0; i < n; i++) {
		int now = minutes(times[i]);
		if (now <= before)
			return false;
		before = now;
	}
	return true;
}

size_t departure_next(
	const struct term_calendar *c, char *const *times, size_t n, int64_t now_ms, int64_t *out, size_t max)
{
	size_t k = 0;
	int64_t midnight = (now_ms + CST_MS) / DAY_MS * DAY_MS - CST_MS;
	for (int day = 0; n && day < 31 && k < max; day++, midnight += DAY_MS) {
		char date[11];
		time_date_cst(midnight, date);
		if (!term_is_working(c, date))
			continue;
		for (size_t i = 0; i < n && k < max; i++) {
			int64_t at = midnight + (int64_t)minutes(times[i]) * 60000;
			if (at > now_ms)
				out[k++] = at;
		}
	}
	return k;
}
