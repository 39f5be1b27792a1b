/* Every state a process can be in, walked before it may run. A state is where tokens rest (waiting nodes,
 * joins that wait for more) and which boundary events that do not interrupt are still armed. Conditions are
 * taken as able to go either way.
 *
 * Refused (ERR_REFUSED): two tokens that could meet in one place (a fork without a join), a join that could
 * wait for ever, a state from which no end can be reached, a node no run gets to. ERR_LIMIT: more states than
 * could be looked at. A running process never leaves the states walked here; a migration must land in one. */
#ifndef SW_WORKFLOW_BPMN_SPACE_H
#define SW_WORKFLOW_BPMN_SPACE_H
#include "common/workflow/bpmn.h"

#define BPMN_STATES_MAX 20000
#define BPMN_MARKING_WORDS ((BPMN_NODES_MAX + BPMN_FLOWS_MAX) / 64)

struct bpmn_marking {
	uint64_t w[BPMN_MARKING_WORDS]; /* bits of nodes, then of flows */
};
struct bpmn_markings;

void bpmn_marking_node(struct bpmn_marking *m, int node);
void bpmn_marking_flow(struct bpmn_marking *m, int flow);
SW_MUST_USE int bpmn_space_explore(const struct bpmn *b, struct bpmn_markings **out, struct err_note *note);
bool bpmn_space_has(const struct bpmn_markings *s, const struct bpmn_marking *m);
size_t bpmn_space_count(const struct bpmn_markings *s);
void bpmn_space_free(struct bpmn_markings *s);
#endif
