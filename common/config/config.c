#include "common/config/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct config_field *field_find(const struct config_field *t, const char *key)
{
	for (; t->key; t++)
		if (strcmp(t->key, key) == 0)
			return t;
	return NULL;
}

/* A key that is the beginning of a dotted one is a section. */
static bool is_section(const struct config_field *t, const char *key)
{
	size_t n = strlen(key);
	for (; t->key; t++)
		if (strncmp(t->key, key, n) == 0 && t->key[n] == '.')
			return true;
	return false;
}

static int number_unit(const char *s, const char *const *units, const int64_t *factors, int64_t *out)
{
	char *end;
	errno = 0;
	long long v = strtoll(s, &end, 10);
	if (end == s || errno || v < 0)
		return ERR_RANGE;
	for (size_t i = 0; units[i]; i++)
		if (strcmp(end, units[i]) == 0)
			return __builtin_mul_overflow((int64_t)v, factors[i], out) ? ERR_RANGE : 0;
	return ERR_RANGE;
}

static int parse_number(const struct config_field *f, const char *s, int64_t *out)
{
	static const char *const sizes[] = {"", "K", "M", "G", "T", NULL}, *const times[] = {"ms", "s", "m",
										   "h", "d", NULL};
	static const int64_t size_factors[] = {1, 1 << 10, 1 << 20, 1 << 30, INT64_C(1) << 40},
			     time_factors[] = {1, 1000, 60000, 3600000, 86400000};
	int rc;
	if (f->type == CONFIG_SIZE) {
		rc = number_unit(s, sizes, size_factors, out);
	} else if (f->type == CONFIG_TIME) {
		rc = number_unit(s, times, time_factors, out);
	} else {
		char *end;
		errno = 0;
		*out = strtoll(s, &end, 10);
		rc = end == s || *end || errno ? ERR_RANGE : 0;
	}
	return rc == 0 && (f->min || f->max) && (*out < f->min || *out > f->max) ? ERR_RANGE : rc;
}

/* Relative paths are taken from the configuration file's folder. */
static char *path_make(const char *file, const char *value)
{
	const char *slash = strrchr(file, '/');
	char *out = NULL;
	if (value[0] == '/' || !slash)
		return strdup(value);
	return asprintf(&out, "%.*s/%s", (int)(slash - file), file, value) < 0 ? NULL : out;
}

static int set_scalar(const struct config_field *f, const char *file, const char *s, uint8_t *into)
{
	int64_t n;
	int rc = 0;
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH: {
		char *copy = f->type == CONFIG_PATH ? path_make(file, s) : strdup(s);
		memcpy(into + f->offset, &copy, sizeof copy);
		return copy ? 0 : ERR_NOMEM;
	}
	case CONFIG_BOOL: {
		bool b = strcmp(s, "true") == 0;
		if (!b && strcmp(s, "false") != 0)
			return ERR_RANGE;
		memcpy(into + f->offset, &b, sizeof b);
		return 0;
	}
	case CONFIG_INT:
	case CONFIG_SIZE:
	case CONFIG_TIME:
		rc = parse_number(f, s, &n);
		if (rc == 0)
			memcpy(into + f->offset, &n, sizeof n);
		return rc;
	case CONFIG_LIST:
		break;
	}
	return ERR_SCHEMA;
}

static const char *type_text(enum config_type t)
{
	static const char *const texts[] = {[CONFIG_STR] = "a text",
		[CONFIG_PATH] = "a path",
		[CONFIG_INT] = "a whole number",
		[CONFIG_BOOL] = "true or false",
		[CONFIG_SIZE] = "a size such as 64K, 20M, 2G",
		[CONFIG_TIME] = "a time such as 500ms, 10s, 5m, 2h, 30d",
		[CONFIG_LIST] = "a list of texts"};
	return texts[t];
}

static int set_list(const struct config_field *f, const json_t *v, uint8_t *into)
{
	struct config_list l = {0};
	size_t n = json_array_size(v), i;
	const json_t *e;
	l.v = calloc(n + 1, sizeof *l.v);
	if (!l.v)
		return ERR_NOMEM;
	json_array_foreach(v, i, e)
	{
		const char *s = json_string_value(json_object_get(e, "v"));
		if (!s || !(l.v[l.n++] = strdup(s))) {
			for (size_t k = 0; k < l.n; k++)
				free(l.v[k]);
			free(l.v);
			return s ? ERR_NOMEM : ERR_RANGE;
		}
	}
	memcpy(into + f->offset, &l, sizeof l);
	return 0;
}

struct reading {
	const char *file;
	const struct config_field *table;
	uint8_t *into;
	bool *seen;
	struct err_note *note;
};

/* Nodes of config_yaml_marked: {"v": scalar text | list | mapping, "at": "LINE:COLUMN"}; keys' places in
 * "keys". */
static int read_mapping(struct reading *r, const char *prefix, const json_t *node)
{
	json_t *m = json_object_get(node, "v"), *places = json_object_get(node, "keys");
	for (void *it = json_object_iter(m); it; it = json_object_iter_next(m, it)) {
		const json_t *v = json_object_iter_value(it);
		const char *place = json_str(places, json_object_iter_key(it));
		char key[128];
		snprintf(key, sizeof key, "%s%s%s", prefix, prefix[0] ? "." : "", json_object_iter_key(it));
		const struct config_field *f = field_find(r->table, key);
		const json_t *value = json_object_get(v, "v");
		int rc;
		if (!f && is_section(r->table, key) && json_is_object(value)) {
			if ((rc = read_mapping(r, key, v)) < 0)
				return rc;
			continue;
		}
		if (!f)
			return err_set(r->note, ERR_CONFIG, "%s:%s: %s: unknown key", r->file, place, key);
		if (f->type == CONFIG_LIST)
			rc = json_is_array(value) ? set_list(f, value, r->into) : ERR_RANGE;
		else
			rc = json_is_string(value) ? set_scalar(f, r->file, json_string_value(value), r->into)
						   : ERR_RANGE;
		if (rc == ERR_NOMEM)
			return rc;
		if (rc < 0)
			return err_set(r->note, ERR_CONFIG, "%s:%s: %s: must be %s%s", r->file,
				json_str(v, "at"), key, type_text(f->type),
				f->min || f->max ? " within its bounds" : "");
		r->seen[f - r->table] = true;
	}
	return 0;
}

static int fill_defaults(struct reading *r)
{
	for (const struct config_field *f = r->table; f->key; f++) {
		if (r->seen[f - r->table])
			continue;
		if (f->required)
			return err_set(r->note, ERR_CONFIG, "%s: %s: missing (%s)", r->file, f->key, f->doc);
		if (f->def && f->type != CONFIG_LIST) {
			int rc = set_scalar(f, r->file, f->def, r->into);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

int config_load(const char *file, const struct config_field *table, void *into, struct err_note *note)
{
	json_t *root = NULL;
	size_t n = 0, end = 0;
	while (table[n].key) {
		size_t past = table[n].offset + sizeof(struct config_list);
		end = past > end ? past : end;
		n++;
	}
	struct reading r = {file, table, calloc(1, end + 1), calloc(n + 1, sizeof(bool)), note};
	int rc = !r.into || !r.seen ? ERR_NOMEM : config_yaml_marked(file, 1 << 20, &root, note);
	if (rc == 0 && !json_is_object(json_object_get(root, "v")))
		rc = err_set(note, ERR_CONFIG, "%s: not a mapping", file);
	if (rc == 0)
		rc = read_mapping(&r, "", root);
	if (rc == 0)
		rc = fill_defaults(&r);
	if (rc < 0 && r.into)
		config_free_fields(table, r.into);
	/* Only the fields are copied: the struct may hold more. */
	for (const struct config_field *f = table; rc == 0 && f->key; f++) {
		size_t size = f->type == CONFIG_LIST   ? sizeof(struct config_list)
			      : f->type == CONFIG_BOOL ? sizeof(bool)
						       : 8;
		memcpy((uint8_t *)into + f->offset, r.into + f->offset, size);
	}
	free(r.into);
	free(r.seen);
	json_decref(root);
	return rc == ERR_SYNTAX ? ERR_CONFIG : rc;
}

void config_free_fields(const struct config_field *table, void *from)
{
	for (const struct config_field *f = table; f->key; f++) {
		uint8_t *at = (uint8_t *)from + f->offset;
		if (f->type == CONFIG_STR || f->type == CONFIG_PATH) {
			char *s;
			memcpy(&s, at, sizeof s);
			free(s);
			s = NULL;
			memcpy(at, &s, sizeof s);
		} else if (f->type == CONFIG_LIST) {
			struct config_list l;
			memcpy(&l, at, sizeof l);
			for (size_t i = 0; i < l.n; i++)
				free(l.v[i]);
			free(l.v);
			l = (struct config_list){0};
			memcpy(at, &l, sizeof l);
		}
	}
}

static void print_value(const struct config_field *f, const uint8_t *at)
{
	char *s;
	int64_t n;
	bool b;
	struct config_list l;
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH:
		memcpy(&s, at, sizeof s);
		printf("%s", s ? s : "");
		break;
	case CONFIG_BOOL:
		memcpy(&b, at, sizeof b);
		printf("%s", b ? "true" : "false");
		break;
	case CONFIG_INT:
	case CONFIG_SIZE:
	case CONFIG_TIME:
		memcpy(&n, at, sizeof n);
		printf("%lld%s", (long long)n, f->type == CONFIG_TIME ? "ms" : "");
		break;
	case CONFIG_LIST:
		memcpy(&l, at, sizeof l);
		printf("[");
		for (size_t i = 0; i < l.n; i++)
			printf("%s%s", i ? ", " : "", l.v[i]);
		printf("]");
		break;
	}
}

void config_print(const struct config_field *table, const void *from)
{
	for (const struct config_field *f = table; f->key; f++) {
		printf("# %s\n%s: ", f->doc, f->key);
		print_value(f, (const uint8_t *)from + f->offset);
		printf("\n");
	}
}
