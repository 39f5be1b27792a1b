#include "common/document/document_impl.h"
#include "common/document/font_part.h"
#include "common/document/layout_check.h"

#include <stdlib.h>
#include <string.h>

int document_new(const struct layout *l, json_t *data, const struct suite *suite, struct document **out,
	struct err_note *note)
{
	struct document *d = calloc(1, sizeof *d);
	char hex[DIGEST_HEX];
	if (!d)
		return ERR_NOMEM;
	buf_init(&d->facts, 8 << 20);
	d->layout = l;
	int rc = layout_data_check(l, data, note);
	if (rc == 0)
		rc = json_canon(data, &d->facts);
	if (rc == 0) {
		digest_hex_of(suite, buf_view(&d->facts), hex);
		hex[32] = '\0';
		d->data = json_deep_copy(data);
		rc = d->data && json_object_set_new(d->data, LAYOUT_FACTS, json_string(hex)) == 0 ? 0
												  : ERR_NOMEM;
	}
	if (rc == 0)
		rc = drawing_new(&d->drawing);
	if (rc == 0)
		rc = document_draw(d, note);
	for (size_t i = 0; rc == 0 && drawing_font(d->drawing, i); i++)
		rc = font_part_new(d->drawing, i, &d->fonts[i]);
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
	for (size_t i = 0; i < DRAWING_FONTS_MAX; i++)
		font_part_free(d->fonts[i]);
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
