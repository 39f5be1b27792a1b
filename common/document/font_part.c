#include "common/document/font_part.h"

#include <cairo-ft.h>
#include <hb-subset.h>
#include <stdlib.h>
#include FT_FREETYPE_H

struct font_part {
	char *family;
	bool bold;
	hb_blob_t *file;
	hb_subset_plan_t *plan; /* from glyphs of the whole font to those here */
};

static int describe(PangoFont *f, struct font_part *p)
{
	PangoFontDescription *d = pango_font_describe(f);
	p->family = g_strdup(pango_font_description_get_family(d));
	p->bold = pango_font_description_get_weight(d) >= PANGO_WEIGHT_BOLD;
	pango_font_description_free(d);
	return p->family ? 0 : ERR_NOMEM;
}

static void collect(const struct drawing *d, size_t font, hb_set_t *chars, hb_set_t *glyphs)
{
	const struct drawing_item *item;
	for (size_t p = 0; p < drawing_pages(d); p++)
		for (size_t i = 0; (item = drawing_item(d, p, i)); i++) {
			if (!item->is_run || item->run.font != font)
				continue;
			const PangoGlyphString *g = item->run.glyphs->glyphs;
			for (const char *s = item->run.text; *s; s = g_utf8_next_char(s))
				hb_set_add(chars, g_utf8_get_char(s));
			for (int k = 0; k < g->num_glyphs; k++)
				if (g->glyphs[k].glyph != PANGO_GLYPH_EMPTY)
					hb_set_add(glyphs, g->glyphs[k].glyph);
		}
}

static int subset(const struct drawing *d, size_t i, struct font_part *p)
{
	hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(drawing_font(d, i))), *part = NULL;
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	if (in) {
		collect(d, i, hb_subset_input_unicode_set(in), hb_subset_input_glyph_set(in));
		p->plan = hb_subset_plan_create_or_fail(face, in);
	}
	if (p->plan && (part = hb_subset_plan_execute_or_fail(p->plan)))
		p->file = hb_face_reference_blob(part);
	hb_face_destroy(part);
	hb_subset_input_destroy(in);
	return p->file && hb_blob_get_length(p->file) > 0 ? 0 : ERR_NOMEM;
}

int font_part_new(const struct drawing *d, size_t i, struct font_part **out)
{
	struct font_part *p = calloc(1, sizeof *p);
	int rc = p ? describe(drawing_font(d, i), p) : ERR_NOMEM;
	if (rc == 0)
		rc = subset(d, i, p);
	if (rc == 0)
		*out = p;
	else
		font_part_free(p);
	return rc;
}

void font_part_free(struct font_part *p)
{
	if (!p)
		return;
	g_free(p->family);
	hb_blob_destroy(p->file);
	hb_subset_plan_destroy(p->plan);
	free(p);
}

const char *font_part_family(const struct font_part *p)
{
	return p->family;
}

bool font_part_is_bold(const struct font_part *p)
{
	return p->bold;
}

struct view font_part_file(const struct font_part *p)
{
	unsigned n = 0;
	const char *v = hb_blob_get_data(p->file, &n);
	return view_of(v, n);
}

uint32_t font_part_glyph(const struct font_part *p, uint32_t glyph)
{
	hb_codepoint_t g = hb_map_get(hb_subset_plan_old_to_new_glyph_mapping(p->plan), glyph);
	return g == HB_MAP_VALUE_INVALID ? 0 : g;
}

/* What a face of cairo reads from as long as it is there: cairo keeps faces that were just used. */
struct held {
	FT_Library library;
	FT_Face face;
	hb_blob_t *file;
};

static void held_free(void *p)
{
	struct held *h = p;
	if (h->face)
		FT_Done_Face(h->face);
	if (h->library)
		FT_Done_FreeType(h->library);
	hb_blob_destroy(h->file);
	free(h);
}

int font_part_face(const struct font_part *p, cairo_font_face_t **out)
{
	static const cairo_user_data_key_t key;
	struct held *h = calloc(1, sizeof *h);
	struct view v = font_part_file(p);
	if (!h)
		return ERR_NOMEM;
	h->file = hb_blob_reference(p->file);
	if (FT_Init_FreeType(&h->library) || FT_New_Memory_Face(h->library, v.p, (FT_Long)v.n, 0, &h->face)) {
		held_free(h);
		return ERR_NOMEM;
	}
	cairo_font_face_t *f = cairo_ft_font_face_create_for_ft_face(h->face, FT_LOAD_NO_HINTING);
	if (cairo_font_face_set_user_data(f, &key, h, held_free) != CAIRO_STATUS_SUCCESS) {
		cairo_font_face_destroy(f);
		held_free(h);
		return ERR_NOMEM;
	}
	*out = f;
	return 0;
}
