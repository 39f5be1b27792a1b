/* 退回上一步: which steps of a case are done anew, and going back to one. */
#include "zones/extranet/store/flows_impl.h"

#include <stdlib.h>
#include <string.h>

/* The act that was done in a step; "": none. */
static const char *act_of(const struct flow_case *c, const struct flow_past *p)
{
	int node = p->node[0] ? bpmn_node_find(c->b, p->node) : -1;
	return node >= 0 && c->b->nodes[node].kind == BPMN_USER ? c->b->nodes[node].ref : "";
}

/* What is done anew when somebody erred. An acceptance is not: what was accepted is refused or withdrawn.
 * What went to the intranet cannot be taken back, and an entry is a fact of the book. */
static bool done_anew(const char *act)
{
	return strcmp(act, "tax") == 0 || strcmp(act, "review") == 0 || strcmp(act, "approve") == 0 ||
	       strcmp(act, "check") == 0;
}

/* The step in which that act was last done, "" for the last one that can be done anew; 0. */
static int64_t last_done(const struct flow_case *c, const char *act, const struct flow_past *past, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		const char *done = act_of(c, &past[i]);
		if (*done && !done_anew(done))
			return 0;
		if (*done && (!*act || strcmp(done, act) == 0))
			return past[i].n;
	}
	return 0;
}

int flows_back(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct flows_undone *undone, struct err_note *note)
{
	struct flows_going g = {.r = r, .tx = tx, .row = c, .event = "back", .who = who, .note = note};
	struct flow_event e = {.kind = FLOW_BACK, .who = who};
	struct flow_past *past = NULL;
	json_t *keep = NULL;
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		rc = flow_store_past(tx, c->id, &past, &e.npast, &keep);
	if (rc == 0) {
		e.past = past;
		e.to = last_done(&g.c, act, past, e.npast);
		rc = e.to ? flows_go(&g, &e)
			  : err_set(note, ERR_STATE,
				    "no step of this case is done anew%s%s: acceptance, graphics and entry "
				    "stay",
				    *act ? " by " : "", act);
	}
	for (size_t i = 0; rc == 0 && i < e.npast; i++) {
		const char *done = past[i].n >= e.to ? act_of(&g.c, &past[i]) : "";
		undone->review |= strcmp(done, "review") == 0;
		undone->tax |= strcmp(done, "tax") == 0;
	}
	flow_case_fini(&g.c);
	json_decref(keep);
	free(past);
	return rc;
}

int flows_back_json(struct db_tx *tx, const struct flow_case *c, json_t **out)
{
	struct flow_past *past = NULL;
	json_t *keep = NULL, *list = json_array();
	size_t n = 0;
	int rc = flow_store_past(tx, c->id, &past, &n, &keep);
	for (size_t i = n; rc == 0 && i-- > 0;) {
		const char *act = act_of(c, &past[i]);
		if (*act && !done_anew(act))
			break;
		if (*act)
			json_array_insert_new(list, 0, json_string(act));
	}
	json_decref(keep);
	free(past);
	*out = list;
	return rc;
}
