/* The writer: one thread runs queued functions in groups, each in its savepoint, one commit for a group. */
#include "common/db/db_impl.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RERUN_MAX 64 /* of one function because its backend asked for it */
#define RETRY_MAX 20 /* of a transaction that others or the line broke */
#define RETRY_MS_MAX 64

void db_tx_init(struct db_tx *tx, struct db_conn *c, const char *tenant)
{
	tx->conn = c;
	tx->job = NULL;
	tx->nafter = 0;
	snprintf(tx->tenant, sizeof tx->tenant, "%s", tenant);
	if (c->uses == 0)
		return;
	log_error("database", "%zu statements were not released", c->uses);
	for (size_t i = 0; i < c->db->ntexts; i++)
		if (c->queries[i].tx)
			db_done(&c->queries[i]);
}

uint64_t db_commits(const struct db *d)
{
	return atomic_load(&d->commits);
}

const char *db_tx_tenant(const struct db_tx *tx)
{
	return tx->tenant;
}

void db_tx_set_tenant(struct db_tx *tx, const char *tenant)
{
	snprintf(tx->tenant, sizeof tx->tenant, "%s", tenant);
}

int db_after_commit(struct db_tx *tx, db_after *fn, void *arg)
{
	for (size_t i = 0; i < tx->nafter; i++)
		if (tx->after[i].fn == fn && tx->after[i].arg == arg)
			return 0;
	if (tx->nafter == DB_AFTER_MAX)
		return ERR_LIMIT;
	tx->after[tx->nafter].fn = fn;
	tx->after[tx->nafter++].arg = arg;
	return 0;
}

/* A function in a savepoint, again where the backend asks for it. *lost: the outer transaction is gone. */
static int savepoint_run(struct db *d, struct db_tx *tx, const char *tenant, struct db_job *j, db_fn *fn,
	void *arg, bool *lost)
{
	struct db_conn *c = d->writer;
	int again = DB_AGAIN, rc = 0;
	for (int i = 0; again == DB_AGAIN && i < RERUN_MAX; i++) {
		db_tx_init(tx, c, tenant);
		tx->job = j;
		if (j)
			db_tasks_drop(j);
		rc = d->b->mark(c, DB_MARK_JOB);
		if (rc < 0) {
			*lost = true;
			return rc;
		}
		rc = fn(tx, arg);
		again = d->b->settle(c, rc);
		if (again >= 0) {
			int end = again == DB_AGAIN || rc < 0 ? d->b->back(c, DB_MARK_JOB)
							      : d->b->keep(c, DB_MARK_JOB);
			again = end < 0 ? end : again;
		}
		if (again < 0) {
			*lost = true;
			return rc < 0 ? rc : again;
		}
	}
	REQUIRE(again == 0);
	return rc;
}

static void job_run(struct db *d, struct db_job *j, bool *lost)
{
	j->rc = savepoint_run(d, &j->tx, j->tenant, j, j->fn, j->arg, lost);
	if (j->rc == 0 && !*lost)
		db_tasks_offer(j);
	else
		db_tasks_drop(j);
}

/* What was done meanwhile takes effect. The savepoint of the function is gone: when this fails all falls. */
static int job_end(struct db *d, struct db_job *j, bool *lost)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < j->ntasks; i++) {
		struct db_task *t = &j->tasks[i];
		struct db_tx tx = {.conn = NULL};
		rc = db_task_wait(j, t);
		if (rc == 0)
			rc = savepoint_run(d, &tx, j->tx.tenant, NULL, t->of->end, t->arg, lost);
		REQUIRE(rc < 0 || tx.nafter == 0);
	}
	*lost |= rc < 0;
	return rc;
}

static int commit(struct db *d)
{
	fault_point("db.commit.before");
	int rc = fault_fail("db.commit") ? ERR_NOSPACE : d->b->commit(d->writer);
	atomic_fetch_add(&d->commits, 1);
	if (rc == 0)
		fault_point("db.commit.after");
	return rc;
}

/* Moves up to `room` waiting functions behind `last`; how many. */
static int group_take(struct db *d, struct db_job **last, int room)
{
	int n = 0;
	for (; n < room && d->head; n++) {
		*last = d->head;
		d->head = d->head->next;
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	if (!d->head)
		d->tail = NULL;
	return n;
}

/* What came while the others ran goes along: one commit more would cost all of them its wait. */
static int group_more(struct db *d, struct db_job *last, int room)
{
	pthread_mutex_lock(&d->lock);
	int n = group_take(d, &last->next, room);
	pthread_mutex_unlock(&d->lock);
	return n;
}

/* All in one commit, with up to `room` more that come meanwhile; false when the outer transaction fell and
 * each has to be run again alone. */
static bool group_run(struct db *d, struct db_job *first, int room, int *outer_rc)
{
	bool lost = false, any = false;
	d->writer->retry = d->writer->unknown = false;
	*outer_rc = d->b->begin(d->writer);
	if (*outer_rc < 0)
		return false;
	for (struct db_job *j = first; j && !lost; j = j->next) {
		job_run(d, j, &lost);
		any |= j->rc == 0;
		if (lost)
			*outer_rc = j->rc;
		else if (!j->next)
			room -= group_more(d, j, room);
	}
	for (struct db_job *j = first; j && !lost; j = j->next)
		if (j->rc == 0)
			*outer_rc = job_end(d, j, &lost);
	if (!lost && any)
		lost = (*outer_rc = commit(d)) < 0;
	if ((lost || !any) && d->b->rollback(d->writer) < 0)
		REQUIRE(!"a transaction that can be neither kept nor taken back");
	for (struct db_job *j = first; j; j = j->next)
		db_tasks_drop(j);
	return !lost;
}

static void pause_before(int attempt)
{
	uint8_t spread;
	int64_t ms = INT64_C(1) << (attempt < 6 ? attempt : 6);
	random_bytes(&spread, 1);
	ms = ms > RETRY_MS_MAX ? RETRY_MS_MAX : ms;
	struct timespec t = {0, (long)(ms * 1000000 * (128 + spread) / 384)};
	nanosleep(&t, NULL);
}

static void alone_run(struct db *d, struct db_job *j)
{
	struct db_job *next = j->next;
	int outer = 0;
	j->next = NULL;
	for (int i = 0; !group_run(d, j, 0, &outer); i++) {
		j->rc = outer < 0 ? outer : ERR_DB;
		if (!d->writer->retry || i == RETRY_MAX)
			break;
		pause_before(i);
	}
	j->next = next;
}

static void group_answer(struct db_job *first)
{
	for (struct db_job *j = first; j; j = j->next)
		for (size_t i = 0; j->rc == 0 && i < j->tx.nafter; i++)
			j->tx.after[i].fn(j->tx.after[i].arg);
	for (struct db_job *j = first, *next; j; j = next) {
		next = j->next; /* who waits for it may be gone with it at once */
		atomic_store(&j->over, true);
		REQUIRE(sem_post(&j->wake) == 0);
	}
}

/* The group fell: each alone, unless it may have been committed after all. */
static void group_fell(struct db *d, struct db_job *first, int outer)
{
	if (d->writer->unknown) {
		for (struct db_job *j = first; j; j = j->next)
			j->rc = j->rc < 0 ? j->rc : outer;
		return;
	}
	log_warn("database", "a group of transactions fell (%s), each is run alone", err_name(outer));
	for (struct db_job *j = first; j; j = j->next)
		alone_run(d, j);
}

void *db_writer_run(void *arg)
{
	struct db *d = arg;
	pthread_mutex_lock(&d->lock);
	for (;;) {
		while (!d->head && !d->stop)
			pthread_cond_wait(&d->work, &d->lock);
		if (!d->head)
			break;
		struct db_job *first = NULL;
		int outer = 0, room = DB_GROUP_MAX - group_take(d, &first, DB_GROUP_MAX);
		pthread_mutex_unlock(&d->lock);
		if (!group_run(d, first, room, &outer))
			group_fell(d, first, outer);
		group_answer(first);
		if (d->b->rest)
			d->b->rest(d->writer);
		pthread_mutex_lock(&d->lock);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

static int job_queue(struct db *d, struct db_job *j)
{
	REQUIRE(sem_init(&j->wake, 0, 0) == 0 && sem_init(&j->worked, 0, 0) == 0);
	pthread_mutex_lock(&d->lock);
	int rc = d->stop ? ERR_STOPPING : 0;
	if (rc == 0) {
		if (d->tail)
			d->tail->next = j;
		else
			d->head = j;
		d->tail = j;
		pthread_cond_signal(&d->work);
	}
	pthread_mutex_unlock(&d->lock);
	return rc;
}

static int job_await(struct db_job *j)
{
	for (unsigned woken = 1;; woken++) {
		while (sem_wait(&j->wake) < 0)
			REQUIRE(errno == EINTR);
		/* The last wake is the writer's last touch. */
		if (atomic_load(&j->over) && woken == j->offers + 1)
			break;
		db_tasks_do(j);
	}
	(void)sem_destroy(&j->wake);
	(void)sem_destroy(&j->worked);
	return j->rc;
}

int db_write(struct db *d, const char *tenant, db_fn *fn, void *arg)
{
	struct db_job j = {.tenant = tenant, .fn = fn, .arg = arg};
	int rc = job_queue(d, &j);
	return rc < 0 ? rc : job_await(&j);
}

struct db_pending {
	struct db_job job;
};

int db_write_begin(struct db *d, const char *tenant, db_fn *fn, void *arg, struct db_pending **out)
{
	struct db_pending *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->job = (struct db_job){.tenant = tenant, .fn = fn, .arg = arg};
	int rc = job_queue(d, &p->job);
	if (rc < 0)
		free(p);
	else
		*out = p;
	return rc;
}

int db_write_end(struct db_pending *p)
{
	int rc = job_await(&p->job);
	free(p);
	return rc;
}
