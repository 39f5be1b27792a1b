/* Reading is comparing, as with the tar's headers: every byte is either one that bundle_contents_encode
 * writes at this place, or a value. What passes can be encoded to the same bytes only. */
#include "common/base/json_form.h"
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_seen.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_JSON ((INT64_C(1) << 53) - 1)
#define TRY(e)                                                                                               \
	do {                                                                                                 \
		int err_ = (e);                                                                              \
		if (err_)                                                                                    \
			return err_;                                                                         \
	} while (0)

/* ---- what stands next */

struct text {
	struct view all;
	const uint8_t *p, *end;
	struct err_note *note;
};

/* Not JSON in canonical form at all is told from another value than this format has. */
static int refuse(const struct text *t, const char *what)
{
	struct err_note inner = {.text = ""};
	int err = json_form(t->all, &inner);
	if (err)
		return err_set(t->note, err, "contents.json: %.200s", inner.text);
	return err_set(t->note, ERR_SCHEMA, "contents.json: byte %zu: %s", (size_t)(t->p - t->all.p), what);
}

static bool is_next(const struct text *t, const char *s, size_t n)
{
	return (size_t)(t->end - t->p) >= n && memcmp(t->p, s, n) == 0;
}

/* s: what must stand here, a text of the program. */
#define EXPECT(t, s) TRY(expect((t), "" s, sizeof(s) - 1))

static int expect(struct text *t, const char *s, size_t n)
{
	if (!is_next(t, s, n)) {
		char what[64];
		(void)snprintf(what, sizeof what, "%s must stand here", s);
		return refuse(t, what);
	}
	t->p += n;
	return 0;
}

static int take_number(struct text *t, int64_t min, int64_t max, int64_t *out)
{
	const uint8_t *p = t->p;
	int64_t v = 0;
	while (p < t->end && *p >= '0' && *p <= '9' && p - t->p < 16)
		v = v * 10 + (*p++ - '0');
	if (p == t->p || (*t->p == '0' && p - t->p > 1))
		return refuse(t, "not a number");
	if (v < min || v > max)
		return refuse(t, "a number out of range");
	t->p = p;
	*out = v;
	return 0;
}

/* One more than the digit's value; 0: none. Digests are random: a branch at each digit is guessed wrongly. */
static const uint8_t DIGIT[256] = {['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16};

static int take_hex(struct text *t, uint8_t *out, size_t n)
{
	bool bad = false;
	if ((size_t)(t->end - t->p) < 2 * n)
		return refuse(t, "too few hexadecimal digits");
	for (size_t i = 0; i < n; i++) {
		unsigned high = DIGIT[t->p[2 * i]], low = DIGIT[t->p[2 * i + 1]];
		bad |= (high == 0) | (low == 0);
		out[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	if (bad)
		return refuse(t, "not hexadecimal");
	t->p += 2 * n;
	return 0;
}

static int take_digest(struct text *t, struct digest *out)
{
	return take_hex(t, out->b, sizeof out->b);
}

/* Up to the quote, at most size - 1 bytes: a word of the program's own, so without anything to escape. */
static int take_word(struct text *t, char *out, size_t size)
{
	size_t n = 0;
	while (t->p + n < t->end && t->p[n] != '"' && n < size)
		n++;
	if (n >= size)
		return refuse(t, "a text that is too long");
	for (size_t i = 0; i < n; i++)
		if (t->p[i] < 0x20 || t->p[i] > 0x7e || t->p[i] == '\\')
			return refuse(t, "a character that does not stand in a name");
	memcpy(out, t->p, n);
	out[n] = '\0';
	t->p += n;
	return 0;
}

/* Between the values of a list: false behind the last one. */
static bool take_comma(struct text *t)
{
	bool more = is_next(t, ",", 1);
	t->p += more;
	return more;
}

/* ---- values */

static int take_attachments(
	struct text *t, struct bundle_part parts[static MESSAGE_ATTACHMENTS_MAX], size_t *n)
{
	*n = 0;
	EXPECT(t, "{\"attachments\":[");
	bool more = !is_next(t, "]", 1);
	for (; more; more = take_comma(t)) {
		if (*n == MESSAGE_ATTACHMENTS_MAX)
			return err_set(t->note, ERR_LIMIT, "contents.json: more than %d attachments",
				MESSAGE_ATTACHMENTS_MAX);
		struct bundle_part *p = &parts[(*n)++];
		EXPECT(t, "{\"digest\":\"");
		TRY(take_digest(t, &p->digest));
		EXPECT(t, "\",\"size\":");
		TRY(take_number(t, 0, SIZE_MAX_JSON, &p->size));
		p->offset = 0;
		EXPECT(t, "}");
	}
	return 0;
}

static int take_origin(struct text *t, struct bundle_entry *e)
{
	struct bundle_origin_path *p = e->origin = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	EXPECT(t, "{\"digest\":\"");
	TRY(take_digest(t, &p->message));
	EXPECT(t, "\",\"leaf\":");
	TRY(take_number(t, 0, BUNDLE_MESSAGES_MAX - 1, &p->leaf));
	EXPECT(t, ",\"of\":");
	TRY(take_number(t, p->leaf + 1, BUNDLE_MESSAGES_MAX, &p->of));
	EXPECT(t, ",\"path\":[");
	bool more = !is_next(t, "]", 1);
	for (; more; more = take_comma(t)) {
		if (p->npath == sizeof p->path / sizeof *p->path)
			return err_set(t->note, ERR_LIMIT, "contents.json: more than %zu in a path",
				sizeof p->path / sizeof *p->path);
		EXPECT(t, "\"");
		TRY(take_digest(t, &p->path[p->npath++]));
		EXPECT(t, "\"");
	}
	EXPECT(t, "],\"salt\":\"");
	TRY(take_hex(t, p->salt, sizeof p->salt));
	EXPECT(t, "\"}");
	return 0;
}

static int take_entry(struct text *t, struct bundle_contents *c)
{
	struct bundle_part parts[MESSAGE_ATTACHMENTS_MAX];
	struct bundle_entry *e = NULL;
	size_t n = 0;
	TRY(take_attachments(t, parts, &n));
	int err = bundle_contents_grow(c, n, &e);
	if (err)
		return err_set(t->note, err, "contents.json: more than a bundle may hold");
	if (n)
		memcpy(e->attachments, parts, n * sizeof *parts);
	EXPECT(t, "],\"digest\":\"");
	TRY(take_digest(t, &e->message.digest));
	EXPECT(t, "\",\"id\":\"");
	TRY(take_word(t, e->id, sizeof e->id));
	if (!uuid_valid(e->id))
		return refuse(t, "not a message id");
	EXPECT(t, "\",");
	if (is_next(t, "\"origin\":", 9)) {
		EXPECT(t, "\"origin\":");
		TRY(take_origin(t, e));
		EXPECT(t, ",");
	}
	EXPECT(t, "\"salt\":\"");
	TRY(take_hex(t, e->salt, sizeof e->salt));
	EXPECT(t, "\",\"size\":");
	TRY(take_number(t, 1, MESSAGE_BYTES_MAX, &e->message.size));
	EXPECT(t, ",\"type\":\"");
	TRY(take_word(t, e->type, sizeof e->type));
	EXPECT(t, "\"}");
	return 0;
}

/* The entry just decoded, against those before it. */
static int check_twice(struct bundle_seen *seen, struct bundle_contents *c, struct err_note *note)
{
	const struct bundle_entry *e = &c->entries[c->n - 1], *first = &c->entries[0];
	if (!e->origin != !first->origin)
		return err_set(note, ERR_SCHEMA, "contents.json: message %s: origin does not fit", e->id);
	if (e->origin && e->origin->of != first->origin->of)
		return err_set(note, ERR_SCHEMA, "contents.json: numbers of origin leaves differ");
	c->n--;
	bool twice = bundle_seen_has(seen, c, e->id, e->origin);
	c->n++;
	if (twice)
		return err_set(note, ERR_SCHEMA, "contents.json: %s or its origin leaf stands twice", e->id);
	bundle_seen_add(seen, c);
	return 0;
}

static int take_entries(struct text *t, struct bundle_contents *c)
{
	struct bundle_seen *seen = NULL;
	int64_t total = 0;
	int err = bundle_seen_new(&seen);
	bool more = !err && !is_next(t, "]", 1);
	for (; more; more = !err && take_comma(t)) {
		err = take_entry(t, c);
		if (!err)
			err = check_twice(seen, c, t->note);
		if (!err && (total += c->entries[c->n - 1].message.size) > BUNDLE_MESSAGES_BYTES_MAX)
			err = err_set(t->note, ERR_LIMIT, "contents.json: messages of more than %d bytes",
				BUNDLE_MESSAGES_BYTES_MAX);
	}
	bundle_seen_free(seen);
	return err;
}

static int take_all(struct text *t, struct bundle_contents *c)
{
	EXPECT(t, "{\"messages\":[");
	TRY(take_entries(t, c));
	EXPECT(t, "],\"origin\":");
	c->origin = is_next(t, "true", 4);
	if (c->origin)
		EXPECT(t, "true");
	else
		EXPECT(t, "false");
	EXPECT(t, "}");
	if (t->p != t->end)
		return refuse(t, "something behind the end");
	if (c->n && c->origin != (c->entries[0].origin != NULL))
		return err_set(t->note, ERR_SCHEMA, "contents.json: message %s: origin does not fit",
			c->entries[0].id);
	return 0;
}

int bundle_contents_decode(struct view bytes, struct bundle_contents *out, struct err_note *note)
{
	struct text t = {bytes, bytes.p, bytes.p + bytes.n, note};
	if (bytes.n > BUNDLE_CONTENTS_MAX)
		return err_set(note, ERR_LIMIT, "contents.json: more than %d bytes", BUNDLE_CONTENTS_MAX);
	return take_all(&t, out);
}
