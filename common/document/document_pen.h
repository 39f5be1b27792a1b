/* Where the next thing goes on a document that is being drawn: pages turn by themselves. Inside
 * common/document. */
#ifndef SW_DOCUMENT_DOCUMENT_PEN_H
#define SW_DOCUMENT_DOCUMENT_PEN_H
#include "common/document/document_impl.h"

/* Of a page, in points. */
#define DOCUMENT_LEFT 70.0
#define DOCUMENT_RIGHT 525.0
#define DOCUMENT_TOP 62.0
#define DOCUMENT_BOTTOM 775.0

struct document_pen {
	struct document *d;
	struct drawing *to;
	double y;
	struct err_note *note;
};
SW_MUST_USE int document_pen_page(struct document_pen *p); /* begins one, with frame and mark */
/* Turns the page when less than h is left. ERR_LIMIT: no page has that much. */
SW_MUST_USE int document_pen_room(struct document_pen *p, double h);
/* The same for what stands better together; what no page could hold begins where it is. */
SW_MUST_USE int document_pen_together(struct document_pen *p, double h);
/* Sets expanded text at x line by line, over pages where needed; p->y is behind it. */
SW_MUST_USE int document_pen_flow(struct document_pen *p, double x, double width,
	const struct drawing_style *s, double indent, const char *text);
/* One text in full at a place that has room; *h its height, NULL when of no interest. */
SW_MUST_USE int document_pen_put(struct document_pen *p, double x, double y, double width,
	const struct drawing_style *s, const char *text, double *h);
/* "{name}" of a layout's text replaced by the data's (layout_expand). buf_fini(out) in any case. */
SW_MUST_USE int document_pen_expand(
	const struct document_pen *p, const char *text, const json_t *row, size_t n, struct buf *out);
const char *document_pen_text(const struct buf *b); /* "" when empty */
/* The height of its head and first row, which never stand apart. */
SW_MUST_USE int document_table_begin(
	struct document_pen *p, const json_t *columns, const json_t *rows, double *h);
/* A table of the rows, its head on each page. */
SW_MUST_USE int document_table(struct document_pen *p, const json_t *columns, const json_t *rows);
#endif
