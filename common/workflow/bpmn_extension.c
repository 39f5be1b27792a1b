#include "common/workflow/bpmn_impl.h"

#include <stdlib.h>
#include <string.h>

#define CAMUNDA "http://camunda.org/schema/1.0/bpmn"
#define ZEEBE "http://camunda.org/schema/zeebe/1.0"
#define ACTIVITI "http://activiti.org/bpmn"
#define FLOWABLE "http://flowable.org/bpmn"

/* Engines whose extensions change what runs. Other tools' notes say nothing about the run. */
static const char *const engines[] = {CAMUNDA, ZEEBE, ACTIVITI, FLOWABLE, NULL};
/* Of those, what is only shown, stored or assigned. */
static const char *const harmless[] = {"properties", "property", "formData", "formField", "formDefinition",
	"userTaskForm", "userTask", "formProperty", "taskDefinition", "taskHeaders", "header",
	"assignmentDefinition", "taskSchedule", "priorityDefinition", "versionTag", "potentialStarter",
	"failedJobRetryTimeCycle", "executionListeners", "validation", "constraint", "value", NULL};
/* Attributes by which those engines name code of their own. */
static const char *const code[] = {
	"class", "expression", "delegateExpression", "resource", "decisionRef", "calledElement", NULL};

static bool of_engine(const xmlNs *ns)
{
	return ns && ns->href && bpmn_listed(engines, (const char *)ns->href);
}

static int elements_check(struct bpmn_reading *r, const xmlNode *owner, const xmlNode *list)
{
	for (const xmlNode *e = list->children; e; e = e->next) {
		if (e->type != XML_ELEMENT_NODE || !of_engine(e->ns))
			continue;
		if (!bpmn_listed(harmless, (const char *)e->name))
			return bpmn_refuse(r, ERR_SCHEMA, owner,
				"the extension %.60s of another engine is not run", (const char *)e->name);
		int rc = elements_check(r, owner, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int bpmn_extension_check(struct bpmn_reading *r, const xmlNode *e)
{
	for (const xmlAttr *a = e->properties; a; a = a->next)
		if (of_engine(a->ns) && bpmn_listed(code, (const char *)a->name))
			return bpmn_refuse(r, ERR_SCHEMA, e, "%.60s names code of another engine",
				(const char *)a->name);
	for (const xmlNode *c = e->children; c; c = c->next)
		if (bpmn_xml_is(c, BPMN_MODEL, "extensionElements")) {
			int rc = elements_check(r, e, c);
			if (rc < 0)
				return rc;
		}
	return 0;
}

static char *zeebe_type(const xmlNode *e)
{
	for (const xmlNode *c = e->children; c; c = c->next)
		for (const xmlNode *x = bpmn_xml_is(c, BPMN_MODEL, "extensionElements") ? c->children : NULL;
			x; x = x->next)
			if (bpmn_xml_is(x, ZEEBE, "taskDefinition"))
				return bpmn_xml_attr(x, NULL, "type");
	return NULL;
}

/* The same attribute of this project or of an engine. */
static char *attr_any(const xmlNode *e, const char *own, const char *theirs)
{
	char *s = bpmn_xml_attr(e, BPMN_SPACE, own);
	for (size_t i = 0; !s && engines[i]; i++)
		s = bpmn_xml_attr(e, engines[i], theirs);
	return s;
}

char *bpmn_extension_topic(const xmlNode *e)
{
	char *s = attr_any(e, "topic", "topic");
	return s ? s : zeebe_type(e);
}

char *bpmn_extension_role(const xmlNode *e)
{
	return attr_any(e, "role", "candidateGroups");
}
