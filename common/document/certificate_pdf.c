#include "common/document/certificate_pdf.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdio.h>

#define PAGE_W 595.28
#define PAGE_H 841.89
#define LEFT 70.0
#define VALUE 190.0
#define RIGHT 525.0

static cairo_status_t to_buf(void *closure, const unsigned char *data, unsigned int n)
{
	return buf_add(closure, data, n) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* Draws wrapped text, returns its height. */
static double text_at(cairo_t *c, double x, double y, double width, double size, bool bold,
	PangoAlignment align, const char *s)
{
	PangoLayout *l = pango_cairo_create_layout(c);
	PangoFontDescription *f =
		pango_font_description_from_string(bold ? "Noto Serif CJK SC Bold" : "Noto Serif CJK SC");
	int h = 0;
	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, align);
	pango_layout_set_text(l, s, -1);
	cairo_move_to(c, x, y);
	pango_cairo_show_layout(c, l);
	pango_layout_get_size(l, NULL, &h);
	pango_font_description_free(f);
	g_object_unref(l);
	return (double)h / PANGO_SCALE;
}

static void frame(cairo_t *c)
{
	cairo_set_source_rgb(c, 0.72, 0.11, 0.11);
	cairo_set_line_width(c, 3);
	cairo_rectangle(c, 36, 36, PAGE_W - 72, PAGE_H - 72);
	cairo_stroke(c);
	cairo_set_line_width(c, 0.8);
	cairo_rectangle(c, 43, 43, PAGE_W - 86, PAGE_H - 86);
	cairo_stroke(c);
}

static double row(cairo_t *c, double y, const char *zh, const char *en, const char *value)
{
	cairo_set_source_rgb(c, 0, 0, 0);
	text_at(c, LEFT, y, VALUE - LEFT - 8, 12, true, PANGO_ALIGN_LEFT, zh);
	cairo_set_source_rgb(c, 0.35, 0.35, 0.35);
	text_at(c, LEFT, y + 17, VALUE - LEFT - 8, 8, false, PANGO_ALIGN_LEFT, en);
	cairo_set_source_rgb(c, 0, 0, 0);
	double h = text_at(c, VALUE, y, RIGHT - VALUE, 12, false, PANGO_ALIGN_LEFT, value);
	h = h < 30 ? 30 : h;
	cairo_set_source_rgb(c, 0.8, 0.8, 0.8);
	cairo_set_line_width(c, 0.5);
	cairo_move_to(c, LEFT, y + h + 4);
	cairo_line_to(c, RIGHT, y + h + 4);
	cairo_stroke(c);
	return y + h + 11;
}

static int qr(cairo_t *c, double x, double y, double size, const char *s)
{
	QRcode *q = QRcode_encodeString8bit(s, 0, QR_ECLEVEL_M);
	if (!q)
		return errno == ERANGE ? ERR_LIMIT : ERR_NOMEM;
	double cell = size / q->width;
	cairo_set_source_rgb(c, 0, 0, 0);
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1)
			cairo_rectangle(
				c, x + i % q->width * cell, y + (double)(i / q->width) * cell, cell, cell);
	cairo_fill(c);
	QRcode_free(q);
	return 0;
}

static void sample_mark(cairo_t *c)
{
	cairo_save(c);
	cairo_translate(c, PAGE_W / 2, PAGE_H / 2);
	cairo_rotate(c, -0.7);
	cairo_set_source_rgba(c, 0.72, 0.11, 0.11, 0.10);
	text_at(c, -250, -90, 500, 130, true, PANGO_ALIGN_CENTER, "样本");
	cairo_restore(c);
}

static int draw(cairo_t *c, const struct certificate_doc *d)
{
	const struct {
		const char *zh, *en, *value;
	} rows[] = {{"权利人", "Right holder", d->holders}, {"共有情况", "Shares", d->share},
		{"坐落", "Location", d->location}, {"不动产单元号", "Unit code", d->unit_code},
		{"权利类型", "Kind of right", d->right_type},
		{"权利性质", "Nature of right", d->right_nature}, {"用途", "Use", d->use},
		{"面积", "Area", d->area}, {"使用期限", "Term", d->term},
		{"其他 (业务号)", "Other (business number)", d->other}};
	double y = 180;
	frame(c);
	if (d->sample)
		sample_mark(c);
	cairo_set_source_rgb(c, 0.72, 0.11, 0.11);
	text_at(c, 60, 75, PAGE_W - 120, 30, true, PANGO_ALIGN_CENTER, d->title_zh);
	cairo_set_source_rgb(c, 0.35, 0.35, 0.35);
	text_at(c, 60, 117, PAGE_W - 120, 10, false, PANGO_ALIGN_CENTER,
		"Certificate of title to real estate");
	cairo_set_source_rgb(c, 0, 0, 0);
	text_at(c, 60, 142, PAGE_W - 120, 13, false, PANGO_ALIGN_CENTER, d->number);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		y = row(c, y, rows[i].zh, rows[i].en, rows[i].value[0] ? rows[i].value : "—");
	int rc = qr(c, LEFT, PAGE_H - 190, 100, d->qr_text);
	text_at(c, LEFT, PAGE_H - 84, 300, 8, false, PANGO_ALIGN_LEFT, d->verify_text);
	text_at(c, 300, PAGE_H - 160, RIGHT - 300, 13, true, PANGO_ALIGN_RIGHT, d->office);
	text_at(c, 300, PAGE_H - 138, RIGHT - 300, 11, false, PANGO_ALIGN_RIGHT, d->date);
	return rc;
}

static int from_status(cairo_status_t s)
{
	return s == CAIRO_STATUS_SUCCESS       ? 0
	       : s == CAIRO_STATUS_NO_MEMORY   ? ERR_NOMEM
	       : s == CAIRO_STATUS_WRITE_ERROR ? ERR_LIMIT
					       : ERR_IO;
}

int certificate_pdf(const struct certificate_doc *d, struct buf *out)
{
	size_t was = out->n;
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(to_buf, out, PAGE_W, PAGE_H);
	cairo_t *c = cairo_create(s);
	int rc = draw(c, d);
	cairo_show_page(c);
	if (rc == 0)
		rc = from_status(cairo_status(c));
	cairo_destroy(c);
	cairo_surface_finish(s);
	if (rc == 0)
		rc = from_status(cairo_surface_status(s));
	cairo_surface_destroy(s);
	if (rc < 0)
		out->n = was;
	return rc;
}
