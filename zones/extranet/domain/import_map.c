#include "zones/extranet/domain/import_map.h"

#include "common/config/config.h"
#include "common/workflow/marked.h"
#include "zones/extranet/domain/import_map_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAP_MAX (1 << 20)

/* ---- the book's columns */
enum need { TEXT, INT, MAYBE, MAYINT, SEALED, SINDEX };
struct known {
	const char *name;
	enum need need;
};
#define COLUMN(kind, name, zh, en, show) {#name, kind},
#define TABLE(t, U, zh, en, class) {#t, {BOOK_HEAD(COLUMN) BOOK_##U(COLUMN) BOOK_LIFE(COLUMN){NULL, TEXT}}},
static const struct {
	const char *name;
	struct known columns[40];
} tables[] = {BOOK_TABLES(TABLE)};
#define NTABLES (sizeof tables / sizeof tables[0])
/* What the import itself knows. */
static const char own[] = " bsm ssbsm ywh zzywh qltb qlbsm sxh ";

static bool is_own(const char *column)
{
	char word[40];
	snprintf(word, sizeof word, " %.30s ", column);
	return strstr(own, word) != NULL;
}

static const struct known *known_columns(const char *table)
{
	for (size_t i = 0; i < NTABLES; i++)
		if (strcmp(tables[i].name, table) == 0)
			return tables[i].columns;
	return NULL;
}

static const struct known *known_find(const struct known *k, const char *name)
{
	for (; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

/* ---- columns */
static int cut_read(const struct marked *m, const json_t *v, struct import_column *c)
{
	char text[24];
	int from = 0, to = 0, n = 0;
	int rc = marked_text(m, v, "cut", false, text, sizeof text);
	if (rc < 0 || !text[0])
		return rc;
	if (sscanf(text, "%5d-%5d%n", &from, &to, &n) != 2 || text[n] || from < 1 || to < from || to > 4096)
		return marked_fail(m, marked_get(v, "cut"), "cut: FIRST-LAST, counted from 1");
	c->cut_from = from;
	c->cut_to = to;
	return 0;
}

static int codes_read(const struct marked *m, const json_t *v, struct import_column *c)
{
	const json_t *codes = marked_get(v, "codes"), *one;
	const char *key;
	if (!codes)
		return 0;
	c->codes = marked_plain(codes, false);
	json_object_foreach(c->codes, key, one)
	{
		if (!json_is_string(one))
			return marked_fail(m, codes, "codes: \"%.60s\" needs a text", key);
	}
	return json_is_object(c->codes) ? 0
					: marked_fail(m, codes, "codes: a map of the old codes is wanted");
}

static int column_map(const struct marked *m, const json_t *v, struct import_column *c)
{
	static const char *const keys[] = {
		"from", "value", "as", "cut", "codes", "empty", "before", "behind", NULL};
	char as[24];
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_text(m, v, "from", false, c->from, sizeof c->from);
	if (rc == 0)
		rc = marked_text(m, v, "value", false, c->value, sizeof c->value);
	if (rc == 0)
		rc = marked_text(m, v, "empty", false, c->empty, sizeof c->empty);
	if (rc == 0)
		rc = marked_text(m, v, "as", false, as, sizeof as);
	if (rc == 0)
		rc = marked_text(m, v, "before", false, c->before, sizeof c->before);
	if (rc == 0)
		rc = marked_text(m, v, "behind", false, c->behind, sizeof c->behind);
	c->has_empty = marked_get(v, "empty") != NULL;
	bool value = marked_get(v, "value") != NULL;
	if (rc == 0 && value == (c->from[0] != '\0'))
		rc = marked_fail(m, v, "%s: exactly one of from and value is wanted", c->name);
	if (rc == 0 && as[0]) {
		int kind = import_kind_find(as);
		if (kind < 0)
			return marked_fail(m, marked_get(v, "as"), "as: \"%s\" is no kind of value", as);
		c->kind = (enum import_kind)kind;
	}
	if (rc == 0)
		rc = cut_read(m, v, c);
	return rc == 0 ? codes_read(m, v, c) : rc;
}

static int column_read(const struct marked *m, const json_t *at, const char *name, const json_t *v,
	const struct known *k, struct import_row *r)
{
	if (r->ncolumns == IMPORT_ROW_COLUMNS)
		return marked_fail(m, at, "too many columns");
	struct import_column *c = &r->columns[r->ncolumns++];
	const struct known *known = known_find(k, name);
	const char *plain = marked_scalar(v);
	int rc = 0;
	if (!known || is_own(name))
		return marked_fail(m, v ? v : at,
			known ? "%s: the import sets this itself" : "%s: the table has no such column", name);
	snprintf(c->name, sizeof c->name, "%s", name);
	c->kind = IMPORT_TEXT;
	if (plain && strlen(plain) < sizeof c->from)
		snprintf(c->from, sizeof c->from, "%s", plain);
	else
		rc = column_map(m, v, c);
	bool whole = known->need == INT || known->need == MAYINT;
	if (rc == 0 && whole != import_kind_is_int(c->kind))
		rc = marked_fail(m, v,
			whole ? "%s: a whole number in the book; as: int, area-m2, money-yuan … is wanted"
			      : "%s: a text in the book",
			name);
	return rc;
}

static bool has(const struct import_row *r, const char *name)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		if (strcmp(r->columns[i].name, name) == 0)
			return true;
	return false;
}

/* ---- rows of the book */
static int row_read(const struct marked *m, const json_t *v, struct import_row *r)
{
	static const char *const keys[] = {"table", "id", "of", "when", "is", "columns", NULL};
	const json_t *columns, *one;
	const char *key;
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_text(m, v, "table", true, r->table, sizeof r->table);
	if (rc == 0)
		rc = marked_text(m, v, "id", false, r->id, sizeof r->id);
	if (rc == 0)
		rc = marked_text(m, v, "of", false, r->of, sizeof r->of);
	if (rc == 0)
		rc = marked_text(m, v, "when", false, r->when, sizeof r->when);
	if (rc == 0)
		rc = marked_text(m, v, "is", false, r->is, sizeof r->is);
	const struct known *k = rc == 0 ? known_columns(r->table) : NULL;
	if (rc == 0 && (!k || strcmp(r->table, "zxdj") == 0))
		rc = marked_fail(
			m, marked_get(v, "table"), "table: the book has none of this name that is imported");
	columns = marked_get(v, "columns");
	if (rc == 0 && !json_is_object(json_object_get(columns, "v")))
		rc = marked_fail(m, v, "columns: a map is wanted");
	json_object_foreach(json_object_get(columns, "v"), key, one)
	{
		if (rc == 0)
			rc = column_read(m, columns, key, one, k, r);
	}
	for (; rc == 0 && k && k->name; k++)
		if ((k->need == TEXT || k->need == INT || k->need == SEALED || k->need == SINDEX) &&
			!is_own(k->name) && strcmp(k->name, "yxq_q") != 0 && !has(r, k->name))
			rc = marked_fail(m, v, "%s needs its column %s", r->table, k->name);
	return rc;
}

/* ---- sources */
static int form_read(const struct marked *m, const json_t *v, struct import_source *s)
{
	char word[16];
	int rc = marked_text(m, v, "format", true, word, sizeof word);
	if (rc == 0 && strcmp(word, "csv") != 0 && strcmp(word, "sql") != 0)
		rc = marked_fail(m, marked_get(v, "format"), "format: csv or sql");
	s->form.sql = strcmp(word, "sql") == 0;
	if (rc == 0)
		rc = marked_text(m, v, "table", s->form.sql, s->form.table, sizeof s->form.table);
	if (rc == 0)
		rc = marked_bool(m, v, "backslash", false, &s->form.backslash);
	if (rc == 0)
		rc = marked_text(m, v, "separator", false, word, sizeof word);
	if (rc == 0 && word[0] && strcmp(word, "tab") != 0 && (strlen(word) != 1 || !strchr(",;|", word[0])))
		rc = marked_fail(m, marked_get(v, "separator"), "separator: , ; | or tab");
	s->form.separator = (char)(word[0] == 't' ? '\t' : word[0] ? word[0] : ',');
	if (rc == 0)
		rc = marked_text(m, v, "encoding", false, word, sizeof word);
	s->gb18030 = strcmp(word, "gb18030") == 0;
	if (rc == 0 && word[0] && !s->gb18030 && strcmp(word, "utf-8") != 0)
		rc = marked_fail(m, marked_get(v, "encoding"), "encoding: utf-8 or gb18030");
	return rc;
}

static int source_read(const struct marked *m, const json_t *v, struct import_map *map)
{
	static const char *const keys[] = {"name", "file", "format", "table", "separator", "backslash",
		"encoding", "graphics", "rows", NULL};
	struct import_source *s = &map->sources[map->nsources++];
	const json_t *rows = NULL, *one;
	size_t i;
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_code(m, v, "name", true, s->name, sizeof s->name);
	for (i = 0; rc == 0 && i + 1 < map->nsources; i++)
		if (strcmp(map->sources[i].name, s->name) == 0)
			rc = marked_fail(m, marked_get(v, "name"), "name: stands twice");
	if (rc == 0)
		rc = marked_text(m, v, "file", true, s->file, sizeof s->file);
	if (rc == 0 && (s->file[0] == '/' || strstr(s->file, "..")))
		rc = marked_fail(
			m, marked_get(v, "file"), "file: beside the mapping or in a folder below it");
	if (rc == 0)
		rc = form_read(m, v, s);
	if (rc == 0)
		rc = marked_text(m, v, "graphics", false, s->graphics, sizeof s->graphics);
	if (rc == 0 && s->graphics[0] && !map->graphics[0])
		rc = marked_fail(
			m, marked_get(v, "graphics"), "graphics: the mapping names no folder for them");
	if (rc == 0)
		rc = marked_list(m, v, "rows", true, IMPORT_ROWS, &rows);
	json_array_foreach(rows, i, one)
	{
		if (rc == 0)
			rc = row_read(m, one, &s->rows[s->nrows++]);
	}
	return rc;
}

static int map_build(const struct marked *m, const json_t *top, struct import_map *map)
{
	static const char *const keys[] = {"version", "origin", "report", "graphics", "sources", NULL};
	const json_t *sources = NULL, *one;
	int64_t version;
	size_t i;
	int rc = marked_map(m, top, keys);
	if (rc == 0)
		rc = marked_int(m, top, "version", true, 1, 1, &version);
	if (rc == 0)
		rc = marked_text(m, top, "origin", true, map->origin, sizeof map->origin);
	if (rc == 0)
		rc = marked_text(m, top, "report", true, map->report, sizeof map->report);
	if (rc == 0)
		rc = marked_text(m, top, "graphics", false, map->graphics, sizeof map->graphics);
	if (rc == 0 && (strstr(map->report, "..") || strstr(map->graphics, "..") || map->report[0] == '/' ||
			       map->graphics[0] == '/'))
		rc = marked_fail(m, top, "report, graphics: beside the mapping or in a folder below it");
	if (rc == 0)
		rc = marked_list(m, top, "sources", true, IMPORT_SOURCES_MAX, &sources);
	if (rc == 0 && json_array_size(sources) == 0)
		rc = marked_fail(m, top, "sources: none");
	json_array_foreach(sources, i, one)
	{
		if (rc == 0)
			rc = source_read(m, one, map);
	}
	return rc;
}

static int map_of(const char *name, json_t *doc, struct import_map **out, struct err_note *note)
{
	struct import_map *map = calloc(1, sizeof *map);
	const struct marked m = {name, note};
	int rc = map ? map_build(&m, doc, map) : ERR_NOMEM;
	json_decref(doc);
	if (rc < 0)
		import_map_free(map);
	else
		*out = map;
	return rc;
}

int import_map_load(const char *file, struct import_map **out, struct err_note *note)
{
	json_t *doc = NULL;
	int rc = config_yaml_marked(file, MAP_MAX, &doc, note);
	return rc < 0 ? rc : map_of(file, doc, out, note);
}

int import_map_read(const char *name, struct view text, struct import_map **out, struct err_note *note)
{
	json_t *doc = NULL;
	int rc = config_yaml_marked_text(name, text, &doc, note);
	return rc < 0 ? rc : map_of(name, doc, out, note);
}

void import_map_free(struct import_map *m)
{
	for (size_t i = 0; m && i < m->nsources; i++)
		for (size_t k = 0; k < m->sources[i].nrows; k++)
			for (size_t c = 0; c < m->sources[i].rows[k].ncolumns; c++)
				json_decref(m->sources[i].rows[k].columns[c].codes);
	free(m);
}

const char *import_map_origin(const struct import_map *m)
{
	return m->origin;
}

const char *import_map_report(const struct import_map *m)
{
	return m->report;
}

const char *import_map_graphics(const struct import_map *m)
{
	return m->graphics;
}

const struct import_source *import_map_source(const struct import_map *m, size_t i)
{
	return i < m->nsources ? &m->sources[i] : NULL;
}

const char *import_source_name(const struct import_source *s)
{
	return s->name;
}

const char *import_source_file(const struct import_source *s)
{
	return s->file;
}

bool import_source_gb18030(const struct import_source *s)
{
	return s->gb18030;
}

const struct import_form *import_source_form(const struct import_source *s)
{
	return &s->form;
}
