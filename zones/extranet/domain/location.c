#include "zones/extranet/domain/location.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the character at s; a damaged one counts as one byte. */
static size_t step(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
	return n;
}

/* U+FF01…U+FF5E are ASCII 0x21…0x7E drawn wide; U+3000 is a wide space. */
static int narrow(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	if (n != 3)
		return -1;
	unsigned code = (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	if (code == 0x3000)
		return ' ';
	return code >= 0xff01 && code <= 0xff5e ? (int)(code - 0xff01 + 0x21) : -1;
}

void location_clean(const char *text, char out[static LOCATION_MAX])
{
	size_t at = 0;
	while (*text) {
		size_t n = step(text);
		int c = n == 1 ? (unsigned char)*text : narrow(text, n);
		if (c >= 0 && c < 0x80) {
			if (!isspace(c) && at + 1 < LOCATION_MAX)
				out[at++] = (char)tolower(c);
		} else if (at + n < LOCATION_MAX) {
			memcpy(out + at, text, n);
			at += n;
		}
		text += n;
	}
	out[at] = '\0';
}

size_t location_building(const char *clean)
{
	static const char *const ends[] = {"号楼", "幢", "栋", "座", "楼", "号"};
	/* A building's own word counts before the number of a house in its street. */
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		const char *last = NULL;
		for (const char *at = clean; (at = strstr(at, ends[i])); at += strlen(ends[i]))
			last = at;
		if (last)
			return (size_t)(last - clean) + strlen(ends[i]);
	}
	return strlen(clean);
}

int location_pairs(const char *clean, size_t n, int (*each)(void *arg, const char *pair), void *arg)
{
	char pair[LOCATION_PAIR];
	size_t at = 0, first = n ? step(clean) : 0;
	int rc = 0;
	if (n && first >= n) {
		snprintf(pair, sizeof pair, "%.*s", (int)n, clean);
		return each(arg, pair);
	}
	while (rc == 0 && at + first < n) {
		size_t second = step(clean + at + first);
		if (at + first + second > n)
			break;
		snprintf(pair, sizeof pair, "%.*s", (int)(first + second), clean + at);
		rc = each(arg, pair);
		at += first;
		first = second;
	}
	return rc;
}
