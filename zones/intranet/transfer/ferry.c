#include "zones/intranet/transfer/ferry.h"

#include "common/log/log.h"
#include "common/os/worker.h"
#include "common/service/disc_api.h"
#include "zones/intranet/cadastre.h"
#include "zones/intranet/store/blank.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 2000
#define BURN_MS (4 * 3600 * 1000)

struct ferry {
	struct cadastre *c;
	struct worker *worker;
	pthread_mutex_t lock; /* of what follows */
	bool waiting;         /* a job waits */
	struct ferry_job job;
	char state[16];
	struct err_note note;
};

/* ---- blanks */
static int open_read(struct db_tx *tx, void *arg)
{
	return blank_open(tx, arg);
}

static int taken_write(struct db_tx *tx, void *arg)
{
	const json_t *row = arg;
	return blank_take(tx, json_str(row, "serial"), json_str(row, "state"));
}

/* The discs need not tell it back. */
static int blank_known(const struct cadastre *c, const char *serial, const char *state, struct err_note *note)
{
	const char *const args[] = {"issued", serial, "--state", state, NULL};
	json_t *out = NULL;
	int rc = disc_ask(c->service->discs, args, view_of(NULL, 0), &out, note);
	json_decref(out);
	return rc == ERR_STATE ? 0 : rc;
}

/* In the ledger already is as good. */
static int blank_into_ledger(const struct cadastre *c, const json_t *row)
{
	const char *serial = json_str(row, "serial");
	const char *const add[] = {"blank", serial, "--label", json_str(row, "label"), "--mark",
		json_str(row, "mark"), "--by", "extranet", NULL};
	const char *const scrap[] = {"scrap", serial, "--reason", "extranet", "--by", "extranet", NULL};
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = disc_ask(c->service->discs, add, view_of(NULL, 0), &out, &note);
	json_decref(out);
	if (rc == ERR_EXISTS)
		rc = 0;
	out = NULL;
	if (rc == 0 && strcmp(json_str(row, "state"), "scrap") == 0)
		rc = disc_ask(c->service->discs, scrap, view_of(NULL, 0), &out, &note);
	json_decref(out);
	if (rc == ERR_STATE) /* used, or written off here too */
		rc = 0;
	else if (rc == 0)
		rc = blank_known(c, serial, json_str(row, "state"), &note);
	if (rc < 0)
		log_warn("blank", "serial=%s error=%s %s", serial, err_name(rc), note.text);
	return rc;
}

static void blanks_take(struct ferry *f)
{
	struct service *s = f->c->service;
	json_t *rows = NULL, *row;
	size_t i;
	int rc = db_read(s->db, s->tenant, open_read, &rows);
	json_array_foreach(rows, i, row)
	{
		rc = blank_into_ledger(f->c, row);
		/* One that burner refuses for good would be tried for ever. */
		if (rc == 0 || (err_fault(rc) == ERR_FAULT_PEER && rc != ERR_NOTFOUND && rc != ERR_USAGE))
			rc = db_write(s->db, s->tenant, taken_write, row);
		if (rc < 0)
			break;
	}
	json_decref(rows);
	if (rc < 0)
		log_error("blanks", "error=%s", err_name(rc));
}

/* ---- burning */
void ferry_burn_args(const struct cadastre *c, const char *disc, const char *blank, const char *by,
	char image[static 4096], const char *args[static FERRY_ARGS])
{
	size_t n = 0;
	(void)snprintf(image, 4096, "%s/%s.iso", c->config->disc_images, disc);
	args[n++] = "burn";
	args[n++] = disc;
	args[n++] = "--to";
	args[n++] = image;
	args[n++] = "--by";
	args[n++] = by;
	if (blank && *blank) {
		args[n++] = "--blank";
		args[n++] = blank;
	}
	if (c->config->disc_drive) {
		args[n++] = "--drive";
		args[n++] = c->config->disc_drive;
	}
	args[n] = NULL;
}

static void burn(struct ferry *f, const struct ferry_job *job)
{
	const struct disc_ferry *d = f->c->service->discs;
	char image[4096];
	const char *args[FERRY_ARGS], *argv[FERRY_ARGS + 4] = {d->burner};
	struct err_note note = {0};
	json_t *out = NULL;
	size_t n = 1;
	ferry_burn_args(f->c, job->disc, job->blank, job->by, image, args);
	for (; args[n - 1]; n++)
		argv[n] = args[n - 1];
	argv[n++] = "--json";
	argv[n++] = "--store";
	argv[n] = d->store;
	int rc = ask_program_for(argv, view_of(NULL, 0), BURN_MS, &out, &note);
	json_decref(out);
	if (rc < 0)
		log_warn("disc-burning", "disc=%s error=%s %s", job->disc, err_name(rc), note.text);
	pthread_mutex_lock(&f->lock);
	(void)snprintf(f->state, sizeof f->state, "%s", rc < 0 ? "failed" : "done");
	f->note = note;
	f->note.err = rc;
	pthread_mutex_unlock(&f->lock);
}

int ferry_burn(struct ferry *f, const struct ferry_job *job)
{
	pthread_mutex_lock(&f->lock);
	int rc = strcmp(f->state, "running") == 0 ? ERR_BUSY : 0;
	if (rc == 0) {
		f->job = *job;
		f->waiting = true;
		(void)snprintf(f->state, sizeof f->state, "running");
	}
	pthread_mutex_unlock(&f->lock);
	if (rc == 0)
		worker_wake(f->worker);
	return rc;
}

json_t *ferry_burning(struct ferry *f)
{
	pthread_mutex_lock(&f->lock);
	bool failed = f->note.err < 0 && strcmp(f->state, "failed") == 0;
	json_t *o = f->state[0]
			    ? json_pack("{s:s,s:s,s:s,s:s}", "disc", f->job.disc, "state", f->state, "code",
				      failed ? err_name(f->note.err) : "", "text", failed ? f->note.text : "")
			    : json_null();
	pthread_mutex_unlock(&f->lock);
	return o;
}

/* ---- thread */
static int64_t round_run(void *arg)
{
	struct ferry *f = arg;
	pthread_mutex_lock(&f->lock);
	bool job = f->waiting;
	struct ferry_job now = f->job;
	f->waiting = false;
	pthread_mutex_unlock(&f->lock);
	if (job)
		burn(f, &now);
	else
		blanks_take(f);
	return LOOK_MS;
}

int ferry_start(struct cadastre *c, struct ferry **out)
{
	struct ferry *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->c = c;
	pthread_mutex_init(&f->lock, NULL);
	int rc = worker_new(round_run, f, 0, &f->worker);
	if (rc == 0)
		rc = worker_start(f->worker);
	if (rc < 0)
		ferry_stop(f);
	else
		*out = f;
	return rc;
}

void ferry_stop(struct ferry *f)
{
	if (!f)
		return;
	worker_free(f->worker);
	pthread_mutex_destroy(&f->lock);
	free(f);
}
