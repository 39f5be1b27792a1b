#include "zones/extranet/transfer/archive_log.h"

#include "common/audit/audit_proof.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS_MAX 2000

struct entry {
	int64_t index;
	struct buf text;
};
struct gathering {
	const struct archive_case *a;
	struct entry *v;
	size_t n, own;  /* of them, those of the case itself */
	json_t *sealed; /* numbers of documents whose sealing is among them */
};

static int entry_take(void *arg, int64_t index, struct view text)
{
	struct gathering *g = arg;
	json_t *o = NULL;
	int rc = json_parse(text, text.n, &o, NULL);
	bool own = rc == 0 && strcmp(json_str(o, "subject"), g->a->c.number) == 0;
	bool wanted = own || (rc == 0 && json_find(g->a->documents, "number", json_str(o, "subject")));
	if (wanted && strcmp(json_str(o, "action"), "document.sealed") == 0 &&
		json_object_set_new(g->sealed, json_str(o, "subject"), json_true()) < 0)
		rc = ERR_NOMEM;
	json_decref(o);
	if (rc < 0 || !wanted)
		return rc;
	g->own += own;
	if (g->n == RECORDS_MAX)
		return ERR_LIMIT;
	struct entry *e = &g->v[g->n++];
	e->index = index;
	buf_init(&e->text, 65536);
	return buf_add_view(&e->text, text);
}

static int proof_give(struct audit_view *v, const struct entry *e, size_t n,
	int (*each)(void *, size_t, struct view, struct view), void *arg)
{
	struct buf proof;
	buf_init(&proof, AUDIT_PROOF_MAX);
	int rc = e->index >= audit_view_size(v) ? ERR_BUSY
						: audit_proof_entry(v, e->index, buf_view(&e->text), &proof);
	if (rc == 0)
		rc = each(arg, n, buf_view(&e->text), buf_view(&proof));
	buf_fini(&proof);
	return rc;
}

int archive_log_each(const struct archive_case *a,
	int (*each)(void *arg, size_t n, struct view line, struct view proof), void *arg)
{
	char dir[1024];
	struct audit_view *v = NULL;
	struct err_note note = {0};
	struct gathering g = {.a = a, .v = calloc(RECORDS_MAX, sizeof *g.v), .sealed = json_object()};
	const struct audit_view_options o = {.live = true, .each = entry_take, .arg = &g};
	snprintf(dir, sizeof dir, "%s/audit", a->r->service->data_dir);
	int rc = g.v && g.sealed ? audit_view_open(dir, &o, &v, &note) : ERR_NOMEM;
	/* Records come to the log behind the rows they tell of. */
	if (rc == 0 &&
		((int64_t)g.own < a->records || json_object_size(g.sealed) < json_array_size(a->documents)))
		rc = ERR_BUSY;
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		rc = proof_give(v, &g.v[i], i + 1, each, arg);
	audit_view_close(v);
	for (size_t i = 0; i < g.n; i++)
		buf_fini(&g.v[i].text);
	free(g.v);
	json_decref(g.sealed);
	return rc;
}
