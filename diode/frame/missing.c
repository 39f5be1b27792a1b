#include "diode/frame/missing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define KIND "diode-missing"
#define NUMBER_MAX ((INT64_C(1) << 53) - 1)

struct missing {
	size_t n;
	struct missing_entry entry[];
};

int missing_add(json_t *list, const struct missing_entry *e)
{
	char hex[2 * sizeof e->id.b + 1];
	json_t *ranges = json_array();
	for (size_t i = 0; i < sizeof e->id.b; i++)
		snprintf(hex + 2 * i, 3, "%02x", e->id.b[i]);
	for (size_t i = 0; i < e->n; i++)
		if (json_array_append_new(ranges, json_pack("[I,I]", (json_int_t)e->range[i][0],
							  (json_int_t)e->range[i][1])) != 0) {
			json_decref(ranges);
			return ERR_NOMEM;
		}
	json_t *o = json_pack("{s:i, s:s, s:s, s:o, s:I, s:i}", "k", (int)e->k, "name", e->name, "object",
		hex, "ranges", ranges, "size", (json_int_t)e->size, "symbol", (int)e->symbol);
	return json_array_append_new(list, o) == 0 ? 0 : ERR_NOMEM;
}

int missing_encode(json_t *list, const char *at, uint64_t more, uint64_t unnamed, struct buf *out)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:O?, s:I, s:I}", "at", at, "format", FORMAT, "kind", KIND,
		"missing", list, "more", (json_int_t)more, "unnamed", (json_int_t)unnamed);
	int err = o == NULL ? ERR_NOMEM : json_canon(o, out);
	json_decref(o);
	return err != 0 ? err : buf_add_str(out, "\n");
}

static int read_ranges(json_t *list, struct missing_entry *e, struct err_note *note)
{
	size_t n = json_array_size(list);
	uint64_t end = 0;
	e->range = calloc(n + 1, sizeof *e->range);
	if (e->range == NULL)
		return err_set(note, ERR_NOMEM, "ranges");
	for (; e->n < n; e->n++) {
		const json_t *pair = json_array_get(list, e->n), *a = json_array_get(pair, 0),
			     *b = json_array_get(pair, 1);
		if (json_array_size(pair) != 2 || !json_is_integer(a) || !json_is_integer(b))
			return err_set(note, ERR_SCHEMA, "%s: a range is two numbers", e->name);
		json_int_t from = json_integer_value(a), to = json_integer_value(b);
		if (from < 0 || to <= from || (uint64_t)from < end || (uint64_t)to > e->size)
			return err_set(note, ERR_RANGE, "%s: range [%lld,%lld)", e->name, (long long)from,
				(long long)to);
		end = (uint64_t)to;
		e->range[e->n][0] = (uint64_t)from;
		e->range[e->n][1] = (uint64_t)to;
	}
	return 0;
}

static int read_entry(const json_t *o, struct missing_entry *e, struct err_note *note)
{
	static const char *const KEYS[] = {"k", "name", "object", "ranges", "size", "symbol", NULL};
	const char *name = NULL, *hex = NULL;
	int64_t k = 0, size = 0, symbol = 0;
	json_t *ranges = NULL;
	struct buf id;
	int err = json_only_keys(o, KEYS, note);
	if (err == 0)
		err = json_get_str(o, "name", FRAME_BEAT_NAME, &name, note);
	if (err == 0)
		err = json_get_str(o, "object", 2 * sizeof e->id.b, &hex, note);
	if (err == 0)
		err = json_get_int(o, "k", 0, UINT8_MAX, &k, note);
	if (err == 0)
		err = json_get_int(o, "symbol", 0, FRAME_SYMBOL_MAX, &symbol, note);
	if (err == 0)
		err = json_get_int(o, "size", 0, NUMBER_MAX, &size, note);
	if (err == 0)
		err = json_get_arr(o, "ranges", MISSING_RANGES_MAX, &ranges, note);
	if (err != 0)
		return err;
	if ((k == 0) != (symbol == 0))
		return err_set(note, ERR_RANGE, "%s: k and symbol go together", name);
	buf_init(&id, sizeof e->id.b);
	err = hex_parse(hex, &id) == 0 && id.n == sizeof e->id.b
		      ? 0
		      : err_set(note, ERR_SCHEMA, "object: %s", hex);
	if (err == 0)
		memcpy(e->id.b, id.p, sizeof e->id.b);
	buf_fini(&id);
	if (err != 0)
		return err;
	snprintf(e->name, sizeof e->name, "%s", name);
	e->k = (uint8_t)k;
	e->symbol = (uint16_t)symbol;
	e->size = (uint64_t)size;
	return read_ranges(ranges, e, note);
}

static int by_id(const void *a, const void *b)
{
	const struct missing_entry *x = a, *y = b;
	return memcmp(x->id.b, y->id.b, sizeof x->id.b);
}

static int read_list(const json_t *o, struct missing **out, struct err_note *note)
{
	static const char *const KEYS[] = {"at", "format", "kind", "missing", "more", "unnamed", NULL};
	int64_t format = 0, n = 0;
	const char *kind = NULL, *at = NULL;
	json_t *list = NULL;
	int err = json_only_keys(o, KEYS, note);
	if (err == 0)
		err = json_get_str(o, "kind", sizeof KIND - 1, &kind, note);
	if (err == 0 && strcmp(kind, KIND) != 0)
		err = err_set(note, ERR_SCHEMA, "kind: %s is not " KIND, kind);
	if (err == 0)
		err = json_get_int(o, "format", FORMAT, FORMAT, &format, note);
	if (err == 0)
		err = json_get_str(o, "at", 64, &at, note);
	if (err == 0)
		err = json_get_int(o, "more", 0, NUMBER_MAX, &n, note);
	if (err == 0)
		err = json_get_int(o, "unnamed", 0, NUMBER_MAX, &n, note);
	if (err == 0)
		err = json_get_arr(o, "missing", MISSING_MAX, &list, note);
	if (err != 0)
		return err;
	struct missing *m = calloc(1, sizeof *m + json_array_size(list) * sizeof *m->entry);
	if (m == NULL)
		return err_set(note, ERR_NOMEM, "missing");
	for (; err == 0 && m->n < json_array_size(list); m->n++)
		err = read_entry(json_array_get(list, m->n), &m->entry[m->n], note);
	if (err == 0)
		qsort(m->entry, m->n, sizeof *m->entry, by_id);
	for (size_t i = 1; err == 0 && i < m->n; i++)
		if (by_id(&m->entry[i - 1], &m->entry[i]) == 0)
			err = err_set(note, ERR_SCHEMA, "%s: listed twice", m->entry[i].name);
	if (err == 0)
		*out = m;
	else
		missing_free(m);
	return err;
}

int missing_decode(struct view text, struct missing **out, struct err_note *note)
{
	json_t *o = NULL;
	int err = json_parse(text, MISSING_MAX, &o, note);
	if (err == 0)
		err = read_list(o, out, note);
	json_decref(o);
	return err;
}

void missing_free(struct missing *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n; i++)
		free(m->entry[i].range);
	free(m);
}

size_t missing_count(const struct missing *m)
{
	return m->n;
}

const struct missing_entry *missing_at(const struct missing *m, size_t i)
{
	REQUIRE(i < m->n);
	return &m->entry[i];
}

const struct missing_entry *missing_find(const struct missing *m, const struct frame_object *id)
{
	struct missing_entry key = {.id = *id};
	return bsearch(&key, m->entry, m->n, sizeof key, by_id);
}
