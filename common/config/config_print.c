#include "common/config/config.h"
#include "common/config/config_value.h"
#include <stdio.h>
#include <string.h>

static void print_text(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_list(const struct config_list *l)
{
	putchar('[');
	for (size_t i = 0; i < l->n; i++) {
		fputs(i ? ", " : "", stdout);
		print_text(l->v[i]);
	}
	putchar(']');
}

/* The value; false when there is none (an optional text without default). */
static bool value_is_set(const struct config_field *f, const uint8_t *at)
{
	const char *s = NULL;
	if (f->type != CONFIG_STR && f->type != CONFIG_PATH)
		return true;
	memcpy(&s, at, sizeof s);
	return s != NULL;
}

static void print_value(const struct config_field *f, const uint8_t *at)
{
	const char *s;
	int64_t n;
	bool b;
	struct config_list l;
	char number[CONFIG_VALUE_NUMBER];
	switch (f->type) {
	case CONFIG_STR:
	case CONFIG_PATH:
		memcpy(&s, at, sizeof s);
		print_text(s);
		break;
	case CONFIG_BOOL:
		memcpy(&b, at, sizeof b);
		fputs(b ? "true" : "false", stdout);
		break;
	case CONFIG_INT:
	case CONFIG_SIZE:
	case CONFIG_TIME:
		memcpy(&n, at, sizeof n);
		config_value_number(f->type, n, number);
		fputs(number, stdout);
		break;
	case CONFIG_LIST:
		memcpy(&l, at, sizeof l);
		print_list(&l);
		break;
	}
}

static void print_field(const struct config_field *f, const char *name, int indent, const uint8_t *from)
{
	if (f->doc)
		printf("%*s# %s%s\n", indent, "", f->doc, f->required ? " (required)" : "");
	if (value_is_set(f, from + f->offset)) {
		printf("%*s%s: ", indent, "", name);
		print_value(f, from + f->offset);
		putchar('\n');
	} else {
		printf("%*s# %s:\n", indent, "", name);
	}
}

/* Whether a field before `f` already opened the section of f's first n characters. */
static bool printed_before(const struct config_field *table, const struct config_field *f, size_t n)
{
	for (const struct config_field *g = table; g < f; g++)
		if (strncmp(g->key, f->key, n) == 0 && g->key[n] == '.')
			return true;
	return false;
}

static bool section_is_set(const struct config_field *first, size_t n, const uint8_t *from)
{
	for (const struct config_field *f = first; f->key; f++)
		if (strncmp(f->key, first->key, n) == 0 && f->key[n] == '.' &&
			value_is_set(f, from + f->offset))
			return true;
	return false;
}

static void print_section(const struct config_field *table, const uint8_t *from, const char *prefix,
	size_t prefix_n, int indent)
{
	for (const struct config_field *f = table; f->key; f++) {
		if (strncmp(f->key, prefix, prefix_n) != 0)
			continue;
		const char *rest = f->key + prefix_n;
		size_t n = strcspn(rest, ".");
		if (!rest[n]) {
			print_field(f, rest, indent, from);
		} else if (!printed_before(table, f, prefix_n + n)) {
			/* A section of nothing but comments would be no mapping. */
			printf("%*s%s%.*s:\n", indent, "", section_is_set(f, prefix_n + n, from) ? "" : "# ",
				(int)n, rest);
			print_section(table, from, f->key, prefix_n + n + 1, indent + 2);
		}
	}
}

void config_print(const struct config_field *table, const void *from)
{
	print_section(table, from, "", 0, 0);
}
