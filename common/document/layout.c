#include "common/document/layout.h"

#include "common/config/config.h"
#include "common/document/layout_check.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYOUTS_MAX 64
#define FILE_MAX_BYTES 65536

struct layout {
	char code[LAYOUT_CODE];
	json_t *def;
};
struct layout_set {
	struct layout v[LAYOUTS_MAX];
	size_t n;
};

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct layout *)a)->code, ((const struct layout *)b)->code);
}

/* Takes `marked`. */
static int add(struct layout_set *s, const char *name, json_t *marked, struct err_note *note)
{
	const char *file = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	struct layout *l = &s->v[s->n];
	int rc = s->n < LAYOUTS_MAX ? 0 : err_set(note, ERR_CONFIG, "%.100s: too many layouts", name);
	if (rc == 0)
		rc = layout_check(name, marked, &l->def, note);
	if (rc == 0) {
		snprintf(l->code, sizeof l->code, "%.*s", (int)strcspn(file, "."), file);
		s->n++;
	}
	json_decref(marked);
	return rc;
}

static int file_add(struct layout_set *s, const char *folder, const char *name, struct err_note *note)
{
	char path[1024];
	json_t *marked = NULL;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
		strlen(name) >= LAYOUT_CODE)
		return err_set(note, ERR_CONFIG, "%.60s: name too long", name);
	int rc = config_yaml_marked(path, FILE_MAX_BYTES, &marked, note);
	return rc == 0 ? add(s, path, marked, note) : rc;
}

int layout_load(const char *folder, struct layout_set **out, struct err_note *note)
{
	struct listing l;
	struct layout_set *s = calloc(1, sizeof *s);
	int rc = s ? 0 : ERR_NOMEM, listed = listing_path(folder, &l);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));) {
		const char *dot = strrchr(e->d_name, '.');
		if (dot && dot != e->d_name && strcmp(dot, ".yaml") == 0)
			rc = file_add(s, folder, e->d_name, note);
	}
	listed = listing_close(&l, listed);
	if (rc == 0 && listed < 0)
		rc = err_set(note, listed, "%.150s: cannot be listed: %s", folder, err_text(listed));
	if (rc == 0) {
		qsort(s->v, s->n, sizeof s->v[0], by_code);
		*out = s;
	} else {
		layout_free(s);
	}
	return rc;
}

int layout_parse(const char *name, struct view text, struct layout_set **out, struct err_note *note)
{
	struct layout_set *s = calloc(1, sizeof *s);
	json_t *marked = NULL;
	int rc = s ? config_yaml_marked_text(name, text, &marked, note) : ERR_NOMEM;
	if (rc == 0)
		rc = add(s, name, marked, note);
	if (rc == 0)
		*out = s;
	else
		layout_free(s);
	return rc;
}

void layout_free(struct layout_set *s)
{
	for (size_t i = 0; s && i < s->n; i++)
		json_decref(s->v[i].def);
	free(s);
}

const struct layout *layout_find(const struct layout_set *s, const char *code)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].code, code) == 0)
			return &s->v[i];
	return NULL;
}

const struct layout *layout_at(const struct layout_set *s, size_t i)
{
	return i < s->n ? &s->v[i] : NULL;
}

const char *layout_code(const struct layout *l)
{
	return l->code;
}

const char *layout_zh(const struct layout *l)
{
	return json_str(l->def, "zh");
}

const char *layout_en(const struct layout *l)
{
	return json_str(l->def, "en");
}

const json_t *layout_def(const struct layout *l)
{
	return l->def;
}

/* Tabs and line ends are the only controls; XML knows no others and neither do the pages. */
static bool printable(const char *s)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f ||
			(*p == 0xef && p[1] == 0xbf && (p[2] == 0xbe || p[2] == 0xbf)))
			return false;
	return true;
}

static int texts_check(
	const json_t *names, json_t *data, const char *where, bool fixed, struct err_note *note)
{
	size_t i, want = json_array_size(names) + (fixed ? LAYOUT_FIXED : 0);
	const json_t *name;
	const char *key;
	json_t *v;
	json_array_foreach(names, i, name)
	{
		const char *s = json_string_value(json_object_get(data, json_string_value(name)));
		if (!s || strlen(s) > LAYOUT_VALUE_MAX || !printable(s))
			return err_set(note, ERR_SCHEMA, "%s%s: %s", where, json_string_value(name),
				s ? "too long, or not printable" : "missing");
	}
	for (size_t k = 0; fixed && k < LAYOUT_FIXED; k++)
		if (!json_is_string(json_object_get(data, layout_fixed[k])) ||
			!printable(json_str(data, layout_fixed[k])))
			return err_set(note, ERR_SCHEMA, "%s%s: missing", where, layout_fixed[k]);
	json_object_foreach(data, key, v) if (json_is_array(v)) want++;
	return json_object_size(data) == want
		       ? 0
		       : err_set(note, ERR_SCHEMA, "%sa field that the layout does not print", where);
}

int layout_data_check(const struct layout *l, json_t *data, struct err_note *note)
{
	json_t *lists = json_object_get(l->def, "lists"), *fields, *v;
	const char *name;
	size_t i, narrays = 0;
	json_t *row;
	int rc = texts_check(json_object_get(l->def, "fields"), data, "", true, note);
	json_object_foreach(lists, name, fields)
	{
		const json_t *list = json_object_get(data, name);
		char where[80];
		snprintf(where, sizeof where, "%.60s[].", name);
		if (rc == 0 && (!json_is_array(list) || json_array_size(list) > LAYOUT_ROWS_MAX))
			rc = err_set(note, ERR_SCHEMA, "%.60s: no list, or too long", name);
		json_array_foreach(list, i, row) if (rc == 0) rc =
			texts_check(fields, row, where, false, note);
	}
	json_object_foreach(data, name, v) narrays += json_is_array(v);
	return rc == 0 && narrays != json_object_size(lists)
		       ? err_set(note, ERR_SCHEMA, "a list that the layout does not print")
		       : rc;
}

int layout_expand(const char *text, const json_t *data, const json_t *row, size_t n, struct buf *out)
{
	int rc = 0;
	while (rc == 0 && *text) {
		size_t plain = strcspn(text, "{"), len = 0;
		rc = buf_add(out, text, plain);
		text += plain;
		if (rc < 0 || !*text)
			break;
		char name[LAYOUT_CODE] = "";
		len = strcspn(text, "}");
		if (len < sizeof name)
			snprintf(name, sizeof name, "%.*s", (int)len - 1, text + 1);
		const json_t *v = row ? json_object_get(row, name) : NULL;
		if (strcmp(name, "#") == 0)
			rc = buf_addf(out, "%zu", n);
		else
			rc = buf_add_str(out, v ? json_string_value(v) : json_str(data, name));
		text += len + (text[len] == '}');
	}
	return rc;
}
