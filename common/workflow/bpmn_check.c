#include "common/workflow/bpmn_impl.h"
#include <stdlib.h>
#include <string.h>

static int bad(struct err_note *note, const struct bpmn_node *n, const char *what)
{
	return bpmn_refuse_at(note, ERR_SCHEMA, n->id, n->line, "%s", what);
}

static bool task(const struct bpmn_node *n)
{
	return n->kind == BPMN_USER || n->kind == BPMN_SERVICE || n->kind == BPMN_SCRIPT;
}

/* How many flows come in and leave, by kind. */
static int degree_check(const struct bpmn_node *n, struct err_note *note)
{
	if (n->handler || (n->kind == BPMN_BOUNDARY && n->event == BPMN_COMPENSATE))
		return n->nin || n->nout
			       ? bad(note, n, "compensation lies beside the flow: none comes or leaves")
			       : 0;
	bool starts = n->kind == BPMN_START || n->kind == BPMN_BOUNDARY;
	if (starts && n->nin)
		return bad(note, n, "no flow may come into it");
	if (!starts && n->nin == 0)
		return bad(note, n, "no flow comes into it");
	if (n->kind == BPMN_END)
		return n->nout ? bad(note, n, "a flow leaves an end") : 0;
	if (n->nout == 0)
		return bad(note, n, "no flow leaves it");
	bool gateway = n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_PARALLEL;
	return n->nout > 1 && !gateway ? bad(note, n, "more than one flow leaves it: use a gateway") : 0;
}

static int gateway_check(const struct bpmn *b, const struct bpmn_node *n, struct err_note *note)
{
	bool choice = n->kind == BPMN_EXCLUSIVE && n->nout > 1;
	if (choice && n->fallback < 0)
		return bad(note, n, "it has no default flow: the process could get stuck here");
	for (size_t i = 0; i < n->nout; i++) {
		const struct bpmn_flow *f = &b->flows[n->out[i]];
		bool wanted = choice && n->out[i] != n->fallback;
		if (f->condition && !wanted)
			return bpmn_refuse_at(note, ERR_SCHEMA, f->id, f->line,
				n->out[i] == n->fallback ? "a default flow with a condition"
							 : "a condition where there is no choice");
		if (!f->condition && wanted)
			return bpmn_refuse_at(
				note, ERR_SCHEMA, f->id, f->line, "a choice without a condition");
	}
	return 0;
}

static int boundary_check(const struct bpmn *b, const struct bpmn_node *n, struct err_note *note)
{
	const struct bpmn_node *a = &b->nodes[n->attached];
	if (n->event == BPMN_COMPENSATE)
		return !task(a) || a->handler ? bad(note, n, "compensation is attached to a task")
		       : a->handled_by < 0    ? bad(note, n, "it leads to no task that compensates")
					      : 0;
	if ((a->kind != BPMN_USER && a->kind != BPMN_SERVICE) || a->handler)
		return bad(note, n, "it is attached to something that does not wait");
	if (n->event == BPMN_ERROR && (a->kind != BPMN_SERVICE || !n->interrupting))
		return bad(note, n, "an error is caught at a service task, and interrupts it");
	return 0;
}

static int timer_check(const struct bpmn_node *n, struct err_note *note)
{
	return n->event == BPMN_TIMER && n->timer != BPMN_DATE && n->timer_value == 0
		       ? bad(note, n, "a timer of no time is no wait")
		       : 0;
}

static int user_check(const struct bpmn *b, const struct bpmn_node *n, struct err_note *note)
{
	if (!n->not_by)
		return 0;
	int other = bpmn_node_find(b, n->not_by);
	return other < 0 || b->nodes[other].kind != BPMN_USER || &b->nodes[other] == n
		       ? bad(note, n, "notBy names no other user task")
		       : 0;
}

static int handlers_check(const struct bpmn *b, struct err_note *note)
{
	for (size_t i = 0; i < b->nnodes; i++) {
		size_t uses = 0;
		if (!b->nodes[i].handler)
			continue;
		for (size_t k = 0; k < b->nnodes; k++)
			uses += b->nodes[k].handled_by == (int)i;
		if (!task(&b->nodes[i]) || uses != 1)
			return bad(note, &b->nodes[i],
				"isForCompensation, but no one compensation event leads to it");
	}
	return 0;
}

static int nodes_check(struct bpmn *b, struct err_note *note)
{
	int starts = 0, ends = 0, events = 0, rc = handlers_check(b, note);
	for (size_t i = 0; rc == 0 && i < b->nnodes; i++) {
		const struct bpmn_node *n = &b->nodes[i];
		rc = degree_check(n, note);
		if (rc == 0)
			rc = gateway_check(b, n, note);
		if (rc == 0 && n->kind == BPMN_BOUNDARY)
			rc = boundary_check(b, n, note);
		if (rc == 0)
			rc = timer_check(n, note);
		if (rc == 0 && n->kind == BPMN_USER)
			rc = user_check(b, n, note);
		if (n->kind == BPMN_START && rc == 0) {
			b->start = (int)i;
			if (++starts > 1)
				rc = bad(note, n, "a second start event");
		}
		ends += n->kind == BPMN_END;
		events += n->kind == BPMN_BOUNDARY || n->kind == BPMN_CATCH;
		if (rc == 0 && events > BPMN_EVENTS_MAX)
			rc = bpmn_refuse_at(
				note, ERR_LIMIT, n->id, n->line, "more than %d events", BPMN_EVENTS_MAX);
	}
	if (rc == 0 && (starts != 1 || ends == 0))
		rc = bpmn_refuse_at(note, ERR_SCHEMA, b->id, 1, "it needs one start event and an end event");
	return rc;
}

/* ---- loops and order: a walk over what runs on by itself */
struct order {
	const struct bpmn *b;
	bool service_waits; /* false: a service task is no wait, for the search of loops */
	unsigned char mark[BPMN_NODES_MAX];
	int next, found; /* found: a node on a loop, -1 */
	int rank[BPMN_NODES_MAX];
};

static bool rests(const struct order *o, const struct bpmn_node *n)
{
	bool wait = n->kind == BPMN_USER || n->kind == BPMN_CATCH ||
		    (n->kind == BPMN_BOUNDARY && (n->event == BPMN_MESSAGE || n->event == BPMN_TIMER));
	/* A date is over once and for all: the second time round it is no wait. */
	if (!o->service_waits && n->event == BPMN_TIMER && n->timer == BPMN_DATE)
		wait = false;
	return wait || (o->service_waits && n->kind == BPMN_SERVICE);
}

static void visit(struct order *o, int node);

static void visit_next(struct order *o, int node)
{
	if (o->mark[node] == 1 && o->found < 0)
		o->found = node;
	else if (o->mark[node] == 0)
		visit(o, node);
}

/* Depth is at most the number of nodes. */
static void visit(struct order *o, int node)
{
	const struct bpmn_node *n = &o->b->nodes[node];
	o->mark[node] = 1;
	bool boundary_walk = o->service_waits && n->kind == BPMN_BOUNDARY;
	if (!rests(o, n) || boundary_walk)
		for (size_t i = 0; i < n->nout; i++)
			visit_next(o, o->b->flows[n->out[i]].to);
	if (!o->service_waits && (n->kind == BPMN_USER || n->kind == BPMN_SERVICE))
		for (size_t i = 0; i < o->b->nnodes; i++)
			if (o->b->nodes[i].attached == node && !rests(o, &o->b->nodes[i]))
				visit_next(o, (int)i);
	o->mark[node] = 2;
	o->rank[node] = o->next--;
}

static int loops_check(struct bpmn *b, struct err_note *note)
{
	struct order loops = {.b = b, .found = -1}, ranks = {.b = b, .service_waits = true, .found = -1};
	ranks.next = (int)b->nnodes;
	for (size_t i = 0; i < b->nnodes; i++)
		if (loops.mark[i] == 0)
			visit(&loops, (int)i);
	if (loops.found >= 0)
		return bpmn_refuse_at(note, ERR_REFUSED, b->nodes[loops.found].id, b->nodes[loops.found].line,
			"a loop without a wait runs through it");
	for (size_t i = 0; i < b->nnodes; i++)
		if (ranks.mark[i] == 0)
			visit(&ranks, (int)i);
	for (size_t i = 0; i < b->nnodes; i++)
		b->nodes[i].rank = ranks.rank[i];
	return 0;
}

int bpmn_check(struct bpmn *b, struct err_note *note)
{
	int rc = nodes_check(b, note);
	return rc == 0 ? loops_check(b, note) : rc;
}
