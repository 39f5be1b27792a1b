#include "zones/extranet/domain/import_read_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int import_reader_new(const struct import_form *f, import_more *more, void *arg, struct import_reader **out)
{
	struct import_reader *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->form = *f;
	r->more = more;
	r->arg = arg;
	r->line = 1;
	buf_init(&r->field, IMPORT_FIELD_MAX);
	*out = r;
	return 0;
}

void import_columns_drop(struct import_reader *r)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		free(r->columns[i]);
	r->ncolumns = 0;
}

void import_reader_free(struct import_reader *r)
{
	if (!r)
		return;
	import_columns_drop(r);
	buf_fini(&r->field);
	buf_wipe(r->bytes, sizeof r->bytes);
	free(r);
}

bool import_reader_broken(const struct import_reader *r)
{
	return r->failed != 0;
}

int import_peek(struct import_reader *r)
{
	if (r->at == r->n && r->failed == 0) {
		int64_t got = r->more(r->arg, r->bytes, sizeof r->bytes);
		r->failed = got < 0 ? (int)got : 0;
		r->n = got > 0 ? (size_t)got : 0;
		r->at = 0;
	}
	return r->at < r->n ? r->bytes[r->at] : END;
}

int import_ahead(struct import_reader *r)
{
	if (import_peek(r) != END && r->at + 1 == r->n && r->failed == 0) {
		r->bytes[0] = r->bytes[r->at];
		int64_t got = r->more(r->arg, r->bytes + 1, sizeof r->bytes - 1);
		r->failed = got < 0 ? (int)got : 0;
		r->n = got > 0 ? (size_t)got + 1 : 1;
		r->at = 0;
	}
	return r->at + 1 < r->n ? r->bytes[r->at + 1] : END;
}

int import_take(struct import_reader *r)
{
	int c = import_peek(r);
	if (c == END)
		return END;
	r->at++;
	r->line += c == '\n';
	return c;
}

int import_put(struct import_reader *r, int c)
{
	char b = (char)c;
	return buf_add(&r->field, &b, 1);
}

/* The field as text; it must be UTF-8 without NUL. */
static json_t *field_json(struct import_reader *r)
{
	struct view v = buf_view(&r->field);
	return memchr(v.p ? (const char *)v.p : "", '\0', v.n)
		       ? NULL
		       : json_stringn(v.n ? (const char *)v.p : "", v.n);
}

int import_column(struct import_reader *r, size_t *n, struct err_note *note)
{
	const char *name = r->field.n ? (const char *)r->field.p : "";
	if (*n == IMPORT_COLUMNS_MAX)
		return err_set(note, ERR_LIMIT, "more than %d columns", IMPORT_COLUMNS_MAX);
	json_t *text = field_json(r);
	json_decref(text);
	if (!text || !*name || r->field.n > 128)
		return err_set(note, ERR_SYNTAX, "column %zu: no name of 1 to 128 bytes of UTF-8", *n + 1);
	for (size_t i = 0; i < *n; i++)
		if (strcmp(r->columns[i], name) == 0)
			return err_set(note, ERR_SYNTAX, "column \"%.60s\" stands twice", name);
	r->columns[*n] = strdup(name);
	if (!r->columns[*n])
		return ERR_NOMEM;
	r->ncolumns = ++*n;
	return 0;
}

int import_record_put(
	struct import_reader *r, size_t n, bool null, json_t *record, size_t *bytes, struct err_note *note)
{
	*bytes += r->field.n;
	if (*bytes > IMPORT_RECORD_MAX)
		return err_set(note, ERR_LIMIT, "a record of more than %d bytes", IMPORT_RECORD_MAX);
	if (n >= r->ncolumns)
		return err_set(note, ERR_SYNTAX, "more values than the %zu columns", r->ncolumns);
	json_t *v = null ? json_null() : field_json(r);
	if (!v)
		return err_set(note, ERR_SYNTAX, "column \"%.60s\": not UTF-8", r->columns[n]);
	return json_object_set_new(record, r->columns[n], v) ? ERR_NOMEM : 0;
}

int import_reader_next(struct import_reader *r, json_t **record, size_t *line, struct err_note *note)
{
	json_t *one = json_object();
	if (!one)
		return ERR_NOMEM;
	int rc = r->failed     ? r->failed
		 : r->form.sql ? import_sql_next(r, one, line, note)
			       : import_csv_next(r, one, line, note);
	if (rc >= 0 && r->failed)
		rc = r->failed;
	if (rc != 1)
		json_decref(one);
	else
		*record = one;
	return rc;
}
