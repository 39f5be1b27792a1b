/* What a registrar sees and leaves while working on a case: what rules and book say now, marks on materials,
 * the opinion begun. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/claim.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/store/mark.h"
#include "zones/extranet/store/rules.h"
#include <stdlib.h>
#include <string.h>

struct desk_work {
	struct registry *r;
	const char *id, *who, *opinion;
	struct case_row c;
	struct rules_look look;
	struct mark mark;
	int64_t n;
	json_t *out;
	struct err_note note;
};

/* ---- what rules and book say now; kept nowhere, an act asks again */
static const char *stage_of(enum case_state s)
{
	return s == CASE_SUBMITTED || s == CASE_CORRECTION ? "accept" : s == CASE_REVIEW ? "enter" : "review";
}

static bool before_entry(enum case_state s)
{
	return s == CASE_SUBMITTED || s == CASE_CORRECTION || s == CASE_ACCEPTED || s == CASE_TAX ||
	       s == CASE_CADASTRAL || s == CASE_REVIEW;
}

static int judgement_read(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	int rc = case_get(tx, w->id, &w->c);
	if (rc == 0 && !before_entry(w->c.state))
		return err_set(&w->note, ERR_STATE, "nothing is to be entered any more");
	if (rc == 0)
		rc = rules_look(w->r, tx, w->c.id, stage_of(w->c.state), &w->look, &w->note);
	return rc == 0 ? entry_preview(w->r, tx, w->c.id, &w->out) : rc;
}

int api_case_judgement(struct http_request *r)
{
	struct desk_work w = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_read(r, judgement_read, &w);
	if (rc == 0)
		rc = rules_say(w.r, &w.look, w.c.business, w.c.business_version);
	if (rc == 0)
		rc = http_reply_json(r, 200,
			json_pack("{s:s,s:I,s:O,s:O}", "stage", w.look.stage, "version",
				(json_int_t)w.c.version, "rules", w.look.verdict, "plan", w.out));
	else if (w.note.err == rc)
		rc = http_fail_note(r, &w.note);
	json_decref(w.out);
	rules_look_fini(&w.look);
	return rc;
}

/* ---- marks */
static int marks_read(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	int rc = case_get(tx, w->id, &w->c);
	return rc == 0 ? mark_list(tx, w->r->service->vault, w->c.id, &w->out) : rc;
}

int api_marks(struct http_request *r)
{
	struct desk_work w = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_read(r, marks_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}

static int mark_run(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	struct case_material m;
	int rc = case_get(tx, w->id, &w->c);
	if (rc == 0)
		rc = claim_guard(tx, w->c.id, w->who, &w->note);
	if (rc == 0)
		rc = case_get_material(tx, w->c.id, (int)w->mark.material, &m);
	if (rc == ERR_NOTFOUND)
		return err_set(&w->note, ERR_NOTFOUND, "material: none of that number");
	if (rc == 0)
		rc = mark_add(tx, w->r->service->vault, w->c.id, &w->mark, w->who, &w->n);
	return rc == 0 ? audit_record(tx, w->who, "case.mark", w->c.number, NULL) : rc;
}

int api_mark_add(struct http_request *r)
{
	struct desk_work w = {.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user};
	const json_t *b = http_body(r);
	struct mark *m = &w.mark;
	int rc = json_get_int(b, "material", 0, 10000, &m->material, &w.note);
	if (rc == 0)
		rc = json_get_int(b, "page", 1, 10000, &m->page, &w.note);
	if (rc == 0)
		rc = json_get_int(b, "x", 0, 9999, &m->x, &w.note);
	if (rc == 0)
		rc = json_get_int(b, "y", 0, 9999, &m->y, &w.note);
	if (rc == 0)
		rc = json_get_int(b, "w", 1, 10000 - m->x, &m->w, &w.note);
	if (rc == 0)
		rc = json_get_int(b, "h", 1, 10000 - m->y, &m->h, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "note", 500, &m->note, &w.note);
	if (rc == 0 && !*m->note)
		rc = err_set(&w.note, ERR_SCHEMA, "note: must not be empty");
	if (rc == 0)
		rc = account_act(r, mark_run, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	return http_reply_json(r, 201, json_pack("{s:I}", "n", (json_int_t)w.n));
}

static int unmark_run(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	int rc = case_get(tx, w->id, &w->c);
	if (rc == 0)
		rc = mark_remove(tx, w->c.id, w->n, w->who);
	return rc == 0 ? audit_record(tx, w->who, "case.unmark", w->c.number, NULL) : rc;
}

int api_mark_remove(struct http_request *r)
{
	struct desk_work w = {.id = http_param(r, "id"), .who = http_user(r)->user};
	char *end = NULL;
	w.n = strtoll(http_param(r, "n"), &end, 10);
	if (*end)
		return ERR_NOTFOUND;
	int rc = account_act(r, unmark_run, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:I}", "n", (json_int_t)w.n));
}

/* ---- the opinion begun: its writer's own, no record of business */
static int draft_read(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	struct claim k;
	json_t *draft = NULL;
	int rc = case_get(tx, w->id, &w->c);
	if (rc == 0)
		rc = claim_get(tx, w->c.id, &k);
	if (rc == 0)
		rc = mark_draft_get(tx, w->r->service->vault, w->c.id, w->who, &draft);
	if (rc == 0)
		w->out = json_pack("{s:o,s:o}", "claim", claim_json(&k), "draft", draft);
	return rc == 0 && !w->out ? ERR_NOMEM : rc;
}

int api_case_desk(struct http_request *r)
{
	struct desk_work w = {.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user};
	int rc = account_read(r, draft_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, w.out);
}

static int draft_run(struct db_tx *tx, void *arg)
{
	struct desk_work *w = arg;
	int rc = case_get(tx, w->id, &w->c);
	return rc == 0 ? mark_draft_put(tx, w->r->service->vault, w->c.id, w->who, w->opinion) : rc;
}

int api_case_draft(struct http_request *r)
{
	struct desk_work w = {.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user};
	if (json_get_str(http_body(r), "opinion", 500, &w.opinion, &w.note) < 0)
		return http_fail_note(r, &w.note);
	int rc = account_act(r, draft_run, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:b}", "kept", *w.opinion != '\0'));
}
