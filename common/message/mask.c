#include "common/message/format.h"
#include <string.h>

static size_t char_len(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	return strnlen(s, n);
}

/* First character stays, the last one too when there are three or more; a single character is hidden. */
int mask_name(const char *s, struct buf *out)
{
	size_t chars = 0, i = 0;
	int rc = 0;
	for (const char *p = s; *p; p += char_len(p))
		chars++;
	for (const char *p = s; rc == 0 && *p; p += char_len(p), i++) {
		bool keep = chars > 1 && (i == 0 || (chars >= 3 && i == chars - 1));
		rc = keep ? buf_add(out, p, char_len(p)) : buf_add(out, "*", 1);
	}
	return rc == 0 && !*s ? buf_add(out, "", 0) : rc;
}

static int keep_ends(const char *s, size_t head, size_t tail, struct buf *out)
{
	size_t n = strlen(s);
	int rc = 0;
	/* Too short to show anything of it. */
	if (n <= head + tail)
		head = tail = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = buf_add(out, i < head || i >= n - tail ? s + i : "*", 1);
	return rc == 0 && n == 0 ? buf_add(out, "", 0) : rc;
}

int mask_id(const char *s, struct buf *out)
{
	return keep_ends(s, 4, 4, out);
}

int mask_phone(const char *s, struct buf *out)
{
	return keep_ends(s, 3, 4, out);
}

#define ADDRESS_SHOWN 18
int mask_address(const char *s, struct buf *out)
{
	size_t n = strlen(s) > ADDRESS_SHOWN ? ADDRESS_SHOWN : strlen(s);
	while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	int rc = buf_add(out, s, n);
	return rc == 0 && s[n] ? buf_add_str(out, "***") : rc;
}
