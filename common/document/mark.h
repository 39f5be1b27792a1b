/* What is drawn on a document beside its text: frame, QR code, seal, mark across the page. */
#ifndef SW_DOCUMENT_MARK_H
#define SW_DOCUMENT_MARK_H
#include "common/document/drawing.h"

SW_MUST_USE int mark_frame(struct drawing *d);
SW_MUST_USE int mark_rule(struct drawing *d, double x0, double x1, double y, struct drawing_ink ink);
SW_MUST_USE int mark_box(struct drawing *d, double x, double y, double w, double h);
/* ERR_LIMIT: more text than a code holds. */
SW_MUST_USE int mark_qr(struct drawing *d, double x, double y, double size, const char *text);
/* Image of the office's seal 印章, round, around its centre: ring, star, name along the arc. Its words are
 * shapes, not text. */
SW_MUST_USE int mark_seal(struct drawing *d, double x, double y, const char *office, const char *use);
/* Large pale words across the page, as shapes. */
SW_MUST_USE int mark_across(struct drawing *d, const char *words);
#endif
