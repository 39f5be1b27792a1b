/* YAML configuration (libyaml) read into a plain struct by a table; unknown keys refused with
 * file:line:column. */
#ifndef SW_CONFIG_CONFIG_H
#define SW_CONFIG_CONFIG_H
#include "common/base/buf.h"
#include "common/base/json.h"
#include <stdbool.h>
#include <stdint.h>

enum config_type {
	CONFIG_STR,  /* char * (owned by the struct, freed by config_free_fields) */
	CONFIG_PATH, /* char *; relative paths are taken from the configuration file's folder */
	CONFIG_INT,  /* int64_t within min..max */
	CONFIG_BOOL, /* bool */
	CONFIG_SIZE, /* int64_t bytes: 10, 64K, 20M, 2G */
	CONFIG_TIME, /* int64_t milliseconds: 500ms, 10s, 5m, 2h, 30d */
	CONFIG_LIST  /* struct config_list: strings */
};
struct config_list {
	char **v;
	size_t n;
};
struct config_field {
	const char *key; /* dotted path: "gap.spool" */
	enum config_type type;
	size_t offset; /* offsetof in the target struct */
	bool required;
	const char *def;  /* text of the default, NULL when none */
	int64_t min, max; /* for INT, SIZE, TIME (ms); both 0 = any */
	const char *doc;  /* one line with unit: gives --help-config and the manual */
};
/* A table ends with key NULL. On failure: ERR_CONFIG, "FILE:LINE:COLUMN: key: what" in note, `into`
 * untouched. */
SW_MUST_USE int config_load(
	const char *file, const struct config_field *table, void *into, struct err_note *note);
void config_free_fields(const struct config_field *table, void *from);
/* Prints the table with effective values as commented YAML. */
void config_print(const struct config_field *table, const void *from);
/* Any YAML document as JSON (mappings, sequences, plain scalars: integers, true/false, else text), for data
 * files such as conf/messages.yaml; no anchors, no tags, depth and size bounded. *out is a new reference.
 * ERR_SYNTAX with line in note. */
SW_MUST_USE int config_yaml_json(const char *file, size_t max, json_t **out, struct err_note *note);
/* The same of a text that is in memory; name: how it is called in messages. */
SW_MUST_USE int config_yaml_json_text(
	const char *name, struct view text, json_t **out, struct err_note *note);
/* The same with places: every value is {"v": text, list or mapping, "at": "LINE:COLUMN"}, a mapping also has
 * "keys": {key: "LINE:COLUMN"}; scalars stay texts. */
SW_MUST_USE int config_yaml_marked(const char *file, size_t max, json_t **out, struct err_note *note);
/* The same of a text that is in memory; name: how it is called in messages. */
SW_MUST_USE int config_yaml_marked_text(
	const char *name, struct view text, json_t **out, struct err_note *note);
#endif
