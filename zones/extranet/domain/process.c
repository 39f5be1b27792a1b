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

/* Marks what can be reached from the start when `without` is taken out. */
static void reach(const struct bpmn *p, int node, int without, bool *seen)
{
	if (node == without || seen[node])
		return;
	seen[node] = true;
	for (size_t i = 0; i < p->nodes[node].nout; i++)
		reach(p, p->flows[p->nodes[node].out[i]].to, without, seen);
	for (size_t i = 0; i < p->nnodes; i++)
		if (p->nodes[i].kind == BPMN_BOUNDARY && p->nodes[i].attached == node)
			reach(p, (int)i, without, seen);
}

/* On every way to `later` lies `first`. */
static bool before(const struct bpmn *p, int first, int later)
{
	bool seen[BPMN_NODES_MAX] = {false};
	if (first < 0)
		return false;
	reach(p, p->start, first, seen);
	return !seen[later];
}

static int names_check(const struct bpmn *p, struct err_note *note)
{
	for (size_t i = 0; i < p->nnodes; i++) {
		const struct bpmn_node *n = &p->nodes[i];
		if (n->kind == BPMN_USER && !listed(process_acts, n->ref))
			return bad(note, n, "an act that is unknown here");
		if (n->kind == BPMN_USER && n->role && !listed(process_roles, n->role))
			return bad(note, n, "a permission that is none of an act's");
		if (n->kind == BPMN_SERVICE && !listed(process_topics, n->ref))
			return bad(note, n, "a topic that nobody here works on");
		if (n->event == BPMN_MESSAGE && !listed(messages, n->ref))
			return bad(note, n, "a message that nobody here sends");
	}
	return 0;
}

static int order_check(const struct bpmn *p, int accept, int review, int enter, struct err_note *note)
{
	const struct bpmn_node *start = &p->nodes[p->start];
	if (accept < 0 || p->flows[start->out[0]].to != accept)
		return bad(note, start, "it begins with the acceptance 受理");
	if (enter < 0)
		return bad(note, start, "there is no entry 登簿 in it");
	if (!before(p, review, enter))
		return bad(note, &p->nodes[enter], "an entry without review 审核 before it");
	for (size_t i = 0; i < p->nnodes; i++)
		if (p->nodes[i].kind == BPMN_END && !before(p, enter, (int)i))
			return bad(note, &p->nodes[i], "an end without an entry");
	return 0;
}

int process_fits(const struct business *b, const struct bpmn *p, struct err_note *note)
{
	int accept = find(p, BPMN_USER, "accept"), review = find(p, BPMN_USER, "review"),
	    enter = find(p, BPMN_USER, "enter"), tax = find(p, BPMN_USER, "tax"),
	    cadastral = find(p, BPMN_CATCH, "cadastral"), notice = find(p, BPMN_SERVICE, "notice"),
	    certificate = find(p, BPMN_SERVICE, "certificate");
	int rc = names_check(p, note);
	if (rc == 0)
		rc = order_check(p, accept, review, enter, note);
	if (rc < 0)
		return rc;
	const struct bpmn_node *n = &p->nodes[enter];
	if (b->needs_tax != (tax >= 0) || (tax >= 0 && !before(p, tax, enter)))
		return bad(note, n, "needs_tax and the drawing do not agree");
	if (b->needs_cadastral != (cadastral >= 0) || (cadastral >= 0 && !before(p, cadastral, enter)))
		return bad(note, n, "needs_cadastral and the drawing do not agree");
	if ((b->notice_days > 0) != (notice >= 0) || (notice >= 0 && !before(p, notice, enter)))
		return bad(note, n, "notice_days and the drawing do not agree");
	if ((strcmp(b->certificate, "none") != 0) != (certificate >= 0))
		return bad(note, n, "certificate and the drawing do not agree");
	return 0;
}
