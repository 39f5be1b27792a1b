/* Reading a definition with its places: values as config_yaml_marked gives them ({"v","at","keys"}). Every
 * mistake is ERR_CONFIG with "FILE:LINE:COLUMN: what" in note. */
#ifndef SW_WORKFLOW_MARKED_H
#define SW_WORKFLOW_MARKED_H
#include "common/base/json.h"

struct marked {
	const char *file;
	struct err_note *note;
};
/* At a value (the file's first line when `v` is NULL). */
int marked_fail(const struct marked *m, const json_t *v, const char *fmt, ...) SW_PRINTF(3, 4);
/* Value of a key, marked; NULL when absent. */
const json_t *marked_get(const json_t *map, const char *key);
/* The plain text of a scalar; NULL when it is none. */
const char *marked_scalar(const json_t *v);

SW_MUST_USE int marked_map(const struct marked *m, const json_t *v, const char *const *keys);
/* Copied; at most size - 1 bytes, at least `min`. Absent: ERR_CONFIG when `required`, else "". */
SW_MUST_USE int marked_text(
	const struct marked *m, const json_t *map, const char *key, bool required, char *to, size_t size);
/* Of lower-case letters, digits, - and _. */
SW_MUST_USE int marked_code(
	const struct marked *m, const json_t *map, const char *key, bool required, char *to, size_t size);
SW_MUST_USE int marked_int(const struct marked *m, const json_t *map, const char *key, bool required,
	int64_t min, int64_t max, int64_t *to);
SW_MUST_USE int marked_bool(
	const struct marked *m, const json_t *map, const char *key, bool required, bool *to);
/* YYYY-MM-DD; "" when absent and not required. */
SW_MUST_USE int marked_date(
	const struct marked *m, const json_t *map, const char *key, bool required, char to[static 11]);
/* A list of marked values, borrowed; *out NULL when absent and not required. */
SW_MUST_USE int marked_list(const struct marked *m, const json_t *map, const char *key, bool required,
	size_t max, const json_t **out);
/* The same without places: texts, lists and maps; scalars that are integers, true or false become such when
 * `typed`. New reference; NULL without memory. */
json_t *marked_plain(const json_t *v, bool typed);
#endif
