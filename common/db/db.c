#include "common/db/db.h"

#include "common/db/db_impl.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHECKPOINT_SECONDS 5

static void tx_init(struct db_tx *tx, struct db_conn *c, const char *tenant)
{
	memset(tx, 0, sizeof *tx);
	tx->conn = c;
	snprintf(tx->tenant, sizeof tx->tenant, "%s", tenant);
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

/* One function in its savepoint. A failure of the savepoint itself means that the outer transaction is gone.
 */
static int job_run(struct db *d, struct db_job *j, bool *outer_lost)
{
	tx_init(&j->tx, d->writer, j->tenant);
	if (db_conn_exec(d->writer, "SAVEPOINT job") < 0) {
		*outer_lost = true;
		return ERR_DB;
	}
	int rc = j->fn(&j->tx, j->arg);
	if (sqlite3_get_autocommit(d->writer->h)) {
		/* SQLite rolled everything back (disk full, I/O error). */
		*outer_lost = true;
		return rc < 0 ? rc : ERR_DB;
	}
	if (rc < 0 && db_conn_exec(d->writer, "ROLLBACK TO job") < 0)
		*outer_lost = true;
	if (!*outer_lost && db_conn_exec(d->writer, "RELEASE job") < 0)
		*outer_lost = true;
	return rc;
}

static int commit(struct db *d)
{
	fault_point("db.commit.before");
	int rc = fault_fail("db.commit") ? ERR_NOSPACE : db_conn_exec(d->writer, "COMMIT");
	if (rc == 0)
		fault_point("db.commit.after");
	return rc;
}

static void rollback(struct db *d)
{
	if (!sqlite3_get_autocommit(d->writer->h) && db_conn_exec(d->writer, "ROLLBACK") < 0)
		REQUIRE(!"a transaction that can be neither kept nor taken back");
}

/* All in one commit; false when the outer transaction fell and each has to be run again alone. */
static bool group_run(struct db *d, struct db_job *first, int *outer_rc)
{
	bool lost = false, any = false;
	*outer_rc = db_conn_exec(d->writer, "BEGIN IMMEDIATE");
	if (*outer_rc < 0)
		return false;
	for (struct db_job *j = first; j && !lost; j = j->next) {
		j->rc = job_run(d, j, &lost);
		any |= j->rc == 0;
		if (lost)
			*outer_rc = j->rc;
	}
	if (!lost && any)
		lost = (*outer_rc = commit(d)) < 0;
	if (lost || !any)
		rollback(d);
	return !lost;
}

static void alone_run(struct db *d, struct db_job *j)
{
	struct db_job *next = j->next;
	int outer = 0;
	j->next = NULL;
	if (!group_run(d, j, &outer))
		j->rc = outer < 0 ? outer : ERR_DB;
	j->next = next;
}

static struct db_job *group_take(struct db *d)
{
	struct db_job *first = d->head, *last = first;
	for (int n = 1; last->next && n < DB_GROUP_MAX; n++)
		last = last->next;
	d->head = last->next;
	if (!d->head)
		d->tail = NULL;
	last->next = NULL;
	return first;
}

static void group_answer(struct db *d, struct db_job *first)
{
	for (struct db_job *j = first; j; j = j->next)
		for (size_t i = 0; j->rc == 0 && i < j->tx.nafter; i++)
			j->tx.after[i].fn(j->tx.after[i].arg);
	pthread_mutex_lock(&d->lock);
	for (struct db_job *j = first, *next; j; j = next) {
		next = j->next;
		j->done = true;
	}
	pthread_cond_broadcast(&d->done);
	pthread_mutex_unlock(&d->lock);
}

static void *writer_run(void *arg)
{
	struct db *d = arg;
	pthread_mutex_lock(&d->lock);
	for (;;) {
		while (!d->head && !d->stop)
			pthread_cond_wait(&d->work, &d->lock);
		if (!d->head)
			break;
		struct db_job *first = group_take(d);
		pthread_mutex_unlock(&d->lock);
		int outer = 0;
		if (!group_run(d, first, &outer)) {
			log_warn("database", "a group of transactions fell (%s), each is run alone",
				err_name(outer));
			for (struct db_job *j = first; j; j = j->next)
				alone_run(d, j);
		}
		group_answer(d, first);
		pthread_mutex_lock(&d->lock);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

int db_write(struct db *d, const char *tenant, db_fn *fn, void *arg)
{
	struct db_job j = {.tenant = tenant, .fn = fn, .arg = arg};
	pthread_mutex_lock(&d->lock);
	if (d->stop) {
		pthread_mutex_unlock(&d->lock);
		return ERR_STOPPING;
	}
	if (d->tail)
		d->tail->next = &j;
	else
		d->head = &j;
	d->tail = &j;
	pthread_cond_signal(&d->work);
	while (!j.done)
		pthread_cond_wait(&d->done, &d->lock);
	pthread_mutex_unlock(&d->lock);
	return j.rc;
}

int db_read(struct db *d, const char *tenant, db_fn *fn, void *arg)
{
	struct db_tx tx;
	pthread_mutex_lock(&d->lock);
	while (!d->readers)
		pthread_cond_wait(&d->reader_free, &d->lock);
	struct db_conn *c = d->readers;
	d->readers = c->next;
	pthread_mutex_unlock(&d->lock);
	tx_init(&tx, c, tenant);
	int rc = db_conn_exec(c, "BEGIN");
	if (rc == 0) {
		rc = fn(&tx, arg);
		int end = db_conn_exec(c, "COMMIT");
		rc = rc < 0 ? rc : end;
	}
	pthread_mutex_lock(&d->lock);
	c->next = d->readers;
	d->readers = c;
	pthread_cond_signal(&d->reader_free);
	pthread_mutex_unlock(&d->lock);
	return rc;
}

/* Checkpoints on a connection of their own: automatic ones in the writer stall it. */
static void *checkpoint_run(void *arg)
{
	struct db *d = arg;
	struct db_conn *c = NULL;
	int rc = db_conn_open(d->path, false, &c);
	pthread_mutex_lock(&d->lock);
	while (rc == 0 && !d->stop) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += CHECKPOINT_SECONDS;
		pthread_cond_timedwait(&d->quit, &d->lock, &until);
		pthread_mutex_unlock(&d->lock);
		sqlite3_wal_checkpoint_v2(c->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		pthread_mutex_lock(&d->lock);
	}
	pthread_mutex_unlock(&d->lock);
	db_conn_close(c);
	return NULL;
}

static int readers_open(struct db *d, int n, struct err_note *note)
{
	for (int i = 0; i < n; i++) {
		struct db_conn *c = NULL;
		int rc = db_conn_open(d->path, true, &c);
		if (rc == 0)
			rc = db_conn_prepare(c, note);
		if (rc < 0) {
			db_conn_close(c);
			return rc;
		}
		c->next = d->readers;
		d->readers = c;
		d->nreaders++;
	}
	return 0;
}

int db_open(const struct db_options *o, struct db **out, struct err_note *note)
{
	struct db *d = calloc(1, sizeof *d);
	if (!d || !(d->path = strdup(o->path))) {
		free(d);
		return ERR_NOMEM;
	}
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->work, NULL);
	pthread_cond_init(&d->done, NULL);
	pthread_cond_init(&d->reader_free, NULL);
	pthread_cond_init(&d->quit, NULL);
	int rc = db_conn_open(o->path, false, &d->writer);
	if (rc < 0)
		err_set(note, rc, "%s: cannot be opened", o->path);
	if (rc == 0)
		rc = db_schema_apply(d->writer, o, note);
	if (rc == 0)
		rc = db_conn_prepare(d->writer, note);
	if (rc == 0)
		rc = readers_open(d, o->readers > 0 ? o->readers : 4, note);
	if (rc == 0 && pthread_create(&d->thread, NULL, writer_run, d))
		rc = ERR_IO;
	else if (rc == 0 && pthread_create(&d->checkpointer, NULL, checkpoint_run, d))
		REQUIRE(!"no thread");
	d->threads = rc == 0;
	if (rc < 0) {
		db_close(d);
		return rc;
	}
	*out = d;
	return 0;
}

void db_close(struct db *d)
{
	if (!d)
		return;
	if (d->threads) {
		pthread_mutex_lock(&d->lock);
		d->stop = true;
		pthread_cond_broadcast(&d->work);
		pthread_cond_broadcast(&d->quit);
		pthread_mutex_unlock(&d->lock);
		pthread_join(d->thread, NULL);
		pthread_join(d->checkpointer, NULL);
	}
	for (struct db_conn *c = d->readers, *next; c; c = next) {
		next = c->next;
		db_conn_close(c);
	}
	db_conn_close(d->writer);
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->work);
	pthread_cond_destroy(&d->done);
	pthread_cond_destroy(&d->reader_free);
	pthread_cond_destroy(&d->quit);
	free(d->path);
	free(d);
}

int db_backup(struct db *d, const char *to_path)
{
	struct db_conn *from = NULL, *to = NULL;
	if (access(to_path, F_OK) == 0)
		return ERR_EXISTS;
	int rc = db_conn_open(d->path, true, &from);
	if (rc == 0)
		rc = db_conn_open(to_path, false, &to);
	if (rc == 0) {
		sqlite3_backup *b = sqlite3_backup_init(to->h, "main", from->h, "main");
		rc = b ? db_err(sqlite3_backup_step(b, -1)) : ERR_DB;
		if (b && sqlite3_backup_finish(b) != SQLITE_OK && rc == 0)
			rc = ERR_DB;
	}
	db_conn_close(from);
	db_conn_close(to);
	int fd = rc == 0 ? open(to_path, O_RDONLY | O_CLOEXEC) : -1;
	if (rc == 0)
		rc = fd < 0 ? ERR_IO : file_fsync(fd, "db.backup");
	if (fd >= 0)
		close(fd);
	return rc;
}
