/* The same case under another drawing, and the state as JSON. */
#include "common/workflow/flow_impl.h"
#include <string.h>

static const char *mapped(const json_t *map, const char *id)
{
	const json_t *v = json_object_get(map, id);
	return json_is_string(v) ? json_string_value(v) : id;
}

static int flow_find(const struct bpmn *b, const char *id)
{
	for (size_t i = 0; i < b->nflows; i++)
		if (strcmp(b->flows[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int no_place(struct err_note *note, const char *id, const char *what)
{
	return err_set(note, ERR_REFUSED, "%.90s: %s", id, what);
}

static int token_migrate(const struct bpmn *from, const struct bpmn *to, const json_t *map,
	const struct flow_token *t, struct flow_token *out, struct err_note *note)
{
	*out = *t;
	if (t->node < 0) {
		const char *id = from->flows[t->flow].id;
		out->flow = flow_find(to, mapped(map, id));
		return out->flow < 0 || to->nodes[to->flows[out->flow].to].kind != BPMN_PARALLEL
			       ? no_place(note, id, "the new version has no such flow into a join")
			       : 0;
	}
	const struct bpmn_node *n = &from->nodes[t->node];
	out->node = bpmn_node_find(to, mapped(map, n->id));
	if (out->node < 0)
		return no_place(note, n->id, "the new version has no such place");
	const struct bpmn_node *m = &to->nodes[out->node];
	if (m->kind != n->kind || m->event != n->event || m->handler != n->handler)
		return no_place(note, n->id, "in the new version it is of another kind");
	/* What somebody or something works on must stay the same work. */
	return (n->kind == BPMN_SERVICE || n->event == BPMN_MESSAGE) && strcmp(n->ref, m->ref) != 0
		       ? no_place(note, n->id, "in the new version it waits for something else")
		       : 0;
}

static const struct flow_wait *wait_find(const struct flow_state *s, int64_t token, int node)
{
	for (size_t i = 0; i < s->nwaits; i++)
		if (s->waits[i].token == token && s->waits[i].node == node)
			return &s->waits[i];
	return NULL;
}

/* The node of the old drawing that became this one; -1. */
static int origin(const struct bpmn *from, const json_t *map, const char *id)
{
	for (size_t i = 0; i < from->nnodes; i++)
		if (strcmp(mapped(map, from->nodes[i].id), id) == 0)
			return (int)i;
	return -1;
}

/* Timers that stay go on as they were set; side events that have happened stay so; what is new is armed. */
static int waits_migrate(struct flow_run *r, const struct bpmn *from, const json_t *map,
	const struct flow_state *in, const struct flow_token *t)
{
	json_t *armed = json_array();
	int rc = armed ? 0 : ERR_NOMEM;
	size_t before = r->s->nwaits;
	for (size_t i = 0; rc == 0 && i < r->b->nnodes; i++) {
		const struct bpmn_node *n = &r->b->nodes[i];
		int was = n->kind == BPMN_BOUNDARY ? origin(from, map, n->id) : -1;
		if (n->kind == BPMN_BOUNDARY && (was < 0 || wait_find(in, t->id, was)))
			json_array_append_new(armed, json_string(n->id));
	}
	if (rc == 0 && t->node >= 0 && !t->undoing)
		rc = flow_arm(r, t->id, t->node, armed);
	for (size_t i = before; rc == 0 && i < r->s->nwaits; i++) {
		struct flow_wait *w = &r->s->waits[i];
		const struct bpmn_node *n = &r->b->nodes[w->node];
		int was = origin(from, map, n->id);
		const struct flow_wait *old = was < 0 ? NULL : wait_find(in, t->id, was);
		if (old && from->nodes[was].event == n->event && from->nodes[was].timer == n->timer) {
			w->due_ms = old->due_ms;
			w->left = old->left;
			w->from_ms = old->from_ms;
		}
	}
	json_decref(armed);
	return rc;
}

static int names_migrate(const json_t *map, struct flow_state *s)
{
	json_t *by = json_object(), *v;
	const char *key;
	int rc = by ? 0 : ERR_NOMEM;
	json_object_foreach(s->by, key, v) if (rc == 0 && json_object_set(by, mapped(map, key), v)) rc =
		ERR_NOMEM;
	json_decref(s->by);
	s->by = by;
	return rc;
}

int flow_migrate(const struct bpmn *from, const struct bpmn *to, const json_t *map,
	const struct flow_state *in, const struct flow_env *env, struct flow_state *out,
	struct err_note *note)
{
	struct flow_state s;
	struct flow_effects fx = {0};
	if (in->status == FLOW_DONE || in->status == FLOW_CANCELLED)
		return err_set(note, ERR_STATE, "the process has ended");
	if (!json_is_null(in->undo))
		return err_set(note, ERR_STATE, "a way back is under way");
	int rc = flow_state_copy(in, &s);
	if (rc < 0)
		return rc;
	struct flow_run r = {to, env, &s, &fx, note};
	s.nwaits = 0;
	for (size_t i = 0; rc == 0 && i < s.ntokens; i++) {
		rc = token_migrate(from, to, map, &in->tokens[i], &s.tokens[i], note);
		if (rc == 0)
			rc = waits_migrate(&r, from, map, in, &s.tokens[i]);
	}
	if (rc == 0)
		rc = names_migrate(map, &s);
	if (rc == 0 && !flow_legal(to, &s))
		rc = err_set(note, ERR_REFUSED, "the new version is never in such a state");
	if (rc < 0)
		flow_state_fini(&s);
	else
		*out = s;
	return rc;
}

/* ---- JSON */
static const char *const statuses[] = {"running", "suspended", "done", "cancelled"};

int flow_state_json(const struct bpmn *b, const struct flow_state *s, json_t **out)
{
	json_t *tokens = json_array(), *waits = json_array();
	for (size_t i = 0; i < s->ntokens; i++) {
		const struct flow_token *t = &s->tokens[i];
		json_array_append_new(tokens, json_pack("{s:I,s:s,s:s,s:I,s:b}", "id", (json_int_t)t->id,
						      "node", t->node < 0 ? "" : b->nodes[t->node].id, "flow",
						      t->flow < 0 ? "" : b->flows[t->flow].id, "since",
						      (json_int_t)t->since_ms, "undoing", t->undoing));
	}
	for (size_t i = 0; i < s->nwaits; i++) {
		const struct flow_wait *w = &s->waits[i];
		json_array_append_new(
			waits, json_pack("{s:I,s:s,s:I,s:I,s:I}", "token", (json_int_t)w->token, "node",
				       b->nodes[w->node].id, "due", (json_int_t)w->due_ms, "left",
				       (json_int_t)w->left, "from", (json_int_t)w->from_ms));
	}
	*out = json_pack("{s:s,s:I,s:o,s:o,s:O,s:O,s:O,s:O}", "status", statuses[s->status], "next",
		(json_int_t)s->next_token, "tokens", tokens, "waits", waits, "vars", s->vars, "by", s->by,
		"mail", s->mail, "undo", s->undo);
	return *out ? 0 : ERR_NOMEM;
}

static int token_parse(const struct bpmn *b, const json_t *v, struct flow_token *t)
{
	const char *node = json_str(v, "node"), *flow = json_str(v, "flow");
	*t = (struct flow_token){json_int(v, "id"), json_int(v, "since"),
		*node ? bpmn_node_find(b, node) : -1, *flow ? flow_find(b, flow) : -1,
		json_is_true(json_object_get(v, "undoing"))};
	return t->node < 0 && t->flow < 0 ? ERR_SCHEMA : 0;
}

static int rows_parse(const struct bpmn *b, const json_t *v, struct flow_state *s)
{
	const json_t *tokens = json_object_get(v, "tokens"), *waits = json_object_get(v, "waits"), *one;
	size_t i;
	int rc = json_array_size(tokens) > FLOW_TOKENS_MAX || json_array_size(waits) > FLOW_WAITS_MAX
			 ? ERR_LIMIT
			 : 0;
	json_array_foreach(tokens, i, one) if (rc == 0) rc = token_parse(b, one, &s->tokens[s->ntokens++]);
	json_array_foreach(waits, i, one)
	{
		struct flow_wait w = {json_int(one, "token"), json_int(one, "due"), json_int(one, "left"),
			json_int(one, "from"), bpmn_node_find(b, json_str(one, "node"))};
		if (rc == 0 && w.node < 0)
			rc = ERR_SCHEMA;
		if (rc == 0)
			s->waits[s->nwaits++] = w;
	}
	return rc;
}

int flow_state_parse(const struct bpmn *b, const json_t *v, struct flow_state *out, struct err_note *note)
{
	struct flow_state s = {0};
	s.vars = json_incref(json_object_get(v, "vars"));
	s.by = json_incref(json_object_get(v, "by"));
	s.mail = json_incref(json_object_get(v, "mail"));
	s.undo = json_incref(json_object_get(v, "undo"));
	s.next_token = json_int(v, "next");
	int rc = json_is_object(s.vars) && json_is_object(s.by) && json_is_array(s.mail) && s.undo
			 ? 0
			 : ERR_SCHEMA;
	while (rc == 0 && strcmp(statuses[s.status], json_str(v, "status")) != 0)
		if (++s.status > FLOW_CANCELLED)
			rc = ERR_SCHEMA;
	if (rc == 0)
		rc = rows_parse(b, v, &s);
	if (rc == 0 && s.status != FLOW_CANCELLED && !flow_legal(b, &s))
		rc = ERR_SCHEMA;
	if (rc < 0) {
		flow_state_fini(&s);
		return err_set(note, rc, "not a state of this process");
	}
	*out = s;
	return 0;
}
