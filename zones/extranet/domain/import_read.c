#include "zones/extranet/domain/import_read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define END (-1)

struct import_reader {
	struct import_form form;
	import_more *more;
	void *arg;
	uint8_t bytes[65536];
	size_t n, at, line;
	int failed; /* of the source */
	char *columns[IMPORT_COLUMNS_MAX];
	size_t ncolumns;
	bool begun;  /* CSV: the header was read */
	bool values; /* SQL: inside VALUES of the wanted table */
	struct buf field;
};

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

static void columns_drop(struct import_reader *r)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		free(r->columns[i]);
	r->ncolumns = 0;
}

void import_reader_free(struct import_reader *r)
{
	if (!r)
		return;
	columns_drop(r);
	buf_fini(&r->field);
	buf_wipe(r->bytes, sizeof r->bytes);
	free(r);
}

bool import_reader_broken(const struct import_reader *r)
{
	return r->failed != 0;
}

static int peek(struct import_reader *r)
{
	if (r->at == r->n && r->failed == 0) {
		int64_t got = r->more(r->arg, r->bytes, sizeof r->bytes);
		r->failed = got < 0 ? (int)got : 0;
		r->n = got > 0 ? (size_t)got : 0;
		r->at = 0;
	}
	return r->at < r->n ? r->bytes[r->at] : END;
}

/* The byte behind the next one. */
static int ahead(struct import_reader *r)
{
	if (peek(r) != END && r->at + 1 == r->n && r->failed == 0) {
		r->bytes[0] = r->bytes[r->at];
		int64_t got = r->more(r->arg, r->bytes + 1, sizeof r->bytes - 1);
		r->failed = got < 0 ? (int)got : 0;
		r->n = got > 0 ? (size_t)got + 1 : 1;
		r->at = 0;
	}
	return r->at + 1 < r->n ? r->bytes[r->at + 1] : END;
}

static int take(struct import_reader *r)
{
	int c = peek(r);
	if (c == END)
		return END;
	r->at++;
	r->line += c == '\n';
	return c;
}

static int put(struct import_reader *r, int c)
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

static int column_add(struct import_reader *r, size_t *n, struct err_note *note)
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

/* Column n of the record: *record grows. `null`: no value. */
static int value_add(
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

/* ---- CSV */
/* One field; *last: the record ends behind it. */
static int csv_field(struct import_reader *r, bool *last, struct err_note *note)
{
	int c = peek(r), rc = 0;
	bool quoted = c == '"';
	buf_reset(&r->field);
	if (quoted) {
		take(r);
		while (rc == 0 && (c = take(r)) != END && !(c == '"' && peek(r) != '"')) {
			if (c == '"')
				take(r);
			rc = put(r, c);
		}
		if (rc == 0 && c == END)
			return err_set(note, ERR_SYNTAX, "a quoted field without its end");
	}
	while (rc == 0 && (c = peek(r)) != END && c != r->form.separator && c != '\n' && c != '\r') {
		if (quoted || c == '"')
			return err_set(note, ERR_SYNTAX, "a quotation mark inside a field");
		rc = put(r, take(r));
	}
	if (rc < 0)
		return err_set(note, rc, "a field of more than %d bytes", IMPORT_FIELD_MAX);
	if (take(r) == '\r' && peek(r) == '\n')
		c = take(r);
	*last = c != r->form.separator;
	return 0;
}

static void csv_skip(struct import_reader *r)
{
	int c;
	while ((c = take(r)) != END && c != '\n') {
	}
}

static int csv_header(struct import_reader *r, struct err_note *note)
{
	bool last = false;
	size_t n = 0;
	int rc = 0;
	r->begun = true;
	if (peek(r) == 0xef) /* byte order mark */
		for (int i = 0; i < 3; i++)
			take(r);
	while (rc == 0 && !last) {
		rc = csv_field(r, &last, note);
		if (rc == 0)
			rc = column_add(r, &n, note);
	}
	if (rc < 0)
		r->failed = rc;
	return rc;
}

static int csv_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note)
{
	bool last = false;
	size_t n = 0, bytes = 0;
	*line = r->line;
	int rc = r->begun ? 0 : csv_header(r, note);
	if (rc < 0)
		return rc;
	while (peek(r) == '\n' || peek(r) == '\r')
		take(r);
	*line = r->line;
	if (peek(r) == END)
		return 0;
	while (rc == 0 && !last) {
		rc = csv_field(r, &last, note);
		if (rc == 0)
			rc = value_add(r, n++, false, record, &bytes, note);
	}
	if (rc == 0 && n < r->ncolumns)
		rc = err_set(note, ERR_SYNTAX, "%zu values for %zu columns", n, r->ncolumns);
	else if (rc < 0 && !last)
		csv_skip(r);
	return rc < 0 ? rc : 1;
}

/* ---- SQL */
static void sql_comment(struct import_reader *r, int kind)
{
	int c, before = 0;
	while ((c = take(r)) != END) {
		if (kind == '*' ? c == '/' && before == '*' : c == '\n')
			return;
		before = c;
	}
}

/* What stands between the words. */
static int sql_space(struct import_reader *r)
{
	for (;;) {
		int c = peek(r);
		if (c != END && isspace(c)) {
			take(r);
		} else if (c == '#') {
			sql_comment(r, c);
		} else if ((c == '-' || c == '/') && ahead(r) == (c == '-' ? '-' : '*')) {
			take(r);
			sql_comment(r, take(r));
		} else {
			return c;
		}
	}
}

/* A string up to its quotation mark, which is doubled inside. */
static int sql_string(struct import_reader *r, int quote, struct err_note *note)
{
	int c, rc = 0;
	while (rc == 0 && (c = take(r)) != END) {
		if (c == quote && peek(r) != quote)
			return 0;
		if (c == quote)
			take(r);
		else if (c == '\\' && r->form.backslash && quote == '\'') {
			c = take(r);
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == '0' ? '\0' : c;
			if (c == END)
				break;
		}
		rc = put(r, c);
	}
	return rc < 0 ? err_set(note, rc, "a string of more than %d bytes", IMPORT_FIELD_MAX)
		      : err_set(note, ERR_SYNTAX, "a string without its end");
}

static bool is_word(int c)
{
	return c != END && (isalnum(c) || c == '_' || c == '$' || c >= 0x80);
}

/* A word or a quoted name; "" when neither stands here. */
static int sql_word(struct import_reader *r, struct err_note *note)
{
	int c = sql_space(r), rc = 0;
	buf_reset(&r->field);
	if (c == '"' || c == '`' || c == '[') {
		take(r);
		return sql_string(r, c == '[' ? ']' : c, note);
	}
	while (rc == 0 && is_word(peek(r)))
		rc = put(r, take(r));
	return rc;
}

static bool word_is(const struct import_reader *r, const char *word)
{
	return r->field.n == strlen(word) && strncasecmp((const char *)r->field.p, word, r->field.n) == 0;
}

/* To behind the statement's semicolon, strings and comments respected. */
static void sql_skip(struct import_reader *r)
{
	int c;
	while ((c = sql_space(r)) != END && c != ';') {
		take(r);
		if (c == '\'' || c == '"' || c == '`') {
			buf_reset(&r->field);
			(void)(sql_string(r, c, NULL) == 0);
		}
	}
	take(r);
	r->values = false;
}

static int sql_columns(struct import_reader *r, struct err_note *note)
{
	size_t n = 0;
	int rc = 0, c;
	columns_drop(r);
	if (sql_space(r) != '(')
		return err_set(note, ERR_SYNTAX, "an INSERT that does not name its columns");
	do {
		take(r);
		rc = sql_word(r, note);
		if (rc == 0)
			rc = column_add(r, &n, note);
		c = sql_space(r);
	} while (rc == 0 && c == ',');
	if (rc == 0 && take(r) != ')')
		rc = err_set(note, ERR_SYNTAX, "the list of columns does not end");
	return rc;
}

/* INSERT INTO [schema.]table (columns) VALUES: 1 when it is the wanted one, else 0 with the statement
 * skipped. */
static int sql_insert(struct import_reader *r, struct err_note *note)
{
	int rc = sql_word(r, note);
	if (rc == 0 && !word_is(r, "insert")) {
		sql_skip(r);
		return 0;
	}
	if (rc == 0)
		rc = sql_word(r, note);
	if (rc == 0 && word_is(r, "into"))
		rc = sql_word(r, note);
	while (rc == 0 && sql_space(r) == '.') {
		take(r);
		rc = sql_word(r, note);
	}
	if (rc == 0 && !word_is(r, r->form.table)) {
		sql_skip(r);
		return 0;
	}
	if (rc == 0)
		rc = sql_columns(r, note);
	if (rc == 0)
		rc = sql_word(r, note);
	if (rc == 0 && !word_is(r, "values"))
		rc = err_set(note, ERR_SYNTAX, "INSERT without VALUES");
	if (rc < 0)
		sql_skip(r);
	return rc < 0 ? rc : 1;
}

/* A string, a number, NULL; *null. */
static int sql_value(struct import_reader *r, bool *null, struct err_note *note)
{
	int c = sql_space(r), rc = 0;
	*null = false;
	buf_reset(&r->field);
	if ((c == 'N' || c == 'E') && ahead(r) == '\'') {
		take(r);
		c = '\'';
	}
	if (c == '\'') {
		take(r);
		return sql_string(r, c, note);
	}
	while (rc == 0 && (is_word(peek(r)) || peek(r) == '.' || peek(r) == '-' || peek(r) == '+'))
		rc = put(r, take(r));
	if (rc == 0 && word_is(r, "null")) {
		*null = true;
		buf_reset(&r->field);
	} else if (rc == 0 &&
		   (r->field.n == 0 || strspn((const char *)r->field.p, "+-.0123456789eE") != r->field.n)) {
		rc = err_set(note, ERR_SYNTAX, "an expression where a value is wanted");
	}
	return rc;
}

/* To behind the record's parenthesis. */
static void sql_skip_record(struct import_reader *r)
{
	int c, depth = 0;
	while ((c = sql_space(r)) != END && c != ';') {
		take(r);
		if (c == '\'') {
			buf_reset(&r->field);
			(void)(sql_string(r, c, NULL) == 0);
		}
		depth += c == '(';
		if (c == ')' && depth-- == 0)
			return;
	}
}

static int sql_record(struct import_reader *r, json_t *record, struct err_note *note)
{
	size_t n = 0, bytes = 0;
	bool null;
	int rc = 0, c;
	do {
		take(r);
		rc = sql_value(r, &null, note);
		if (rc == 0)
			rc = value_add(r, n++, null, record, &bytes, note);
		c = sql_space(r);
	} while (rc == 0 && c == ',');
	if (rc == 0 && c != ')')
		rc = err_set(note, ERR_SYNTAX, "an expression where a value is wanted");
	if (rc < 0)
		sql_skip_record(r);
	else
		take(r);
	return rc == 0 && n < r->ncolumns
		       ? err_set(note, ERR_SYNTAX, "%zu values for %zu columns", n, r->ncolumns)
		       : rc;
}

static int sql_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note)
{
	for (;;) {
		int c = sql_space(r);
		*line = r->line;
		if (c == END)
			return 0;
		if (r->values && c == '(') {
			int rc = sql_record(r, record, note);
			return rc < 0 ? rc : 1;
		}
		if (r->values && c == ',') {
			take(r);
		} else if (r->values) {
			sql_skip(r); /* its end, or ON CONFLICT … */
		} else {
			int rc = sql_insert(r, note);
			if (rc < 0)
				return rc;
			r->values = rc == 1;
		}
	}
}

int import_reader_next(struct import_reader *r, json_t **record, size_t *line, struct err_note *note)
{
	json_t *one = json_object();
	if (!one)
		return ERR_NOMEM;
	int rc = r->failed     ? r->failed
		 : r->form.sql ? sql_next(r, one, line, note)
			       : csv_next(r, one, line, note);
	if (rc >= 0 && r->failed)
		rc = r->failed;
	if (rc != 1)
		json_decref(one);
	else
		*record = one;
	return rc;
}
