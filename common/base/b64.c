#include "common/base/b64.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
static const char standard[] = LETTERS "+/", url[] = LETTERS "-_";

/* One more than the digit's value; 0: none. */
#define VALUES                                                                                               \
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9,   \
	['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17,      \
	['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25,      \
	['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33,      \
	['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41,      \
	['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,      \
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57,      \
	['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62
static const uint8_t STANDARD[256] = {VALUES, ['+'] = 63, ['/'] = 64},
		     URL[256] = {VALUES, ['-'] = 63, ['_'] = 64};

/* Three bytes at `p`, or the `n` that are left, as four digits. */
static void four_write(const uint8_t *p, size_t n, const char *digits, uint8_t *to)
{
	uint32_t x = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
	to[0] = (uint8_t)digits[x >> 18];
	to[1] = (uint8_t)digits[x >> 12 & 63];
	to[2] = (uint8_t)digits[x >> 6 & 63];
	to[3] = (uint8_t)digits[x & 63];
}

static int encode(struct buf *out, struct view v, const char *digits, bool padded)
{
	size_t whole = v.n / 3 * 3, left = v.n - whole;
	int rc = buf_reserve(out, (v.n + 2) / 3 * 4);
	if (rc < 0)
		return rc;
	uint8_t *to = out->p + out->n;
	for (size_t i = 0; i < whole; i += 3, to += 4)
		four_write(v.p + i, 3, digits, to);
	if (left) {
		four_write(v.p + whole, left, digits, to);
		to += left + 1;
		for (size_t i = left; padded && i < 3; i++)
			*to++ = '=';
	}
	out->n = (size_t)(to - out->p);
	out->p[out->n] = 0;
	return 0;
}

/* Four digits to three bytes; not 0 when one of them is none. Sealed values look random: a branch at each
 * digit would be guessed wrongly. */
static unsigned four_read(const uint8_t *p, const uint8_t *values, uint8_t *to)
{
	uint32_t a = values[p[0]], b = values[p[1]], c = values[p[2]], d = values[p[3]];
	uint32_t x = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
	to[0] = (uint8_t)(x >> 16);
	to[1] = (uint8_t)(x >> 8);
	to[2] = (uint8_t)x;
	return (unsigned)!a | (unsigned)!b | (unsigned)!c | (unsigned)!d;
}

static int decode(struct view text, const uint8_t *values, struct buf *out)
{
	size_t whole = text.n / 4 * 4, left = text.n - whole, more = left ? left - 1 : 0;
	int rc = left == 1 ? ERR_SYNTAX : buf_reserve(out, text.n / 4 * 3 + more);
	if (rc < 0)
		return rc;
	uint8_t *to = out->p + out->n, last[4] = {'A', 'A', 'A', 'A'}, bytes[3];
	unsigned bad = 0;
	for (size_t i = 0; i < whole; i += 4, to += 3)
		bad |= four_read(text.p + i, values, to);
	if (left) {
		memcpy(last, text.p + whole, left);
		bad |= four_read(last, values, bytes);
		/* Unused bits must be zero: one text for one content. */
		bad |= (unsigned)(bytes[2] | (left == 2 ? bytes[1] : 0));
		memcpy(to, bytes, more);
		to += more;
	}
	if (!bad)
		out->n = (size_t)(to - out->p);
	out->p[out->n] = 0;
	buf_wipe(bytes, sizeof bytes);
	return bad ? ERR_SYNTAX : 0;
}

int b64_add(struct buf *out, struct view v)
{
	return encode(out, v, standard, true);
}

int b64_parse(struct view text, struct buf *out)
{
	if (text.n % 4)
		return ERR_SYNTAX;
	for (size_t pad = 0; pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
		text.n--;
	return decode(text, STANDARD, out);
}

int b64url_add(struct buf *out, struct view v)
{
	return encode(out, v, url, false);
}

int b64url_parse(struct view text, struct buf *out)
{
	return decode(text, URL, out);
}
