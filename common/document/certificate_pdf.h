/* Documents as PDF by cairo and pango; Chinese text needs a CJK font (fonts-noto-cjk). Text stays
 * extractable. */
#ifndef SW_DOCUMENT_CERTIFICATE_PDF_H
#define SW_DOCUMENT_CERTIFICATE_PDF_H
#include "common/base/buf.h"
#include <stdbool.h>

/* 不动产权证书: one page A4; all texts UTF-8, borrowed. */
struct certificate_doc {
	const char *title_zh, *number, *holders, *share, *location, *unit_code, *right_type, *right_nature,
		*use, *area, *term, *other, *office, *date, *qr_text, *verify_text;
	bool sample; /* prints 样本 across the page */
};
/* Appends the file. ERR_NOMEM, ERR_LIMIT, ERR_IO. */
SW_MUST_USE int certificate_pdf(const struct certificate_doc *d, struct buf *out);
#endif
