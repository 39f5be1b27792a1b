#include "common/workflow/marked.h"

#include "common/message/format.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int marked_fail(const struct marked *m, const json_t *v, const char *fmt, ...)
{
	char what[160];
	va_list ap;
	const char *at = json_str(v, "at");
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	size_t n = strlen(m->file);
	return err_set(m->note, ERR_CONFIG, "%s:%s: %s", n > 80 ? m->file + n - 80 : m->file,
		*at ? at : "1:1", what);
}

const json_t *marked_get(const json_t *map, const char *key)
{
	return json_object_get(json_object_get(map, "v"), key);
}

const char *marked_scalar(const json_t *v)
{
	return json_string_value(json_object_get(v, "v"));
}

/* A key's own place, for a key that should not be there. */
static int key_fail(const struct marked *m, const json_t *map, const char *key, const char *what)
{
	json_t *at = json_pack("{s:O?}", "at", json_object_get(json_object_get(map, "keys"), key));
	int rc = marked_fail(m, at, "%.48s: %s", key, what);
	json_decref(at);
	return rc;
}

int marked_map(const struct marked *m, const json_t *v, const char *const *keys)
{
	const char *key;
	json_t *value, *map = json_object_get(v, "v");
	if (!json_is_object(map))
		return marked_fail(m, v, "keys with values are expected here");
	json_object_foreach(map, key, value)
	{
		size_t i = 0;
		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			return key_fail(m, v, key, "unknown key");
	}
	return 0;
}

/* The value of a key that holds a scalar; *out NULL when it may be absent and is. */
static int scalar_get(const struct marked *m, const json_t *map, const char *key, bool required,
	const json_t **v, const char **out)
{
	*v = marked_get(map, key);
	*out = marked_scalar(*v);
	if (*out || (!*v && !required))
		return 0;
	(void)marked_fail(m, *v ? *v : map, *v ? "%s: a single value is expected" : "%s: missing", key);
	return ERR_CONFIG;
}

int marked_text(
	const struct marked *m, const json_t *map, const char *key, bool required, char *to, size_t size)
{
	const json_t *v;
	const char *s;
	int rc = scalar_get(m, map, key, required, &v, &s);
	if (rc < 0)
		return rc;
	if (s && strlen(s) >= size)
		return marked_fail(m, v, "%s: longer than %zu bytes", key, size - 1);
	if (required && !*s)
		return marked_fail(m, v, "%s: must not be empty", key);
	snprintf(to, size, "%s", s ? s : "");
	return 0;
}

int marked_code(
	const struct marked *m, const json_t *map, const char *key, bool required, char *to, size_t size)
{
	int rc = marked_text(m, map, key, required, to, size);
	if (rc == 0 && to[strspn(to, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return marked_fail(m, marked_get(map, key), "%s \"%.40s\": only a-z, 0-9, _ and -", key, to);
	return rc;
}

int marked_int(const struct marked *m, const json_t *map, const char *key, bool required, int64_t min,
	int64_t max, int64_t *to)
{
	const json_t *v;
	const char *s;
	int rc = scalar_get(m, map, key, required, &v, &s);
	if (rc < 0 || !s)
		return rc;
	size_t n = strspn(s, "0123456789");
	if (n == 0 || n > 15 || s[n] || (n > 1 && s[0] == '0'))
		return marked_fail(m, v, "%s: a whole number is expected", key);
	int64_t value = strtoll(s, NULL, 10);
	if (value < min || value > max)
		return marked_fail(m, v, "%s: not within %lld to %lld", key, (long long)min, (long long)max);
	*to = value;
	return 0;
}

int marked_bool(const struct marked *m, const json_t *map, const char *key, bool required, bool *to)
{
	const json_t *v;
	const char *s;
	int rc = scalar_get(m, map, key, required, &v, &s);
	if (rc < 0 || !s)
		return rc;
	if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
		return marked_fail(m, v, "%s: true or false is expected", key);
	*to = strcmp(s, "true") == 0;
	return 0;
}

int marked_date(const struct marked *m, const json_t *map, const char *key, bool required, char to[static 11])
{
	int rc = marked_text(m, map, key, required, to, 11);
	if (rc == 0 && *to && !format_date(to))
		return marked_fail(m, marked_get(map, key), "%s: not a date YYYY-MM-DD", key);
	return rc;
}

int marked_list(const struct marked *m, const json_t *map, const char *key, bool required, size_t max,
	const json_t **out)
{
	const json_t *v = marked_get(map, key);
	*out = json_object_get(v, "v");
	if (!v)
		return required ? marked_fail(m, map, "%s: missing", key) : 0;
	if (!json_is_array(*out))
		return marked_fail(m, v, "%s: a list is expected", key);
	return json_array_size(*out) > max ? marked_fail(m, v, "%s: more than %zu", key, max) : 0;
}

static json_t *scalar_plain(const char *s, bool typed)
{
	size_t n = strspn(s, "0123456789");
	if (typed && strcmp(s, "true") == 0)
		return json_true();
	if (typed && strcmp(s, "false") == 0)
		return json_false();
	if (typed && n > 0 && n <= 15 && !s[n] && (n == 1 || s[0] != '0'))
		return json_integer(strtoll(s, NULL, 10));
	return json_string(s);
}

json_t *marked_plain(const json_t *v, bool typed)
{
	json_t *in = json_object_get(v, "v"), *one, *out;
	const char *key;
	size_t i;
	if (json_is_string(in))
		return scalar_plain(json_string_value(in), typed);
	out = json_is_array(in) ? json_array() : json_object();
	json_array_foreach(in, i, one) json_array_append_new(out, marked_plain(one, typed));
	if (json_is_object(in))
		json_object_foreach(in, key, one) json_object_set_new(out, key, marked_plain(one, typed));
	return out;
}
