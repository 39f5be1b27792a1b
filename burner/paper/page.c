#include "burner/paper/page.h"

#include "common/base/id.h"
#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdlib.h>

#define FONT "Noto Serif CJK SC"

struct page {
	cairo_surface_t *surface;
	cairo_t *c;
};

static cairo_status_t to_buf(void *closure, const unsigned char *data, unsigned int n)
{
	return buf_add(closure, data, n) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int page_new(
	double width, double height, const char *title, int64_t at_ms, struct buf *out, struct page **page)
{
	char when[TIME_TEXT];
	struct page *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	time_text(at_ms, when);
	p->surface = cairo_pdf_surface_create_for_stream(to_buf, out, width, height);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
	p->c = cairo_create(p->surface);
	*page = p;
	return 0;
}

double page_text(struct page *p, double x, double y, double width, double size, bool bold,
	enum page_align align, const char *text)
{
	static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
	PangoLayout *l = pango_cairo_create_layout(p->c);
	PangoFontDescription *f = pango_font_description_from_string(bold ? FONT " Bold" : FONT);
	int h = 0;
	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, aligns[align]);
	pango_layout_set_text(l, text, -1);
	cairo_move_to(p->c, x, y);
	pango_cairo_show_layout(p->c, l);
	pango_layout_get_size(l, NULL, &h);
	pango_font_description_free(f);
	g_object_unref(l);
	return (double)h / PANGO_SCALE;
}

void page_box(struct page *p, double x, double y, double width, double height)
{
	cairo_set_line_width(p->c, 0.7);
	cairo_rectangle(p->c, x, y, width, height);
	cairo_stroke(p->c);
}

void page_line(struct page *p, double x1, double y1, double x2, double y2)
{
	cairo_set_line_width(p->c, 0.5);
	cairo_move_to(p->c, x1, y1);
	cairo_line_to(p->c, x2, y2);
	cairo_stroke(p->c);
}

void page_colour(struct page *p, double red, double green, double blue)
{
	cairo_set_source_rgb(p->c, red, green, blue);
}

int page_qr(struct page *p, double x, double y, double size, const char *text)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!q)
		return errno == ERANGE ? ERR_LIMIT : ERR_NOMEM;
	double cell = size / q->width;
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1)
			cairo_rectangle(
				p->c, x + i % q->width * cell, y + (double)(i / q->width) * cell, cell, cell);
	cairo_fill(p->c);
	QRcode_free(q);
	return 0;
}

void page_next(struct page *p)
{
	cairo_show_page(p->c);
}

int page_end(struct page *p)
{
	if (!p)
		return 0;
	cairo_show_page(p->c);
	int rc = cairo_status(p->c) == CAIRO_STATUS_SUCCESS ? 0 : ERR_NOMEM;
	cairo_destroy(p->c);
	cairo_surface_finish(p->surface);
	if (cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS && rc == 0)
		rc = ERR_LIMIT;
	cairo_surface_destroy(p->surface);
	free(p);
	return rc;
}
