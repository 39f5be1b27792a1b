/* Going back to an earlier user task. */
#include "common/workflow/flow_impl.h"
#include <string.h>

static const struct flow_past *past_find(const struct flow_event *e)
{
	for (size_t i = 0; i < e->npast; i++)
		if (e->past[i].n == e->to)
			return &e->past[i];
	return NULL;
}

/* Compensation handlers of what was done from `to` on, last first. */
static int queue_make(struct flow_run *r, const struct flow_event *e, json_t *queue)
{
	for (size_t i = e->npast; i-- > 0;) {
		if (e->past[i].n < e->to)
			continue;
		for (size_t k = json_array_size(e->past[i].done); k-- > 0;) {
			int node =
				bpmn_node_find(r->b, json_string_value(json_array_get(e->past[i].done, k)));
			int handler = node < 0 ? -1 : r->b->nodes[node].handled_by;
			if (node < 0)
				return err_set(r->note, ERR_STATE,
					"a step since then was done in another version of the process");
			if (handler >= 0 &&
				json_array_append_new(queue, json_string(r->b->nodes[handler].id)))
				return ERR_NOMEM;
		}
	}
	return 0;
}

/* "n:NODE" or "f:FLOW" -> a resting token; "a:" entries say which side events are armed. */
static int place(struct flow_run *r, const char *text, const json_t *armed)
{
	int at = -1;
	if (text[0] == 'a')
		return 0;
	if (text[0] == 'n') {
		at = bpmn_node_find(r->b, text + 2);
		int rc = at < 0 ? ERR_NOTFOUND : flow_token_add(r, at, -1, false);
		return rc < 0 ? rc : flow_arm(r, r->s->next_token - 1, at, armed);
	}
	for (size_t i = 0; i < r->b->nflows; i++)
		if (strcmp(r->b->flows[i].id, text + 2) == 0)
			at = (int)i;
	return at < 0 ? ERR_NOTFOUND : flow_token_add(r, -1, at, false);
}

static int restore(struct flow_run *r, const json_t *marking)
{
	json_t *armed = json_array();
	size_t i;
	const json_t *v;
	int rc = armed ? 0 : ERR_NOMEM;
	json_array_foreach(marking, i, v) if (json_string_value(v)[0] == 'a')
		json_array_append_new(armed, json_string(json_string_value(v) + 2));
	json_array_foreach(marking, i, v) if (rc == 0) rc = place(r, json_string_value(v), armed);
	json_decref(armed);
	if (rc == 0 && !flow_legal(r->b, r->s))
		rc = ERR_NOTFOUND;
	return rc == ERR_NOTFOUND
		       ? err_set(r->note, ERR_STATE, "that step was done in another version of the process")
		       : rc;
}

int flow_undo_next(struct flow_run *r)
{
	json_t *queue = json_object_get(r->s->undo, "queue");
	while (json_array_size(queue) > 0) {
		int node = bpmn_node_find(r->b, json_string_value(json_array_get(queue, 0)));
		json_array_remove(queue, 0);
		if (node < 0)
			return ERR_BUG;
		if (r->b->nodes[node].kind != BPMN_SCRIPT)
			return flow_token_add(r, node, -1, true);
		int rc = flow_script(r, node);
		if (rc < 0)
			return rc;
	}
	json_t *undo = r->s->undo;
	r->s->undo = json_null();
	int rc = restore(r, json_object_get(undo, "marking"));
	json_decref(undo);
	return rc;
}

int flow_back(struct flow_run *r, const struct flow_event *e)
{
	const struct flow_past *target = past_find(e);
	int node = target ? bpmn_node_find(r->b, target->node) : -1;
	if (!json_is_null(r->s->undo))
		return err_set(r->note, ERR_STATE, "a way back is under way");
	if (node < 0 || r->b->nodes[node].kind != BPMN_USER || r->b->nodes[node].handler)
		return err_set(r->note, ERR_STATE, "there is no step to go back to");
	json_t *queue = json_array();
	int rc = queue ? queue_make(r, e, queue) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(queue);
		return rc;
	}
	r->fx->node = node;
	r->s->ntokens = r->s->nwaits = 0;
	r->s->undo = json_pack("{s:o,s:O}", "queue", queue, "marking", target->marking);
	return r->s->undo ? flow_undo_next(r) : ERR_NOMEM;
}
