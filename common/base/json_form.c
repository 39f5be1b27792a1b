#include "common/base/json_form.h"
#include "common/base/json.h"

#include <endian.h>
#include <string.h>

struct scan {
	const uint8_t *from, *p, *end;
	struct err_note *note;
};

static int refuse(const struct scan *s, int err, const char *what)
{
	return err_set(s->note, err, "byte %zu: %s%s", (size_t)(s->p - s->from),
		err == ERR_SYNTAX ? "not JSON in canonical form, " : "", what);
}

/* ---- strings */

/* Length of one well-formed UTF-8 sequence of two bytes or more; 0 when it is none. */
static size_t utf8_length(const uint8_t *p, const uint8_t *end)
{
	uint8_t c = p[0];
	size_t n = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	if (n == 0 || (size_t)(end - p) < n)
		return 0;
	uint8_t low = c == 0xe0   ? 0xa0
		      : c == 0xf0 ? 0x90
				  : 0x80,
		high = c == 0xed   ? 0x9f
		       : c == 0xf4 ? 0x8f
				   : 0xbf;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* Length of the one escape that the canonical form has for a character; 0 for any other. */
static size_t escape_length(const uint8_t *p, const uint8_t *end)
{
	if (end - p < 2)
		return 0;
	if (strchr("\"\\bfnrt", p[1]) && p[1])
		return 2;
	if (end - p < 6 || memcmp(p, "\\u00", 4) != 0 || (p[4] != '0' && p[4] != '1'))
		return 0;
	if (!((p[5] >= '0' && p[5] <= '9') || (p[5] >= 'a' && p[5] <= 'f')))
		return 0;
	unsigned v = (unsigned)(p[4] - '0') * 16 + (unsigned)(p[5] <= '9' ? p[5] - '0' : p[5] - 'a' + 10);
	return v == 0 || v == 8 || v == 9 || v == 10 || v == 12 || v == 13 ? 0 : 6;
}

/* Bytes that are looked at in one step; the compiler makes of it what the processor has. */
#define STEP 16
typedef uint8_t step __attribute__((vector_size(STEP)));

static step load(const uint8_t *p)
{
	step v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* 0xff at each quote, backslash, control character and byte that is not ASCII. */
static step specials(step v)
{
	step other = (step)(v < 0x20) | (step)(v > 0x7f);
	return other | (step)(v == '"') | (step)(v == '\\');
}

/* The first place from p on where one of these stands, or one with less than a step behind it. */
static const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end)
{
	uint64_t half[2] = {0, 0};
	while (end - p >= 4 * STEP) {
		step any = specials(load(p)) | specials(load(p + STEP)) | specials(load(p + 2 * STEP)) |
			   specials(load(p + 3 * STEP));
		memcpy(half, &any, sizeof half);
		if (half[0] | half[1])
			break;
		p += 4 * STEP;
	}
	for (; end - p >= STEP; p += STEP) {
		step found = specials(load(p));
		memcpy(half, &found, sizeof half);
		if (half[0])
			return p + (size_t)__builtin_ctzll(le64toh(half[0])) / 8;
		if (half[1])
			return p + 8 + (size_t)__builtin_ctzll(le64toh(half[1])) / 8;
	}
	return p;
}

static int scan_string(struct scan *s, struct view *inside)
{
	const uint8_t *p = s->p + 1, *end = s->end;
	for (;;) {
		p = skip_plain(p, end);
		/* What is not ASCII comes in rows. */
		do {
			if (p == end) {
				s->p = p;
				return refuse(s, ERR_SYNTAX, "ends inside a text");
			}
			if (*p == '"')
				goto out;
			size_t n = *p == '\\'  ? escape_length(p, end)
				   : *p < 0x20 ? 0
				   : *p < 0x80 ? 1
					       : utf8_length(p, end);
			if (n == 0) {
				s->p = p;
				return refuse(s, ERR_SYNTAX, "a character that is not written so");
			}
			p += n;
		} while (p < end && *p >= 0x80);
	}
out:
	*inside = view_of(s->p + 1, (size_t)(p - s->p - 1));
	s->p = p + 1;
	return 0;
}

/* Next UTF-16 code unit of a checked text; -1 at the end. *low keeps the second half of a pair. */
static int32_t unit_next(struct view *v, uint32_t *low)
{
	static const char shorts[] = "b\bf\fn\nr\rt\t\"\"\\\\";
	if (*low) {
		uint32_t u = *low;
		*low = 0;
		return (int32_t)u;
	}
	if (v->n == 0)
		return -1;
	const uint8_t *p = v->p;
	uint32_t c = p[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c == '\\' && p[1] == 'u') {
		n = 6;
		c = (uint32_t)(p[4] - '0') * 16 + (uint32_t)(p[5] <= '9' ? p[5] - '0' : p[5] - 'a' + 10);
	} else if (c == '\\') {
		n = 2;
		c = (uint8_t)strchr(shorts, p[1])[1];
	} else if (n > 1) {
		c &= 0x7fu >> n;
		for (size_t i = 1; i < n; i++)
			c = c << 6 | (p[i] & 0x3fu);
	}
	*v = view_of(p + n, v->n - n);
	if (c < 0x10000)
		return (int32_t)c;
	*low = 0xdc00 + ((c - 0x10000) & 0x3ff);
	return (int32_t)(0xd800 + ((c - 0x10000) >> 10));
}

/* True when key a stands before key b by UTF-16 code units, so neither equal nor behind. */
static bool is_before(struct view a, struct view b)
{
	uint32_t low_a = 0, low_b = 0;
	size_t n = a.n < b.n ? a.n : b.n, i = 0;
	while (i < n && a.p[i] == b.p[i] && a.p[i] != '\\')
		i++;
	if (i == n)
		return a.n < b.n;
	/* ASCII that stands for itself; all else by units. */
	if (a.p[i] < 0x80 && b.p[i] < 0x80 && a.p[i] != '\\' && b.p[i] != '\\')
		return a.p[i] < b.p[i];
	for (;;) {
		int32_t x = unit_next(&a, &low_a), y = unit_next(&b, &low_b);
		if (x != y)
			return x < y;
		if (x < 0)
			return false;
	}
}

/* ---- values */

static int scan_number(struct scan *s)
{
	static const char limit[] = "9007199254740991";
	const uint8_t *p = s->p, *digits;
	p += *p == '-';
	digits = p;
	while (p < s->end && *p >= '0' && *p <= '9')
		p++;
	size_t n = (size_t)(p - digits);
	if (n == 0 || (digits[0] == '0' && (n > 1 || digits > s->p)))
		return refuse(s, ERR_SYNTAX, "a number that is not written so");
	if (p < s->end && (*p == '.' || *p == 'e' || *p == 'E'))
		return refuse(s, ERR_RANGE, "a number that is not an integer");
	if (n > 16 || (n == 16 && memcmp(digits, limit, 16) > 0))
		return refuse(s, ERR_RANGE, "an integer beyond 2^53-1");
	s->p = p;
	return 0;
}

static int scan_word(struct scan *s, const char *word, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return refuse(s, ERR_SYNTAX, "no value");
	s->p += n;
	return 0;
}

static int scan_value(struct scan *s, int depth);

/* Behind a value of a list or object: true when another one follows, false at its end; *err when neither. */
static bool scan_more(struct scan *s, uint8_t close, int *err)
{
	*err = 0;
	if (s->p < s->end && (*s->p == ',' || *s->p == close))
		return *s->p++ == ',';
	*err = refuse(s, ERR_SYNTAX, "neither a comma nor the end of the list or object");
	return false;
}

static int scan_key(struct scan *s, struct view *last, bool first)
{
	struct view key = {.n = 0};
	if (s->p == s->end || *s->p != '"')
		return refuse(s, ERR_SYNTAX, "no name of a member");
	int err = scan_string(s, &key);
	if (err)
		return err;
	if (!first && !is_before(*last, key))
		return refuse(s, ERR_SYNTAX, "a member twice or out of order");
	if (s->p == s->end || *s->p != ':')
		return refuse(s, ERR_SYNTAX, "no colon behind a name");
	s->p++;
	*last = key;
	return 0;
}

static bool is_name(const char *name, struct view key)
{
	return strncmp(name, (const char *)key.p, key.n) == 0 && name[key.n] == '\0';
}

/* Number of the name; that of the NULL behind them when it is none. Members come in order, and names mostly
 * do: the search begins at `from`, behind the one that was found last. */
static size_t find_name(const char *const *names, size_t from, struct view key)
{
	size_t i = from, before = 0;
	while (names[i] && !is_name(names[i], key))
		i++;
	if (names[i])
		return i;
	while (before < from && !is_name(names[before], key))
		before++;
	return before < from ? before : i;
}

static int scan_object(struct scan *s, int depth, const char *const *names, struct view *out)
{
	struct view key = {.n = 0};
	size_t i = 0;
	int err = 0;
	s->p++;
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return 0;
	}
	for (bool first = true;; first = false) {
		if ((err = scan_key(s, &key, first)) != 0)
			return err;
		if (names)
			i = find_name(names, i, key);
		if (names && !names[i])
			return err_set(s->note, ERR_SCHEMA, "%.*s: unknown key",
				(int)(key.n < 64 ? key.n : 64), key.p);
		const uint8_t *from = s->p;
		if ((err = scan_value(s, depth)) != 0)
			return err;
		if (names)
			out[i++] = view_of(from, (size_t)(s->p - from));
		if (!scan_more(s, '}', &err))
			return err;
	}
}

static int scan_list(struct scan *s, int depth)
{
	int err = 0;
	s->p++;
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return 0;
	}
	do
		err = scan_value(s, depth);
	while (!err && scan_more(s, ']', &err));
	return err;
}

/* depth: lists and objects around the value. */
static int scan_value(struct scan *s, int depth)
{
	struct view inside;
	if (s->p == s->end)
		return refuse(s, ERR_SYNTAX, "ends where a value must stand");
	if ((*s->p == '{' || *s->p == '[') && depth == JSON_DEPTH_MAX)
		return refuse(s, ERR_LIMIT, "nested too deep");
	switch (*s->p) {
	case '{':
		return scan_object(s, depth + 1, NULL, NULL);
	case '[':
		return scan_list(s, depth + 1);
	case '"':
		return scan_string(s, &inside);
	case 't':
		return scan_word(s, "true", 4);
	case 'f':
		return scan_word(s, "false", 5);
	case 'n':
		return scan_word(s, "null", 4);
	default:
		return scan_number(s);
	}
}

static int scan_end(const struct scan *s)
{
	return s->p == s->end ? 0 : refuse(s, ERR_SYNTAX, "something behind the value");
}

int json_form(struct view text, struct err_note *note)
{
	struct scan s = {text.p, text.p, text.p + text.n, note};
	int err = scan_value(&s, 0);
	return err ? err : scan_end(&s);
}

int json_form_object(struct view text, const char *const *names, struct view *out, struct err_note *note)
{
	struct scan s = {text.p, text.p, text.p + text.n, note};
	if (text.n == 0 || *text.p != '{') {
		int err = json_form(text, note);
		return err ? err : err_set(note, ERR_SCHEMA, "not an object");
	}
	for (size_t i = 0; names[i]; i++)
		out[i] = view_of(NULL, 0);
	int err = scan_object(&s, 1, names, out);
	return err ? err : scan_end(&s);
}

bool json_form_next(struct view *rest, struct view *item)
{
	struct scan s = {rest->p, rest->p + 1, rest->p + rest->n, NULL};
	/* Behind '[' or ',': a value; ']' ends the list, at once or behind the last one. */
	if (rest->n < 2 || *rest->p == ']' || *s.p == ']')
		return false;
	if (scan_value(&s, 0) != 0)
		return false;
	*item = view_of(rest->p + 1, (size_t)(s.p - rest->p - 1));
	*rest = view_of(s.p, (size_t)(s.end - s.p));
	return true;
}
