/* XML of an OFD member, written by libxml2; an error sticks until the end. */
#ifndef SW_DOCUMENT_OFD_XML_H
#define SW_DOCUMENT_OFD_XML_H
#include "common/base/buf.h"

struct ofd_xml;
/* Begins a document with its root element (namespace prefix ofd). */
SW_MUST_USE int ofd_xml_new(const char *root, struct ofd_xml **out);
void ofd_xml_free(struct ofd_xml *x);
void ofd_xml_open(struct ofd_xml *x, const char *name);
void ofd_xml_attr(struct ofd_xml *x, const char *name, const char *fmt, ...) SW_PRINTF(3, 4);
void ofd_xml_text(struct ofd_xml *x, const char *text);
void ofd_xml_close(struct ofd_xml *x);
/* An element with text only. */
void ofd_xml_put(struct ofd_xml *x, const char *name, const char *text);
/* Closes everything and appends the document. ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int ofd_xml_end(struct ofd_xml *x, struct buf *out);
#endif
