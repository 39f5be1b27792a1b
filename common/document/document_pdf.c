#include "common/document/document_impl.h"
#include "common/document/font_part.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

static cairo_status_t to_buf(void *closure, const unsigned char *data, unsigned int n)
{
	return buf_add(closure, data, n) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

struct pdf {
	const struct document *d;
	cairo_t *c;
	cairo_font_face_t *face[DRAWING_FONTS_MAX];
};

/* Glyphs of the run as they are numbered in the part of its font, each where pango set it. Clusters tell
 * which bytes of the text a glyph stands for: so the text can be taken out again. */
static int run_draw(const struct pdf *p, const struct drawing_run *r)
{
	const PangoGlyphString *s = r->glyphs->glyphs;
	cairo_glyph_t *g = calloc((size_t)s->num_glyphs + 1, sizeof *g);
	cairo_text_cluster_t *k = calloc(r->n + 1, sizeof *k);
	PangoGlyphItemIter i;
	int n = 0, nk = 0;
	double x = r->x;
	if (!g || !k) {
		free(g);
		free(k);
		return ERR_NOMEM;
	}
	for (gboolean more = pango_glyph_item_iter_init_start(&i, r->glyphs, r->text); more;
		more = pango_glyph_item_iter_next_cluster(&i)) {
		int was = n;
		for (int j = i.start_glyph; j != i.end_glyph; j += i.start_glyph < i.end_glyph ? 1 : -1) {
			const PangoGlyphInfo *f = &s->glyphs[j];
			if (f->glyph != PANGO_GLYPH_EMPTY)
				g[n++] = (cairo_glyph_t){font_part_glyph(p->d->fonts[r->font], f->glyph),
					x + (double)f->geometry.x_offset / PANGO_SCALE,
					r->y + (double)f->geometry.y_offset / PANGO_SCALE};
			x += (double)f->geometry.width / PANGO_SCALE;
		}
		k[nk++] = (cairo_text_cluster_t){i.end_index - i.start_index, n - was};
	}
	cairo_set_source_rgb(p->c, r->ink.r, r->ink.g, r->ink.b);
	cairo_set_font_face(p->c, p->face[r->font]);
	cairo_set_font_size(p->c, r->size);
	cairo_show_text_glyphs(p->c, r->text, -1, g, n, k, nk, 0);
	free(g);
	free(k);
	return 0;
}

static int item_draw(const struct pdf *p, const struct drawing_item *i)
{
	cairo_t *c = p->c;
	if (i->is_run)
		return run_draw(p, &i->run);
	cairo_set_source_rgba(c, i->shape.ink.r, i->shape.ink.g, i->shape.ink.b, i->shape.alpha);
	cairo_append_path(c, i->shape.path);
	cairo_set_line_width(c, i->shape.stroke);
	if (i->shape.stroke > 0)
		cairo_stroke(c);
	else
		cairo_fill(c);
	return 0;
}

static int from_status(cairo_status_t s)
{
	return s == CAIRO_STATUS_SUCCESS       ? 0
	       : s == CAIRO_STATUS_NO_MEMORY   ? ERR_NOMEM
	       : s == CAIRO_STATUS_WRITE_ERROR ? ERR_LIMIT
					       : ERR_IO;
}

static void metadata(cairo_surface_t *s, const struct document *d)
{
	char title[400], at[32];
	snprintf(title, sizeof title, "%s %s", layout_zh(d->layout), json_str(d->data, "number"));
	snprintf(at, sizeof at, "%.10sT00:00:00+08:00", json_str(d->data, "date"));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_AUTHOR, json_str(d->data, "office"));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_SUBJECT, layout_en(d->layout));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, at);
}

static int pages_draw(const struct pdf *p)
{
	const struct drawing_item *item;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < drawing_pages(p->d->drawing); i++) {
		for (size_t k = 0; rc == 0 && (item = drawing_item(p->d->drawing, i, k)); k++)
			rc = item_draw(p, item);
		cairo_show_page(p->c);
	}
	return rc == 0 ? from_status(cairo_status(p->c)) : rc;
}

int document_pdf(const struct document *d, struct buf *out)
{
	size_t was = out->n;
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(to_buf, out, DRAWING_W, DRAWING_H);
	struct pdf p = {.d = d, .c = cairo_create(s)};
	int rc = 0;
	metadata(s, d);
	for (size_t i = 0; rc == 0 && d->fonts[i]; i++)
		rc = font_part_face(d->fonts[i], &p.face[i]);
	if (rc == 0)
		rc = pages_draw(&p);
	cairo_destroy(p.c);
	cairo_surface_finish(s);
	if (rc == 0)
		rc = from_status(cairo_surface_status(s));
	cairo_surface_destroy(s);
	for (size_t i = 0; i < DRAWING_FONTS_MAX; i++)
		cairo_font_face_destroy(p.face[i]);
	if (rc < 0)
		out->n = was;
	return rc;
}
