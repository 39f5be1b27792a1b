/* Inside common/workflow only: the parts of the BPMN reader. */
#ifndef SW_WORKFLOW_BPMN_IMPL_H
#define SW_WORKFLOW_BPMN_IMPL_H
#include "common/workflow/bpmn.h"
#include "common/workflow/bpmn_xml.h"

#define BPMN_MODEL "http://www.omg.org/spec/BPMN/20100524/MODEL"

struct bpmn_reading {
	struct bpmn *b;
	const xmlNode *definitions, *process;
	struct err_note *note;
};

/* Returns err with "ID, line N: what" (the element's name when it has no id). */
int bpmn_refuse(struct bpmn_reading *r, int err, const xmlNode *e, const char *fmt, ...) SW_PRINTF(4, 5);
/* The same for a node or flow that is read already. */
int bpmn_refuse_at(struct err_note *note, int err, const char *id, int line, const char *fmt, ...)
	SW_PRINTF(5, 6);
/* Among a list of names ending with NULL. */
bool bpmn_listed(const char *const *list, const char *name);
/* Root element of that name and id; NULL. */
const xmlNode *bpmn_root_find(const struct bpmn_reading *r, const char *name, const char *id);

/* bpmn_node.c: one flow node. *is: false when the element is none. */
SW_MUST_USE int bpmn_node_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n, bool *is);
/* bpmn_event.c: the event definition among an event's children. */
SW_MUST_USE int bpmn_event_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n);
/* bpmn_extension.c: what a modelling tool added. Refuses what would run there and not here. */
SW_MUST_USE int bpmn_extension_check(struct bpmn_reading *r, const xmlNode *e);
/* Value of an attribute of this project, or of a modelling tool that means the same; NULL. Caller frees. */
char *bpmn_extension_topic(const xmlNode *e);
char *bpmn_extension_role(const xmlNode *e);
/* bpmn_check.c: structure, without looking at runs; fills start and ranks. */
SW_MUST_USE int bpmn_check(struct bpmn *b, struct err_note *note);
#endif
