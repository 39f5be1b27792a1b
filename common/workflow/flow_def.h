/* A process ready to run: its drawing, its expressions compiled, its terms. */
#ifndef SW_WORKFLOW_FLOW_DEF_H
#define SW_WORKFLOW_FLOW_DEF_H
#include "common/workflow/flow.h"
#include "common/workflow/jqbox.h"

struct flow_def {
	struct bpmn *b;
	size_t *numbers; /* of the programs, in jqbox */
	struct jqbox *box;
};
/* Reads, proves and compiles; box stays the caller's. As bpmn_read; ERR_SCHEMA with "ID, line N: what" for an
 * expression that is not jq. */
SW_MUST_USE int flow_def_load(
	struct view xml, struct jqbox *box, struct flow_def **out, struct err_note *note);
void flow_def_free(struct flow_def *d);
/* For struct flow_env, with the definition as its arg. */
int flow_def_eval(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note);
#endif
