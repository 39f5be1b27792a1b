/* The part of a font that a document uses, as a font file of its own: what both formats embed. A CJK font is
 * 25 MB; what draws or embeds it reads all of that, a part has some hundred kilobytes. */
#ifndef SW_DOCUMENT_FONT_PART_H
#define SW_DOCUMENT_FONT_PART_H
#include "common/document/drawing.h"

struct font_part;
/* Of the drawing's font `i`: the glyphs of every run in it, and those of their characters. ERR_NOMEM. */
SW_MUST_USE int font_part_new(const struct drawing *d, size_t i, struct font_part **out);
void font_part_free(struct font_part *p);
const char *font_part_family(const struct font_part *p); /* as the font calls itself */
bool font_part_is_bold(const struct font_part *p);
struct view font_part_file(const struct font_part *p);
/* A glyph of the whole font as it is numbered in the part; 0 what is not in it. */
uint32_t font_part_glyph(const struct font_part *p, uint32_t glyph);
/* For cairo, to be destroyed by the caller; it outlives the part. ERR_NOMEM. */
SW_MUST_USE int font_part_face(const struct font_part *p, cairo_font_face_t **out);
#endif
