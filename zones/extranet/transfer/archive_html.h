/* Pieces of the page of a package: escaped text, tables of lists. Everything is appended to `out`. */
#ifndef REG_TRANSFER_ARCHIVE_HTML_H
#define REG_TRANSFER_ARCHIVE_HTML_H
#include "common/base/json.h"

enum archive_html_kind {
	ARCHIVE_HTML_TEXT,
	ARCHIVE_HTML_INSTANT, /* RFC 3339 UTC, shown as China Standard Time */
	ARCHIVE_HTML_MONEY,   /* cents */
	ARCHIVE_HTML_AREA,    /* cm² */
	ARCHIVE_HTML_WORD,    /* a code of this program, in Chinese and English */
	ARCHIVE_HTML_FILE     /* path of a file, as a link */
};
struct archive_html_column {
	const char *key, *head;
	enum archive_html_kind kind;
};
SW_MUST_USE int archive_html_text(struct buf *out, const char *s);
SW_MUST_USE int archive_html_cell(struct buf *out, const char *tag, const char *s);
/* A value as a cell's content; nothing for null. */
SW_MUST_USE int archive_html_value(struct buf *out, const json_t *v, enum archive_html_kind kind);
/* A heading and a table of the list's objects, or "none" for an empty list; the columns end with a NULL key.
 */
SW_MUST_USE int archive_html_table(
	struct buf *out, const char *title, const json_t *rows, const struct archive_html_column *columns);
/* A table of one object: a row a column. */
SW_MUST_USE int archive_html_facts(
	struct buf *out, const json_t *o, const struct archive_html_column *columns);
/* One row "label | value" of such a table. */
SW_MUST_USE int archive_html_fact(
	struct buf *out, const char *label, const json_t *v, enum archive_html_kind kind);
#endif
