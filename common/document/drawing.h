/* A document as drawn: pages of text runs and filled or stroked shapes, in points from the top left corner of
 * A4. Written to PDF and to OFD, which therefore look and read the same. Text is set by pango; nothing is
 * ever cut. */
#ifndef SW_DOCUMENT_DRAWING_H
#define SW_DOCUMENT_DRAWING_H
#include "common/base/buf.h"
#include <pango/pangocairo.h>
#include <stdbool.h>

#define DRAWING_W 595.276
#define DRAWING_H 841.89
#define DRAWING_PAGES_MAX 500
#define DRAWING_FONTS_MAX 32

enum drawing_align { DRAWING_LEFT, DRAWING_CENTER, DRAWING_RIGHT };
struct drawing_ink {
	double r, g, b;
};
extern const struct drawing_ink drawing_black, drawing_red, drawing_grey, drawing_light;
struct drawing_style {
	double size; /* points */
	bool bold;
	enum drawing_align align;
	struct drawing_ink ink;
};
struct drawing_run {
	double x, y; /* of the baseline */
	double size, width, ascent, descent;
	struct drawing_ink ink;
	char *text;
	double *advance; /* per character */
	size_t n;        /* characters */
	PangoGlyphItem *glyphs;
	size_t font; /* drawing_font */
	bool bold;
};
struct drawing_shape {
	cairo_path_t *path;
	double stroke; /* line width; 0: filled */
	double alpha;
	struct drawing_ink ink;
};
struct drawing_item {
	bool is_run;
	union {
		struct drawing_run run;
		struct drawing_shape shape;
	};
};
struct drawing;
SW_MUST_USE int drawing_new(struct drawing **out);
void drawing_free(struct drawing *d);
SW_MUST_USE int drawing_page(struct drawing *d); /* begins a page. ERR_LIMIT. */
size_t drawing_pages(const struct drawing *d);
/* Items go to the newest page, or to the one chosen until the next drawing_page. */
void drawing_turn(struct drawing *d, size_t page);
const struct drawing_item *drawing_item(const struct drawing *d, size_t page, size_t i); /* NULL behind */
PangoFont *drawing_font(const struct drawing *d, size_t i);                              /* NULL behind */

/* A paragraph set to `width`, to be placed line by line. */
struct drawing_text;
SW_MUST_USE int drawing_set(struct drawing *d, const struct drawing_style *s, double width, double indent,
	const char *text, struct drawing_text **out);
void drawing_unset(struct drawing_text *t);
size_t drawing_lines(const struct drawing_text *t);
double drawing_line_height(const struct drawing_text *t, size_t line);
double drawing_height(const struct drawing_text *t);
/* Places a line with its top at y. ERR_SCHEMA: a character that no font has. */
SW_MUST_USE int drawing_line(struct drawing *d, const struct drawing_text *t, size_t line, double x, double y,
	struct err_note *note);
/* A scratch context for a path in page coordinates; then drawing_path takes what was drawn. */
cairo_t *drawing_scratch(struct drawing *d);
SW_MUST_USE int drawing_path(struct drawing *d, struct drawing_ink ink, double stroke, double alpha);
#endif
