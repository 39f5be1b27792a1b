#include "common/message/format.h"

#include "common/base/embed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GB/T 2260 without Hong Kong, Macao and Taiwan: "CODE NAME\n", sorted by code. */
EMBED(format_divisions, "common/message/divisions.txt");

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static int number(const char *s, size_t n)
{
	int v = 0;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

/* Line of a code in the table; NULL when unknown. */
static const char *division_line(const char *code)
{
	for (const char *p = format_divisions; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		if (strncmp(p, code, 6) == 0)
			return p;
	return NULL;
}

bool format_division(const char *s)
{
	return strlen(s) == 6 && digits(s, 6) && division_line(s);
}

const char *format_division_name(const char *code)
{
	static _Thread_local char name[64];
	const char *line = strlen(code) == 6 ? division_line(code) : NULL;
	if (!line)
		return NULL;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(line + 7, "\n"), line + 7);
	return name;
}

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static bool real_date(int y, int m, int d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return y >= 1800 && y <= 2200 && m >= 1 && m <= 12 && d >= 1 &&
	       d <= days[m - 1] + (m == 2 && leap(y));
}

bool format_date(const char *s)
{
	return strlen(s) == 10 && digits(s, 4) && s[4] == '-' && digits(s + 5, 2) && s[7] == '-' &&
	       digits(s + 8, 2) && real_date(number(s, 4), number(s + 5, 2), number(s + 8, 2));
}

/* Numbers keep the division of their time; abolished counties are many, so the province decides. */
static bool known_province(const char *s)
{
	char code[7];
	snprintf(code, sizeof code, "%.2s0000", s);
	return division_line(code) || strncmp(s, "71", 2) == 0 || strncmp(s, "81", 2) == 0 ||
	       strncmp(s, "82", 2) == 0 || strncmp(s, "83", 2) == 0;
}

char format_resident_check(const char *s)
{
	static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (s[i] - '0');
	return "10X98765432"[sum % 11];
}

bool format_resident_id(const char *s)
{
	if (strlen(s) != 18 || !digits(s, 17) || !known_province(s) || number(s + 6, 4) < 1850 ||
		!real_date(number(s + 6, 4), number(s + 10, 2), number(s + 12, 2)))
		return false;
	return s[17] == format_resident_check(s);
}

bool format_uscc(const char *s)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	int sum = 0, weight = 1;
	if (strlen(s) != 18)
		return false;
	for (int i = 0; i < 17; i++, weight = weight * 3 % 31) {
		const char *at = strchr(set, s[i]);
		if (!at)
			return false;
		sum += (int)(at - set) * weight;
	}
	return s[17] == set[(31 - sum % 31) % 31];
}

bool format_identity_no(const char *s)
{
	return format_resident_id(s) || format_uscc(s);
}

bool format_unit_code(const char *s)
{
	char division[7];
	if (strlen(s) != 28 || !digits(s, 12) || !digits(s + 14, 5))
		return false;
	snprintf(division, sizeof division, "%.6s", s);
	if (!format_division(division) || !strchr("GJZ", s[12]) || !strchr("ABSXCDEFNHGWY", s[13]) ||
		!strchr("FLQW", s[19]))
		return false;
	/* W: no fixture, so no unit number. */
	return digits(s + 20, 8) && (s[19] != 'W' || strcmp(s + 20, "00000000") == 0);
}

bool format_mobile(const char *s)
{
	return strlen(s) == 11 && digits(s, 11) && s[0] == '1' && s[1] >= '3';
}

bool format_certificate_no(const char *s)
{
	static const char title[] = "不动产权第", proof[] = "不动产证明第", end[] = "号";
	const char *at = strstr(s, title);
	size_t n = sizeof title - 1;
	if (!at) {
		at = strstr(s, proof);
		n = sizeof proof - 1;
	}
	/* Province's short name is one character of three bytes, then (YYYY). */
	return at && strlen(s) > 9 && s[3] == '(' && digits(s + 4, 4) && s[8] == ')' && at > s + 9 &&
	       strlen(at) == n + 7 + sizeof end - 1 && digits(at + n, 7) && strcmp(at + n + 7, end) == 0;
}

bool format_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}
