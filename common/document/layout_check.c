#include "common/document/layout_check.h"

#include "common/document/layout.h"
#include "common/workflow/marked.h"
#include <string.h>

const char *const layout_fixed[] = {"number", "office", "date", NULL};

struct check {
	struct marked m;
	json_t *fields; /* {name: used?} declared and fixed */
	json_t *lists;  /* {list: {name: used?}} */
};

/* Kinds of blocks: the key that names the kind and what may stand beside it. */
static const struct {
	const char *kind, *keys[9];
} kinds[] = {
	{"heading", {"heading", "size", "ink", NULL}},
	{"line", {"line", "when", "align", "size", "bold", "ink", NULL}},
	{"paragraph", {"paragraph", "when", "indent", "size", "bold", NULL}},
	{"rows", {"rows", NULL}},
	{"table", {"table", "columns", "empty", NULL}},
	{"each", {"each", "text", "empty", NULL}},
	{"space", {"space", NULL}},
	{"close", {"close", "seal", "qr", "verify", NULL}},
};
#define NKINDS (sizeof kinds / sizeof kinds[0])

static bool one_of(const char *s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(s, words[i]) == 0)
			return true;
	return false;
}

/* Each {name} of a text is declared; marks it as used. */
static int text_check(const struct check *c, const json_t *v, json_t *row)
{
	const char *s = marked_scalar(v), *open;
	if (!s || !*s)
		return marked_fail(&c->m, v, "a text is expected here");
	while ((open = strchr(s, '{'))) {
		char name[LAYOUT_CODE];
		size_t n = strcspn(open, "}");
		if (!open[n] || n - 1 >= sizeof name)
			return marked_fail(&c->m, v, "\"{\" without a name and \"}\"");
		memcpy(name, open + 1, n - 1);
		name[n - 1] = '\0';
		json_t *in = row && json_object_get(row, name) ? row : c->fields;
		if (json_object_get(in, name))
			json_object_set_new(in, name, json_true());
		else if (!row || strcmp(name, "#") != 0)
			return marked_fail(&c->m, v, "{%s}: no such field", name);
		s = open + n + 1;
	}
	return 0;
}

static int texts_check(const struct check *c, const json_t *map, const char *const *keys, json_t *row)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		if (marked_get(map, keys[i]))
			rc = text_check(c, marked_get(map, keys[i]), row);
	return rc;
}

/* Rows of a form and columns of a table: {zh, en?, value, width?}. */
static int cells_check(const struct check *c, const json_t *block, const char *key, json_t *row)
{
	static const char *const keys[] = {"zh", "en", "value", "width", NULL};
	const json_t *list = NULL, *cell;
	char text[512];
	size_t i;
	int64_t width = 0, sum = 0;
	int rc = marked_list(&c->m, block, key, true, 40, &list);
	json_array_foreach(list, i, cell)
	{
		if (rc == 0)
			rc = marked_map(&c->m, cell, keys);
		if (rc == 0)
			rc = marked_text(&c->m, cell, "zh", true, text, sizeof text);
		if (rc == 0)
			rc = marked_text(&c->m, cell, "en", false, text, sizeof text);
		if (rc == 0)
			rc = marked_text(&c->m, cell, "value", true, text, sizeof text);
		if (rc == 0)
			rc = text_check(c, marked_get(cell, "value"), row);
		if (rc == 0)
			rc = marked_int(&c->m, cell, "width", row != NULL, 1, 100, &width);
		sum += width;
	}
	if (rc == 0 && row && sum != 100)
		rc = marked_fail(&c->m, block, "the widths of the columns are %lld, not 100", (long long)sum);
	return rc;
}

static int list_find(const struct check *c, const json_t *block, const char *key, json_t **row)
{
	const char *name = marked_scalar(marked_get(block, key));
	*row = name ? json_object_get(c->lists, name) : NULL;
	return *row ? 0 : marked_fail(&c->m, marked_get(block, key), "%s: no such list", key);
}

static int style_check(const struct check *c, const json_t *block)
{
	static const char *const aligns[] = {"left", "center", "right", NULL};
	static const char *const inks[] = {"black", "red", "grey", NULL};
	const char *align = marked_scalar(marked_get(block, "align")),
		   *ink = marked_scalar(marked_get(block, "ink")),
		   *when = marked_scalar(marked_get(block, "when"));
	int64_t n;
	bool yes;
	int rc = marked_int(&c->m, block, "size", false, 6, 60, &n);
	if (rc == 0)
		rc = marked_bool(&c->m, block, "bold", false, &yes);
	if (rc == 0)
		rc = marked_bool(&c->m, block, "indent", false, &yes);
	if (rc == 0)
		rc = marked_bool(&c->m, block, "seal", false, &yes);
	if (rc == 0 && align && !one_of(align, aligns))
		rc = marked_fail(&c->m, marked_get(block, "align"), "align: left, center or right");
	if (rc == 0 && ink && !one_of(ink, inks))
		rc = marked_fail(&c->m, marked_get(block, "ink"), "ink: black, red or grey");
	if (rc == 0 && when && !json_object_get(c->fields, when))
		rc = marked_fail(&c->m, marked_get(block, "when"), "when: no such field");
	return rc;
}

static int block_check(const struct check *c, const json_t *block)
{
	static const char *const texts[] = {"heading", "line", "paragraph", "qr", "verify", "empty", NULL};
	static const char *const each[] = {"text", NULL};
	json_t *row = NULL;
	size_t k = 0;
	int64_t n;
	bool yes;
	while (k < NKINDS && !marked_get(block, kinds[k].kind))
		k++;
	if (k == NKINDS)
		return marked_fail(&c->m, block,
			"one of heading, line, paragraph, rows, table, each, space, close is expected");
	const char *kind = kinds[k].kind;
	int rc = marked_map(&c->m, block, kinds[k].keys);
	if (rc == 0)
		rc = style_check(c, block);
	if (rc == 0)
		rc = texts_check(c, block, texts, NULL);
	if (rc == 0 && strcmp(kind, "rows") == 0)
		rc = cells_check(c, block, "rows", NULL);
	if (rc == 0 && (strcmp(kind, "table") == 0 || strcmp(kind, "each") == 0))
		rc = list_find(c, block, kind, &row);
	if (rc == 0 && strcmp(kind, "table") == 0)
		rc = cells_check(c, block, "columns", row);
	if (rc == 0 && strcmp(kind, "each") == 0)
		rc = marked_get(block, "text") ? texts_check(c, block, each, row)
					       : marked_fail(&c->m, block, "text: missing");
	if (rc == 0 && strcmp(kind, "space") == 0)
		rc = marked_int(&c->m, block, "space", true, 1, 400, &n);
	if (rc == 0 && strcmp(kind, "close") == 0)
		rc = marked_bool(&c->m, block, "close", true, &yes);
	return rc;
}

static int names_read(const struct check *c, const json_t *list, json_t *into)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one)
	{
		const char *s = marked_scalar(one);
		if (!s || !*s || strlen(s) >= LAYOUT_CODE ||
			s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")])
			return marked_fail(&c->m, one, "a field's name of a-z, 0-9 and _ is expected");
		if (json_object_get(into, s))
			return marked_fail(&c->m, one, "%s: stands twice, or in every document anyway", s);
		if (json_object_set_new(into, s, json_false()))
			return ERR_NOMEM;
	}
	return 0;
}

static int fields_read(struct check *c, const json_t *marked)
{
	const json_t *list = NULL;
	json_t *lists = json_object_get(marked_get(marked, "lists"), "v"), *one;
	const char *name;
	for (size_t i = 0; layout_fixed[i]; i++)
		json_object_set_new(c->fields, layout_fixed[i], json_true());
	json_object_set_new(c->fields, LAYOUT_FACTS, json_true());
	int rc = marked_list(&c->m, marked, "fields", true, 100, &list);
	if (rc == 0)
		rc = names_read(c, list, c->fields);
	if (rc == 0 && marked_get(marked, "lists") && !json_is_object(lists))
		rc = marked_fail(&c->m, marked_get(marked, "lists"), "lists: names with fields are expected");
	if (rc == 0 && lists)
		json_object_foreach(lists, name, one)
		{
			json_t *row = json_object();
			if (rc == 0 && !json_is_array(json_object_get(one, "v")))
				rc = marked_fail(&c->m, one, "%.40s: a list of fields is expected", name);
			if (rc == 0)
				rc = names_read(c, json_object_get(one, "v"), row);
			if (json_object_set_new(c->lists, name, row) && rc == 0)
				rc = ERR_NOMEM;
		}
	return rc;
}

static int all_used(const struct check *c, const json_t *marked, json_t *names)
{
	const char *name;
	json_t *used;
	json_object_foreach(names, name, used) if (!json_is_true(used)) return marked_fail(
		&c->m, marked_get(marked, "fields"), "%.40s: declared and nowhere printed", name);
	return 0;
}

static int body_check(struct check *c, const json_t *marked)
{
	static const char *const keys[] = {"zh", "en", "frame", "mark", "fields", "lists", "body", NULL};
	const json_t *body = NULL, *block;
	char text[128];
	size_t i;
	bool yes;
	const char *name;
	json_t *row;
	int rc = marked_map(&c->m, marked, keys);
	if (rc == 0)
		rc = marked_text(&c->m, marked, "zh", true, text, sizeof text);
	if (rc == 0)
		rc = marked_text(&c->m, marked, "en", true, text, sizeof text);
	if (rc == 0)
		rc = marked_text(&c->m, marked, "mark", false, text, sizeof text);
	if (rc == 0)
		rc = marked_bool(&c->m, marked, "frame", false, &yes);
	if (rc == 0)
		rc = fields_read(c, marked);
	if (rc == 0)
		rc = marked_list(&c->m, marked, "body", true, 200, &body);
	json_array_foreach(body, i, block) if (rc == 0) rc = block_check(c, block);
	if (rc == 0)
		rc = all_used(c, marked, c->fields);
	json_object_foreach(c->lists, name, row) if (rc == 0) rc = all_used(c, marked, row);
	return rc;
}

int layout_check(const char *file, const json_t *marked, json_t **out, struct err_note *note)
{
	struct check c = {{file, note}, json_object(), json_object()};
	int rc = c.fields && c.lists ? body_check(&c, marked) : ERR_NOMEM;
	json_decref(c.fields);
	json_decref(c.lists);
	if (rc == 0 && !(*out = marked_plain(marked, true)))
		rc = ERR_NOMEM;
	return rc;
}
