#include "common/config/config_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t factor;
};
/* Largest first; the plain form last. */
static const struct unit sizes[] = {{"T", INT64_C(1) << 40}, {"G", INT64_C(1) << 30}, {"M", INT64_C(1) << 20},
	{"K", INT64_C(1) << 10}, {"", 1}, {NULL, 0}};
static const struct unit times[] = {
	{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};
static const struct unit plain[] = {{"", 1}, {NULL, 0}};

static const struct unit *units_of(enum config_type t)
{
	return t == CONFIG_SIZE ? sizes : t == CONFIG_TIME ? times : plain;
}

/* Digits with a unit of the field's type; a sign only for CONFIG_INT. */
static int number_parse(const struct config_field *f, const char *text, int64_t *out)
{
	int64_t v = 0;
	bool minus = f->type == CONFIG_INT && text[0] == '-';
	const char *s = text + minus;
	size_t digits = strspn(s, "0123456789");
	if (digits == 0)
		return ERR_RANGE;
	for (size_t i = 0; i < digits; i++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, s[i] - '0', &v))
			return ERR_RANGE;
	const struct unit *u = units_of(f->type);
	while (u->name && strcmp(u->name, s + digits) != 0)
		u++;
	if (!u->name || __builtin_mul_overflow(v, minus ? -u->factor : u->factor, &v))
		return ERR_RANGE;
	if ((f->min || f->max) && (v < f->min || v > f->max))
		return ERR_RANGE;
	*out = v;
	return 0;
}

void config_value_number(enum config_type t, int64_t n, char out[static CONFIG_VALUE_NUMBER])
{
	const struct unit *u = units_of(t);
	while (u->factor > 1 && (n == 0 || n % u->factor))
		u++;
	snprintf(out, CONFIG_VALUE_NUMBER, "%lld%s", (long long)(n / u->factor), u->name);
}

void config_value_wanted(const struct config_field *f, char out[static CONFIG_VALUE_WANTED])
{
	static const char *const texts[] = {[CONFIG_STR] = "a text",
		[CONFIG_PATH] = "a path",
		[CONFIG_INT] = "a whole number",
		[CONFIG_BOOL] = "true or false",
		[CONFIG_SIZE] = "a size such as 64K, 20M, 2G",
		[CONFIG_TIME] = "a time such as 500ms, 10s, 5m, 2h, 30d",
		[CONFIG_LIST] = "a list of texts"};
	char min[CONFIG_VALUE_NUMBER], max[CONFIG_VALUE_NUMBER];
	if (!f->min && !f->max) {
		snprintf(out, CONFIG_VALUE_WANTED, "%s", texts[f->type]);
		return;
	}
	config_value_number(f->type, f->min, min);
	config_value_number(f->type, f->max, max);
	snprintf(out, CONFIG_VALUE_WANTED, "%s, from %s to %s", texts[f->type], min, max);
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

int config_value_scalar(const struct config_field *f, const char *file, const char *text, void *into)
{
	uint8_t *at = (uint8_t *)into + f->offset;
	char *copy = NULL;
	int64_t n;
	bool b;
	int rc;
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH:
		if (f->type == CONFIG_PATH && !text[0])
			return ERR_RANGE;
		copy = f->type == CONFIG_PATH
			       ? strncmp(text, "pkcs11:", 7) != 0 ? path_make(file, text) : strdup(text)
			       : strdup(text);
		memcpy(at, &copy, sizeof copy);
		return copy ? 0 : ERR_NOMEM;
	case CONFIG_BOOL:
		b = strcmp(text, "true") == 0;
		if (!b && strcmp(text, "false") != 0)
			return ERR_RANGE;
		memcpy(at, &b, sizeof b);
		return 0;
	case CONFIG_INT:
	case CONFIG_SIZE:
	case CONFIG_TIME:
		rc = number_parse(f, text, &n);
		if (rc == 0)
			memcpy(at, &n, sizeof n);
		return rc;
	case CONFIG_LIST:
		break;
	}
	return ERR_RANGE;
}

int config_value_list(const struct config_field *f, const json_t *texts, void *into)
{
	struct config_list l = {0};
	size_t n = json_array_size(texts);
	int rc = 0;
	l.v = calloc(n + 1, sizeof *l.v);
	if (!l.v)
		return ERR_NOMEM;
	memcpy((uint8_t *)into + f->offset, &l, sizeof l);
	for (; rc == 0 && l.n < n; l.n += rc == 0) {
		const char *s = json_string_value(json_object_get(json_array_get(texts, l.n), "v"));
		if (!s)
			rc = ERR_RANGE;
		else if (!(l.v[l.n] = strdup(s)))
			rc = ERR_NOMEM;
	}
	memcpy((uint8_t *)into + f->offset, &l, sizeof l);
	if (rc < 0)
		config_value_free(f, into);
	return rc;
}

static int list_default(const struct config_field *f, void *into)
{
	json_t *texts = json_array();
	int rc = 0;
	for (const char *s = f->def; rc == 0 && *s;) {
		size_t n = strcspn(s, ",");
		rc = json_array_append_new(texts, json_pack("{s:s%}", "v", s, n)) ? ERR_NOMEM : 0;
		s += n + (s[n] == ',');
	}
	if (rc == 0)
		rc = config_value_list(f, texts, into);
	json_decref(texts);
	return rc;
}

int config_value_default(const struct config_field *f, const char *file, void *into)
{
	int rc = f->type == CONFIG_LIST ? list_default(f, into) : config_value_scalar(f, file, f->def, into);
	return rc == ERR_RANGE ? ERR_BUG : rc;
}

void config_value_free(const struct config_field *f, void *from)
{
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
