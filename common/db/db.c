#include "common/db/db.h"

#include "common/db/db_impl.h"
#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

#define READERS 4
#define READ_TRIES 3

/* One run of fn on a snapshot; *again: the line broke, another run may help. */
static int read_once(struct db *d, struct db_conn *c, const char *tenant, db_fn *fn, void *arg, bool *again)
{
	struct db_tx tx;
	c->retry = false;
	int rc = d->b->begin(c);
	if (rc == 0) {
		db_tx_init(&tx, c, tenant);
		rc = fn(&tx, arg);
		int settled = d->b->settle(c, rc);
		int end = d->b->commit(c);
		if (settled != 0 || end < 0)
			rc = settled < 0 ? settled : end < 0 ? end : ERR_DB;
	}
	*again = c->retry;
	return rc;
}

int db_read(struct db *d, const char *tenant, db_fn *fn, void *arg)
{
	pthread_mutex_lock(&d->lock);
	while (!d->readers)
		pthread_cond_wait(&d->reader_free, &d->lock);
	struct db_conn *c = d->readers;
	d->readers = c->next;
	pthread_mutex_unlock(&d->lock);
	bool again = true;
	int rc = 0;
	for (int i = 0; again && i < READ_TRIES; i++)
		rc = read_once(d, c, tenant, fn, arg, &again);
	pthread_mutex_lock(&d->lock);
	c->next = d->readers;
	d->readers = c;
	pthread_cond_signal(&d->reader_free);
	pthread_mutex_unlock(&d->lock);
	return rc;
}

/* "postgresql://…" or "key=value …" is PostgreSQL's; anything else is a file. */
static const struct db_backend *backend_of(const char *place)
{
	bool uri = strncmp(place, "postgresql://", 13) == 0 || strncmp(place, "postgres://", 11) == 0;
	return uri || strchr(place, '=') ? &db_pg : &db_sqlite;
}

bool db_path_is_file(const char *path)
{
	return backend_of(path) == &db_sqlite;
}

int db_path_check(const char *path, struct err_note *note)
{
	const struct db_backend *b = backend_of(path);
	return b->check ? b->check(path, note) : 0;
}

static int readers_open(struct db *d, int n, struct err_note *note)
{
	for (int i = 0; i < n; i++) {
		struct db_conn *c = NULL;
		int rc = d->b->connect(d, false, &c, note);
		if (rc < 0)
			return rc;
		c->next = d->readers;
		d->readers = c;
	}
	return 0;
}

int db_open(const struct db_options *o, struct db **out, struct err_note *note)
{
	struct db *d = calloc(1, sizeof *d);
	if (!d || !(d->place = strdup(o->path))) {
		free(d);
		return ERR_NOMEM;
	}
	d->b = backend_of(o->path);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->work, NULL);
	pthread_cond_init(&d->reader_free, NULL);
	int rc = db_path_check(o->path, note);
	if (rc == 0)
		rc = db_texts_make(d);
	if (rc == 0)
		rc = d->b->open(d, note);
	if (rc == 0)
		rc = d->b->connect(d, true, &d->writer, note);
	if (rc == 0)
		rc = db_schema_apply(d->writer, o, note);
	if (rc == 0)
		rc = d->b->prepare(d->writer, note);
	if (rc == 0)
		rc = readers_open(d, o->readers > 0 ? o->readers : READERS, note);
	if (rc == 0 && pthread_create(&d->thread, NULL, db_writer_run, d))
		rc = ERR_IO;
	d->thread_started = rc == 0;
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
	if (d->thread_started) {
		pthread_mutex_lock(&d->lock);
		d->stop = true;
		pthread_cond_broadcast(&d->work);
		pthread_mutex_unlock(&d->lock);
		pthread_join(d->thread, NULL);
	}
	for (struct db_conn *c = d->readers, *next; c; c = next) {
		next = c->next;
		d->b->disconnect(c);
	}
	if (d->writer)
		d->b->disconnect(d->writer);
	d->b->close(d);
	db_texts_free(d);
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->work);
	pthread_cond_destroy(&d->reader_free);
	free(d->place);
	free(d);
}

int db_backup(struct db *d, const char *to_path)
{
	return d->b->backup(d, to_path);
}
