#include "common/base/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const char hex_digits[] = "0123456789abcdef";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

void digest_hex(const struct digest *d, char out[static DIGEST_HEX])
{
	for (size_t i = 0; i < sizeof d->b; i++) {
		out[2 * i] = hex_digits[d->b[i] >> 4];
		out[2 * i + 1] = hex_digits[d->b[i] & 15];
	}
	out[DIGEST_HEX - 1] = '\0';
}

int digest_parse(const char *hex, struct digest *out)
{
	struct digest d;
	if (strlen(hex) != DIGEST_HEX - 1)
		return ERR_SYNTAX;
	for (size_t i = 0; i < sizeof d.b; i++) {
		int h = hex_value(hex[2 * i]), l = hex_value(hex[2 * i + 1]);
		if (h < 0 || l < 0)
			return ERR_SYNTAX;
		d.b[i] = (uint8_t)(h << 4 | l);
	}
	*out = d;
	return 0;
}

/* Constant time: digests also stand for MACs. */
bool digest_eq(const struct digest *a, const struct digest *b)
{
	unsigned diff = 0;
	for (size_t i = 0; i < sizeof a->b; i++)
		diff |= (unsigned)(a->b[i] ^ b->b[i]);
	return diff == 0;
}

bool digest_is_zero(const struct digest *d)
{
	static const struct digest zero;
	return digest_eq(d, &zero);
}

void random_bytes(void *p, size_t n)
{
	uint8_t *to = p;
	while (n) {
		ssize_t got = getrandom(to, n < 256 ? n : 256, 0);
		if (got < 0 && errno == EINTR)
			continue;
		REQUIRE(got > 0);
		to += got;
		n -= (size_t)got;
	}
}

struct uuid uuid_new(void)
{
	uint8_t b[16];
	struct uuid u;
	uint64_t ms = (uint64_t)time_now_ms();
	random_bytes(b, sizeof b);
	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x70);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	size_t o = 0;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			u.s[o++] = '-';
		u.s[o++] = hex_digits[b[i] >> 4];
		u.s[o++] = hex_digits[b[i] & 15];
	}
	u.s[o] = '\0';
	return u;
}

bool uuid_valid(const char *s)
{
	if (strlen(s) != 36)
		return false;
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	bool good = true; /* digits are random: a branch at each would be guessed wrongly */
	for (size_t i = 0; i < sizeof form - 1; i++) {
		bool digit = (s[i] >= '0') & (s[i] <= '9'), letter = (s[i] >= 'a') & (s[i] <= 'f');
		good &= form[i] == '-' ? s[i] == '-' : digit | letter;
	}
	return good;
}

int hex_add(struct buf *out, struct view v)
{
	int rc = buf_reserve(out, 2 * v.n);
	if (rc < 0)
		return rc;
	uint8_t *to = out->p + out->n;
	for (size_t i = 0; i < v.n; i++) {
		*to++ = (uint8_t)hex_digits[v.p[i] >> 4];
		*to++ = (uint8_t)hex_digits[v.p[i] & 15];
	}
	*to = 0;
	out->n += 2 * v.n;
	return 0;
}

int hex_parse(const char *hex, struct buf *out)
{
	size_t n = strlen(hex), was = out->n;
	int rc = n % 2 ? ERR_SYNTAX : buf_reserve(out, n / 2);
	for (size_t i = 0; rc == 0 && i < n; i += 2) {
		int h = hex_value(hex[i]), l = hex_value(hex[i + 1]);
		uint8_t byte = (uint8_t)((unsigned)h << 4 | (unsigned)l);
		rc = h < 0 || l < 0 ? ERR_SYNTAX : buf_add(out, &byte, 1);
	}
	if (rc < 0)
		out->n = was;
	return rc;
}

static int64_t clock_ms(clockid_t id)
{
	struct timespec t;
	REQUIRE(clock_gettime(id, &t) == 0);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t time_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t time_mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

void time_mark_now(struct time_mark *out)
{
	*out = (struct time_mark){clock_ms(CLOCK_REALTIME), clock_ms(CLOCK_BOOTTIME)};
}

int64_t time_mark_jump(const struct time_mark *m)
{
	struct time_mark now;
	time_mark_now(&now);
	return m->wall == 0 ? 0 : (now.wall - m->wall) - (now.boot - m->boot);
}

void time_text(int64_t ms, char out[static TIME_TEXT])
{
	time_t s = (time_t)(ms / 1000);
	struct tm t;
	REQUIRE(ms >= 0 && gmtime_r(&s, &t) && t.tm_year < 8100);
	char date[24];
	strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out, TIME_TEXT, "%.19s.%03dZ", date, (int)(ms % 1000));
}

/* Days since 1970 of a date of the Gregorian calendar, by counting from the first of March: each message has
 * a time, and the C library's way to it takes a lock of the time zone's. */
static int64_t day_number(int year, int month, int day)
{
	int64_t y = year - (month <= 2),
		in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return y * 365 + y / 4 - y / 100 + y / 400 + in_year - 719468;
}

static bool is_date(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap);
}

int time_parse(const char *s, int64_t *ms)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	if (strlen(s) != sizeof form - 1)
		return ERR_SYNTAX;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return ERR_SYNTAX;
	int f[7];
	static const int at[] = {0, 5, 8, 11, 14, 17, 20}, len[] = {4, 2, 2, 2, 2, 2, 3};
	for (int i = 0; i < 7; i++) {
		f[i] = 0;
		for (int k = 0; k < len[i]; k++)
			f[i] = f[i] * 10 + (s[at[i] + k] - '0');
	}
	if (!is_date(f[0], f[1], f[2]) || f[3] > 23 || f[4] > 59 || f[5] > 59)
		return ERR_SYNTAX;
	*ms = (((day_number(f[0], f[1], f[2]) * 24 + f[3]) * 60 + f[4]) * 60 + f[5]) * 1000 + f[6];
	return 0;
}

void time_date_cst(int64_t ms, char out[static 11])
{
	time_t s = (time_t)(ms / 1000) + 8 * 3600;
	struct tm t;
	REQUIRE(gmtime_r(&s, &t));
	char date[24];
	strftime(date, sizeof date, "%Y-%m-%d", &t);
	memcpy(out, date, 11);
	out[10] = '\0';
}
