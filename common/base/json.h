/* Strict JSON on jansson: duplicates, NUL, invalid UTF-8, trailing data and deep nesting refused;
 * numbers that are not integers within ±(2^53−1) refused. Canonical form after RFC 8785 (JCS). */
#ifndef SW_BASE_JSON_H
#define SW_BASE_JSON_H
#include "common/base/buf.h"
#include "common/base/limits.h"
#include <jansson.h>

#define JSON_DEPTH_MAX LIMIT_NESTING
/* json_loadb, except that want of memory is always told as such (json_error_out_of_memory) and never cuts
 * what was read. For texts that json_parse is too strict for: reals. NULL with *e. */
json_t *json_read(struct view text, size_t flags, json_error_t *e);
/* *out is a new reference (json_decref). ERR_SYNTAX, ERR_RANGE (number), ERR_LIMIT (size, depth), ERR_NOMEM;
 * note tells where. */
SW_MUST_USE int json_parse(struct view text, size_t max, json_t **out, struct err_note *note);
/* Appends the RFC 8785 form (keys sorted by UTF-16 code units, no white space). ERR_RANGE for reals. */
SW_MUST_USE int json_canon(const json_t *v, struct buf *out);
/* The same of one text, n bytes of UTF-8 that the caller has checked, or checks in what is written. */
SW_MUST_USE int json_canon_text(const char *s, size_t n, struct buf *out);
/* True when `text` is byte for byte the canonical form of what it parses to. */
bool json_is_canon(struct view text);

/* Typed getters for an object: ERR_SCHEMA with "path.key: …" in note when absent or of another type. */
SW_MUST_USE int json_get_str(
	const json_t *o, const char *key, size_t max, const char **out, struct err_note *note);
/* Copied; at most size - 1 bytes. */
SW_MUST_USE int json_get_text(
	const json_t *o, const char *key, char *out, size_t size, struct err_note *note);
SW_MUST_USE int json_get_int(
	const json_t *o, const char *key, int64_t min, int64_t max, int64_t *out, struct err_note *note);
SW_MUST_USE int json_get_bool(const json_t *o, const char *key, bool *out, struct err_note *note);
SW_MUST_USE int json_get_obj(
	const json_t *o, const char *key, json_t **out, struct err_note *note); /* borrowed */
SW_MUST_USE int json_get_arr(
	const json_t *o, const char *key, size_t max, json_t **out, struct err_note *note); /* borrowed */
/* ERR_SCHEMA naming the first key of `o` that is not in the NULL-terminated list. */
SW_MUST_USE int json_only_keys(const json_t *o, const char *const *keys, struct err_note *note);
/* "" when absent; for reading what we wrote ourselves. */
const char *json_str(const json_t *o, const char *key);
int64_t json_int(const json_t *o, const char *key);
/* The first entry of a list of objects whose text under `key` is `value`; NULL when there is none. Borrowed.
 */
json_t *json_find(const json_t *list, const char *key, const char *value);
#endif
