#include "common/document/document_impl.h"
#include "common/document/layout_check.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int document_new(const struct layout *l, json_t *data, const struct suite *suite, struct document **out,
	struct err_note *note)
{
	struct document *d = calloc(1, sizeof *d);
	struct digest digest;
	char hex[DIGEST_HEX];
	if (!d)
		return ERR_NOMEM;
	buf_init(&d->facts, 8 << 20);
	d->layout = l;
	int rc = layout_data_check(l, data, note);
	if (rc == 0)
		rc = json_canon(data, &d->facts);
	if (rc == 0) {
		digest_of(suite, buf_view(&d->facts), &digest);
		digest_hex(&digest, hex);
		hex[32] = '\0';
		d->data = json_deep_copy(data);
		rc = d->data && json_object_set_new(d->data, LAYOUT_FACTS, json_string(hex)) == 0 ? 0
												  : ERR_NOMEM;
	}
	if (rc == 0)
		rc = drawing_new(&d->drawing);
	if (rc == 0)
		rc = document_draw(d, note);
	if (rc == 0)
		*out = d;
	else
		document_free(d);
	return rc;
}

void document_free(struct document *d)
{
	if (!d)
		return;
	drawing_free(d->drawing);
	json_decref(d->data);
	buf_fini(&d->facts);
	free(d);
}

struct view document_facts(const struct document *d)
{
	return buf_view(&d->facts);
}

size_t document_pages(const struct document *d)
{
	return drawing_pages(d->drawing);
}

static cairo_status_t to_buf(void *closure, const unsigned char *data, unsigned int n)
{
	return buf_add(closure, data, n) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void item_draw(cairo_t *c, const struct drawing_item *i)
{
	if (i->is_run) {
		cairo_set_source_rgb(c, i->run.ink.r, i->run.ink.g, i->run.ink.b);
		cairo_move_to(c, i->run.x, i->run.y);
		pango_cairo_show_glyph_item(c, i->run.text, i->run.glyphs);
		return;
	}
	cairo_set_source_rgba(c, i->shape.ink.r, i->shape.ink.g, i->shape.ink.b, i->shape.alpha);
	cairo_append_path(c, i->shape.path);
	cairo_set_line_width(c, i->shape.stroke);
	if (i->shape.stroke > 0)
		cairo_stroke(c);
	else
		cairo_fill(c);
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

int document_pdf(const struct document *d, struct buf *out)
{
	size_t was = out->n;
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(to_buf, out, DRAWING_W, DRAWING_H);
	metadata(s, d);
	cairo_t *c = cairo_create(s);
	for (size_t p = 0; p < drawing_pages(d->drawing); p++) {
		const struct drawing_item *item;
		for (size_t i = 0; (item = drawing_item(d->drawing, p, i)); i++)
			item_draw(c, item);
		cairo_show_page(c);
	}
	int rc = from_status(cairo_status(c));
	cairo_destroy(c);
	cairo_surface_finish(s);
	if (rc == 0)
		rc = from_status(cairo_surface_status(s));
	cairo_surface_destroy(s);
	if (rc < 0)
		out->n = was;
	return rc;
}
