/* Records of the INSERT statements of a dump. */
#include "zones/extranet/domain/import_read_impl.h"
#include <ctype.h>
#include <string.h>

static void sql_comment(struct import_reader *r, int kind)
{
	int c, before = 0;
	while ((c = import_take(r)) != END) {
		if (kind == '*' ? c == '/' && before == '*' : c == '\n')
			return;
		before = c;
	}
}

/* What stands between the words. */
static int sql_space(struct import_reader *r)
{
	for (;;) {
		int c = import_peek(r);
		if (c != END && isspace(c)) {
			import_take(r);
		} else if (c == '#') {
			sql_comment(r, c);
		} else if ((c == '-' || c == '/') && import_ahead(r) == (c == '-' ? '-' : '*')) {
			import_take(r);
			sql_comment(r, import_take(r));
		} else {
			return c;
		}
	}
}

/* A string up to its quotation mark, which is doubled inside. */
static int sql_string(struct import_reader *r, int quote, struct err_note *note)
{
	int c, rc = 0;
	while (rc == 0 && (c = import_take(r)) != END) {
		if (c == quote && import_peek(r) != quote)
			return 0;
		if (c == quote)
			import_take(r);
		else if (c == '\\' && r->form.backslash && quote == '\'') {
			c = import_take(r);
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == '0' ? '\0' : c;
			if (c == END)
				break;
		}
		rc = import_put(r, c);
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
		import_take(r);
		return sql_string(r, c == '[' ? ']' : c, note);
	}
	while (rc == 0 && is_word(import_peek(r)))
		rc = import_put(r, import_take(r));
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
		import_take(r);
		if (c == '\'' || c == '"' || c == '`') {
			buf_reset(&r->field);
			(void)(sql_string(r, c, NULL) == 0);
		}
	}
	import_take(r);
	r->values = false;
}

static int sql_columns(struct import_reader *r, struct err_note *note)
{
	size_t n = 0;
	int rc = 0, c;
	import_columns_drop(r);
	if (sql_space(r) != '(')
		return err_set(note, ERR_SYNTAX, "an INSERT that does not name its columns");
	do {
		import_take(r);
		rc = sql_word(r, note);
		if (rc == 0)
			rc = import_column(r, &n, note);
		c = sql_space(r);
	} while (rc == 0 && c == ',');
	if (rc == 0 && import_take(r) != ')')
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
		import_take(r);
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
	if ((c == 'N' || c == 'E') && import_ahead(r) == '\'') {
		import_take(r);
		c = '\'';
	}
	if (c == '\'') {
		import_take(r);
		return sql_string(r, c, note);
	}
	while (rc == 0 && (is_word(import_peek(r)) || import_peek(r) == '.' || import_peek(r) == '-' ||
				  import_peek(r) == '+'))
		rc = import_put(r, import_take(r));
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
		import_take(r);
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
		import_take(r);
		rc = sql_value(r, &null, note);
		if (rc == 0)
			rc = import_record_put(r, n++, null, record, &bytes, note);
		c = sql_space(r);
	} while (rc == 0 && c == ',');
	if (rc == 0 && c != ')')
		rc = err_set(note, ERR_SYNTAX, "an expression where a value is wanted");
	if (rc < 0)
		sql_skip_record(r);
	else
		import_take(r);
	return rc == 0 && n < r->ncolumns
		       ? err_set(note, ERR_SYNTAX, "%zu values for %zu columns", n, r->ncolumns)
		       : rc;
}

int import_sql_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note)
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
			import_take(r);
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
