#include "diode/frame/option.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t factor;
};
static const struct unit SIZES[] = {{"", 1}, {"K", INT64_C(1) << 10}, {"M", INT64_C(1) << 20},
	{"G", INT64_C(1) << 30}, {"T", INT64_C(1) << 40}, {NULL, 0}};
static const struct unit TIMES[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {NULL, 0}};
static const struct unit PLAIN[] = {{"", 1}, {NULL, 0}};

static bool number(const char *text, const struct unit *u, int64_t *out)
{
	char *end = NULL;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (end == text || errno != 0 || text[0] < '0' || text[0] > '9')
		return false;
	for (; u->name != NULL; u++)
		if (strcmp(end, u->name) == 0)
			return !__builtin_mul_overflow((int64_t)v, u->factor, out);
	return false;
}

static int assign(const struct config_field *f, const char *value, void *into, struct err_note *note)
{
	char *to = (char *)into + f->offset;
	int64_t n = 0;
	bool flag = true;
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH: {
		char *copy = strdup(value);
		if (copy == NULL)
			return err_set(note, ERR_NOMEM, "%s", f->key);
		char *was;
		memcpy(&was, to, sizeof was);
		free(was);
		memcpy(to, &copy, sizeof copy);
		return 0;
	}
	case CONFIG_BOOL:
		flag = strcmp(value, "true") == 0;
		memcpy(to, &flag, sizeof flag);
		return 0;
	case CONFIG_INT:
	case CONFIG_SIZE:
	case CONFIG_TIME:
		if (!number(value,
			    f->type == CONFIG_INT    ? PLAIN
			    : f->type == CONFIG_SIZE ? SIZES
						     : TIMES,
			    &n) ||
			((f->min != 0 || f->max != 0) && (n < f->min || n > f->max)))
			return err_set(note, ERR_USAGE, "%s: %s does not do: %s", f->key, value, f->doc);
		memcpy(to, &n, sizeof n);
		return 0;
	case CONFIG_LIST:
		break;
	}
	REQUIRE(f->type != CONFIG_LIST);
	return ERR_BUG;
}

/* The field an option names; *value is the text behind "=", else NULL. */
static const struct config_field *named(const struct config_field *t, const char *option, const char **value)
{
	size_t n = strcspn(option, "=");
	*value = option[n] == '=' ? option + n + 1 : NULL;
	for (; t->key != NULL; t++) {
		size_t i = 0;
		if (strlen(t->key) != n)
			continue;
		while (i < n && (option[i] == t->key[i] || (option[i] == '-' && t->key[i] == '_')))
			i++;
		if (i == n)
			return t;
	}
	return NULL;
}

int option_parse(const struct config_field *table, int argc, char *const *argv, void *into, int *operands,
	struct err_note *note)
{
	int err = 0, at = 1;
	for (const struct config_field *f = table; err == 0 && f->key != NULL; f++)
		if (f->def != NULL)
			err = assign(f, f->def, into, note);
	for (; err == 0 && at < argc && argv[at][0] == '-' && argv[at][1] != 0; at++) {
		const char *value = NULL;
		if (strcmp(argv[at], "--") == 0) {
			at++;
			break;
		}
		const struct config_field *f =
			strncmp(argv[at], "--", 2) == 0 ? named(table, argv[at] + 2, &value) : NULL;
		if (f == NULL)
			return err_set(note, ERR_USAGE, "%s: no such option", argv[at]);
		if (f->type == CONFIG_BOOL) {
			if (value != NULL)
				return err_set(note, ERR_USAGE, "--%s takes no value", f->key);
			value = "true";
		}
		if (value == NULL && at + 1 < argc)
			value = argv[++at];
		if (value == NULL)
			return err_set(note, ERR_USAGE, "%s needs a value", argv[at]);
		err = assign(f, value, into, note);
	}
	if (err == 0)
		*operands = at;
	return err;
}

void option_print(const struct config_field *table)
{
	for (const struct config_field *f = table; f->key != NULL; f++) {
		char name[40];
		snprintf(name, sizeof name, "--%s%s", f->key, f->type == CONFIG_BOOL ? "" : " V");
		for (char *p = name; *p != 0; p++)
			if (*p == '_')
				*p = '-';
		printf("  %-18s %s", name, f->doc);
		if (f->def != NULL && f->type != CONFIG_BOOL)
			printf(" [%s]", f->def);
		printf("\n");
	}
}
