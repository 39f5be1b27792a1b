/* libxml2 as this project uses it: from memory, no network, no external files, no document type, bounded
 * depth. For the other readers of XML from outside too. */
#ifndef SW_WORKFLOW_BPMN_XML_H
#define SW_WORKFLOW_BPMN_XML_H
#include "common/base/buf.h"
#include <libxml/tree.h>

/* *out is freed with xmlFreeDoc. ERR_SYNTAX, ERR_LIMIT with the line in note. */
SW_MUST_USE int bpmn_xml_parse(struct view text, xmlDocPtr *out, struct err_note *note);
/* Namespace and local name of an element. */
bool bpmn_xml_is(const xmlNode *e, const char *space, const char *name);
/* Attribute without namespace, or of one (space NULL: none); NULL when absent. Caller frees with free(). */
char *bpmn_xml_attr(const xmlNode *e, const char *space, const char *name);
/* Text content without the white space around it; caller frees. */
char *bpmn_xml_text(const xmlNode *e);
#endif
