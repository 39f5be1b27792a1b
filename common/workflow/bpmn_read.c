#include "common/workflow/bpmn_impl.h"
#include "common/workflow/bpmn_space.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 5, 0))) static int refuse(
	struct err_note *note, int err, const char *id, int line, const char *fmt, va_list ap)
{
	char what[160];
	vsnprintf(what, sizeof what, fmt, ap);
	return err_set(note, err, "%.70s, line %d: %s", id, line, what);
}

int bpmn_refuse(struct bpmn_reading *r, int err, const xmlNode *e, const char *fmt, ...)
{
	va_list ap;
	char *id = bpmn_xml_attr(e, NULL, "id");
	va_start(ap, fmt);
	refuse(r->note, err, id && *id ? id : (const char *)e->name, (int)xmlGetLineNo(e), fmt, ap);
	va_end(ap);
	free(id);
	return err;
}

int bpmn_refuse_at(struct err_note *note, int err, const char *id, int line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	refuse(note, err, id, line, fmt, ap);
	va_end(ap);
	return err;
}

bool bpmn_listed(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

static bool has_id(const xmlNode *e, const char *id)
{
	char *own = bpmn_xml_attr(e, NULL, "id");
	bool same = own && strcmp(own, id) == 0;
	free(own);
	return same;
}

/* References are qualified names; every tool writes the plain id, some with a prefix. */
const xmlNode *bpmn_root_find(const struct bpmn_reading *r, const char *name, const char *id)
{
	const char *colon = strrchr(id, ':');
	for (const xmlNode *e = r->definitions->children; e; e = e->next)
		if (bpmn_xml_is(e, BPMN_MODEL, name) && (has_id(e, id) || (colon && has_id(e, colon + 1))))
			return e;
	return NULL;
}

int bpmn_node_find(const struct bpmn *b, const char *id)
{
	for (size_t i = 0; i < b->nnodes; i++)
		if (b->nodes[i].id && strcmp(b->nodes[i].id, id) == 0)
			return (int)i;
	return -1;
}

/* Elements of a process that say nothing about the run. */
static const char *const documents[] = {"documentation", "extensionElements", "laneSet", "textAnnotation",
	"association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification",
	"property", "auditing", "monitoring", "supports", "resourceRole", "performer", "potentialOwner",
	NULL};

static int nodes_read(struct bpmn_reading *r)
{
	for (const xmlNode *e = r->process->children; e; e = e->next) {
		bool is = false;
		if (e->type == XML_ENTITY_REF_NODE)
			return bpmn_refuse(r, ERR_SYNTAX, r->process, "an entity reference");
		if (e->type != XML_ELEMENT_NODE)
			continue;
		int rc = bpmn_node_read(r, e, &r->b->nodes[r->b->nnodes], &is);
		if (rc < 0)
			return rc;
		if (!is && !bpmn_xml_is(e, BPMN_MODEL, "sequenceFlow") &&
			!(bpmn_listed(documents, (const char *)e->name) &&
				bpmn_xml_is(e, BPMN_MODEL, (const char *)e->name)))
			return bpmn_refuse(r, ERR_SCHEMA, e, "%.60s is not run", (const char *)e->name);
	}
	return 0;
}

/* Index of the node an attribute names; -1 with the refusal in note. */
static int node_of(struct bpmn_reading *r, const xmlNode *e, const char *attr, int *out)
{
	char *id = bpmn_xml_attr(e, NULL, attr);
	*out = id ? bpmn_node_find(r->b, id) : -1;
	int rc = *out >= 0 ? 0
			   : bpmn_refuse(
				     r, ERR_SCHEMA, e, "its %s \"%.60s\" does not exist", attr, id ? id : "");
	free(id);
	return rc;
}

static int condition_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_flow *f)
{
	for (const xmlNode *c = e->children; c; c = c->next) {
		if (!bpmn_xml_is(c, BPMN_MODEL, "conditionExpression"))
			continue;
		char *language = bpmn_xml_attr(c, NULL, "language");
		bool jq = !language || strcmp(language, "jq") == 0 || strcmp(language, "application/jq") == 0;
		int rc = 0;
		if (f->condition)
			rc = bpmn_refuse(r, ERR_SCHEMA, e, "more than one condition");
		else if (!jq)
			rc = bpmn_refuse(
				r, ERR_SCHEMA, e, "a condition in %.60s is not run: jq is", language);
		free(language);
		if (rc < 0)
			return rc;
		f->condition = bpmn_xml_text(c);
		if (!f->condition || !*f->condition)
			return bpmn_refuse(r, ERR_SCHEMA, e, "an empty condition");
	}
	return 0;
}

static int flow_read(struct bpmn_reading *r, const xmlNode *e)
{
	if (r->b->nflows == BPMN_FLOWS_MAX)
		return bpmn_refuse(r, ERR_LIMIT, e, "more than %d flows", BPMN_FLOWS_MAX);
	struct bpmn_flow *f = &r->b->flows[r->b->nflows++];
	f->line = (int)xmlGetLineNo(e);
	f->id = bpmn_xml_attr(e, NULL, "id");
	if (!f->id || !*f->id || strlen(f->id) >= BPMN_ID_MAX)
		return bpmn_refuse(r, ERR_SCHEMA, e, "it has no id, or one too long");
	for (size_t i = 0; i + 1 < r->b->nflows; i++)
		if (strcmp(r->b->flows[i].id, f->id) == 0)
			return bpmn_refuse(r, ERR_SCHEMA, e, "its id stands twice");
	int rc = node_of(r, e, "sourceRef", &f->from);
	if (rc == 0)
		rc = node_of(r, e, "targetRef", &f->to);
	if (rc == 0)
		rc = bpmn_extension_check(r, e);
	return rc == 0 ? condition_read(r, e, f) : rc;
}

/* A compensation event's association leads to the task that undoes. Other associations only document. */
static int association_read(struct bpmn_reading *r, const xmlNode *e)
{
	char *source = bpmn_xml_attr(e, NULL, "sourceRef"), *target = bpmn_xml_attr(e, NULL, "targetRef");
	int from = source ? bpmn_node_find(r->b, source) : -1,
	    to = target ? bpmn_node_find(r->b, target) : -1;
	free(source);
	free(target);
	if (from < 0 || r->b->nodes[from].event != BPMN_COMPENSATE)
		return 0;
	struct bpmn_node *activity = &r->b->nodes[r->b->nodes[from].attached];
	if (to < 0 || !r->b->nodes[to].handler)
		return bpmn_refuse(r, ERR_SCHEMA, e, "compensation leads to no task isForCompensation");
	if (activity->handled_by >= 0)
		return bpmn_refuse(r, ERR_SCHEMA, e, "a second compensation of %.60s", activity->id);
	activity->handled_by = to;
	return 0;
}

static const xmlNode *element_of(const struct bpmn_reading *r, const struct bpmn_node *n)
{
	for (const xmlNode *e = r->process->children; e; e = e->next)
		if (e->type == XML_ELEMENT_NODE && has_id(e, n->id))
			return e;
	return r->process;
}

static int default_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	char *id = bpmn_xml_attr(e, NULL, "default");
	int rc = 0;
	if (!id)
		return 0;
	for (size_t i = 0; i < r->b->nflows; i++)
		if (strcmp(r->b->flows[i].id, id) == 0 && &r->b->nodes[r->b->flows[i].from] == n)
			n->fallback = (int)i;
	if (n->fallback < 0)
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "its default flow \"%.60s\" does not leave it", id);
	else if (n->kind != BPMN_EXCLUSIVE)
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "a default flow leaves an exclusive gateway only");
	free(id);
	return rc;
}

/* What nodes refer to among themselves, after all are read. */
static int links_read(struct bpmn_reading *r)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->b->nnodes; i++)
		if (r->b->nodes[i].kind == BPMN_BOUNDARY)
			rc = node_of(
				r, element_of(r, &r->b->nodes[i]), "attachedToRef", &r->b->nodes[i].attached);
	for (const xmlNode *e = r->process->children; rc == 0 && e; e = e->next) {
		if (bpmn_xml_is(e, BPMN_MODEL, "sequenceFlow"))
			rc = flow_read(r, e);
		else if (bpmn_xml_is(e, BPMN_MODEL, "association"))
			rc = association_read(r, e);
	}
	/* Associations may stand in the collaboration too. */
	for (const xmlNode *c = r->definitions->children; rc == 0 && c; c = c->next)
		for (const xmlNode *e = bpmn_xml_is(c, BPMN_MODEL, "collaboration") ? c->children : NULL;
			rc == 0 && e; e = e->next)
			if (bpmn_xml_is(e, BPMN_MODEL, "association"))
				rc = association_read(r, e);
	for (size_t i = 0; rc == 0 && i < r->b->nnodes; i++)
		rc = default_read(r, element_of(r, &r->b->nodes[i]), &r->b->nodes[i]);
	return rc;
}

static int index_flows(struct bpmn *b)
{
	for (size_t i = 0; i < b->nflows; i++) {
		b->nodes[b->flows[i].from].nout++;
		b->nodes[b->flows[i].to].nin++;
	}
	for (size_t i = 0; i < b->nnodes; i++) {
		struct bpmn_node *n = &b->nodes[i];
		n->in = calloc(n->nin + 1, sizeof *n->in);
		n->out = calloc(n->nout + 1, sizeof *n->out);
		if (!n->in || !n->out)
			return ERR_NOMEM;
		n->nin = n->nout = 0;
	}
	for (size_t i = 0; i < b->nflows; i++) {
		struct bpmn_node *from = &b->nodes[b->flows[i].from], *to = &b->nodes[b->flows[i].to];
		REQUIRE(from->out && to->in);
		from->out[from->nout++] = (int)i;
		to->in[to->nin++] = (int)i;
	}
	return 0;
}

static int programs_list(struct bpmn *b)
{
	b->programs = calloc(b->nnodes + b->nflows + 1, sizeof *b->programs);
	if (!b->programs)
		return ERR_NOMEM;
	for (size_t i = 0; i < b->nnodes; i++)
		if (b->nodes[i].kind == BPMN_SCRIPT) {
			b->nodes[i].program = b->nprograms;
			b->programs[b->nprograms++] = (struct bpmn_program){
				b->nodes[i].ref, b->nodes[i].id, b->nodes[i].line, false};
		}
	for (size_t i = 0; i < b->nflows; i++)
		if (b->flows[i].condition) {
			b->flows[i].program = b->nprograms;
			b->programs[b->nprograms++] = (struct bpmn_program){
				b->flows[i].condition, b->flows[i].id, b->flows[i].line, true};
		}
	return 0;
}

static bool flag_is(const xmlNode *e, const char *name)
{
	char *flag = bpmn_xml_attr(e, NULL, name);
	bool is = flag && (strcmp(flag, "true") == 0 || strcmp(flag, "1") == 0);
	free(flag);
	return is;
}

/* The one process that is meant: the executable one, or the only one. */
static int process_find(struct bpmn_reading *r)
{
	const xmlNode *only = NULL, *executable = NULL;
	size_t n = 0, m = 0;
	for (const xmlNode *e = r->definitions->children; e; e = e->next) {
		if (bpmn_xml_is(e, BPMN_MODEL, "choreography") ||
			bpmn_xml_is(e, BPMN_MODEL, "globalConversation") ||
			(bpmn_xml_is(e, BPMN_MODEL, "extension") && flag_is(e, "mustUnderstand")))
			return bpmn_refuse(r, ERR_SCHEMA, e, "%.60s is not run", (const char *)e->name);
		if (!bpmn_xml_is(e, BPMN_MODEL, "process"))
			continue;
		n++;
		only = e;
		if (flag_is(e, "isExecutable")) {
			m++;
			executable = e;
		}
	}
	if (n == 0)
		return bpmn_refuse(r, ERR_SCHEMA, r->definitions, "there is no process in it");
	if (m > 1 || (m == 0 && n > 1))
		return bpmn_refuse(
			r, ERR_SCHEMA, r->definitions, "more than one process, and not one executable");
	r->process = m == 1 ? executable : only;
	return bpmn_extension_check(r, r->process);
}

static int model_read(struct bpmn_reading *r)
{
	struct bpmn *b = r->b;
	if (!r->definitions || !bpmn_xml_is(r->definitions, BPMN_MODEL, "definitions"))
		return err_set(r->note, ERR_SCHEMA, "line %d: not a BPMN 2.0 file (definitions)",
			r->definitions ? (int)xmlGetLineNo(r->definitions) : 1);
	int rc = process_find(r);
	if (rc < 0)
		return rc;
	b->nodes = calloc(BPMN_NODES_MAX + 1, sizeof *b->nodes);
	b->flows = calloc(BPMN_FLOWS_MAX + 1, sizeof *b->flows);
	b->id = bpmn_xml_attr(r->process, NULL, "id");
	b->name = bpmn_xml_attr(r->process, NULL, "name");
	if (!b->nodes || !b->flows)
		return ERR_NOMEM;
	if (!b->id || strlen(b->id) >= BPMN_ID_MAX)
		return bpmn_refuse(r, ERR_SCHEMA, r->process, "it has no id, or one too long");
	rc = nodes_read(r);
	if (rc == 0)
		rc = links_read(r);
	if (rc == 0)
		rc = index_flows(b);
	if (rc == 0)
		rc = programs_list(b);
	return rc;
}

int bpmn_read(struct view xml, struct bpmn **out, struct err_note *note)
{
	xmlDocPtr doc = NULL;
	int rc = bpmn_xml_parse(xml, &doc, note);
	if (rc < 0)
		return rc;
	struct bpmn_reading r = {.definitions = xmlDocGetRootElement(doc), .note = note};
	r.b = calloc(1, sizeof *r.b);
	rc = r.b ? model_read(&r) : ERR_NOMEM;
	xmlFreeDoc(doc);
	if (rc == 0)
		rc = bpmn_check(r.b, note);
	if (rc == 0)
		rc = bpmn_space_explore(r.b, &r.b->markings, note);
	if (rc < 0)
		bpmn_free(r.b);
	else
		*out = r.b;
	return rc;
}

void bpmn_free(struct bpmn *b)
{
	if (!b)
		return;
	for (size_t i = 0; b->nodes && i < b->nnodes; i++) {
		struct bpmn_node *n = &b->nodes[i];
		free(n->id);
		free(n->name);
		free(n->ref);
		free(n->role);
		free(n->not_by);
		free(n->in);
		free(n->out);
	}
	for (size_t i = 0; b->flows && i < b->nflows; i++) {
		free(b->flows[i].id);
		free(b->flows[i].condition);
	}
	bpmn_space_free(b->markings);
	free(b->nodes);
	free(b->flows);
	free(b->programs);
	free(b->id);
	free(b->name);
	free(b);
}
