/* The acts of people and programs in the process of a case, and what of it is open. */
#include "zones/extranet/store/flows_impl.h"

#include <stdio.h>
#include <string.h>

int flows_begin(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	struct err_note *note)
{
	const struct flows_version *v = flows_version(r->flows, c->business, c->business_version);
	struct flows_going g = {.r = r, .tx = tx, .row = NULL, .event = "start", .who = who, .note = note};
	if (!v)
		return err_set(note, ERR_REFUSED, "business %s: version %lld is not known here", c->business,
			(long long)c->business_version);
	snprintf(g.c.id, sizeof g.c.id, "%s", c->id);
	snprintf(g.c.business, sizeof g.c.business, "%s", c->business);
	g.c.version = c->business_version;
	g.c.b = v->def->b;
	int rc = flow_state_init(&g.c.state);
	if (rc == 0)
		rc = flows_go(&g, &(struct flow_event){.kind = FLOW_START});
	flow_case_fini(&g.c);
	return rc;
}

static const struct bpmn_node *open_task(const struct flow_case *c, const char *act)
{
	for (size_t i = 0; i < c->state.ntokens; i++) {
		int node = c->state.tokens[i].node;
		if (node >= 0 && c->b->nodes[node].kind == BPMN_USER &&
			strcmp(c->b->nodes[node].ref, act) == 0)
			return &c->b->nodes[node];
	}
	return NULL;
}

int flows_is_open(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act, bool *open)
{
	struct flows_going g = {.r = r, .tx = tx};
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		*open = open_task(&g.c, act) != NULL;
	flow_case_fini(&g.c);
	return rc;
}

/* Whoever has the permission of that act in every version needs no look at where the case stands. */
static bool permitted_always(const struct flows *f, const char *business, const char *act,
	bool (*may)(const void *who, const char *permission), const void *who)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct bpmn *b = f->v[i].def->b;
		if (strcmp(f->v[i].business->code, business) != 0)
			continue;
		for (size_t k = 0; k < b->nnodes; k++)
			if (b->nodes[k].kind == BPMN_USER && b->nodes[k].role &&
				strcmp(b->nodes[k].ref, act) == 0 && !may(who, b->nodes[k].role))
				return false;
	}
	return true;
}

int flows_permit(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	bool (*may)(const void *who, const char *permission), const void *who, struct err_note *note)
{
	struct flows_going g = {.r = r, .tx = tx};
	if (permitted_always(r->flows, c->business, act, may, who))
		return 0;
	int rc = flows_get(&g, c->id);
	const struct bpmn_node *n = rc == 0 ? open_task(&g.c, act) : NULL;
	if (n && n->role && !may(who, n->role))
		rc = err_set(
			note, ERR_DENIED, "%.60s: the process asks for %.40s at this step", n->id, n->role);
	flow_case_fini(&g.c);
	return rc;
}

int flows_is_serving(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *topic, bool *open)
{
	struct flows_going g = {.r = r, .tx = tx};
	int rc = flows_get(&g, c->id);
	*open = false;
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		int node = g.c.state.tokens[i].node;
		*open |= node >= 0 && g.c.b->nodes[node].kind == BPMN_SERVICE &&
			 strcmp(g.c.b->nodes[node].ref, topic) == 0;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_is_waiting(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *message, bool *open)
{
	struct flows_going g = {.r = r, .tx = tx};
	int rc = flows_get(&g, c->id);
	*open = false;
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		int node = g.c.state.tokens[i].node;
		*open |= node >= 0 && g.c.b->nodes[node].event == BPMN_MESSAGE && g.c.b->nodes[node].ref &&
			 strcmp(g.c.b->nodes[node].ref, message) == 0;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_act(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct err_note *note)
{
	struct flows_going g = {.r = r, .tx = tx, .row = c, .event = "complete", .who = who, .note = note};
	int rc = flows_get(&g, c->id);
	const struct bpmn_node *n = rc == 0 ? open_task(&g.c, act) : NULL;
	if (rc == 0 && !n)
		rc = err_set(note, ERR_STATE, "the process of this case does not wait for \"%s\" now", act);
	if (rc == 0)
		rc = flows_go(&g, &(struct flow_event){.kind = FLOW_COMPLETE, .node = n->id, .who = who});
	flow_case_fini(&g.c);
	return rc;
}

int flows_tell(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *message,
	struct err_note *note)
{
	struct flows_going g = {
		.r = r, .tx = tx, .row = c, .event = "message", .who = "system", .note = note};
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		rc = flows_go(
			&g, &(struct flow_event){.kind = FLOW_MESSAGE, .name = message, .who = "system"});
	flow_case_fini(&g.c);
	return rc;
}

int flows_served(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *topic,
	struct err_note *note)
{
	struct flows_going g = {
		.r = r, .tx = tx, .row = c, .event = "service", .who = "system", .note = note};
	int rc = flows_get(&g, c->id);
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		const struct flow_token *t = &g.c.state.tokens[i];
		if (t->node < 0 || g.c.b->nodes[t->node].kind != BPMN_SERVICE ||
			strcmp(g.c.b->nodes[t->node].ref, topic) != 0)
			continue;
		rc = flows_go(&g, &(struct flow_event){.kind = FLOW_SERVICE_DONE, .token = t->id});
		break;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_status(struct registry *r, struct db_tx *tx, const struct case_row *c, enum flow_kind kind,
	const char *who, struct err_note *note)
{
	const char *event = kind == FLOW_SUSPEND ? "suspend" : kind == FLOW_RESUME ? "resume" : "cancel";
	struct flows_going g = {.r = r, .tx = tx, .row = c, .event = event, .who = who, .note = note};
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		rc = flows_go(&g, &(struct flow_event){.kind = kind});
	flow_case_fini(&g.c);
	return rc;
}

int flows_json(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out)
{
	static const char *const statuses[] = {"running", "suspended", "done", "cancelled"};
	struct flows_going g = {.r = r, .tx = tx};
	json_t *open = json_array(), *log = NULL, *back = NULL;
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		rc = flow_store_log(tx, c->id, &log);
	if (rc == 0)
		rc = flows_back_json(tx, &g.c, &back);
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		const struct bpmn_node *n =
			g.c.state.tokens[i].node < 0 ? NULL : &g.c.b->nodes[g.c.state.tokens[i].node];
		if (n)
			json_array_append_new(
				open, json_pack("{s:s,s:s,s:s,s:s,s:s}", "act", n->ref ? n->ref : "", "node",
					      n->id, "name", n->name, "kind", bpmn_kind_name(n->kind), "role",
					      n->role ? n->role : ""));
	}
	if (rc == 0)
		*out = json_pack("{s:s,s:I,s:s,s:O,s:O,s:O}", "process", g.c.b->id, "version",
			(json_int_t)g.c.version, "status", statuses[g.c.state.status], "open", open, "back",
			back, "log", log);
	flow_case_fini(&g.c);
	json_decref(open);
	json_decref(back);
	json_decref(log);
	return rc;
}
