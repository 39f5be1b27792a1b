#include "common/document/drawing.h"
#include "common/base/room.h"

#include <hb.h>
#include <stdlib.h>
#include <string.h>

const struct drawing_ink drawing_black = {0, 0, 0}, drawing_red = {0.72, 0.11, 0.11},
			 drawing_grey = {0.35, 0.35, 0.35}, drawing_light = {0.8, 0.8, 0.8};

struct page {
	struct drawing_item *v;
	size_t n, room;
};
struct drawing {
	struct page page[DRAWING_PAGES_MAX];
	size_t npages, at;
	PangoFont *font[DRAWING_FONTS_MAX];
	size_t nfonts;
	cairo_surface_t *surface;
	cairo_t *scratch;
};
struct drawing_text {
	PangoLayout *layout;
	struct drawing_style style;
};

int drawing_new(struct drawing **out)
{
	struct drawing *d = calloc(1, sizeof *d);
	if (!d)
		return ERR_NOMEM;
	d->surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
	d->scratch = cairo_create(d->surface);
	if (cairo_status(d->scratch) != CAIRO_STATUS_SUCCESS) {
		drawing_free(d);
		return ERR_NOMEM;
	}
	*out = d;
	return 0;
}

static void item_fini(struct drawing_item *i)
{
	if (!i->is_run) {
		cairo_path_destroy(i->shape.path);
		return;
	}
	buf_wipe(i->run.text, strlen(i->run.text));
	free(i->run.text);
	free(i->run.advance);
	pango_glyph_item_free(i->run.glyphs);
}

void drawing_free(struct drawing *d)
{
	if (!d)
		return;
	for (size_t p = 0; p < d->npages; p++) {
		for (size_t i = 0; i < d->page[p].n; i++)
			item_fini(&d->page[p].v[i]);
		free(d->page[p].v);
	}
	for (size_t i = 0; i < d->nfonts; i++)
		g_object_unref(d->font[i]);
	cairo_destroy(d->scratch);
	cairo_surface_destroy(d->surface);
	free(d);
}

int drawing_page(struct drawing *d)
{
	if (d->npages == DRAWING_PAGES_MAX)
		return ERR_LIMIT;
	d->at = d->npages++;
	return 0;
}

size_t drawing_pages(const struct drawing *d)
{
	return d->npages;
}

void drawing_turn(struct drawing *d, size_t page)
{
	d->at = page;
}

const struct drawing_item *drawing_item(const struct drawing *d, size_t page, size_t i)
{
	return page < d->npages && i < d->page[page].n ? &d->page[page].v[i] : NULL;
}

PangoFont *drawing_font(const struct drawing *d, size_t i)
{
	return i < d->nfonts ? d->font[i] : NULL;
}

static struct drawing_item *item_new(struct drawing *d)
{
	struct page *p = &d->page[d->at];
	return ROOM(p->v, p->n, p->room) == 0 ? &p->v[p->n] : NULL;
}

int drawing_set(struct drawing *d, const struct drawing_style *s, double width, double indent,
	const char *text, struct drawing_text **out)
{
	static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
	struct drawing_text *t = calloc(1, sizeof *t);
	PangoFontDescription *f = pango_font_description_from_string("Noto Serif CJK SC");
	cairo_font_options_t *o = cairo_font_options_create();
	if (!t || !f || !o) {
		free(t);
		return ERR_NOMEM;
	}
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	t->style = *s;
	t->layout = pango_cairo_create_layout(d->scratch);
	pango_cairo_context_set_font_options(pango_layout_get_context(t->layout), o);
	pango_context_set_language(pango_layout_get_context(t->layout), pango_language_from_string("zh-cn"));
	pango_font_description_set_absolute_size(f, s->size * PANGO_SCALE);
	pango_font_description_set_weight(f, s->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(t->layout, f);
	pango_layout_set_width(t->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_indent(t->layout, (int)(indent * PANGO_SCALE));
	pango_layout_set_wrap(t->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(t->layout, aligns[s->align]);
	pango_layout_set_text(t->layout, text, -1);
	/* A long number or digest is broken as it stands: nothing is shown that the data does not say. */
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(t->layout, attributes);
	pango_attr_list_unref(attributes);
	pango_font_description_free(f);
	cairo_font_options_destroy(o);
	*out = t;
	return 0;
}

void drawing_unset(struct drawing_text *t)
{
	if (t)
		g_object_unref(t->layout);
	free(t);
}

size_t drawing_lines(const struct drawing_text *t)
{
	return (size_t)pango_layout_get_line_count(t->layout);
}

static PangoLayoutLine *line_at(const struct drawing_text *t, size_t line)
{
	return pango_layout_get_line_readonly(t->layout, (int)line);
}

double drawing_line_height(const struct drawing_text *t, size_t line)
{
	PangoRectangle r;
	pango_layout_line_get_extents(line_at(t, line), NULL, &r);
	return (double)r.height / PANGO_SCALE;
}

double drawing_height(const struct drawing_text *t)
{
	int h = 0;
	pango_layout_get_size(t->layout, NULL, &h);
	return (double)h / PANGO_SCALE;
}

static int font_find(struct drawing *d, PangoFont *f, size_t *out)
{
	/* The face: sizes of one are one font. */
	for (size_t i = 0; i < d->nfonts; i++)
		if (hb_font_get_face(pango_font_get_hb_font(d->font[i])) ==
			hb_font_get_face(pango_font_get_hb_font(f))) {
			*out = i;
			return 0;
		}
	if (d->nfonts == DRAWING_FONTS_MAX)
		return ERR_LIMIT;
	*out = d->nfonts;
	d->font[d->nfonts++] = g_object_ref(f);
	return 0;
}

static int glyphs_known(const PangoGlyphItem *g, const char *text, struct err_note *note)
{
	for (int i = 0; i < g->glyphs->num_glyphs; i++)
		if (g->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) {
			gunichar c = g_utf8_get_char(text + g->item->offset + g->glyphs->log_clusters[i]);
			return err_set(note, ERR_SCHEMA, "U+%04X: no installed font has this character",
				(unsigned)c);
		}
	return 0;
}

static int advances(PangoGlyphItem *g, const char *text, double *out, size_t n)
{
	int *w = calloc(n, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	pango_glyph_item_get_logical_widths(g, text, w);
	for (size_t i = 0; i < n; i++)
		out[i] = (double)w[i] / PANGO_SCALE;
	free(w);
	return 0;
}

/* x: where the run begins; moves on behind it. */
static int run_add(struct drawing *d, const struct drawing_text *t, PangoGlyphItem *g, double *x, double y,
	struct err_note *note)
{
	const char *text = pango_layout_get_text(t->layout);
	struct drawing_item *item = item_new(d);
	PangoRectangle box;
	struct drawing_run r = {
		.x = *x, .y = y, .size = t->style.size, .ink = t->style.ink, .bold = t->style.bold};
	int rc = item ? glyphs_known(g, text, note) : ERR_NOMEM;
	if (rc == 0)
		rc = font_find(d, g->item->analysis.font, &r.font);
	if (rc < 0)
		return rc;
	pango_glyph_string_extents(g->glyphs, g->item->analysis.font, NULL, &box);
	r.width = (double)box.width / PANGO_SCALE;
	r.ascent = (double)PANGO_ASCENT(box) / PANGO_SCALE;
	r.descent = (double)PANGO_DESCENT(box) / PANGO_SCALE;
	r.n = (size_t)g->item->num_chars;
	r.text = strndup(text + g->item->offset, (size_t)g->item->length);
	r.advance = calloc(r.n ? r.n : 1, sizeof *r.advance);
	r.glyphs = pango_glyph_item_copy(g);
	rc = r.text && r.advance ? advances(g, text, r.advance, r.n) : ERR_NOMEM;
	*item = (struct drawing_item){.is_run = true, .run = r};
	if (rc < 0 || !r.text) {
		free(r.text);
		free(r.advance);
		pango_glyph_item_free(r.glyphs);
		return ERR_NOMEM;
	}
	/* The copy is drawn with its own text: from its first byte. */
	item->run.glyphs->item->offset = 0;
	d->page[d->at].n++;
	*x += r.width;
	return 0;
}

int drawing_line(struct drawing *d, const struct drawing_text *t, size_t line, double x, double y,
	struct err_note *note)
{
	PangoLayoutIter *i = pango_layout_get_iter(t->layout);
	PangoRectangle box;
	int rc = 0;
	while (line--)
		pango_layout_iter_next_line(i);
	pango_layout_iter_get_line_extents(i, NULL, &box);
	double at = x + (double)box.x / PANGO_SCALE,
	       base = y + (double)(pango_layout_iter_get_baseline(i) - box.y) / PANGO_SCALE;
	for (GSList *run = pango_layout_iter_get_line_readonly(i)->runs; rc == 0 && run; run = run->next)
		rc = run_add(d, t, run->data, &at, base, note);
	pango_layout_iter_free(i);
	return rc;
}

cairo_t *drawing_scratch(struct drawing *d)
{
	cairo_new_path(d->scratch);
	return d->scratch;
}

int drawing_path(struct drawing *d, struct drawing_ink ink, double stroke, double alpha)
{
	struct drawing_item *item = item_new(d);
	cairo_path_t *p = cairo_copy_path(d->scratch);
	cairo_new_path(d->scratch);
	if (!item || p->status != CAIRO_STATUS_SUCCESS) {
		cairo_path_destroy(p);
		return ERR_NOMEM;
	}
	*item = (struct drawing_item){.shape = {.path = p, .stroke = stroke, .alpha = alpha, .ink = ink}};
	d->page[d->at].n++;
	return 0;
}
