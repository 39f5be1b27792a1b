/* SQLite's log written ahead. A thread brings it into the file on a connection of its own: a whole checkpoint
 * in the writer stalls it. Writers that never rest keep the log from being begun anew, and it would grow for
 * ever; therefore, when only little is left, the writer brings in the rest by itself, between two groups.
 * (The thread would have to lock the writer out for it, who would sleep, longer each time, until it may.) */
#include "common/db/db_sqlite_impl.h"
#include "common/os/worker.h"
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define CHECKPOINT_MS 5000
#define PASS_PAGES 1024 /* 4 MB: more at once would hold up the commits of that moment */
#define WAL_PAGES 4096  /* 16 MB: the log should begin anew */
#define REST_PAGES 256  /* few enough for the writer */
#define MUST_PAGES 8192 /* here the writer does whatever is left */
#define PASSES 4
#define READER_TRIES 20 /* of READER_NS, for those who read an older state */
#define READER_NS 250000

struct sqlite_log {
	struct worker *worker;
	sqlite3 *h;
	atomic_int mark;  /* pages in the log from which on the thread is woken */
	atomic_bool rest; /* the writer's turn */
};

static int64_t bring_in(void *arg)
{
	struct sqlite_log *l = arg;
	int pages = 0, done = 0;
	atomic_store(&l->mark, INT_MAX);
	for (int i = 0; i < PASSES; i++) {
		sqlite3_wal_checkpoint_v2(l->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
		if (pages < WAL_PAGES || pages - done <= REST_PAGES)
			break;
	}
	/* While somebody reads an old state no more of it can be brought in, and on a slow disk as much comes
	 * as is brought in: it is tried again and again. */
	atomic_store(&l->mark, (pages > 0 ? pages : 0) + PASS_PAGES);
	atomic_store(&l->rest, pages >= MUST_PAGES || (pages >= WAL_PAGES && pages - done <= REST_PAGES));
	return CHECKPOINT_MS;
}

static int grown(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct sqlite_log *l = arg;
	(void)h, (void)name;
	if (pages >= atomic_load(&l->mark))
		worker_wake(l->worker);
	return SQLITE_OK;
}

int sqlite_log_open(const char *path, struct sqlite_log **out)
{
	struct sqlite_log *l = calloc(1, sizeof *l);
	if (!l)
		return ERR_NOMEM;
	atomic_init(&l->mark, PASS_PAGES);
	int rc = sqlite_open_file(path, true, &l->h);
	if (rc == 0)
		rc = worker_new(bring_in, l, 0, &l->worker);
	if (rc == 0)
		rc = worker_start(l->worker);
	if (rc < 0)
		sqlite_log_close(l);
	else
		*out = l;
	return rc;
}

void sqlite_log_watch(struct sqlite_log *l, sqlite3 *writer)
{
	sqlite3_wal_hook(writer, grown, l);
}

static int reader_wait(void *arg, int tries)
{
	const struct timespec t = {0, READER_NS};
	(void)arg;
	return tries < READER_TRIES && nanosleep(&t, NULL) == 0;
}

void sqlite_log_rest(struct sqlite_log *l, sqlite3 *writer)
{
	if (!atomic_exchange(&l->rest, false))
		return;
	sqlite3_busy_handler(writer, reader_wait, NULL);
	if (sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) == SQLITE_OK)
		atomic_store(&l->mark, PASS_PAGES);
	sqlite3_busy_timeout(writer, SQLITE_BUSY_MS);
}

void sqlite_log_close(struct sqlite_log *l)
{
	if (!l)
		return;
	worker_free(l->worker);
	sqlite3_close(l->h);
	free(l);
}
