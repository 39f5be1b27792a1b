#include "zones/extranet/domain/import_value.h"

#include "common/base/id.h"
#include "common/message/format.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/share.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define RING_MAX 20000

static const char *const names[IMPORT_KINDS] = {"text", "int", "area-m2", "money-yuan", "money-wan", "date",
	"time", "share-num", "share-den", "resident-id"};

int import_kind_find(const char *name)
{
	for (int i = 0; i < IMPORT_KINDS; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

bool import_kind_is_int(enum import_kind k)
{
	return k == IMPORT_INT || k == IMPORT_AREA || k == IMPORT_YUAN || k == IMPORT_WAN ||
	       k == IMPORT_SHARE_NUM || k == IMPORT_SHARE_DEN;
}

/* A decimal number times 10^places, exactly. */
static int decimal(const char **text, int places, int64_t *out)
{
	const char *s = *text;
	bool minus = *s == '-';
	int64_t n = 0;
	s += *s == '-' || *s == '+';
	size_t whole = strspn(s, DIGITS);
	if (whole == 0 || whole > 13)
		return ERR_SCHEMA;
	for (size_t i = 0; i < whole; i++)
		n = n * 10 + (s[i] - '0');
	s += whole;
	size_t part = *s == '.' ? strspn(s + 1, DIGITS) : 0;
	const char *d = s + (*s == '.');
	for (int i = 0; i < places; i++)
		n = n * 10 + ((size_t)i < part ? d[i] - '0' : 0);
	for (size_t i = (size_t)places; i < part; i++)
		if (d[i] != '0')
			return ERR_RANGE;
	*text = d + part;
	*out = minus ? -n : n;
	return 0;
}

static int number(const char *text, int places, json_t **out, struct err_note *note)
{
	int64_t n;
	int rc = decimal(&text, places, &n);
	if (rc == ERR_RANGE)
		return err_set(note, ERR_SCHEMA, "more decimals than the book keeps (%d)", places);
	if (rc < 0 || *text || n < 0 || n > (INT64_C(1) << 53) - 1)
		return err_set(note, ERR_SCHEMA, "not a number of this kind");
	*out = json_integer(n);
	return 0;
}

/* Three numbers with anything between them, or eight digits. *end: behind them. */
static int date_read(const char *text, char day[static DAY_TEXT], const char **end)
{
	int y = 0, m = 0, d = 0, n = 0;
	int64_t real;
	if (strspn(text, DIGITS) == 8 && sscanf(text, "%4d%2d%2d%n", &y, &m, &d, &n) == 3) {
	} else if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &n) == 3 ||
		   sscanf(text, "%4d/%2d/%2d%n", &y, &m, &d, &n) == 3 ||
		   sscanf(text, "%4d年%2d月%2d日%n", &y, &m, &d, &n) == 3) {
	} else {
		return ERR_SCHEMA;
	}
	if (n == 0 || y < 1949 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31)
		return ERR_SCHEMA;
	snprintf(day, DAY_TEXT, "%04d-%02d-%02d", y, m, d);
	*end = text + n;
	return day_number(day, &real) < 0 ? ERR_SCHEMA : 0;
}

static int time_read(const char *text, bool instant, json_t **out, struct err_note *note)
{
	char day[DAY_TEXT], at[TIME_TEXT];
	const char *end = text;
	int h = 0, min = 0, s = 0, n = 0;
	int64_t days;
	if (date_read(text, day, &end) < 0 || day_number(day, &days) < 0)
		return err_set(note, ERR_SCHEMA, "not a date");
	if (*end == ' ' || *end == 'T') {
		end++;
		if (sscanf(end, "%2d:%2d:%2d%n", &h, &min, &s, &n) != 3 &&
			(n = 0, sscanf(end, "%2d:%2d%n", &h, &min, &n) != 2))
			return err_set(note, ERR_SCHEMA, "not a time of day");
		end += n;
		if (*end == '.')
			end += 1 + strspn(end + 1, DIGITS);
	}
	if (*end || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 59)
		return err_set(note, ERR_SCHEMA, instant ? "not a date with a time of day" : "not a date");
	int64_t ms = ((days * 24 + h - 8) * 60 + min) * 60000 + (int64_t)s * 1000;
	if (instant && ms < 0)
		return err_set(note, ERR_SCHEMA, "a time before 1970 is not kept");
	if (instant)
		time_text(ms, at);
	*out = json_string(instant ? at : day);
	return 0;
}

static int share(const char *text, bool den, json_t **out, struct err_note *note)
{
	int64_t a, b = 1;
	struct share s;
	const char *t = text;
	int rc = strchr(text, '/') ? decimal(&t, 0, &a) : decimal(&t, 6, &a);
	if (rc == 0 && *t == '/') {
		t++;
		rc = decimal(&t, 0, &b);
	} else if (rc == 0) {
		b = 1000000;
		if (*t == '%') {
			b *= 100;
			t++;
		}
	}
	/* Brought down by hand: share_make wants both below its bound. */
	if (rc == 0 && a > 0 && b > SHARE_MAX / 10 && a % 100 == 0) {
		a /= 100;
		b /= 100;
	}
	if (rc < 0 || *t || a <= 0 || a > b || share_make(a, b, &s) < 0)
		return err_set(note, ERR_SCHEMA, "not a share: 1/2, 50%% or 0.5");
	*out = json_integer(den ? s.den : s.num);
	return 0;
}

int import_value(enum import_kind k, const char *text, json_t **out, struct err_note *note)
{
	switch (k) {
	case IMPORT_INT:
		return number(text, 0, out, note);
	case IMPORT_AREA:
		return number(text, 4, out, note);
	case IMPORT_YUAN:
		return number(text, 2, out, note);
	case IMPORT_WAN:
		return number(text, 6, out, note);
	case IMPORT_DATE:
	case IMPORT_TIME:
		return time_read(text, k == IMPORT_TIME, out, note);
	case IMPORT_SHARE_NUM:
	case IMPORT_SHARE_DEN:
		return share(text, k == IMPORT_SHARE_DEN, out, note);
	case IMPORT_ID:
		if (!format_resident_id(text))
			return err_set(note, ERR_SCHEMA, "not an identity number whose check digit holds");
		break;
	case IMPORT_TEXT:
	case IMPORT_KINDS:
		break;
	}
	*out = json_string(text);
	return *out ? 0 : ERR_NOMEM;
}

static const char *spaces(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

int import_ring(const char *wkt, json_t **out, struct err_note *note)
{
	json_t *ring = json_array();
	const char *s = spaces(wkt);
	size_t n = 0;
	bool well = strncasecmp(s, "POLYGON", 7) == 0;
	s = spaces(s + (well ? 7 : 0));
	well = well && *s == '(' && *(s = spaces(s + 1)) == '(';
	while (well && n <= RING_MAX) {
		int64_t x, y;
		s = spaces(s + 1);
		well = decimal(&s, 3, &x) == 0;
		s = spaces(s);
		well = well && decimal(&s, 3, &y) == 0;
		s = spaces(s);
		if (well)
			json_array_append_new(ring, json_pack("[I,I]", (json_int_t)x, (json_int_t)y));
		n++;
		if (!well || *s != ',')
			break;
	}
	well = well && n >= 4 && n <= RING_MAX && *s == ')' && *(s = spaces(s + 1)) == ')' &&
	       !*spaces(s + 1) && json_equal(json_array_get(ring, 0), json_array_get(ring, n - 1));
	if (!well) {
		json_decref(ring);
		return err_set(note, ERR_SCHEMA, "not one closed POLYGON in metres with at most 3 decimals");
	}
	*out = ring;
	return 0;
}
