#include "common/workflow/flow_impl.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int flow_refuse(struct flow_run *r, int err, const struct bpmn_node *n, const char *fmt, ...)
{
	char what[180];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return err_set(r->note, err, "%.60s: %s", n->id, what);
}

int flow_token_add(struct flow_run *r, int node, int flow, bool undoing)
{
	struct flow_state *s = r->s;
	if (s->ntokens == FLOW_TOKENS_MAX)
		return err_set(r->note, ERR_LIMIT, "more than %d tokens", FLOW_TOKENS_MAX);
	s->tokens[s->ntokens++] = (struct flow_token){s->next_token++, r->env->now_ms, node, flow, undoing};
	return 0;
}

void flow_token_remove(struct flow_state *s, int64_t id)
{
	size_t n = 0;
	for (size_t i = 0; i < s->ntokens; i++)
		if (s->tokens[i].id != id)
			s->tokens[n++] = s->tokens[i];
	s->ntokens = n;
	n = 0;
	for (size_t i = 0; i < s->nwaits; i++)
		if (s->waits[i].token != id)
			s->waits[n++] = s->waits[i];
	s->nwaits = n;
}

int flow_leave(struct flow_run *r, int node)
{
	const struct bpmn_node *n = &r->b->nodes[node];
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n->nout; i++)
		rc = flow_token_add(r, -1, n->out[i], false);
	return rc;
}

void flow_note_done(struct flow_run *r, int node)
{
	if (r->fx->ndone < FLOW_DONE_MAX)
		r->fx->done[r->fx->ndone++] = node;
}

/* ---- expressions */
static int eval(struct flow_run *r, const struct bpmn_node *n, const char *id, size_t program, json_t **out)
{
	struct err_note why = {0};
	json_t *value = json_pack("{s:O,s:O?}", "vars", r->s->vars, "case", r->env->facts);
	if (!value)
		return ERR_NOMEM;
	if (!r->env->facts)
		json_object_set_new(value, "case", json_object());
	int rc = r->env->eval(r->env->arg, program, value, out, &why);
	json_decref(value);
	return rc < 0 ? flow_refuse(r, rc == ERR_BUSY ? rc : ERR_REFUSED, n, "%.60s: %.100s", id,
				why.err ? why.text : err_text(rc))
		      : 0;
}

int flow_vars_add(struct flow_run *r, const struct bpmn_node *n, const json_t *more)
{
	struct buf size;
	if (!more || json_is_null(more))
		return 0;
	if (!json_is_object(more))
		return flow_refuse(r, ERR_REFUSED, n, "its result is no object");
	if (json_object_update(r->s->vars, (json_t *)(uintptr_t)more))
		return ERR_NOMEM;
	buf_init(&size, FLOW_VARS_MAX);
	int rc = json_canon(r->s->vars, &size);
	buf_fini(&size);
	return rc == ERR_LIMIT ? flow_refuse(r, ERR_LIMIT, n, "the case's variables grow too large") : rc;
}

int flow_script(struct flow_run *r, int node)
{
	const struct bpmn_node *n = &r->b->nodes[node];
	json_t *v = NULL;
	int rc = eval(r, n, "script", n->program, &v);
	if (rc == 0)
		rc = flow_vars_add(r, n, v);
	json_decref(v);
	return rc;
}

/* The first flow in the order of the file whose condition is true, else the default one. */
static int choose(struct flow_run *r, int node)
{
	const struct bpmn_node *n = &r->b->nodes[node];
	int taken = n->nout == 1 ? n->out[0] : n->fallback;
	for (size_t i = 0; n->nout > 1 && i < n->nout; i++) {
		const struct bpmn_flow *f = &r->b->flows[n->out[i]];
		json_t *v = NULL;
		if (!f->condition)
			continue;
		int rc = eval(r, n, f->id, f->program, &v);
		bool yes = json_is_true(v), boolean = json_is_boolean(v);
		json_decref(v);
		if (rc < 0)
			return rc;
		if (!boolean)
			return flow_refuse(
				r, ERR_REFUSED, n, "%.60s: neither true nor false came of it", f->id);
		if (yes) {
			taken = n->out[i];
			break;
		}
	}
	return flow_token_add(r, -1, taken, false);
}

/* ---- what is armed beside a token */
static int wait_add(struct flow_run *r, int64_t token, int node)
{
	struct flow_state *s = r->s;
	const struct bpmn_node *n = &r->b->nodes[node];
	struct flow_wait w = {.token = token, .node = node, .from_ms = r->env->now_ms};
	if (s->nwaits == FLOW_WAITS_MAX)
		return err_set(r->note, ERR_LIMIT, "more than %d events armed", FLOW_WAITS_MAX);
	if (n->event == BPMN_TIMER) {
		int64_t named = n->ref && r->env->term ? r->env->term(r->env->arg, n->ref) : -1;
		w.left = named >= 0 ? named : n->timer_value;
		w.due_ms = n->timer == BPMN_DATE       ? w.left
			   : n->timer == BPMN_DURATION ? w.from_ms + w.left
						       : r->env->working(r->env->arg, w.from_ms, w.left);
		if (s->status == FLOW_SUSPENDED && n->timer != BPMN_DATE)
			w.due_ms = 0;
	}
	s->waits[s->nwaits++] = w;
	return 0;
}

static bool listed(const json_t *armed, const char *id)
{
	size_t i;
	const json_t *v;
	json_array_foreach(armed, i, v) if (strcmp(json_string_value(v), id) == 0) return true;
	return armed == NULL;
}

int flow_arm(struct flow_run *r, int64_t token, int node, const json_t *armed)
{
	const struct bpmn_node *n = &r->b->nodes[node];
	int rc = 0;
	if (n->kind == BPMN_CATCH)
		return n->event == BPMN_TIMER ? wait_add(r, token, node) : 0;
	for (size_t i = 0; rc == 0 && i < r->b->nnodes; i++) {
		const struct bpmn_node *x = &r->b->nodes[i];
		if (x->kind == BPMN_BOUNDARY && x->attached == node && x->event != BPMN_COMPENSATE &&
			(x->interrupting || listed(armed, x->id)))
			rc = wait_add(r, token, (int)i);
	}
	return rc;
}

/* A message that came before: taken in the order of arrival. */
static int mail_take(struct flow_run *r, const struct bpmn_node *n, bool *taken)
{
	size_t i;
	json_t *m;
	*taken = false;
	json_array_foreach(r->s->mail, i, m) if (strcmp(json_str(m, "message"), n->ref) == 0)
	{
		int rc = flow_vars_add(r, n, json_object_get(m, "payload"));
		*taken = true;
		json_array_remove(r->s->mail, i);
		return rc;
	}
	return 0;
}

/* ---- moving */
static const struct flow_token *at_flow(const struct flow_state *s, int flow)
{
	for (size_t i = 0; i < s->ntokens; i++)
		if (s->tokens[i].flow == flow)
			return &s->tokens[i];
	return NULL;
}

/* The token that moves next, in the order of bpmn_space.c; NULL when all rest. */
static struct flow_token *moving(const struct flow_run *r)
{
	struct flow_token *best = NULL;
	for (size_t i = 0; i < r->s->ntokens; i++) {
		struct flow_token *t = &r->s->tokens[i];
		if (t->flow < 0)
			continue;
		const struct bpmn_node *to = &r->b->nodes[r->b->flows[t->flow].to];
		bool rests = false;
		for (size_t k = 0; to->kind == BPMN_PARALLEL && k < to->nin; k++)
			rests |= !at_flow(r->s, to->in[k]);
		if (rests || (best && to->rank > r->b->nodes[r->b->flows[best->flow].to].rank))
			continue;
		if (!best || to->rank < r->b->nodes[r->b->flows[best->flow].to].rank || t->flow < best->flow)
			best = t;
	}
	return best;
}

static int rest(struct flow_run *r, struct flow_token *t, int node)
{
	const struct bpmn_node *n = &r->b->nodes[node];
	bool mail = false;
	int rc = 0;
	t->node = node;
	t->flow = -1;
	t->since_ms = r->env->now_ms;
	int64_t id = t->id;
	if (n->kind == BPMN_CATCH && n->event == BPMN_MESSAGE)
		rc = mail_take(r, n, &mail);
	if (rc == 0 && !mail)
		return flow_arm(r, id, node, NULL);
	flow_token_remove(r->s, id);
	return rc == 0 ? flow_leave(r, node) : rc;
}

static int throw(struct flow_run * r, const struct bpmn_node *n)
{
	if (n->event != BPMN_MESSAGE)
		return 0;
	if (r->fx->nmessages == FLOW_DONE_MAX)
		return ERR_LIMIT;
	r->fx->messages[r->fx->nmessages++] = n->ref;
	return 0;
}

static int move(struct flow_run *r, struct flow_token *t)
{
	int node = r->b->flows[t->flow].to, rc = 0;
	const struct bpmn_node *n = &r->b->nodes[node];
	if (bpmn_waits(n))
		return rest(r, t, node);
	if (n->kind == BPMN_PARALLEL) {
		for (size_t i = 0; i < n->nin; i++)
			flow_token_remove(r->s, at_flow(r->s, n->in[i])->id);
		return flow_leave(r, node);
	}
	flow_token_remove(r->s, t->id);
	if (n->kind == BPMN_EXCLUSIVE)
		return choose(r, node);
	if (n->kind == BPMN_SCRIPT) {
		rc = flow_script(r, node);
		flow_note_done(r, node);
	} else {
		rc = throw(r, n);
	}
	if (n->event == BPMN_TERMINATE)
		r->s->ntokens = r->s->nwaits = 0;
	return rc == 0 ? flow_leave(r, node) : rc;
}

int flow_settle(struct flow_run *r)
{
	struct flow_token *t;
	int rc = 0;
	while (rc == 0 && (t = moving(r)))
		rc = move(r, t);
	if (rc == 0 && r->s->ntokens == 0 && json_is_null(r->s->undo))
		r->s->status = FLOW_DONE;
	return rc;
}
