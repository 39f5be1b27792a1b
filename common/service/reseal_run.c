/* The run over all tables: its thread, the rotations that wake it, and what is shown of it. */
#include "common/service/reseal_impl.h"

#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MS 3600000 /* a rotation wakes it */
#define ALL ""          /* the name of the progress of all tables: nothing is left */

static bool stopping(const struct reseal *r)
{
	return r->worker && worker_stopping(r->worker);
}

static const char *newest(const json_t *keys, const char *purpose)
{
	const json_t *list = json_object_get(keys, purpose);
	return json_string_value(json_array_get(list, json_array_size(list) - 1));
}

static int stamp_make(struct reseal *r, char out[static RESEAL_STAMP])
{
	json_t *keys = NULL;
	int rc = vault_keys_json(r->vault, &keys);
	if (rc == 0)
		snprintf(out, RESEAL_STAMP, "%s/%s", newest(keys, "column"), newest(keys, "index"));
	json_decref(keys);
	return rc;
}

/* ---- steps */
static int table_begin(struct reseal *r, const struct reseal_use *u)
{
	struct reseal_batch *b = &r->batch;
	memset(&b->from, 0, sizeof b->from);
	b->vault = r->vault;
	b->use = u;
	return stamp_make(r, b->from.stamp);
}

static int from_read(struct db_tx *tx, void *arg)
{
	struct reseal_batch *b = arg;
	return reseal_progress_read(tx, b->use->name, &b->from);
}

int reseal_step(struct reseal *r, bool *more)
{
	struct reseal_batch *b = &r->batch;
	const struct reseal_use *u = reseal_use_at(r, r->at);
	int rc = 0;
	*more = u != NULL;
	if (!u)
		return 0;
	if (b->use != u) {
		rc = table_begin(r, u);
		if (rc == 0 && !r->again)
			rc = db_read(r->db, "", from_read, b);
	}
	if (rc == 0)
		rc = db_write(r->db, "", reseal_batch_write, b);
	if (rc == 0) {
		int64_t done = b->to.done - b->from.done;
		bool last = b->n < RESEAL_BATCH;
		b->from = b->to;
		atomic_fetch_add(&r->done, done);
		if (atomic_load(&r->left) >= done)
			atomic_fetch_sub(&r->left, done);
		if (last) {
			b->use = NULL;
			r->at++;
		}
	} else {
		b->use = NULL;
	}
	reseal_batch_clear(b);
	return rc;
}

int reseal_left(struct reseal *r, int64_t *out)
{
	const struct reseal_use *u;
	struct reseal_batch *b = calloc(1, sizeof *b);
	int64_t left = 0;
	int rc = b ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && (u = reseal_use_at(r, i)) != NULL; i++) {
		reseal_batch_clear(b);
		memset(b, 0, sizeof *b);
		b->vault = r->vault;
		b->use = u;
		do {
			rc = stopping(r) ? ERR_STOPPING : db_read(r->db, "", reseal_batch_read, b);
			if (rc == 0)
				left += (int64_t)reseal_batch_old(b);
			b->from = b->to;
		} while (rc == 0 && b->n == RESEAL_BATCH);
	}
	if (b)
		reseal_batch_clear(b);
	free(b);
	if (rc == 0)
		*out = left;
	return rc;
}

struct ending {
	struct reseal_progress p;
	bool is;
};
static int end_read(struct db_tx *tx, void *arg)
{
	struct ending *e = arg;
	e->p.done = 0;
	int rc = reseal_progress_read(tx, ALL, &e->p);
	e->is = e->p.done == 1;
	return rc;
}
static int end_write(struct db_tx *tx, void *arg)
{
	struct ending *e = arg;
	e->p.done = 1;
	return reseal_progress_write(tx, ALL, &e->p);
}

static int pass(struct reseal *r)
{
	bool more = true;
	int rc = 0;
	r->at = 0;
	r->batch.use = NULL;
	while (rc == 0 && more)
		rc = stopping(r) ? ERR_STOPPING : reseal_step(r, &more);
	return rc;
}

int reseal_all(struct reseal *r)
{
	struct ending e = {.is = false};
	int64_t left = 0;
	int rc = stamp_make(r, e.p.stamp);
	if (rc == 0)
		rc = db_read(r->db, "", end_read, &e);
	if (rc == 0 && !e.is)
		rc = reseal_left(r, &left);
	r->again = false;
	while (rc == 0 && left) {
		atomic_store(&r->left, left);
		rc = pass(r);
		if (rc == 0)
			rc = reseal_left(r, &left);
		r->again = true;
	}
	if (rc == 0 && !e.is)
		rc = db_write(r->db, "", end_write, &e);
	pthread_mutex_lock(&r->lock);
	if (rc == 0 && !r->rotating && !r->wanted) /* else other keys came meanwhile: it runs again */
		atomic_store(&r->left, 0);
	pthread_mutex_unlock(&r->lock);
	return rc;
}

/* ---- the thread */
static int64_t round_do(void *arg)
{
	struct reseal *r = arg;
	pthread_mutex_lock(&r->lock);
	bool wanted = r->wanted;
	r->wanted = false;
	pthread_mutex_unlock(&r->lock);
	int rc = wanted ? reseal_all(r) : ERR_STOPPING;
	if (rc < 0 && rc != ERR_STOPPING)
		log_error("reseal", "error=%s", err_name(rc));
	else if (rc == 0)
		log_info("reseal", "rows=%lld text=\"every value is under the newest keys\"",
			(long long)atomic_load(&r->done));
	return IDLE_MS;
}

int reseal_new(struct db *d, struct vault *v, const struct reseal_use *uses, struct reseal **out)
{
	struct reseal *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->db = d;
	r->vault = v;
	r->uses = uses;
	r->left = -1;
	pthread_mutex_init(&r->lock, NULL);
	*out = r;
	return 0;
}

int reseal_start(struct reseal *r)
{
	json_t *keys = NULL;
	int rc = vault_keys_json(r->vault, &keys);
	if (rc < 0)
		return rc;
	/* One key alone sealed everything: nothing can be old. */
	r->wanted = json_array_size(json_object_get(keys, "column")) > 1 ||
		    json_array_size(json_object_get(keys, "index")) > 1;
	atomic_store(&r->left, r->wanted ? -1 : 0);
	json_decref(keys);
	rc = worker_new(round_do, r, 0, &r->worker);
	return rc == 0 ? worker_start(r->worker) : rc;
}

void reseal_free(struct reseal *r)
{
	if (!r)
		return;
	worker_free(r->worker);
	reseal_batch_clear(&r->batch);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- rotation */
struct record {
	const char *who, *what;
};
static int rotate_record(struct db_tx *tx, void *arg)
{
	const struct record *a = arg;
	return audit_record(tx, a->who, "keys.rotate", a->what, NULL);
}

/* Two rotations at once: the second sees that rows are left. */
static int claim(struct reseal *r, bool index, struct err_note *note)
{
	int64_t left = 0;
	int rc = 0;
	pthread_mutex_lock(&r->lock);
	if (index && !r->worker)
		rc = reseal_left(r, &left);
	else if (index)
		left = atomic_load(&r->left);
	if (rc == 0 && (left || r->rotating))
		rc = err_set(note, ERR_STATE, "the rotation before is not through: %s",
			left > 0 ? "rows are under the old key" : "its rows are being counted");
	if (rc == 0) {
		r->rotating = true;
		atomic_store(&r->left, -1);
	}
	pthread_mutex_unlock(&r->lock);
	return rc;
}

int reseal_rotate(struct reseal *r, const char *who, bool index, struct err_note *note)
{
	struct record a = {who, index ? "index" : "vault"};
	int rc = claim(r, index, note);
	if (rc < 0)
		return rc;
	rc = db_write(r->db, "", rotate_record, &a);
	if (rc == 0)
		rc = vault_rotate(r->vault, index, note);
	pthread_mutex_lock(&r->lock);
	r->rotating = false;
	r->wanted = r->worker != NULL;
	pthread_mutex_unlock(&r->lock);
	if (r->worker)
		worker_wake(r->worker);
	return rc;
}

/* ---- what is shown */
struct reporting {
	struct reseal *r;
	json_t *tables;
	char stamp[RESEAL_STAMP];
};

static int report_read(struct db_tx *tx, void *arg)
{
	struct reporting *x = arg;
	const struct reseal_use *u;
	int rc = json_array_clear(x->tables);
	for (size_t i = 0; rc == 0 && (u = reseal_use_at(x->r, i)) != NULL; i++) {
		struct reseal_progress p = {.seen = 0};
		memcpy(p.stamp, x->stamp, sizeof p.stamp);
		rc = reseal_progress_read(tx, u->name, &p);
		if (rc == 0)
			rc = json_array_append_new(
				x->tables, json_pack("{s:s,s:I,s:I}", "name", u->name, "seen",
						   (json_int_t)p.seen, "done", (json_int_t)p.done));
	}
	return rc;
}

/* Without the thread (a command beside or without the service) the rows are counted. */
static int left_now(struct reseal *r, json_t **out)
{
	int64_t left = atomic_load(&r->left);
	int rc = r->worker ? 0 : reseal_left(r, &left);
	if (rc == 0)
		*out = left < 0 ? json_null() : json_integer(left);
	return rc;
}

int reseal_report(struct reseal *r, json_t **out)
{
	struct reporting x = {r, json_array(), ""};
	json_t *keys = NULL, *left = NULL;
	int rc = x.tables ? stamp_make(r, x.stamp) : ERR_NOMEM;
	if (rc == 0)
		rc = db_read(r->db, "", report_read, &x);
	if (rc == 0)
		rc = left_now(r, &left);
	if (rc == 0)
		rc = vault_keys_json(r->vault, &keys);
	if (rc == 0 && !(*out = json_pack("{s:O,s:O,s:O}", "keys", keys, "tables", x.tables, "left", left)))
		rc = ERR_NOMEM;
	json_decref(keys);
	json_decref(left);
	json_decref(x.tables);
	return rc;
}

int reseal_metrics(struct reseal *r, struct buf *out)
{
	int64_t left = atomic_load(&r->left);
	int rc = buf_addf(out, "sanwang_reseal_rows_done %lld\n", (long long)atomic_load(&r->done));
	return rc == 0 && left >= 0 ? buf_addf(out, "sanwang_reseal_rows_left %lld\n", (long long)left) : rc;
}
