/* A row of a batch 集中申请: an application of its own. What becomes of its draft is made on a snapshot and
 * sealed before the writer's transaction, which finds everything as it was looked at or looks again. */
#include "common/workflow/agent.h"
#include "zones/internet/api/api.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/batch.h"
#include "zones/internet/store/port.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 4

struct row_work {
	struct portal *p;
	struct service *s;
	const struct http_account *who;
	const char *id; /* of the batch */
	const json_t *body;
	int64_t n;
	const struct business *b;
	struct batch batch;
	struct batch_row row; /* as it was looked at … */
	bool found, changed;
	int64_t looked; /* the application's version then */
	struct application a;
	json_t *draft; /* … and what it becomes */
	struct buf sealed;
	struct err_note note;
};

/* The agent is the person; the party it acts for stands first. */
static int row_check(struct row_work *w)
{
	const json_t *first = json_array_get(json_object_get(w->body, "parties"), 0);
	int rc = form_check_draft(w->b, w->body, &w->note);
	return rc == 0 && !agent_is(first, AGENT_POWER) ? err_set(&w->note, ERR_REFUSED,
								  "parties[0]: 集中申请由单位的代理人提交 "
								  "who hands in a batch acts by a power "
								  "for the first party")
							: rc;
}

static int row_draft(struct row_work *w, const json_t *before)
{
	json_t *fresh = before ? NULL : form_new(w->b, w->batch.division, w->who->name, w->who->id_number);
	int rc = before || fresh ? form_merge(before ? before : fresh, w->body, w->who->name,
					   w->who->id_number, &w->draft)
				 : ERR_NOMEM;
	json_decref(fresh);
	return rc;
}

static int new_look(struct row_work *w)
{
	struct uuid id = uuid_new();
	snprintf(w->a.id, sizeof w->a.id, "%s", id.s);
	snprintf(w->a.owner, sizeof w->a.owner, "%s", w->who->id);
	snprintf(w->a.business, sizeof w->a.business, "%s", w->b->code);
	snprintf(w->a.state, sizeof w->a.state, "draft");
	snprintf(w->a.batch, sizeof w->a.batch, "%s", w->id);
	w->a.business_version = w->b->version;
	w->a.version = 1;
	w->changed = true;
	return row_draft(w, NULL);
}

static int again_look(struct row_work *w, struct db_tx *tx)
{
	json_t *before = NULL;
	int rc = application_get(tx, w->row.application, &w->a);
	if (rc == 0)
		rc = application_draft(tx, w->s->vault, w->a.id, &before);
	if (rc == 0)
		rc = row_draft(w, before);
	if (rc == 0)
		w->changed = !json_equal(before, w->draft);
	w->looked = w->a.version;
	json_decref(before);
	return rc;
}

static int row_look(struct db_tx *tx, void *arg)
{
	struct row_work *w = arg;
	json_decref(w->draft);
	w->draft = NULL;
	memset(&w->a, 0, sizeof w->a);
	int rc = batch_get(tx, w->id, w->who->id, &w->batch);
	if (rc < 0)
		return rc;
	w->b = offer_find(w->p->offer, w->batch.business, w->batch.business_version);
	if (!w->b)
		return err_set(&w->note, ERR_STATE, "this business is no longer offered in this version");
	if (w->n < 1 || w->n > w->batch.count)
		return err_set(&w->note, ERR_SCHEMA, "row: 1 to %lld", (long long)w->batch.count);
	if ((rc = row_check(w)) < 0)
		return rc;
	rc = batch_row_get(tx, w->id, w->n, &w->row);
	w->found = rc == 0;
	return rc == ERR_NOTFOUND ? new_look(w) : rc == 0 ? again_look(w, tx) : rc;
}

static int new_put(struct row_work *w, struct db_tx *tx)
{
	int rc = application_insert(tx, &w->a, "", buf_view(&w->sealed));
	return rc == 0 ? batch_row_add(tx, w->id, w->n, w->a.id, json_str(w->draft, "unit_code")) : rc;
}

/* The same row again changes nothing; another content opens what was fixed and waits for signatures. */
static int again_put(struct row_work *w, struct db_tx *tx)
{
	struct application *a = &w->a;
	int rc = application_get(tx, w->row.application, a);
	if (rc == 0 && a->version != w->looked)
		return ERR_CONFLICT;
	if (rc < 0 || !w->changed)
		return rc;
	rc = strcmp(a->state, "signing") == 0 ? application_thaw(tx, w->s->vault, a) : batch_row_open(tx, a);
	if (rc == 0)
		rc = application_get(tx, w->row.application, a);
	if (rc == 0)
		rc = application_may_save(a, a->version);
	if (rc == 0)
		rc = application_put(tx, a, a->version, buf_view(&w->sealed));
	if (rc == 0)
		rc = batch_row_unit(tx, w->id, w->n, json_str(w->draft, "unit_code"));
	return rc == ERR_STATE ? err_set(&w->note, rc, "row %lld is %s and is not changed any more",
					 (long long)w->n, a->state)
			       : rc;
}

static int row_run(struct db_tx *tx, void *arg)
{
	struct row_work *w = arg;
	struct batch_row now;
	int rc = port_check(tx, w->who->id, &w->note);
	if (rc < 0)
		return rc;
	rc = batch_row_get(tx, w->id, w->n, &now);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	if ((rc == 0) != w->found || (w->found && strcmp(now.application, w->row.application) != 0))
		return ERR_CONFLICT;
	rc = w->found ? again_put(w, tx) : new_put(w, tx);
	return rc == 0 ? audit_record(tx, w->who->user, "application.save", w->a.id, NULL) : rc;
}

static int row_save(struct http_request *r, struct row_work *w)
{
	int rc = ERR_CONFLICT;
	for (int i = 0; rc == ERR_CONFLICT && i < LOOKS_MAX; i++) {
		rc = account_read(r, row_look, w);
		buf_reset(&w->sealed);
		if (rc == 0 && w->changed)
			rc = application_seal_draft(w->s->vault, w->a.id, w->draft, &w->sealed);
		if (rc == 0)
			rc = account_write(r, row_run, w);
	}
	return rc;
}

int api_batch_row(struct http_request *r)
{
	static const struct limit_rule rule = {"batch-row", 1200, 100};
	struct row_work w = {.p = api_portal(r),
		.s = http_arg(r),
		.who = http_user(r),
		.id = http_param(r, "id"),
		.body = http_body(r),
		.n = strtoll(http_param(r, "n"), NULL, 10)};
	buf_init(&w.sealed, 4 << 20);
	int rc = api_limit(r, &rule);
	if (rc == 0)
		rc = offer_sync(w.p->offer);
	if (rc == 0)
		rc = row_save(r, &w);
	json_decref(w.draft);
	buf_fini(&w.sealed);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	return http_reply_json(r, 200,
		json_pack("{s:s,s:s,s:I}", "application", w.a.id, "state", w.a.state, "version",
			(json_int_t)w.a.version));
}
