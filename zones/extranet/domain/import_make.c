/* One record becomes rows of the book. */
#include "common/message/format.h"
#include "zones/extranet/domain/import_map_impl.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096

struct making {
	const json_t *record;
	struct import_made *out;
	struct err_note *note;
};

static int refuse(const struct making *m, const char *column, int rc, const char *text)
{
	snprintf(m->out->column, sizeof m->out->column, "%s", column);
	return text ? err_set(m->note, rc, "%s", text) : rc;
}

/* The column's text without white space around it; "" for no value. */
static int text_of(const struct making *m, const char *column, char *out, size_t size)
{
	const json_t *v = json_object_get(m->record, column);
	const char *s = json_is_string(v) ? json_string_value(v) : "";
	if (!v)
		return refuse(m, column, ERR_SCHEMA, "the source has no such column");
	s += strspn(s, " \t\r\n");
	size_t n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	if (n >= size)
		return refuse(m, column, ERR_SCHEMA, "too long for the book");
	memcpy(out, s, n);
	out[n] = '\0';
	return 0;
}

/* Characters of UTF-8, not bytes. */
static void cut(const struct import_column *c, char *text)
{
	int n = 0;
	size_t to = 0;
	for (size_t i = 0; c->cut_from && text[i]; i++) {
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
		if (n >= c->cut_from && n <= c->cut_to)
			text[to++] = text[i];
	}
	if (c->cut_from)
		text[to] = '\0';
}

static int column_make(const struct making *m, const struct import_column *c, json_t *row)
{
	char text[TEXT_MAX];
	json_t *v = NULL;
	snprintf(text, sizeof text, "%s", c->value);
	int rc = c->from[0] ? text_of(m, c->from, text, sizeof text) : 0;
	if (rc < 0)
		return rc;
	cut(c, text);
	if (!text[0] && c->has_empty)
		snprintf(text, sizeof text, "%s", c->empty);
	else if (c->codes) {
		const json_t *word = json_object_get(c->codes, text);
		if (!word)
			return refuse(m, c->from, ERR_SCHEMA, "a code that the mapping does not know");
		snprintf(text, sizeof text, "%s", json_string_value(word));
	}
	if (text[0] && (c->before[0] || c->behind[0])) {
		char whole[TEXT_MAX + 128];
		snprintf(whole, sizeof whole, "%s%s%s", c->before, text, c->behind);
		if (strlen(whole) >= sizeof text)
			return refuse(m, c->from, ERR_SCHEMA, "too long for the book");
		memcpy(text, whole, strlen(whole) + 1);
	}
	/* No value: where the book may have none, and where it keeps an empty text. */
	if (!text[0] && (strcmp(c->name, "yxq_z") == 0 || strcmp(c->name, "yxq_q") == 0))
		return 0;
	if (!text[0] && !import_kind_is_int(c->kind) && c->kind != IMPORT_ID)
		rc = json_object_set_new(row, c->name, json_string("")) ? ERR_NOMEM : 0;
	else if ((rc = import_value(c->kind, text, &v, m->note)) == 0)
		rc = json_object_set_new(row, c->name, v) ? ERR_NOMEM : 0;
	return rc < 0 ? refuse(m, c->from[0] ? c->from : c->name, rc, NULL) : 0;
}

static int unit_take(const struct making *m, const struct import_row *r, const json_t *row)
{
	const char *unit = json_str(row, "bdcdyh");
	const char *column = "";
	for (size_t i = 0; i < r->ncolumns; i++)
		if (strcmp(r->columns[i].name, "bdcdyh") == 0)
			column = r->columns[i].from;
	if (!format_unit_code(unit))
		return refuse(m, column, ERR_SCHEMA, "not a unit code 不动产单元代码");
	if (m->out->unit[0] && strcmp(m->out->unit, unit) != 0)
		return refuse(m, column, ERR_SCHEMA, "rows of two units in one record");
	snprintf(m->out->unit, sizeof m->out->unit, "%s", unit);
	return 0;
}

static int row_make(const struct making *m, const struct import_row *r)
{
	char id[256] = "", of[256] = "", when[TEXT_MAX];
	if (r->when[0]) {
		int rc = text_of(m, r->when, when, sizeof when);
		if (rc < 0 || !when[0] || (r->is[0] && strcmp(when, r->is) != 0))
			return rc;
	}
	json_t *row = json_object();
	int rc = row ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < r->ncolumns; i++)
		rc = column_make(m, &r->columns[i], row);
	if (rc == 0)
		rc = unit_take(m, r, row);
	if (rc == 0 && r->id[0])
		rc = text_of(m, r->id, id, sizeof id);
	if (rc == 0 && r->of[0])
		rc = text_of(m, r->of, of, sizeof of);
	/* Valid from its registration, unless the mapping says otherwise. */
	if (rc == 0 && !json_object_get(row, "yxq_q") && *json_str(row, "djsj"))
		json_object_set(row, "yxq_q", json_object_get(row, "djsj"));
	json_t *one = rc == 0 ? json_pack("{s:s,s:s,s:s,s:s,s:O}", "table", r->table, "id", id, "of", of,
					"of_column", r->of, "row", row)
			      : NULL;
	if (rc == 0 && json_array_append_new(m->out->rows, one))
		rc = ERR_NOMEM;
	json_decref(row);
	return rc;
}

static int graphics_make(const struct making *m, const struct import_source *s)
{
	const json_t *v = json_object_get(m->record, s->graphics);
	if (!v)
		return refuse(m, s->graphics, ERR_SCHEMA, "the source has no such column");
	const char *text = json_is_string(v) ? json_string_value(v) : "";
	if (!text[strspn(text, " \t\r\n")])
		return 0;
	int rc = import_ring(text, &m->out->ring, m->note);
	return rc < 0 ? refuse(m, s->graphics, rc, NULL) : 0;
}

int import_source_make(
	const struct import_source *s, const json_t *record, struct import_made *out, struct err_note *note)
{
	const struct making m = {record, out, note};
	*out = (struct import_made){.rows = json_array()};
	int rc = out->rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < s->nrows; i++)
		rc = row_make(&m, &s->rows[i]);
	if (rc == 0 && json_array_size(out->rows) == 0)
		rc = refuse(&m, s->rows[0].when, ERR_SCHEMA, "the mapping makes no row of this record");
	if (rc == 0 && s->graphics[0])
		rc = graphics_make(&m, s);
	if (rc < 0) {
		json_decref(out->rows);
		json_decref(out->ring);
		out->rows = out->ring = NULL;
	}
	return rc;
}

void import_made_fini(struct import_made *m)
{
	json_decref(m->rows);
	json_decref(m->ring);
	m->rows = m->ring = NULL;
}
