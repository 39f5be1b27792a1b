#include "common/config/config.h"

#include "common/config/config_value.h"
#include "common/config/config_yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1 << 20)

/* Nodes are those of config_yaml_marked. */
struct reading {
	const char *file;
	const struct config_field *table;
	uint8_t *into;
	bool *seen;
	struct err_note *note;
};

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

static int refuse(const struct reading *r, const char *place, const char *key, const char *what)
{
	return err_set(r->note, ERR_CONFIG, "%s:%s: %s: %s", config_yaml_short(r->file), place, key, what);
}

static int read_field(struct reading *r, const struct config_field *f, const json_t *node, const char *place)
{
	const json_t *value = json_object_get(node, "v");
	bool *seen = &r->seen[f - r->table];
	int rc = ERR_RANGE;
	if (*seen)
		return refuse(r, place, f->key, "stands twice");
	if (f->type == CONFIG_LIST && json_is_array(value))
		rc = config_value_list(f, value, r->into);
	else if (f->type != CONFIG_LIST && json_is_string(value))
		rc = config_value_scalar(f, r->file, json_string_value(value), r->into);
	if (rc == ERR_RANGE) {
		char wanted[CONFIG_VALUE_WANTED], what[CONFIG_VALUE_WANTED + 16];
		config_value_wanted(f, wanted);
		snprintf(what, sizeof what, "must be %s", wanted);
		return refuse(r, json_str(node, "at"), f->key, what);
	}
	if (rc == 0)
		*seen = true;
	return rc;
}

static int read_mapping(struct reading *r, const char *prefix, const json_t *node)
{
	json_t *m = json_object_get(node, "v"), *places = json_object_get(node, "keys");
	int rc = 0;
	for (void *it = json_object_iter(m); rc == 0 && it; it = json_object_iter_next(m, it)) {
		const char *name = json_object_iter_key(it), *place = json_str(places, name);
		const json_t *v = json_object_iter_value(it);
		char key[256];
		int n = snprintf(key, sizeof key, "%s%s%s", prefix, prefix[0] ? "." : "", name);
		if (n < 0 || (size_t)n >= sizeof key)
			return refuse(r, place, name, "unknown key");
		const struct config_field *f = field_find(r->table, key);
		if (f)
			rc = read_field(r, f, v, place);
		else if (!is_section(r->table, key))
			rc = refuse(r, place, key, "unknown key");
		else if (json_is_object(json_object_get(v, "v")))
			rc = read_mapping(r, key, v);
		else
			rc = refuse(r, json_str(v, "at"), key, "must be a section");
	}
	return rc;
}

/* The place of the innermost section that is there and in which `key` is missing. */
static const char *place_missing(const json_t *root, const char *key)
{
	const json_t *node = root;
	for (size_t n; key[n = strcspn(key, ".")] == '.'; key += n + 1) {
		char name[128];
		snprintf(name, sizeof name, "%.*s", (int)n, key);
		const json_t *next = json_object_get(json_object_get(node, "v"), name);
		if (!json_is_object(json_object_get(next, "v")))
			break;
		node = next;
	}
	return json_str(node, "at");
}

static int fill_defaults(struct reading *r, const json_t *root)
{
	for (const struct config_field *f = r->table; f->key; f++) {
		if (r->seen[f - r->table])
			continue;
		if (f->required) {
			char what[200];
			snprintf(what, sizeof what, "missing (%s)", f->doc);
			return refuse(r, place_missing(root, f->key), f->key, what);
		}
		int rc = f->def ? config_value_default(f, r->file, r->into) : 0;
		if (rc < 0)
			return err_set(r->note, rc, "default of %s: %s", f->key, err_text(rc));
	}
	return 0;
}

static size_t value_size(const struct config_field *f)
{
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH:
		return sizeof(char *);
	case CONFIG_BOOL:
		return sizeof(bool);
	case CONFIG_LIST:
		return sizeof(struct config_list);
	default:
		return sizeof(int64_t);
	}
}

int config_load(const char *file, const struct config_field *table, void *into, struct err_note *note)
{
	struct err_note own;
	json_t *root = NULL;
	size_t n = 0, end = 0;
	for (; table[n].key; n++) {
		size_t past = table[n].offset + value_size(&table[n]);
		end = past > end ? past : end;
	}
	struct reading r = {file, table, calloc(1, end + 1), calloc(n + 1, sizeof(bool)), note ? note : &own};
	int rc = r.into && r.seen ? config_yaml_marked(file, FILE_MAX, &root, r.note)
				  : err_set(r.note, ERR_NOMEM, "%s", err_text(ERR_NOMEM));
	if (rc == ERR_SYNTAX)
		rc = r.note->err = ERR_CONFIG;
	if (rc == 0 && !json_is_object(json_object_get(root, "v")))
		rc = err_set(r.note, ERR_CONFIG, "%s:%s: not a mapping", config_yaml_short(file),
			json_str(root, "at"));
	if (rc == 0)
		rc = read_mapping(&r, "", root);
	if (rc == 0)
		rc = fill_defaults(&r, root);
	if (rc == ERR_NOMEM)
		err_set(r.note, rc, "%s: %s", config_yaml_short(file), err_text(rc));
	if (rc < 0 && r.into)
		config_free_fields(table, r.into);
	/* Only the fields are copied: the struct may hold more. */
	for (const struct config_field *f = table; rc == 0 && f->key; f++)
		memcpy((uint8_t *)into + f->offset, r.into + f->offset, value_size(f));
	free(r.into);
	free(r.seen);
	json_decref(root);
	return rc;
}

void config_free_fields(const struct config_field *table, void *from)
{
	for (const struct config_field *f = table; f->key; f++)
		config_value_free(f, from);
}
