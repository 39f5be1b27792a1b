#include "zones/intranet/api/api.h"
#include "zones/intranet/store/examine.h"
#include <stdio.h>
#include <string.h>

struct list {
	const char *state;
	json_t *rows;
};

static int list_run(struct db_tx *tx, void *arg)
{
	struct list *l = arg;
	return task_list(tx, l->state, &l->rows);
}

int api_task_list(struct http_request *r)
{
	const char *state = http_query(r, "state");
	struct list l = {state ? state : "", NULL};
	int rc = account_read(r, list_run, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

struct work {
	struct cadastre *c;
	const char *id, *who, *verdict, *opinion;
	bool agree;
	int64_t version;
	struct err_note note;
	struct task t;
	json_t *out;
};

static int detail_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	struct examination e = {0};
	int rc = task_get(tx, w->id, &w->t);
	if (rc == 0)
		rc = examine_task(w->c, tx, &w->t, &e);
	if (rc < 0)
		return rc;
	w->out = task_json(&w->t);
	json_t *parcels = w->out ? json_array() : NULL;
	rc = parcels ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < e.n; i++) {
		json_t *shape = NULL;
		rc = geometry_to_json(e.parcels[i].shape, &shape);
		if (rc == 0 &&
			json_array_append_new(parcels,
				json_pack("{s:s,s:o,s:I}", "code", e.parcels[i].code, "geometry", shape,
					"measured_cm2", (json_int_t)geometry_area_cm2(e.parcels[i].shape))))
			rc = ERR_NOMEM;
	}
	json_object_set_new(w->out, "parcels", parcels);
	json_object_set_new(w->out, "srs", json_integer(GEOMETRY_SRS));
	json_object_set_new(w->out, "measured_cm2", json_integer(examine_area_cm2(&e)));
	json_object_set(w->out, "neighbours", e.neighbours);
	json_object_set(w->out, "checks", e.checks);
	json_object_set_new(w->out, "passed", json_boolean(e.passed));
	examine_fini(&e);
	return rc;
}

static int detail_reply(struct http_request *r)
{
	struct work w = {.c = api_cadastre(r), .id = http_param(r, "id")};
	int rc = account_read(r, detail_run, &w);
	if (rc < 0) {
		json_decref(w.out);
		return rc;
	}
	return http_reply_json(r, 200, w.out);
}

int api_task_get(struct http_request *r)
{
	return detail_reply(r);
}

static int work_state(struct work *w, struct db_tx *tx, const char *state)
{
	int rc = task_get(tx, w->id, &w->t);
	if (rc == 0 && strcmp(w->t.state, state) != 0)
		rc = err_set(&w->note, ERR_STATE, "the %s %s",
			*w->t.ended ? "case ended in the registry:" : "task is", w->t.state);
	if (rc == 0 && w->t.version != w->version)
		rc = err_set(&w->note, ERR_CONFLICT, "the task was changed meanwhile (version %lld)",
			(long long)w->t.version);
	return rc;
}

static int review_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	struct examination e = {0};
	int rc = work_state(w, tx, "received");
	if (rc == 0)
		rc = examine_task(w->c, tx, &w->t, &e);
	if (rc < 0)
		return rc;
	if (strcmp(w->verdict, "passed") == 0 && !e.passed)
		rc = err_set(&w->note, ERR_REFUSED, "a check failed: the graphics cannot pass");
	examine_fini(&e);
	if (rc < 0)
		return rc;
	snprintf(w->t.state, sizeof w->t.state, "reviewed");
	snprintf(w->t.verdict, sizeof w->t.verdict, "%s", w->verdict);
	snprintf(w->t.opinion, sizeof w->t.opinion, "%s", w->opinion);
	snprintf(w->t.reviewer, sizeof w->t.reviewer, "%s", w->who);
	rc = task_update(tx, &w->t, w->version);
	return rc == 0 ? audit_record(tx, w->who, "task.review", w->t.case_number, NULL) : rc;
}

/* The result goes to the disc's outbox: verdict, opinion, checks, and the receipt for the graphics. */
static int result_put(struct work *w, struct db_tx *tx, const struct examination *e)
{
	char digest[DIGEST_HEX];
	digest_hex(&w->t.graphics.digest, digest);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:I,s:s,s:[s]}", "application", w->t.id,
		"number", w->t.case_number, "verdict", w->t.verdict, "reviewer", w->t.reviewer, "approver",
		w->t.approver, "opinion", w->t.opinion, "checks", e->checks, "area_cm2",
		(json_int_t)examine_area_cm2(e), "parcel_code", w->t.parcel_code, "received", digest);
	if (!body)
		return ERR_NOMEM;
	struct exchange_draft d = {.type = "cadastral.result",
		.dest = "extranet",
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = w->t.id;
	int rc = exchange_put(w->c->service->exchange, tx, &d, NULL, &w->note);
	json_decref(body);
	return rc;
}

static int approve_effect(struct work *w, struct db_tx *tx, const struct examination *e)
{
	bool pass = strcmp(w->t.verdict, "passed") == 0;
	int rc = 0;
	/* The cadastre may have changed since the review. */
	if (pass && !e->passed)
		return err_set(&w->note, ERR_REFUSED, "a check fails now: give the task back");
	if (pass)
		rc = examine_carry_out(tx, &w->t, e);
	snprintf(w->t.state, sizeof w->t.state, "%s", w->t.verdict);
	if (rc == 0)
		rc = result_put(w, tx, e);
	return rc;
}

static int approve_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	struct examination e = {0};
	int rc = work_state(w, tx, "reviewed");
	if (rc == 0 && strcmp(w->t.reviewer, w->who) == 0)
		rc = err_set(&w->note, ERR_APPROVAL, "reviewer and approver must be two persons");
	if (rc < 0)
		return rc;
	snprintf(w->t.approver, sizeof w->t.approver, "%s", w->who);
	snprintf(w->t.approval, sizeof w->t.approval, "%s", w->opinion);
	if (w->agree) {
		rc = examine_task(w->c, tx, &w->t, &e);
		if (rc == 0) {
			rc = approve_effect(w, tx, &e);
			examine_fini(&e);
		}
	} else {
		/* Given back to the reviewer. */
		snprintf(w->t.state, sizeof w->t.state, "received");
		w->t.verdict[0] = w->t.reviewer[0] = '\0';
	}
	if (rc == 0)
		rc = task_update(tx, &w->t, w->version);
	return rc == 0 ? audit_record(tx, w->who, w->agree ? "task.approve" : "task.return", w->t.case_number,
				 NULL)
		       : rc;
}

static int work_do(struct http_request *r, struct work *w, db_fn *fn)
{
	w->c = api_cadastre(r);
	w->id = http_param(r, "id");
	w->who = http_user(r)->user;
	if (json_get_int(http_body(r), "version", 1, INT64_MAX, &w->version, &w->note) < 0 ||
		json_get_str(http_body(r), "opinion", 500, &w->opinion, &w->note) < 0)
		return http_fail_note(r, &w->note);
	int rc = account_act(r, fn, w);
	if (rc < 0)
		return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
	return detail_reply(r);
}

int api_task_review(struct http_request *r)
{
	struct work w = {.verdict = json_str(http_body(r), "verdict")};
	if (strcmp(w.verdict, "passed") != 0 && strcmp(w.verdict, "failed") != 0)
		return http_fail(r, ERR_SCHEMA, "verdict: passed or failed");
	return work_do(r, &w, review_run);
}

int api_task_approve(struct http_request *r)
{
	const json_t *agree = json_object_get(http_body(r), "agree");
	struct work w = {.agree = json_is_true(agree)};
	if (!json_is_boolean(agree))
		return http_fail(r, ERR_SCHEMA, "agree: true or false");
	return work_do(r, &w, approve_run);
}
