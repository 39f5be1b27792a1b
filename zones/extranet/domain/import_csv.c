/* Records of CSV text (RFC 4180), the header first. */
#include "zones/extranet/domain/import_read_impl.h"

/* One field; *last: the record ends behind it. */
static int csv_field(struct import_reader *r, bool *last, struct err_note *note)
{
	int c = import_peek(r), rc = 0;
	bool quoted = c == '"';
	buf_reset(&r->field);
	if (quoted) {
		import_take(r);
		while (rc == 0 && (c = import_take(r)) != END && !(c == '"' && import_peek(r) != '"')) {
			if (c == '"')
				import_take(r);
			rc = import_put(r, c);
		}
		if (rc == 0 && c == END)
			return err_set(note, ERR_SYNTAX, "a quoted field without its end");
	}
	while (rc == 0 && (c = import_peek(r)) != END && c != r->form.separator && c != '\n' && c != '\r') {
		if (quoted || c == '"')
			return err_set(note, ERR_SYNTAX, "a quotation mark inside a field");
		rc = import_put(r, import_take(r));
	}
	if (rc < 0)
		return err_set(note, rc, "a field of more than %d bytes", IMPORT_FIELD_MAX);
	if (import_take(r) == '\r' && import_peek(r) == '\n')
		c = import_take(r);
	*last = c != r->form.separator;
	return 0;
}

static void csv_skip(struct import_reader *r)
{
	int c;
	while ((c = import_take(r)) != END && c != '\n') {
	}
}

static int csv_header(struct import_reader *r, struct err_note *note)
{
	bool last = false;
	size_t n = 0;
	int rc = 0;
	r->begun = true;
	if (import_peek(r) == 0xef) /* byte order mark */
		for (int i = 0; i < 3; i++)
			import_take(r);
	while (rc == 0 && !last) {
		rc = csv_field(r, &last, note);
		if (rc == 0)
			rc = import_column(r, &n, note);
	}
	if (rc < 0)
		r->failed = rc;
	return rc;
}

int import_csv_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note)
{
	bool last = false;
	size_t n = 0, bytes = 0;
	*line = r->line;
	int rc = r->begun ? 0 : csv_header(r, note);
	if (rc < 0)
		return rc;
	while (import_peek(r) == '\n' || import_peek(r) == '\r')
		import_take(r);
	*line = r->line;
	if (import_peek(r) == END)
		return 0;
	while (rc == 0 && !last) {
		rc = csv_field(r, &last, note);
		if (rc == 0)
			rc = import_record_put(r, n++, false, record, &bytes, note);
	}
	if (rc == 0 && n < r->ncolumns)
		rc = err_set(note, ERR_SYNTAX, "%zu values for %zu columns", n, r->ncolumns);
	else if (rc < 0 && !last)
		csv_skip(r);
	return rc < 0 ? rc : 1;
}
