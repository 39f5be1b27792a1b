#include "common/base/json.h"
#include "common/base/json_form.h"
#include "common/base/starved.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INT_SAFE ((json_int_t)9007199254740991)

/* jansson recurses: the depth is bounded before it sees the text. */
static int depth_check(struct view text, struct err_note *note)
{
	int depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return err_set(note, ERR_LIMIT, "byte %zu: nested deeper than %d", i,
					JSON_DEPTH_MAX);
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return 0;
}

/* The way from the root to a value, for the message. */
struct place {
	const struct place *up;
	const char *key; /* NULL in a list */
	size_t index;
};

static void place_text(const struct place *at, char *to, size_t size)
{
	if (!at->up) {
		to[0] = '\0';
		return;
	}
	place_text(at->up, to, size);
	size_t n = strlen(to);
	if (at->key)
		snprintf(to + n, size - n, "%s%.48s", n ? "." : "", at->key);
	else
		snprintf(to + n, size - n, "[%zu]", at->index);
}

static int number_refuse(const struct place *at, const char *what, struct err_note *note)
{
	char path[160];
	place_text(at, path, sizeof path);
	return err_set(note, ERR_RANGE, "%s%s%s", path, path[0] ? ": " : "", what);
}

static int numbers_check(const json_t *v, const struct place *at, struct err_note *note)
{
	struct place below = {.up = at};
	int rc = 0;
	if (json_is_real(v))
		return number_refuse(at, "a number that is not an integer", note);
	if (json_is_integer(v)) {
		json_int_t n = json_integer_value(v);
		return n > INT_SAFE || n < -INT_SAFE ? number_refuse(at, "an integer beyond 2^53-1", note)
						     : 0;
	}
	if (json_is_array(v)) {
		for (; rc == 0 && below.index < json_array_size(v); below.index++)
			rc = numbers_check(json_array_get(v, below.index), &below, note);
	} else if (json_is_object(v)) {
		json_t *o = (json_t *)(uintptr_t)v;
		for (void *it = json_object_iter(o); rc == 0 && it; it = json_object_iter_next(o, it)) {
			below.key = json_object_iter_key(it);
			rc = numbers_check(json_object_iter_value(it), &below, note);
		}
	}
	return rc;
}

/* jansson quotes the text at fault, which may be personal data: only what stands before is kept. */
static int syntax_refuse(json_error_t *e, struct err_note *note)
{
	int err = json_error_code(e) == json_error_numeric_overflow ? ERR_RANGE : ERR_SYNTAX;
	char *near = strstr(e->text, " near '");
	if (near)
		*near = '\0';
	return err_set(note, err, "line %d, column %d: %s", e->line, e->column, e->text);
}

/* jansson takes want of memory for what it read last: a buffer that does not grow cuts a token, and what it
 * then refuses, or returns, is not what stands in the text. */
__attribute__((constructor)) static void watch(void)
{
	json_set_alloc_funcs(starved_malloc, free);
}

json_t *json_read(struct view text, size_t flags, json_error_t *e)
{
	starved_watch();
	json_t *v = json_loadb(text.n ? (const char *)text.p : "", text.n, flags, e);
	if (!starved())
		return v;
	json_decref(v);
	*e = (json_error_t){.text = "no memory"};
	e->text[JSON_ERROR_TEXT_LENGTH - 1] = (char)json_error_out_of_memory;
	return NULL;
}

int json_parse(struct view text, size_t max, json_t **out, struct err_note *note)
{
	static const struct place root = {0};
	json_error_t e;
	if (text.n > max)
		return err_set(note, ERR_LIMIT, "%zu bytes of JSON, at most %zu", text.n, max);
	int rc = depth_check(text, note);
	if (rc < 0)
		return rc;
	json_t *v = json_read(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!v && json_error_code(&e) == json_error_out_of_memory)
		return err_set(note, ERR_NOMEM, "%s", err_text(ERR_NOMEM));
	if (!v)
		return syntax_refuse(&e, note);
	rc = numbers_check(v, &root, note);
	if (rc < 0) {
		json_decref(v);
		return rc;
	}
	*out = v;
	return 0;
}

int json_canon_text(const char *s, size_t n, struct buf *out)
{
	static const char *const shorts[32] = {
		[8] = "\\b", [9] = "\\t", [10] = "\\n", [12] = "\\f", [13] = "\\r"};
	int rc = buf_add(out, "\"", 1);
	size_t from = 0;
	for (size_t i = 0; rc == 0 && i <= n; i++) {
		uint8_t c = i < n ? (uint8_t)s[i] : 0;
		if (i < n && c >= 0x20 && c != '"' && c != '\\')
			continue;
		rc = buf_add(out, s + from, i - from);
		from = i + 1;
		if (rc < 0 || i == n)
			break;
		if (c == '"' || c == '\\')
			rc = buf_addf(out, "\\%c", c);
		else if (shorts[c])
			rc = buf_add_str(out, shorts[c]);
		else
			rc = buf_addf(out, "\\u%04x", c);
	}
	return rc == 0 ? buf_add(out, "\"", 1) : rc;
}

/* Next UTF-16 code unit of valid UTF-8; *low keeps the second half of a pair. -1 at the end. */
static int32_t unit_next(const uint8_t **p, uint32_t *low)
{
	if (*low) {
		uint32_t u = *low;
		*low = 0;
		return (int32_t)u;
	}
	uint32_t c = **p;
	if (!c)
		return -1;
	int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	if (more)
		c &= 0x3fu >> more;
	(*p)++;
	for (; more; more--, (*p)++)
		c = c << 6 | (**p & 0x3fu);
	if (c < 0x10000)
		return (int32_t)c;
	*low = 0xdc00 + ((c - 0x10000) & 0x3ff);
	return (int32_t)(0xd800 + ((c - 0x10000) >> 10));
}

/* RFC 8785 §3.2.3: keys in order of their UTF-16 code units. jansson's keys are valid UTF-8 without NUL. */
static int key_compare(const void *a, const void *b)
{
	const uint8_t *p, *q;
	uint32_t low_p = 0, low_q = 0;
	memcpy(&p, a, sizeof p);
	memcpy(&q, b, sizeof q);
	for (;;) {
		int32_t x = unit_next(&p, &low_p), y = unit_next(&q, &low_q);
		if (x != y)
			return x < y ? -1 : 1;
		if (x < 0)
			return 0;
	}
}

static int canon_object(const json_t *v, struct buf *out)
{
	size_t n = json_object_size(v), i = 0;
	const char **keys = malloc((n + 1) * sizeof *keys);
	if (!keys)
		return ERR_NOMEM;
	json_t *o = (json_t *)(uintptr_t)v;
	for (void *it = json_object_iter(o); it; it = json_object_iter_next(o, it))
		keys[i++] = json_object_iter_key(it);
	qsort(keys, n, sizeof *keys, key_compare);
	int rc = buf_add(out, "{", 1);
	for (i = 0; rc == 0 && i < n; i++) {
		if (i)
			rc = buf_add(out, ",", 1);
		if (rc == 0)
			rc = json_canon_text(keys[i], strlen(keys[i]), out);
		if (rc == 0)
			rc = buf_add(out, ":", 1);
		if (rc == 0)
			rc = json_canon(json_object_get(v, keys[i]), out);
	}
	free(keys);
	return rc == 0 ? buf_add(out, "}", 1) : rc;
}

static int canon_array(const json_t *v, struct buf *out)
{
	size_t i;
	const json_t *e;
	int rc = buf_add(out, "[", 1);
	json_array_foreach(v, i, e)
	{
		if (rc == 0 && i)
			rc = buf_add(out, ",", 1);
		if (rc == 0)
			rc = json_canon(e, out);
	}
	return rc == 0 ? buf_add(out, "]", 1) : rc;
}

int json_canon(const json_t *v, struct buf *out)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return canon_object(v, out);
	case JSON_ARRAY:
		return canon_array(v, out);
	case JSON_STRING:
		return json_canon_text(json_string_value(v), json_string_length(v), out);
	case JSON_INTEGER:
		if (json_integer_value(v) > INT_SAFE || json_integer_value(v) < -INT_SAFE)
			return ERR_RANGE;
		return buf_addf(out, "%lld", (long long)json_integer_value(v));
	case JSON_TRUE:
		return buf_add_str(out, "true");
	case JSON_FALSE:
		return buf_add_str(out, "false");
	case JSON_NULL:
		return buf_add_str(out, "null");
	case JSON_REAL:
		break;
	}
	return ERR_RANGE;
}

bool json_is_canon(struct view text)
{
	return json_form(text, NULL) == 0;
}
