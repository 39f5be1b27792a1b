#include "common/base/json_form.h"
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_seen.h"
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_JSON ((INT64_C(1) << 53) - 1)
#define TRY(e)                                                                                               \
	do {                                                                                                 \
		int err_ = (e);                                                                              \
		if (err_)                                                                                    \
			return err_;                                                                         \
	} while (0)

/* ---- members as they stand in the text */

static int refuse(struct err_note *note, const char *key, const char *what)
{
	return err_set(note, ERR_SCHEMA, "contents.json: %s is %s", key, what);
}

/* The inside of a text of at most `max` bytes without escapes. */
static int get_text(struct view v, const char *key, size_t max, struct view *out, struct err_note *note)
{
	if (v.n < 2 || v.p[0] != '"' || memchr(v.p, '\\', v.n))
		return refuse(note, key, v.n ? "not a plain text" : "missing");
	if (v.n - 2 > max)
		return refuse(note, key, "too long");
	*out = view_of(v.p + 1, v.n - 2);
	return 0;
}

static int get_number(
	struct view v, const char *key, int64_t min, int64_t max, int64_t *out, struct err_note *note)
{
	int64_t n = 0;
	if (v.n == 0 || v.n > 16 || v.p[0] < '0' || v.p[0] > '9')
		return refuse(note, key, v.n ? "not a number" : "missing");
	for (size_t i = 0; i < v.n; i++)
		n = n * 10 + (v.p[i] - '0');
	if (n < min || n > max)
		return refuse(note, key, "out of range");
	*out = n;
	return 0;
}

static int get_hex(struct view v, const char *key, uint8_t *out, size_t n, struct err_note *note)
{
	struct view s;
	TRY(get_text(v, key, 2 * n, &s, note));
	if (s.n != 2 * n)
		return refuse(note, key, "of another length");
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return refuse(note, key, "not hexadecimal");
		uint8_t digit = (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] << 4 | digit : digit);
	}
	return 0;
}

static int get_digest(struct view v, const char *key, struct digest *out, struct err_note *note)
{
	return get_hex(v, key, out->b, sizeof out->b, note);
}

/* Number of the values of a list. */
static int get_list(struct view v, const char *key, size_t max, size_t *n, struct err_note *note)
{
	struct view item;
	if (v.n == 0 || v.p[0] != '[')
		return refuse(note, key, v.n ? "not a list" : "missing");
	for (*n = 0; json_form_next(&v, &item);)
		if (++*n > max)
			return err_set(note, ERR_LIMIT, "contents.json: more than %zu %s", max, key);
	return 0;
}

static int decode_origin(struct view text, struct bundle_entry *e, struct err_note *note)
{
	enum { DIGEST, LEAF, OF, PATH, SALT, N };
	static const char *const keys[] = {"digest", "leaf", "of", "path", "salt", NULL};
	struct view v[N], item;
	size_t n = 0;
	struct bundle_origin_path *p = e->origin = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	TRY(json_form_object(text, keys, v, note));
	TRY(get_number(v[OF], "of", 1, BUNDLE_MESSAGES_MAX, &p->of, note));
	TRY(get_number(v[LEAF], "leaf", 0, p->of - 1, &p->leaf, note));
	TRY(get_hex(v[SALT], "salt", p->salt, sizeof p->salt, note));
	TRY(get_digest(v[DIGEST], "digest", &p->message, note));
	TRY(get_list(v[PATH], "path", sizeof p->path / sizeof *p->path, &n, note));
	while (json_form_next(&v[PATH], &item))
		TRY(get_digest(item, "path", &p->path[p->npath++], note));
	return 0;
}

static int decode_attachments(struct view list, struct bundle_entry *e, struct err_note *note)
{
	enum { DIGEST, SIZE, N };
	static const char *const keys[] = {"digest", "size", NULL};
	struct view v[N], item;
	for (size_t i = 0; json_form_next(&list, &item); i++) {
		TRY(json_form_object(item, keys, v, note));
		TRY(get_number(v[SIZE], "size", 0, SIZE_MAX_JSON, &e->attachments[i].size, note));
		TRY(get_digest(v[DIGEST], "digest", &e->attachments[i].digest, note));
	}
	return 0;
}

static void copy(char *to, struct view v)
{
	memcpy(to, v.p, v.n);
	to[v.n] = '\0';
}

static int decode_entry(struct view text, struct bundle_contents *c, struct err_note *note)
{
	enum { ATTACHMENTS, DIGEST, ID, ORIGIN, SALT, SIZE, TYPE, N };
	static const char *const keys[] = {
		"attachments", "digest", "id", "origin", "salt", "size", "type", NULL};
	struct view v[N], id, type;
	size_t n = 0;
	struct bundle_entry *e = NULL;
	TRY(json_form_object(text, keys, v, note));
	TRY(get_list(v[ATTACHMENTS], "attachments", MESSAGE_ATTACHMENTS_MAX, &n, note));
	if (bundle_contents_grow(c, n, &e))
		return err_set(note, ERR_LIMIT, "contents.json: more than a bundle may hold");
	TRY(get_text(v[ID], "id", sizeof e->id - 1, &id, note));
	TRY(get_text(v[TYPE], "type", sizeof e->type - 1, &type, note));
	copy(e->id, id);
	copy(e->type, type);
	if (!uuid_valid(e->id))
		return refuse(note, "id", "not a message id");
	TRY(get_number(v[SIZE], "size", 1, MESSAGE_BYTES_MAX, &e->message.size, note));
	TRY(get_digest(v[DIGEST], "digest", &e->message.digest, note));
	TRY(get_hex(v[SALT], "salt", e->salt, sizeof e->salt, note));
	TRY(decode_attachments(v[ATTACHMENTS], e, note));
	if ((v[ORIGIN].n != 0) != c->origin)
		return err_set(note, ERR_SCHEMA, "contents.json: message %s: origin does not fit", e->id);
	return c->origin ? decode_origin(v[ORIGIN], e, note) : 0;
}

/* The entry just decoded, against those before it. */
static int check_twice(struct bundle_seen *seen, struct bundle_contents *c, struct err_note *note)
{
	const struct bundle_entry *e = &c->entries[c->n - 1];
	if (e->origin && e->origin->of != c->entries[0].origin->of)
		return err_set(note, ERR_SCHEMA, "contents.json: numbers of origin leaves differ");
	c->n--;
	bool twice = bundle_seen_has(seen, c, e->id, e->origin);
	c->n++;
	if (twice)
		return err_set(note, ERR_SCHEMA, "contents.json: %s or its origin leaf stands twice", e->id);
	bundle_seen_add(seen, c);
	return 0;
}

/* What we would write for these values must be these bytes. */
static int check_exact(const struct bundle_contents *c, struct view bytes, struct err_note *note)
{
	struct buf again;
	buf_init(&again, BUNDLE_CONTENTS_MAX);
	int err = bundle_contents_encode(c, &again);
	if (err != ERR_NOMEM && !view_eq(bytes, buf_view(&again)))
		err = err_set(note, ERR_SCHEMA, "contents.json: not in canonical form");
	buf_fini(&again);
	return err;
}

static int decode_entries(struct view list, struct bundle_contents *c, struct err_note *note)
{
	struct bundle_seen *seen = NULL;
	struct view item;
	int64_t total = 0;
	int err = bundle_seen_new(&seen);
	while (!err && json_form_next(&list, &item)) {
		err = decode_entry(item, c, note);
		if (!err)
			err = check_twice(seen, c, note);
		if (!err && (total += c->entries[c->n - 1].message.size) > BUNDLE_MESSAGES_BYTES_MAX)
			err = err_set(note, ERR_LIMIT, "contents.json: messages of more than %d bytes",
				BUNDLE_MESSAGES_BYTES_MAX);
	}
	bundle_seen_free(seen);
	return err;
}

int bundle_contents_decode(struct view bytes, struct bundle_contents *out, struct err_note *note)
{
	enum { MESSAGES, ORIGIN, N };
	static const char *const keys[] = {"messages", "origin", NULL};
	struct view v[N];
	if (bytes.n > BUNDLE_CONTENTS_MAX)
		return err_set(note, ERR_LIMIT, "contents.json: more than %d bytes", BUNDLE_CONTENTS_MAX);
	int err = json_form_object(bytes, keys, v, note);
	if (err) {
		struct err_note inner = note ? *note : (struct err_note){.text = ""};
		return err_set(note, err, "contents.json: %.200s", inner.text);
	}
	out->origin = view_eq(v[ORIGIN], view_str("true"));
	if (!out->origin && !view_eq(v[ORIGIN], view_str("false")))
		return refuse(note, "origin", "neither true nor false");
	if (v[MESSAGES].n == 0 || v[MESSAGES].p[0] != '[')
		return refuse(note, "messages", v[MESSAGES].n ? "not a list" : "missing");
	TRY(decode_entries(v[MESSAGES], out, note));
	return check_exact(out, bytes, note);
}
