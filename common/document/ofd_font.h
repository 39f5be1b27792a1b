/* The part of a font that a document uses, as a font file of its own. */
#ifndef SW_DOCUMENT_OFD_FONT_H
#define SW_DOCUMENT_OFD_FONT_H
#include "common/document/drawing.h"

/* Family as the font calls itself; free with g_free. NULL without memory. */
char *ofd_font_family(PangoFont *f);
bool ofd_font_is_bold(PangoFont *f);
/* Appends the subset that holds the characters of every run of `d` in font `i`. ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int ofd_font_subset(const struct drawing *d, size_t i, struct buf *out);
#endif
