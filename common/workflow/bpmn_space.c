#include "common/workflow/bpmn_space.h"
#include "common/base/room.h"

#include "common/workflow/bpmn_impl.h"
#include <stdlib.h>
#include <string.h>

#define EDGES_MAX (BPMN_STATES_MAX * 12)
#define SLOTS 65536 /* a power of two well above the number of states */

/* States in the order they were found; a table finds them again. */
struct bpmn_markings {
	struct bpmn_marking *v;
	size_t n, cap;
	uint32_t *slots; /* index + 1 */
	size_t nslots;   /* a power of two */
};
struct edge {
	uint32_t from, to;
};
struct walk {
	const struct bpmn *b;
	struct bpmn_markings *s;
	struct edge *edges;
	size_t nedges, cap;
	struct bpmn_marking reached; /* nodes a token was at */
	struct err_note *note;
};

static bool get(const struct bpmn_marking *m, int bit)
{
	return m->w[bit / 64] >> (bit % 64) & 1;
}

static void put(struct bpmn_marking *m, int bit, bool on)
{
	uint64_t mask = UINT64_C(1) << (bit % 64);
	m->w[bit / 64] = on ? m->w[bit / 64] | mask : m->w[bit / 64] & ~mask;
}

void bpmn_marking_node(struct bpmn_marking *m, int node)
{
	put(m, node, true);
}

void bpmn_marking_flow(struct bpmn_marking *m, int flow)
{
	put(m, BPMN_NODES_MAX + flow, true);
}

static uint64_t hash(const struct bpmn_marking *m)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < BPMN_MARKING_WORDS; i++) {
		h ^= m->w[i];
		h *= UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	return h;
}

/* Slot of the state, or the free one where it would stand. */
static size_t slot_of(const struct bpmn_markings *s, const struct bpmn_marking *m)
{
	size_t i = hash(m) % s->nslots;
	while (s->slots[i] && memcmp(&s->v[s->slots[i] - 1], m, sizeof *m) != 0)
		i = (i + 1) % s->nslots;
	return i;
}

bool bpmn_space_has(const struct bpmn_markings *s, const struct bpmn_marking *m)
{
	return s->slots[slot_of(s, m)] != 0;
}

size_t bpmn_space_count(const struct bpmn_markings *s)
{
	return s->n;
}

void bpmn_space_free(struct bpmn_markings *s)
{
	if (!s)
		return;
	free(s->v);
	free(s->slots);
	free(s);
}

static int too_many(struct walk *k)
{
	return bpmn_refuse_at(k->note, ERR_LIMIT, k->b->id, k->b->nodes[k->b->start].line,
		"more than %d states: too much runs side by side", BPMN_STATES_MAX);
}

static int tokens_check(struct walk *k, const struct bpmn_marking *m)
{
	int n = 0;
	for (size_t i = 0; i < BPMN_MARKING_WORDS; i++)
		n += __builtin_popcountll(m->w[i]);
	return n <= BPMN_TOKENS_MAX
		       ? 0
		       : bpmn_refuse_at(k->note, ERR_LIMIT, k->b->id, k->b->nodes[k->b->start].line,
				 "more than %d tokens at one time", BPMN_TOKENS_MAX);
}

/* Notes the way from a state to one that may be new. */
static int found(struct walk *k, size_t from, const struct bpmn_marking *m)
{
	struct bpmn_markings *s = k->s;
	size_t i = slot_of(s, m);
	int rc = tokens_check(k, m);
	if (rc < 0)
		return rc;
	if (!s->slots[i]) {
		if (s->n == BPMN_STATES_MAX)
			return too_many(k);
		if (ROOM(s->v, s->n, s->cap) < 0)
			return ERR_NOMEM;
		s->v[s->n++] = *m;
		s->slots[i] = (uint32_t)s->n;
	}
	if (k->nedges == EDGES_MAX)
		return too_many(k);
	if (ROOM(k->edges, k->nedges, k->cap) < 0)
		return ERR_NOMEM;
	k->edges[k->nedges++] = (struct edge){(uint32_t)from, s->slots[i] - 1};
	return 0;
}

/* A token sets out on a flow; a second one there is one too many. */
static int flow_put(struct walk *k, struct bpmn_marking *m, int flow)
{
	const struct bpmn_flow *f = &k->b->flows[flow];
	if (get(m, BPMN_NODES_MAX + flow))
		return bpmn_refuse_at(k->note, ERR_REFUSED, f->id, f->line,
			"two tokens could meet here: a fork is not joined");
	put(m, BPMN_NODES_MAX + flow, true);
	return 0;
}

static int outs_put(struct walk *k, struct bpmn_marking *m, const struct bpmn_node *n)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n->nout; i++)
		rc = flow_put(k, m, n->out[i]);
	return rc;
}

static void boundaries_set(const struct walk *k, struct bpmn_marking *m, int activity, bool on)
{
	for (size_t i = 0; i < k->b->nnodes; i++) {
		const struct bpmn_node *n = &k->b->nodes[i];
		if (n->kind == BPMN_BOUNDARY && n->attached == activity && !n->interrupting &&
			n->event != BPMN_COMPENSATE)
			put(m, (int)i, on);
	}
}

/* The flow whose token moves next: the one that leads to the first node in order; -1 when all rest. */
static int moving(const struct bpmn *b, const struct bpmn_marking *m)
{
	int best = -1;
	for (size_t i = 0; i < b->nflows; i++) {
		const struct bpmn_node *to = &b->nodes[b->flows[i].to];
		if (!get(m, BPMN_NODES_MAX + (int)i))
			continue;
		bool rests = false;
		if (to->kind == BPMN_PARALLEL)
			for (size_t k = 0; k < to->nin; k++)
				rests |= !get(m, BPMN_NODES_MAX + to->in[k]);
		if (!rests && (best < 0 || to->rank < b->nodes[b->flows[best].to].rank))
			best = (int)i;
	}
	return best;
}

static int choose(struct walk *k, size_t from, const struct bpmn_marking *m, const struct bpmn_node *n)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n->nout; i++) {
		struct bpmn_marking next = *m;
		rc = flow_put(k, &next, n->out[i]);
		if (rc == 0)
			rc = found(k, from, &next);
	}
	return rc;
}

/* One token one node further. */
static int move(struct walk *k, size_t from, struct bpmn_marking m, int flow)
{
	int to = k->b->flows[flow].to, rc = 0;
	const struct bpmn_node *n = &k->b->nodes[to];
	put(&k->reached, to, true);
	put(&m, BPMN_NODES_MAX + flow, false);
	if (bpmn_waits(n)) {
		if (get(&m, to))
			return bpmn_refuse_at(k->note, ERR_REFUSED, n->id, n->line,
				"two tokens could meet here: a fork is not joined");
		put(&m, to, true);
		boundaries_set(k, &m, to, true);
	} else if (n->kind == BPMN_PARALLEL) {
		for (size_t i = 0; i < n->nin; i++)
			put(&m, BPMN_NODES_MAX + n->in[i], false);
		rc = outs_put(k, &m, n);
	} else if (n->kind == BPMN_EXCLUSIVE) {
		return choose(k, from, &m, n);
	} else if (n->event == BPMN_TERMINATE) {
		memset(&m, 0, sizeof m);
	} else {
		rc = outs_put(k, &m, n);
	}
	return rc == 0 ? found(k, from, &m) : rc;
}

/* Everything that can happen at a waiting node: it is done, or one of its boundary events. */
static int happen(struct walk *k, size_t from, const struct bpmn_marking *m, int node)
{
	struct bpmn_marking next = *m;
	put(&next, node, false);
	boundaries_set(k, &next, node, false);
	struct bpmn_marking left = next;
	int rc = outs_put(k, &next, &k->b->nodes[node]);
	if (rc == 0)
		rc = found(k, from, &next);
	for (size_t i = 0; rc == 0 && i < k->b->nnodes; i++) {
		const struct bpmn_node *n = &k->b->nodes[i];
		if (n->kind != BPMN_BOUNDARY || n->attached != node || n->event == BPMN_COMPENSATE ||
			(!n->interrupting && !get(m, (int)i)))
			continue;
		put(&k->reached, (int)i, true);
		next = n->interrupting ? left : *m;
		if (!n->interrupting)
			put(&next, (int)i, false);
		rc = outs_put(k, &next, n);
		if (rc == 0)
			rc = found(k, from, &next);
	}
	return rc;
}

static int expand(struct walk *k, size_t at)
{
	struct bpmn_marking m = k->s->v[at];
	int flow = moving(k->b, &m), rc = 0;
	if (flow >= 0)
		return move(k, at, m, flow);
	for (size_t i = 0; rc == 0 && i < k->b->nnodes; i++)
		if (get(&m, (int)i) && bpmn_waits(&k->b->nodes[i]))
			rc = happen(k, at, &m, (int)i);
	return rc;
}

/* Names what rests in a state that leads nowhere. */
static int stuck(const struct walk *k, const struct bpmn_marking *m)
{
	for (size_t i = 0; i < k->b->nflows; i++)
		if (get(m, BPMN_NODES_MAX + (int)i)) {
			const struct bpmn_node *n = &k->b->nodes[k->b->flows[i].to];
			return bpmn_refuse_at(
				k->note, ERR_REFUSED, n->id, n->line, "this join could wait for ever");
		}
	for (size_t i = 0; i < k->b->nnodes; i++)
		if (get(m, (int)i))
			return bpmn_refuse_at(k->note, ERR_REFUSED, k->b->nodes[i].id, k->b->nodes[i].line,
				"from here no end can be reached");
	return ERR_BUG;
}

/* Marks every state from which the end can be reached: backwards along the edges, sorted by where they lead.
 */
static int ends_mark(const struct walk *k, uint32_t end, unsigned char *good)
{
	size_t n = k->s->n;
	REQUIRE(n > end && n < UINT32_MAX);
	uint32_t *first = calloc(n + 2, sizeof *first), *from = calloc(k->nedges + 1, sizeof *from);
	uint32_t *queue = calloc(n + 1, sizeof *queue);
	size_t head = 0, tail = 0;
	int rc = first && from && queue ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < k->nedges; i++)
		first[k->edges[i].to + 2]++;
	for (size_t i = 2; rc == 0 && i < n + 2; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; rc == 0 && i < k->nedges; i++)
		from[first[k->edges[i].to + 1]++] = k->edges[i].from;
	if (rc == 0) {
		good[end] = 1;
		queue[tail++] = end;
	}
	while (head < tail) {
		uint32_t at = queue[head++];
		for (uint32_t i = first[at]; i < first[at + 1]; i++)
			if (!good[from[i]]) {
				good[from[i]] = 1;
				queue[tail++] = from[i];
			}
	}
	free(first);
	free(from);
	free(queue);
	return rc;
}

static int ends_check(struct walk *k)
{
	static const struct bpmn_marking empty;
	unsigned char *good = calloc(k->s->n, 1);
	uint32_t end = k->s->slots[slot_of(k->s, &empty)];
	int rc = good ? 0 : ERR_NOMEM;
	if (rc == 0 && end)
		rc = ends_mark(k, end - 1, good);
	for (size_t i = k->s->n; rc == 0 && i-- > 0;)
		if (!good[i] && moving(k->b, &k->s->v[i]) < 0)
			rc = stuck(k, &k->s->v[i]);
	free(good);
	return rc;
}

static int reached_check(const struct walk *k)
{
	for (size_t i = 0; i < k->b->nnodes; i++) {
		const struct bpmn_node *n = &k->b->nodes[i];
		if (!n->handler && n->event != BPMN_COMPENSATE && n->kind != BPMN_START &&
			!get(&k->reached, (int)i))
			return bpmn_refuse_at(k->note, ERR_REFUSED, n->id, n->line, "no run gets here");
	}
	return 0;
}

/* The walk is over: its table and list take no more than these states need. */
static int shrink(struct bpmn_markings *s)
{
	size_t n = 64;
	while (n < 4 * s->n)
		n *= 2;
	uint32_t *slots = calloc(n, sizeof *slots);
	if (!slots)
		return ERR_NOMEM;
	free(s->slots);
	s->slots = slots;
	s->nslots = n;
	for (size_t i = 0; i < s->n; i++)
		s->slots[slot_of(s, &s->v[i])] = (uint32_t)(i + 1);
	struct bpmn_marking *v = realloc(s->v, s->n * sizeof *v);
	s->v = v ? v : s->v;
	return 0;
}

int bpmn_space_explore(const struct bpmn *b, struct bpmn_markings **out, struct err_note *note)
{
	struct walk k = {.b = b, .note = note};
	struct bpmn_marking first = {0};
	k.s = calloc(1, sizeof *k.s);
	if (!k.s || !(k.s->slots = calloc(SLOTS, sizeof *k.s->slots))) {
		bpmn_space_free(k.s);
		return ERR_NOMEM;
	}
	k.s->nslots = SLOTS;
	int rc = outs_put(&k, &first, &b->nodes[b->start]);
	if (rc == 0)
		rc = found(&k, 0, &first);
	for (size_t at = 0; rc == 0 && at < k.s->n; at++)
		rc = expand(&k, at);
	if (rc == 0)
		rc = ends_check(&k);
	if (rc == 0)
		rc = reached_check(&k);
	if (rc == 0)
		rc = shrink(k.s);
	free(k.edges);
	if (rc < 0)
		bpmn_space_free(k.s);
	else
		*out = k.s;
	return rc;
}
