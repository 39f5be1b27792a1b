/* One page of an OFD document. */
#ifndef SW_DOCUMENT_OFD_PAGE_H
#define SW_DOCUMENT_OFD_PAGE_H
#include "common/document/drawing.h"

#define OFD_FONT_ID 2 /* id of the drawing's first font; the others follow */
/* Content.xml of page `page`, appended. *id: next free object id. */
SW_MUST_USE int ofd_page(const struct drawing *d, size_t page, unsigned *id, struct buf *out);
#endif
