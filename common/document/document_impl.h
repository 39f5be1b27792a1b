/* Parts of document.h. */
#ifndef SW_DOCUMENT_DOCUMENT_IMPL_H
#define SW_DOCUMENT_DOCUMENT_IMPL_H
#include "common/document/document.h"
#include "common/document/drawing.h"

struct font_part;
struct document {
	const struct layout *layout;
	json_t *data; /* with LAYOUT_FACTS */
	struct buf facts;
	struct drawing *drawing;
	struct font_part *fonts[DRAWING_FONTS_MAX + 1]; /* as the drawing's; NULL behind them */
};
/* Draws d->data as d->layout says into d->drawing. */
SW_MUST_USE int document_draw(struct document *d, struct err_note *note);
#endif
