/* Inside common/workflow only: the parts of the engine. */
#ifndef SW_WORKFLOW_FLOW_IMPL_H
#define SW_WORKFLOW_FLOW_IMPL_H
#include "common/workflow/bpmn_space.h"
#include "common/workflow/flow.h"

struct flow_run {
	const struct bpmn *b;
	const struct flow_env *env;
	struct flow_state *s;
	struct flow_effects *fx;
	struct err_note *note;
};

/* Returns err with "ID: what". */
int flow_refuse(struct flow_run *r, int err, const struct bpmn_node *n, const char *fmt, ...) SW_PRINTF(4, 5);
/* flow_run.c */
SW_MUST_USE int flow_token_add(struct flow_run *r, int node, int flow, bool undoing);
void flow_token_remove(struct flow_state *s, int64_t id); /* with what is armed beside it */
/* Tokens on every flow that leaves the node. */
SW_MUST_USE int flow_leave(struct flow_run *r, int node);
/* Moves tokens until all rest. */
SW_MUST_USE int flow_settle(struct flow_run *r);
/* Arms the event of a catch node, or the boundary events of an activity, beside a resting token. `armed`:
 * names of boundary events that do not interrupt and are to be armed; NULL all. */
SW_MUST_USE int flow_arm(struct flow_run *r, int64_t token, int node, const json_t *armed);
SW_MUST_USE int flow_vars_add(struct flow_run *r, const struct bpmn_node *n, const json_t *more);
SW_MUST_USE int flow_script(struct flow_run *r, int node);
void flow_note_done(struct flow_run *r, int node);
/* flow_back.c */
SW_MUST_USE int flow_back(struct flow_run *r, const struct flow_event *e);
/* The handler at this token is done: the next one, or the restored state. */
SW_MUST_USE int flow_undo_next(struct flow_run *r);
#endif
