/* Members of objects: each refusal names the member. */
#include "common/base/json.h"

#include <string.h>

static int missing(const json_t *o, const char *key, const char *want, struct err_note *note)
{
	return err_set(note, ERR_SCHEMA, "%.64s: %s", key, json_object_get(o, key) ? want : "missing");
}

int json_get_str(const json_t *o, const char *key, size_t max, const char **out, struct err_note *note)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_string(v))
		return missing(o, key, "not a text", note);
	if (json_string_length(v) > max)
		return err_set(note, ERR_SCHEMA, "%.64s: longer than %zu bytes", key, max);
	if (strlen(json_string_value(v)) != json_string_length(v))
		return err_set(note, ERR_SCHEMA, "%.64s: holds a NUL character", key);
	*out = json_string_value(v);
	return 0;
}

int json_get_text(const json_t *o, const char *key, char *out, size_t size, struct err_note *note)
{
	const char *s = NULL;
	int rc = json_get_str(o, key, size - 1, &s, note);
	if (rc == 0)
		memcpy(out, s, strlen(s) + 1);
	return rc;
}

int json_get_int(
	const json_t *o, const char *key, int64_t min, int64_t max, int64_t *out, struct err_note *note)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_integer(v))
		return missing(o, key, "not an integer", note);
	if (json_integer_value(v) < min || json_integer_value(v) > max)
		return err_set(
			note, ERR_SCHEMA, "%.64s: not within %lld…%lld", key, (long long)min, (long long)max);
	*out = json_integer_value(v);
	return 0;
}

int json_get_bool(const json_t *o, const char *key, bool *out, struct err_note *note)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_boolean(v))
		return err_set(note, ERR_SCHEMA, "%s: true or false", key);
	*out = json_is_true(v);
	return 0;
}

int json_get_obj(const json_t *o, const char *key, json_t **out, struct err_note *note)
{
	json_t *v = json_object_get(o, key);
	if (!json_is_object(v))
		return missing(o, key, "not an object", note);
	*out = v;
	return 0;
}

int json_get_arr(const json_t *o, const char *key, size_t max, json_t **out, struct err_note *note)
{
	json_t *v = json_object_get(o, key);
	if (!json_is_array(v))
		return missing(o, key, "not a list", note);
	if (json_array_size(v) > max)
		return err_set(note, ERR_SCHEMA, "%.64s: more than %zu entries", key, max);
	*out = v;
	return 0;
}

int json_only_keys(const json_t *o, const char *const *keys, struct err_note *note)
{
	if (!json_is_object(o))
		return err_set(note, ERR_SCHEMA, "not an object");
	json_t *obj = (json_t *)(uintptr_t)o;
	for (void *it = json_object_iter(obj); it; it = json_object_iter_next(obj, it)) {
		const char *key = json_object_iter_key(it);
		size_t i = 0;
		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			return err_set(note, ERR_SCHEMA, "%.64s: unknown key", key);
	}
	return 0;
}

const char *json_str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

int64_t json_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

json_t *json_find(const json_t *list, const char *key, const char *value)
{
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one) if (strcmp(json_str(one, key), value) == 0) return one;
	return NULL;
}
