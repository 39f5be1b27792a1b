#include "common/workflow/flow.h"

#include "common/workflow/flow_impl.h"
#include <stdio.h>
#include <string.h>

int flow_state_init(struct flow_state *s)
{
	memset(s, 0, sizeof *s);
	s->next_token = 1;
	s->vars = json_object();
	s->by = json_object();
	s->mail = json_array();
	s->undo = json_null();
	if (s->vars && s->by && s->mail)
		return 0;
	flow_state_fini(s);
	return ERR_NOMEM;
}

void flow_state_fini(struct flow_state *s)
{
	if (!s)
		return;
	json_decref(s->vars);
	json_decref(s->by);
	json_decref(s->mail);
	json_decref(s->undo);
	s->vars = s->by = s->mail = s->undo = NULL;
}

int flow_state_copy(const struct flow_state *from, struct flow_state *to)
{
	*to = *from;
	to->vars = json_deep_copy(from->vars);
	to->by = json_deep_copy(from->by);
	to->mail = json_deep_copy(from->mail);
	to->undo = json_deep_copy(from->undo);
	if (to->vars && to->by && to->mail && to->undo)
		return 0;
	flow_state_fini(to);
	return ERR_NOMEM;
}

const struct flow_token *flow_token_at(const struct flow_state *s, int node)
{
	for (size_t i = 0; i < s->ntokens; i++)
		if (s->tokens[i].node == node)
			return &s->tokens[i];
	return NULL;
}

static int name_add(json_t *list, char kind, const char *id)
{
	char text[BPMN_ID_MAX + 4];
	snprintf(text, sizeof text, "%c:%s", kind, id);
	return json_array_append_new(list, json_string(text)) ? ERR_NOMEM : 0;
}

static bool side_event(const struct bpmn_node *n)
{
	return n->kind == BPMN_BOUNDARY && !n->interrupting;
}

json_t *flow_marking(const struct bpmn *b, const struct flow_state *s)
{
	json_t *list = json_array();
	int rc = list ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < s->ntokens; i++)
		rc = s->tokens[i].node >= 0 ? name_add(list, 'n', b->nodes[s->tokens[i].node].id)
					    : name_add(list, 'f', b->flows[s->tokens[i].flow].id);
	for (size_t i = 0; rc == 0 && i < s->nwaits; i++)
		if (side_event(&b->nodes[s->waits[i].node]))
			rc = name_add(list, 'a', b->nodes[s->waits[i].node].id);
	if (rc < 0) {
		json_decref(list);
		return NULL;
	}
	return list;
}

bool flow_legal(const struct bpmn *b, const struct flow_state *s)
{
	struct bpmn_marking m = {0};
	/* On the way back only the handlers stand there; what is restored afterwards was legal before. */
	if (!json_is_null(s->undo))
		return true;
	for (size_t i = 0; i < s->ntokens; i++)
		if (s->tokens[i].node >= 0)
			bpmn_marking_node(&m, s->tokens[i].node);
		else
			bpmn_marking_flow(&m, s->tokens[i].flow);
	for (size_t i = 0; i < s->nwaits; i++)
		if (side_event(&b->nodes[s->waits[i].node]))
			bpmn_marking_node(&m, s->waits[i].node);
	return bpmn_space_has(b->markings, &m);
}

/* ---- events */
static const struct bpmn_node *node_of(const struct flow_run *r, int node)
{
	return &r->b->nodes[node];
}

static int not_waited(struct flow_run *r, const char *what)
{
	return err_set(r->note, ERR_STATE, "%.80s: not waited for now", what);
}

/* The token's activity is left by its own end. */
static int activity_done(struct flow_run *r, const struct flow_token *t, const json_t *result)
{
	int node = t->node;
	bool undoing = t->undoing;
	int rc = flow_vars_add(r, node_of(r, node), result);
	r->fx->node = node;
	flow_token_remove(r->s, t->id);
	if (rc < 0)
		return rc;
	if (undoing)
		return flow_undo_next(r);
	flow_note_done(r, node);
	rc = flow_leave(r, node);
	return rc == 0 ? flow_settle(r) : rc;
}

static int complete(struct flow_run *r, const struct flow_event *e)
{
	int node = bpmn_node_find(r->b, e->node);
	const struct flow_token *t = node < 0 ? NULL : flow_token_at(r->s, node);
	if (!t || node_of(r, node)->kind != BPMN_USER)
		return not_waited(r, e->node);
	const struct bpmn_node *n = node_of(r, node);
	if (n->not_by && strcmp(json_str(r->s->by, n->not_by), e->who) == 0)
		return flow_refuse(r, ERR_APPROVAL, n, "who did %.60s cannot do this", n->not_by);
	if (json_object_set_new(r->s->by, n->id, json_string(e->who)))
		return ERR_NOMEM;
	return activity_done(r, t, e->result);
}

/* A boundary event happens: its activity is left, or goes on beside it. */
static int boundary(struct flow_run *r, size_t wait, const json_t *result)
{
	struct flow_wait w = r->s->waits[wait];
	const struct bpmn_node *n = node_of(r, w.node);
	int rc = flow_vars_add(r, n, result);
	r->fx->node = w.node;
	if (n->interrupting)
		flow_token_remove(r->s, w.token);
	else
		memmove(&r->s->waits[wait], &r->s->waits[wait + 1],
			(--r->s->nwaits - wait) * sizeof r->s->waits[0]);
	if (rc == 0)
		rc = flow_leave(r, w.node);
	return rc == 0 ? flow_settle(r) : rc;
}

static int message(struct flow_run *r, const struct flow_event *e)
{
	for (size_t i = 0; i < r->s->ntokens; i++) {
		const struct flow_token *t = &r->s->tokens[i];
		if (t->node < 0)
			continue;
		const struct bpmn_node *n = node_of(r, t->node);
		if (n->kind == BPMN_CATCH && n->event == BPMN_MESSAGE && strcmp(n->ref, e->name) == 0)
			return activity_done(r, t, e->result);
	}
	for (size_t i = 0; i < r->s->nwaits; i++) {
		const struct bpmn_node *n = node_of(r, r->s->waits[i].node);
		if (n->event == BPMN_MESSAGE && strcmp(n->ref, e->name) == 0)
			return boundary(r, i, e->result);
	}
	/* Kept for a catch event further on; a name that none waits for is no message of this process. */
	for (size_t i = 0; i < r->b->nnodes; i++)
		if (r->b->nodes[i].kind == BPMN_CATCH && r->b->nodes[i].event == BPMN_MESSAGE &&
			strcmp(r->b->nodes[i].ref, e->name) == 0) {
			if (json_array_size(r->s->mail) >= FLOW_MAIL_MAX)
				return err_set(r->note, ERR_LIMIT, "too many messages wait");
			return json_array_append_new(r->s->mail,
				       json_pack("{s:s,s:O?}", "message", e->name, "payload", e->result))
				       ? ERR_NOMEM
				       : 0;
		}
	return not_waited(r, e->name);
}

static int timer(struct flow_run *r, const struct flow_event *e)
{
	for (size_t i = 0; i < r->s->nwaits; i++) {
		const struct flow_wait *w = &r->s->waits[i];
		const struct bpmn_node *n = node_of(r, w->node);
		if (w->token != e->token || strcmp(n->id, e->node) != 0 || n->event != BPMN_TIMER)
			continue;
		if (w->due_ms == 0 || w->due_ms > r->env->now_ms)
			return flow_refuse(r, ERR_STATE, n, "not due yet");
		if (n->kind == BPMN_BOUNDARY)
			return boundary(r, i, NULL);
		for (size_t k = 0; k < r->s->ntokens; k++)
			if (r->s->tokens[k].id == w->token)
				return activity_done(r, &r->s->tokens[k], NULL);
	}
	return not_waited(r, e->node);
}

static int service(struct flow_run *r, const struct flow_event *e)
{
	const struct flow_token *t = NULL;
	for (size_t i = 0; i < r->s->ntokens; i++)
		if (r->s->tokens[i].id == e->token)
			t = &r->s->tokens[i];
	if (!t || t->node < 0 || node_of(r, t->node)->kind != BPMN_SERVICE)
		return not_waited(r, "service");
	if (e->kind == FLOW_SERVICE_DONE)
		return activity_done(r, t, e->result);
	/* The event for this very code before the one for any. */
	for (int any = 0; any < 2; any++)
		for (size_t i = 0; i < r->s->nwaits; i++) {
			const struct bpmn_node *n = node_of(r, r->s->waits[i].node);
			if (r->s->waits[i].token == t->id && n->event == BPMN_ERROR &&
				strcmp(n->ref, any ? "" : e->name) == 0)
				return boundary(r, i, e->result);
		}
	return flow_refuse(
		r, ERR_REFUSED, node_of(r, t->node), "nothing is drawn for the error %.40s", e->name);
}

/* ---- suspension */
static void timers_stop(struct flow_run *r)
{
	for (size_t i = 0; i < r->s->nwaits; i++) {
		struct flow_wait *w = &r->s->waits[i];
		const struct bpmn_node *n = node_of(r, w->node);
		if (n->event != BPMN_TIMER || n->timer == BPMN_DATE)
			continue;
		int64_t gone = n->timer == BPMN_DURATION
				       ? r->env->now_ms - w->from_ms
				       : r->env->worked(r->env->arg, w->from_ms, r->env->now_ms);
		w->left = gone < 0 ? w->left : gone > w->left ? 0 : w->left - gone;
		w->due_ms = 0;
	}
}

static void timers_go(struct flow_run *r)
{
	for (size_t i = 0; i < r->s->nwaits; i++) {
		struct flow_wait *w = &r->s->waits[i];
		const struct bpmn_node *n = node_of(r, w->node);
		if (n->event != BPMN_TIMER || n->timer == BPMN_DATE)
			continue;
		w->from_ms = r->env->now_ms;
		w->due_ms = n->timer == BPMN_DURATION ? w->from_ms + w->left
						      : r->env->working(r->env->arg, w->from_ms, w->left);
	}
}

static int status_change(struct flow_run *r, enum flow_kind kind)
{
	static const char *const what[] = {[FLOW_SUSPEND] = "suspension", [FLOW_RESUME] = "resumption"};
	struct flow_state *s = r->s;
	if (kind == FLOW_CANCEL) {
		s->ntokens = s->nwaits = 0;
		s->status = FLOW_CANCELLED;
		json_decref(s->undo);
		s->undo = json_null();
		return 0;
	}
	if (s->status != (kind == FLOW_SUSPEND ? FLOW_RUNNING : FLOW_SUSPENDED))
		return not_waited(r, what[kind]);
	if (kind == FLOW_SUSPEND)
		timers_stop(r);
	else
		timers_go(r);
	s->status = kind == FLOW_SUSPEND ? FLOW_SUSPENDED : FLOW_RUNNING;
	return 0;
}

static int start(struct flow_run *r, const struct flow_event *e)
{
	if (r->s->ntokens || r->s->next_token != 1)
		return not_waited(r, "a second start");
	int rc = flow_vars_add(r, node_of(r, r->b->start), e->result);
	if (rc == 0)
		rc = flow_leave(r, r->b->start);
	return rc == 0 ? flow_settle(r) : rc;
}

static int happen(struct flow_run *r, const struct flow_event *e)
{
	if (r->s->status == FLOW_DONE || r->s->status == FLOW_CANCELLED)
		return err_set(r->note, ERR_STATE, "the process has ended");
	/* While it is suspended only the world outside goes on. */
	if (r->s->status == FLOW_SUSPENDED &&
		(e->kind == FLOW_COMPLETE || e->kind == FLOW_TIMER || e->kind == FLOW_BACK))
		return err_set(r->note, ERR_STATE, "the process is suspended");
	switch (e->kind) {
	case FLOW_START:
		return start(r, e);
	case FLOW_COMPLETE:
		return complete(r, e);
	case FLOW_MESSAGE:
		return message(r, e);
	case FLOW_TIMER:
		return timer(r, e);
	case FLOW_SERVICE_DONE:
	case FLOW_SERVICE_FAILED:
		return service(r, e);
	case FLOW_BACK:
		return flow_back(r, e);
	default:
		return status_change(r, e->kind);
	}
}

int flow_step(const struct bpmn *b, const struct flow_state *in, const struct flow_event *e,
	const struct flow_env *env, struct flow_state *out, struct flow_effects *fx, struct err_note *note)
{
	struct flow_state s;
	int rc = flow_state_copy(in, &s);
	if (rc < 0)
		return rc;
	memset(fx, 0, sizeof *fx);
	fx->node = -1;
	struct flow_run r = {b, env, &s, fx, note};
	rc = happen(&r, e);
	/* The drawing was walked: what comes of a step is one of its states. */
	if (rc == 0 && s.status != FLOW_CANCELLED && !flow_legal(b, &s))
		rc = err_set(note, ERR_BUG, "the step leads to no state of the process");
	if (rc < 0)
		flow_state_fini(&s);
	else
		*out = s;
	return rc;
}
