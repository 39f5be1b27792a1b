#include "common/document/ofd_xml.h"

#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>

struct ofd_xml {
	xmlBufferPtr to;
	xmlTextWriterPtr w;
	bool failed;
};

static const xmlChar *x8(const char *s)
{
	return (const xmlChar *)s;
}

int ofd_xml_new(const char *root, struct ofd_xml **out)
{
	struct ofd_xml *x = calloc(1, sizeof *x);
	if (!x)
		return ERR_NOMEM;
	x->to = xmlBufferCreate();
	x->w = x->to ? xmlNewTextWriterMemory(x->to, 0) : NULL;
	if (!x->w || xmlTextWriterStartDocument(x->w, NULL, "UTF-8", NULL) < 0) {
		ofd_xml_free(x);
		return ERR_NOMEM;
	}
	ofd_xml_open(x, root);
	ofd_xml_attr(x, "xmlns:ofd", "http://www.ofdspec.org/2016");
	*out = x;
	return 0;
}

void ofd_xml_free(struct ofd_xml *x)
{
	if (!x)
		return;
	if (x->w)
		xmlFreeTextWriter(x->w);
	if (x->to)
		xmlBufferFree(x->to);
	free(x);
}

void ofd_xml_open(struct ofd_xml *x, const char *name)
{
	char full[64];
	snprintf(full, sizeof full, "ofd:%s", name);
	x->failed |= xmlTextWriterStartElement(x->w, x8(full)) < 0;
}

void ofd_xml_attr(struct ofd_xml *x, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	x->failed |= xmlTextWriterWriteVFormatAttribute(x->w, x8(name), fmt, ap) < 0;
	va_end(ap);
}

void ofd_xml_text(struct ofd_xml *x, const char *text)
{
	x->failed |= xmlTextWriterWriteString(x->w, x8(text)) < 0;
}

void ofd_xml_close(struct ofd_xml *x)
{
	x->failed |= xmlTextWriterEndElement(x->w) < 0;
}

void ofd_xml_put(struct ofd_xml *x, const char *name, const char *text)
{
	ofd_xml_open(x, name);
	ofd_xml_text(x, text);
	ofd_xml_close(x);
}

int ofd_xml_end(struct ofd_xml *x, struct buf *out)
{
	if (xmlTextWriterEndDocument(x->w) < 0 || xmlTextWriterFlush(x->w) < 0 || x->failed)
		return ERR_NOMEM;
	return buf_add(out, xmlBufferContent(x->to), (size_t)xmlBufferLength(x->to));
}
