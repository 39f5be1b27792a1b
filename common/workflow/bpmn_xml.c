#include "common/workflow/bpmn_xml.h"

#include "common/workflow/bpmn.h"
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 4096
#define TAG_MAX 65536

/* What the callbacks note while the parser runs: hangs on the parser's _private. */
struct watch {
	int rc, line;
	const char *what;
};

static void stop(xmlParserCtxtPtr c, int rc, const char *what)
{
	struct watch *w = c->_private;
	if (w->rc == 0) {
		w->rc = rc;
		w->line = c->input ? c->input->line : 0;
		w->what = what;
	}
	xmlStopParser(c);
}

/* <!DOCTYPE …: no process needs one, and every bomb does. */
static void on_subset(void *ctx, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	(void)name;
	(void)id;
	(void)uri;
	stop(ctx, ERR_SYNTAX, "a document type (DOCTYPE) is not taken");
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nspaces,
	const xmlChar **spaces, int nattrs, int ndefaults, const xmlChar **attrs)
{
	xmlParserCtxtPtr c = ctx;
	if (c->nameNr >= BPMN_DEPTH_MAX) {
		stop(c, ERR_LIMIT, "nested too deeply");
		return;
	}
	xmlSAX2StartElementNs(ctx, name, prefix, uri, nspaces, spaces, nattrs, ndefaults, attrs);
}

static void silent(void *ctx, const char *text, ...)
{
	(void)ctx;
	(void)text;
}

/* Piece by piece: a start tag or comment is handled when it is whole, so one without end shows before it is.
 * The parser compares every attribute with every other. */
static void feed(xmlParserCtxtPtr c, struct view text, size_t at)
{
	const struct watch *w = c->_private;
	while (at < text.n && w->rc == 0 && c->wellFormed) {
		size_t n = text.n - at < PIECE ? text.n - at : PIECE;
		xmlParseChunk(c, (const char *)text.p + at, (int)n, 0);
		at += n;
		if (c->input && c->input->end - c->input->cur > TAG_MAX)
			stop(c, ERR_LIMIT, "a tag or comment is too long");
	}
	xmlParseChunk(c, NULL, 0, 1);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

int bpmn_xml_parse(struct view text, xmlDocPtr *out, struct err_note *note)
{
	struct watch w = {0};
	if (text.n > BPMN_FILE_MAX)
		return err_set(note, ERR_LIMIT, "%zu bytes, at most %d", text.n, BPMN_FILE_MAX);
	if (text.n == 0)
		return err_set(note, ERR_SYNTAX, "line 1: empty");
	pthread_once(&once, xmlInitParser);
	/* The first bytes tell the encoding. */
	size_t at = text.n < 4 ? text.n : 4;
	xmlParserCtxtPtr c = xmlCreatePushParserCtxt(NULL, NULL, (const char *)text.p, (int)at, NULL);
	if (!c)
		return ERR_NOMEM;
	xmlCtxtUseOptions(c, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT |
				     XML_PARSE_BIG_LINES);
	c->_private = &w;
	c->sax->internalSubset = on_subset;
	c->sax->externalSubset = on_subset;
	c->sax->startElementNs = on_start;
	c->sax->error = silent;
	c->sax->warning = silent;
	c->sax->serror = NULL;
	feed(c, text, at);
	xmlDocPtr d = c->myDoc;
	c->myDoc = NULL;
	int rc = w.rc;
	if (rc < 0) {
		err_set(note, rc, "line %d: %s", w.line, w.what);
	} else if (!d || !c->wellFormed) {
		const xmlError *e = xmlCtxtGetLastError(c);
		const char *said = e && e->message ? e->message : "not XML";
		rc = err_set(
			note, ERR_SYNTAX, "line %d: %.*s", e ? e->line : 1, (int)strcspn(said, "\n"), said);
	}
	xmlFreeParserCtxt(c);
	if (rc < 0)
		xmlFreeDoc(d);
	else
		*out = d;
	return rc;
}

bool bpmn_xml_is(const xmlNode *e, const char *space, const char *name)
{
	return e->type == XML_ELEMENT_NODE && strcmp((const char *)e->name, name) == 0 && e->ns &&
	       strcmp((const char *)e->ns->href, space) == 0;
}

static char *taken(xmlChar *s)
{
	char *copy = s ? strdup((const char *)s) : NULL;
	REQUIRE(!s || copy);
	xmlFree(s);
	return copy;
}

char *bpmn_xml_attr(const xmlNode *e, const char *space, const char *name)
{
	return taken(space ? xmlGetNsProp(e, (const xmlChar *)name, (const xmlChar *)space)
			   : xmlGetNoNsProp(e, (const xmlChar *)name));
}

char *bpmn_xml_text(const xmlNode *e)
{
	char *s = taken(xmlNodeGetContent(e));
	if (!s)
		return NULL;
	size_t lead = strspn(s, " \t\r\n"), n = strlen(s);
	while (n > lead && strchr(" \t\r\n", s[n - 1]))
		n--;
	memmove(s, s + lead, n - lead);
	s[n - lead] = '\0';
	return s;
}
