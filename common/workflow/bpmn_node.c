#include "common/workflow/bpmn_impl.h"
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum bpmn_kind kind;
} kinds[] = {
	{"startEvent", BPMN_START},
	{"endEvent", BPMN_END},
	{"userTask", BPMN_USER},
	{"serviceTask", BPMN_SERVICE},
	{"scriptTask", BPMN_SCRIPT},
	{"exclusiveGateway", BPMN_EXCLUSIVE},
	{"parallelGateway", BPMN_PARALLEL},
	{"intermediateCatchEvent", BPMN_CATCH},
	{"intermediateThrowEvent", BPMN_THROW},
	{"boundaryEvent", BPMN_BOUNDARY},
};

const char *bpmn_kind_name(enum bpmn_kind k)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].kind == k)
			return kinds[i].name;
	return "";
}

bool bpmn_waits(const struct bpmn_node *n)
{
	return n->kind == BPMN_USER || n->kind == BPMN_SERVICE || n->kind == BPMN_CATCH;
}

/* Children of a flow node that are read elsewhere or say nothing about the run. */
static const char *const children[] = {"incoming", "outgoing", "documentation", "extensionElements", "script",
	"ioSpecification", "dataInputAssociation", "dataOutputAssociation", "dataInput", "dataOutput",
	"inputSet", "outputSet", "property", "auditing", "monitoring", "categoryValueRef", "performer",
	"humanPerformer", "potentialOwner", "resourceRole", "rendering", NULL};

static int children_check(struct bpmn_reading *r, const xmlNode *e)
{
	for (const xmlNode *c = e->children; c; c = c->next) {
		const char *name = (const char *)c->name;
		size_t n = c->type == XML_ELEMENT_NODE ? strlen(name) : 0;
		if (n == 0 || (n > 15 && strcmp(name + n - 15, "EventDefinition") == 0))
			continue;
		if (!bpmn_xml_is(c, BPMN_MODEL, name) || !bpmn_listed(children, name))
			return bpmn_refuse(r, ERR_SCHEMA, e, "its %.60s is not run", name);
	}
	return 0;
}

/* Topics, acts and roles become names of rights, tables and addresses. */
static bool plain(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n < BPMN_ID_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-,") == n;
}

static int user_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	n->ref = bpmn_xml_attr(e, BPMN_SPACE, "action");
	if (!n->ref)
		n->ref = strdup(n->id);
	n->role = bpmn_extension_role(e);
	n->not_by = bpmn_xml_attr(e, BPMN_SPACE, "notBy");
	if (!n->ref)
		return ERR_NOMEM;
	if (!plain(n->ref))
		return bpmn_refuse(r, ERR_SCHEMA, e, "its act \"%.60s\" is not a plain name", n->ref);
	return n->role && !plain(n->role)
		       ? bpmn_refuse(r, ERR_SCHEMA, e, "its role \"%.60s\" is not a plain name", n->role)
		       : 0;
}

static int service_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	n->ref = bpmn_extension_topic(e);
	if (!n->ref)
		return bpmn_refuse(r, ERR_SCHEMA, e, "a service task without a topic");
	return plain(n->ref)
		       ? 0
		       : bpmn_refuse(r, ERR_SCHEMA, e, "its topic \"%.60s\" is not a plain name", n->ref);
}

static int script_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	char *format = bpmn_xml_attr(e, NULL, "scriptFormat");
	bool jq = format && (strcmp(format, "jq") == 0 || strcmp(format, "application/jq") == 0);
	int rc = 0;
	if (!jq)
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "a script in %.40s is not run: jq is",
			format ? format : "no named language");
	free(format);
	for (const xmlNode *c = e->children; rc == 0 && c; c = c->next) {
		if (!bpmn_xml_is(c, BPMN_MODEL, "script"))
			continue;
		if (n->ref)
			return bpmn_refuse(r, ERR_SCHEMA, e, "more than one script");
		n->ref = bpmn_xml_text(c);
	}
	if (rc == 0 && (!n->ref || !*n->ref))
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "a script task without a script");
	return rc;
}

/* true unless the attribute says otherwise */
static bool attr_is(const xmlNode *e, const char *name, const char *value)
{
	char *s = bpmn_xml_attr(e, NULL, name);
	bool is = s && strcmp(s, value) == 0;
	free(s);
	return is;
}

static int quantities_check(struct bpmn_reading *r, const xmlNode *e)
{
	static const char *const names[] = {"startQuantity", "completionQuantity"};
	for (size_t i = 0; i < 2; i++)
		if (xmlHasProp(e, (const xmlChar *)names[i]) && !attr_is(e, names[i], "1"))
			return bpmn_refuse(r, ERR_SCHEMA, e, "its %s is not run", names[i]);
	return 0;
}

static int common_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	n->line = (int)xmlGetLineNo(e);
	n->attached = n->handled_by = n->fallback = -1;
	n->interrupting = !attr_is(e, "cancelActivity", "false");
	n->handler = attr_is(e, "isForCompensation", "true");
	n->id = bpmn_xml_attr(e, NULL, "id");
	n->name = bpmn_xml_attr(e, NULL, "name");
	if (!n->name)
		n->name = strdup("");
	if (!n->name)
		return ERR_NOMEM;
	if (!n->id || !*n->id)
		return bpmn_refuse(r, ERR_SCHEMA, e, "it has no id");
	if (strlen(n->id) >= BPMN_ID_MAX)
		return bpmn_refuse(r, ERR_LIMIT, e, "its id is too long");
	if (bpmn_node_find(r->b, n->id) != (int)r->b->nnodes - 1)
		return bpmn_refuse(r, ERR_SCHEMA, e, "its id stands twice");
	int rc = children_check(r, e);
	if (rc == 0)
		rc = quantities_check(r, e);
	return rc == 0 ? bpmn_extension_check(r, e) : rc;
}

int bpmn_node_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n, bool *is)
{
	size_t i = 0;
	while (i < sizeof kinds / sizeof kinds[0] && !bpmn_xml_is(e, BPMN_MODEL, kinds[i].name))
		i++;
	*is = i < sizeof kinds / sizeof kinds[0];
	if (!*is)
		return 0;
	if (r->b->nnodes == BPMN_NODES_MAX)
		return bpmn_refuse(r, ERR_LIMIT, e, "more than %d nodes", BPMN_NODES_MAX);
	r->b->nnodes++;
	n->kind = kinds[i].kind;
	int rc = common_read(r, e, n);
	if (rc < 0)
		return rc;
	switch (n->kind) {
	case BPMN_USER:
		return user_read(r, e, n);
	case BPMN_SERVICE:
		return service_read(r, e, n);
	case BPMN_SCRIPT:
		return script_read(r, e, n);
	case BPMN_EXCLUSIVE:
	case BPMN_PARALLEL:
		return 0;
	default:
		return bpmn_event_read(r, e, n);
	}
}
