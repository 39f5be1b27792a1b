#include "common/document/mark.h"

#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#define SEAL_R 57.0 /* points: 40 mm across */

int mark_frame(struct drawing *d)
{
	cairo_t *c = drawing_scratch(d);
	cairo_rectangle(c, 36, 36, DRAWING_W - 72, DRAWING_H - 72);
	int rc = drawing_path(d, drawing_red, 3, 1);
	cairo_rectangle(c, 43, 43, DRAWING_W - 86, DRAWING_H - 86);
	return rc == 0 ? drawing_path(d, drawing_red, 0.8, 1) : rc;
}

int mark_rule(struct drawing *d, double x0, double x1, double y, struct drawing_ink ink)
{
	cairo_t *c = drawing_scratch(d);
	cairo_move_to(c, x0, y);
	cairo_line_to(c, x1, y);
	return drawing_path(d, ink, 0.5, 1);
}

int mark_box(struct drawing *d, double x, double y, double w, double h)
{
	cairo_t *c = drawing_scratch(d);
	cairo_rectangle(c, x, y, w, h);
	return drawing_path(d, drawing_grey, 0.5, 1);
}

int mark_qr(struct drawing *d, double x, double y, double size, const char *text)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!q)
		return errno == ERANGE ? ERR_LIMIT : ERR_NOMEM;
	double cell = size / q->width;
	cairo_t *c = drawing_scratch(d);
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1)
			cairo_rectangle(
				c, x + i % q->width * cell, y + (double)(i / q->width) * cell, cell, cell);
	QRcode_free(q);
	return drawing_path(d, drawing_black, 0, 1);
}

/* Adds the outline of a text, centred at the scratch's origin. */
static void outline(cairo_t *c, const char *text, int n, double size)
{
	PangoLayout *l = pango_cairo_create_layout(c);
	PangoFontDescription *f = pango_font_description_from_string("Noto Serif CJK SC Bold");
	PangoRectangle box;
	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_text(l, text, n);
	pango_layout_get_extents(l, NULL, &box);
	cairo_move_to(c, -(double)box.width / PANGO_SCALE / 2, -(double)box.height / PANGO_SCALE / 2);
	pango_cairo_layout_path(c, l);
	pango_font_description_free(f);
	g_object_unref(l);
}

static void star(cairo_t *c, double r)
{
	for (int i = 0; i < 10; i++) {
		double a = -G_PI / 2 + i * G_PI / 5, len = i % 2 ? r * 0.382 : r;
		if (i == 0)
			cairo_move_to(c, len * cos(a), len * sin(a));
		else
			cairo_line_to(c, len * cos(a), len * sin(a));
	}
	cairo_close_path(c);
}

int mark_seal(struct drawing *d, double x, double y, const char *office, const char *use)
{
	cairo_t *c = drawing_scratch(d);
	glong n = g_utf8_strlen(office, -1);
	double step = n > 1 ? fmin(G_PI / 9, 1.5 * G_PI / (double)(n - 1)) : 0, size = step * SEAL_R * 0.72;
	size = size > 13 || n <= 1 ? 13 : size;
	cairo_save(c);
	cairo_translate(c, x, y);
	star(c, SEAL_R * 0.28);
	const char *p = office;
	for (glong i = 0; i < n; i++) {
		const char *next = g_utf8_next_char(p);
		cairo_save(c);
		cairo_rotate(c, ((double)i - (double)(n - 1) / 2) * step);
		cairo_translate(c, 0, -SEAL_R * 0.76);
		outline(c, p, (int)(next - p), size);
		cairo_restore(c);
		p = next;
	}
	cairo_save(c);
	cairo_translate(c, 0, SEAL_R * 0.55);
	outline(c, use, -1, 9);
	cairo_restore(c);
	cairo_restore(c);
	int rc = drawing_path(d, drawing_red, 0, 0.8);
	cairo_new_sub_path(c);
	cairo_arc(c, x, y, SEAL_R, 0, 2 * G_PI);
	return rc == 0 ? drawing_path(d, drawing_red, 2.4, 0.8) : rc;
}

int mark_across(struct drawing *d, const char *words)
{
	/* Pale by itself: readers of OFD differ in what they do with a transparent colour. */
	static const struct drawing_ink pale = {0.972, 0.911, 0.911};
	cairo_t *c = drawing_scratch(d);
	cairo_save(c);
	cairo_translate(c, DRAWING_W / 2, DRAWING_H / 2);
	cairo_rotate(c, -0.7);
	outline(c, words, -1, 130);
	cairo_restore(c);
	return drawing_path(d, pale, 0, 1);
}
