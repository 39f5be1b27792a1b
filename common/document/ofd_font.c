#include "common/document/ofd_font.h"

#include <hb-subset.h>

char *ofd_font_family(PangoFont *f)
{
	PangoFontDescription *d = pango_font_describe(f);
	char *family = g_strdup(pango_font_description_get_family(d));
	pango_font_description_free(d);
	return family;
}

bool ofd_font_is_bold(PangoFont *f)
{
	PangoFontDescription *d = pango_font_describe(f);
	bool bold = pango_font_description_get_weight(d) >= PANGO_WEIGHT_BOLD;
	pango_font_description_free(d);
	return bold;
}

static void collect(const struct drawing *d, size_t font, hb_set_t *into)
{
	const struct drawing_item *item;
	for (size_t p = 0; p < drawing_pages(d); p++)
		for (size_t i = 0; (item = drawing_item(d, p, i)); i++)
			for (const char *s = item->is_run && item->run.font == font ? item->run.text : ""; *s;
				s = g_utf8_next_char(s))
				hb_set_add(into, g_utf8_get_char(s));
}

int ofd_font_subset(const struct drawing *d, size_t i, struct buf *out)
{
	hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(drawing_font(d, i))), *part = NULL;
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	int rc = in ? 0 : ERR_NOMEM;
	if (rc == 0) {
		collect(d, i, hb_subset_input_unicode_set(in));
		part = hb_subset_or_fail(face, in);
		rc = part ? 0 : ERR_NOMEM;
	}
	if (rc == 0) {
		unsigned n = 0;
		hb_blob_t *b = hb_face_reference_blob(part);
		const char *p = hb_blob_get_data(b, &n);
		rc = n ? buf_add(out, p, n) : ERR_NOMEM;
		hb_blob_destroy(b);
	}
	hb_face_destroy(part);
	hb_subset_input_destroy(in);
	return rc;
}
