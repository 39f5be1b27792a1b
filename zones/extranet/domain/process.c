#include "zones/extranet/domain/process.h"

#include <string.h>

const char *const process_acts[] = {
	"accept", "tax", "graphics", "review", "approve", "check", "enter", "archive", NULL};
const char *const process_topics[] = {"certificate", "notice", "tax-void", NULL};
const char *const process_roles[] = {
	"case.accept", "case.tax", "case.review", "case.enter", "case.assign", "graphics.add", NULL};
static const char *const messages[] = {"cadastral", "objection", NULL};

static bool listed(const char *const *list, const char *s)
{
	while (*list && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

static int bad(struct err_note *note, const struct bpmn_node *n, const char *what)
{
	return err_set(note, ERR_CONFIG, "%.70s, line %d: %s", n->id, n->line, what);
}

/* The node of that kind and reference; -1. */
static int find(const struct bpmn *p, enum bpmn_kind kind, const char *ref)
{
	for (size_t i = 0; i < p->nnodes; i++)
		if (p->nodes[i].kind == kind && p->nodes[i].ref && strcmp(p->nodes[i].ref, ref) == 0)
			return (int)i;
	return -1;
}

/* Acts, services and messages of one name: what all of a law's demand is about, however often it is drawn. */
struct demand {
	enum bpmn_kind kind;
	const char *ref;
};

static bool meets(const struct bpmn_node *n, struct demand d)
{
	return n->kind == d.kind && n->ref && strcmp(n->ref, d.ref) == 0;
}

/* 公告 is over when its own term is, or when somebody objects; whatever else takes a case out of a step
 * leaves that step undone. */
static bool fulfils(const struct bpmn_node *boundary, struct demand d)
{
	return strcmp(d.ref, "notice") == 0 && boundary->interrupting && boundary->ref &&
	       ((boundary->event == BPMN_TIMER && strcmp(boundary->ref, "notice") == 0) ||
		       (boundary->event == BPMN_MESSAGE && strcmp(boundary->ref, "objection") == 0));
}

/* Marks what can be reached from the start with nothing of `first` done. */
static void reach(const struct bpmn *p, int node, struct demand first, bool *seen)
{
	const struct bpmn_node *n = &p->nodes[node];
	bool done = meets(n, first);
	if (seen[node])
		return;
	seen[node] = true;
	for (size_t i = 0; !done && i < n->nout; i++)
		reach(p, p->flows[n->out[i]].to, first, seen);
	for (size_t i = 0; i < p->nnodes; i++)
		if (p->nodes[i].kind == BPMN_BOUNDARY && p->nodes[i].attached == node &&
			!(done && fulfils(&p->nodes[i], first)))
			reach(p, (int)i, first, seen);
}

/* The first of `later` that a way leads to on which nothing of `first` was done; -1 none. */
static int unmet(const struct bpmn *p, struct demand first, struct demand later)
{
	bool seen[BPMN_NODES_MAX] = {false};
	reach(p, p->start, first, seen);
	for (size_t i = 0; i < p->nnodes; i++)
		if (seen[i] && (later.ref ? meets(&p->nodes[i], later) : p->nodes[i].kind == later.kind))
			return (int)i;
	return -1;
}

static bool drawn(const struct bpmn *p, struct demand d)
{
	return find(p, d.kind, d.ref) >= 0;
}

static const struct demand accepted = {BPMN_USER, "accept"}, reviewed = {BPMN_USER, "review"},
			   entered = {BPMN_USER, "enter"}, taxed = {BPMN_USER, "tax"},
			   surveyed = {BPMN_CATCH, "cadastral"}, announced = {BPMN_SERVICE, "notice"},
			   certified = {BPMN_SERVICE, "certificate"}, ended = {BPMN_END, NULL};

static int names_check(const struct bpmn *p, struct err_note *note)
{
	for (size_t i = 0; i < p->nnodes; i++) {
		const struct bpmn_node *n = &p->nodes[i];
		if (n->kind == BPMN_USER && !listed(process_acts, n->ref))
			return bad(note, n, "an act that is unknown here");
		if (n->kind == BPMN_USER && n->handler)
			return bad(note, n, "what a step back undoes is no act of a person");
		if (n->kind == BPMN_USER && n->role && !listed(process_roles, n->role))
			return bad(note, n, "a permission that is none of an act's");
		if (n->kind == BPMN_SERVICE && !listed(process_topics, n->ref))
			return bad(note, n, "a topic that nobody here works on");
		if (n->event == BPMN_MESSAGE && !listed(messages, n->ref))
			return bad(note, n, "a message that nobody here sends");
	}
	return 0;
}

static int order_check(const struct bpmn *p, struct err_note *note)
{
	const struct bpmn_node *start = &p->nodes[p->start];
	int bare;
	if (!drawn(p, accepted) || !meets(&p->nodes[p->flows[start->out[0]].to], accepted))
		return bad(note, start, "it begins with the acceptance 受理");
	if (!drawn(p, entered))
		return bad(note, start, "there is no entry 登簿 in it");
	if ((bare = unmet(p, accepted, reviewed)) >= 0)
		return bad(note, &p->nodes[bare], "a review without acceptance 受理 before it");
	if ((bare = unmet(p, reviewed, entered)) >= 0)
		return bad(note, &p->nodes[bare], "an entry without review 审核 before it");
	if ((bare = unmet(p, entered, ended)) >= 0)
		return bad(note, &p->nodes[bare], "an end without an entry");
	return 0;
}

/* Drawn where the definition says so, and then before every entry; nowhere else. */
static int agrees(const struct bpmn *p, bool said, struct demand d, const char *what, struct err_note *note)
{
	int bare =
		said == drawn(p, d) ? said ? unmet(p, d, entered) : -1 : find(p, entered.kind, entered.ref);
	return bare < 0 ? 0 : bad(note, &p->nodes[bare], what);
}

int process_fits(const struct business *b, const struct bpmn *p, struct err_note *note)
{
	int rc = names_check(p, note);
	if (rc == 0)
		rc = order_check(p, note);
	if (rc == 0)
		rc = agrees(p, b->needs_tax, taxed, "needs_tax and the drawing do not agree", note);
	if (rc == 0)
		rc = agrees(p, b->needs_cadastral, surveyed, "needs_cadastral and the drawing do not agree",
			note);
	if (rc == 0)
		rc = agrees(
			p, b->notice_days > 0, announced, "notice_days and the drawing do not agree", note);
	if (rc == 0 && (strcmp(b->certificate, "none") != 0) != drawn(p, certified))
		rc = bad(note, &p->nodes[find(p, entered.kind, entered.ref)],
			"certificate and the drawing do not agree");
	return rc;
}
