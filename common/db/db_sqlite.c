/* SQLite: WAL, synchronous=FULL, STRICT tables; checkpoints on a connection and thread of their own. */
#include "common/db/db_impl.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHECKPOINT_SECONDS 5
#define BUSY_MS 20000
#define RESTART_MS 50
#define WAL_PAGES 4096 /* 16 MB */

/* Commands of transactions, prepared once. */
enum command {
	BEGIN,
	BEGIN_WRITE,
	COMMIT,
	MARK_JOB,
	BACK_JOB,
	KEEP_JOB,
	MARK_INNER,
	BACK_INNER,
	KEEP_INNER,
	COMMANDS
};
static const char *const commands[COMMANDS] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT job",
	"ROLLBACK TO job", "RELEASE job", "SAVEPOINT inner", "ROLLBACK TO inner", "RELEASE inner"};
struct conn {
	struct db_conn head;
	sqlite3 *h;
	sqlite3_stmt *commands[COMMANDS];
};
/* The checkpoint thread. */
struct keeper {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	sqlite3 *h;
	bool stop, due;
	atomic_int mark; /* pages in the log from which on it is due */
};

static struct conn *conn(struct db_conn *c)
{
	return (struct conn *)c;
}

/* Prepared by now: the writer's at the start, a reader's when it is first asked. NULL: it cannot be. */
static sqlite3_stmt *stmt(struct db_query *q)
{
	sqlite3_stmt *s = NULL;
	if (!q->own && sqlite3_prepare_v3(conn(q->tx->conn)->h, q->text->sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &s, NULL) != SQLITE_OK)
		log_error("database", "statement=%s %s", q->text->stmt->name,
			sqlite3_errmsg(conn(q->tx->conn)->h));
	return q->own ? q->own : (q->own = s);
}

static int err_of(int sqlite_rc)
{
	switch (sqlite_rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_FULL:
		return ERR_NOSPACE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_IOERR:
		return ERR_IO;
	case SQLITE_CONSTRAINT:
		return sqlite_rc == SQLITE_CONSTRAINT_UNIQUE || sqlite_rc == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? ERR_EXISTS
			       : ERR_CONFLICT;
	default:
		return ERR_DB;
	}
}

/* ---- connections */

static int script_run(sqlite3 *h, const char *sql, struct err_note *note)
{
	char *text = NULL;
	int rc = sqlite3_exec(h, sql, NULL, NULL, &text);
	int err = err_of(rc == SQLITE_OK ? rc : sqlite3_extended_errcode(h));
	if (rc != SQLITE_OK) {
		log_error("database", "%.60s: %s", sql, text ? text : sqlite3_errstr(rc));
		err_set(note, err, "%s", text ? text : sqlite3_errstr(rc));
	}
	sqlite3_free(text);
	return err;
}

static int sqlite_script(struct db_conn *c, const char *sql, struct err_note *note)
{
	return script_run(conn(c)->h, sql, note);
}

static int handle_open(const char *path, bool create, sqlite3 **out)
{
	sqlite3 *h = NULL;
	mode_t was = umask(077);
	int rc = sqlite3_open_v2(path, &h,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0), NULL);
	umask(was);
	if (rc != SQLITE_OK) {
		log_error("database", "%s: %s", path, h ? sqlite3_errmsg(h) : sqlite3_errstr(rc));
		sqlite3_close(h);
		return err_of(rc);
	}
	sqlite3_extended_result_codes(h, 1);
	sqlite3_busy_timeout(h, BUSY_MS);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	int err = script_run(h,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA "
		"trusted_schema=OFF;"
		"PRAGMA secure_delete=ON; PRAGMA mmap_size=1073741824; PRAGMA wal_autocheckpoint=0; PRAGMA "
		"temp_store=MEMORY",
		NULL);
	if (err < 0)
		sqlite3_close(h);
	else
		*out = h;
	return err;
}

static void sqlite_disconnect(struct db_conn *c)
{
	for (size_t i = 0; c->queries && i < c->db->ntexts; i++)
		sqlite3_finalize(c->queries[i].own);
	for (size_t i = 0; i < COMMANDS; i++)
		sqlite3_finalize(conn(c)->commands[i]);
	db_conn_fini(c);
	sqlite3_close(conn(c)->h);
	free(c);
}

/* ---- the log written ahead */

/* Writers that never rest keep the log from being begun anew, and it would grow for ever: then they are made
 * to wait for the last few pages. Readers of an old state are not waited for longer than RESTART_MS; while
 * one stays, it is tried again each time the log has grown by half. */
static void checkpoint(struct keeper *k)
{
	int pages = 0, done = 0;
	sqlite3_wal_checkpoint_v2(k->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
	if (pages < WAL_PAGES)
		return;
	sqlite3_busy_timeout(k->h, RESTART_MS);
	bool anew = sqlite3_wal_checkpoint_v2(k->h, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) == SQLITE_OK;
	atomic_store(&k->mark, anew ? WAL_PAGES : pages + WAL_PAGES / 2);
}

/* After each commit of the writer. */
static int wal_grown(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct keeper *k = arg;
	(void)h, (void)name;
	if (pages < atomic_load(&k->mark))
		return SQLITE_OK;
	pthread_mutex_lock(&k->lock);
	k->due = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->lock);
	return SQLITE_OK;
}

static int sqlite_connect(struct db *d, bool writer, struct db_conn **out, struct err_note *note)
{
	struct conn *c = calloc(1, sizeof *c);
	int rc = c ? db_conn_init(&c->head, d, writer) : ERR_NOMEM;
	if (rc == 0 && (rc = handle_open(d->place, writer, &c->h)) < 0)
		err_set(note, rc, "%s: cannot be opened", d->place);
	if (rc == 0 && writer)
		sqlite3_wal_hook(c->h, wal_grown, d->own);
	/* In a transaction that writes, what the cache does not hold is read anew from the file or the log.
	 */
	if (rc == 0)
		rc = script_run(c->h, writer ? "PRAGMA cache_size=-32768" : "PRAGMA query_only=ON", note);
	if (rc < 0) {
		if (c)
			sqlite_disconnect(&c->head);
		return rc;
	}
	*out = &c->head;
	return 0;
}

static void *keeper_run(void *arg)
{
	struct keeper *k = arg;
	pthread_mutex_lock(&k->lock);
	while (!k->stop) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += CHECKPOINT_SECONDS;
		while (!k->stop && !k->due && pthread_cond_timedwait(&k->wake, &k->lock, &until) == 0)
			;
		k->due = false;
		pthread_mutex_unlock(&k->lock);
		checkpoint(k);
		pthread_mutex_lock(&k->lock);
	}
	pthread_mutex_unlock(&k->lock);
	return NULL;
}

/* The library counts what it allocates under one lock, which all threads would wait for. */
static void library_init(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Checkpoints on a connection of their own: automatic ones in the writer stall it. */
static int sqlite_open(struct db *d, struct err_note *note)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	REQUIRE(pthread_once(&once, library_init) == 0);
	struct keeper *k = calloc(1, sizeof *k);
	if (!k)
		return ERR_NOMEM;
	int rc = handle_open(d->place, true, &k->h);
	if (rc == 0) {
		pthread_mutex_init(&k->lock, NULL);
		pthread_cond_init(&k->wake, NULL);
		atomic_init(&k->mark, WAL_PAGES);
		if (pthread_create(&k->thread, NULL, keeper_run, k))
			REQUIRE(!"no thread");
		d->own = k;
		return 0;
	}
	free(k);
	return err_set(note, rc, "%s: cannot be opened", d->place);
}

static void sqlite_close(struct db *d)
{
	struct keeper *k = d->own;
	if (!k)
		return;
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	pthread_mutex_destroy(&k->lock);
	pthread_cond_destroy(&k->wake);
	sqlite3_close(k->h);
	free(k);
}

/* ---- schema and statements */

static int sqlite_ask(struct db_conn *c, const char *sql, const char *const *params, int n, struct buf *out)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(conn(c)->h, sql, -1, &q, NULL);
	for (int i = 0; rc == SQLITE_OK && i < n; i++)
		rc = sqlite3_bind_text(q, i + 1, params[i], -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	int err = rc == SQLITE_ROW ? 1 : err_of(rc);
	if (err == 1 && out && buf_add_str(out, (const char *)sqlite3_column_text(q, 0)) < 0)
		err = ERR_NOMEM;
	sqlite3_finalize(q);
	return err;
}

/* Which tables a statement touches while it is prepared. */
struct touched {
	sqlite3 *h;
	bool tenant;
};

static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	struct touched *t = arg;
	(void)b;
	(void)c;
	(void)d;
	if ((action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE ||
		    action == SQLITE_DELETE) &&
		a && !t->tenant)
		t->tenant = sqlite3_table_column_metadata(
				    t->h, "main", a, "tenant", NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
	return SQLITE_OK;
}

/* All of them on the writer, which tells what is wrong with any. Eight readers that held each of a thousand
 * would take forty megabytes for what few of them are asked. */
static int sqlite_prepare(struct db_conn *c, struct err_note *note)
{
	sqlite3 *h = conn(c)->h;
	for (size_t i = 0; i < c->db->ntexts; i++) {
		const struct db_text *t = &c->db->texts[i];
		struct touched touched = {.h = h};
		const char *tail = "";
		sqlite3_stmt *q = NULL;
		if (!t->stmt)
			continue;
		sqlite3_set_authorizer(h, authorize, &touched);
		int rc = sqlite3_prepare_v3(h, t->sql, -1, SQLITE_PREPARE_PERSISTENT, &q, &tail);
		sqlite3_set_authorizer(h, NULL, NULL);
		c->queries[i].own = q;
		if (rc != SQLITE_OK || *tail)
			return err_set(note, ERR_DB, "statement %s: %s", t->stmt->name,
				rc ? sqlite3_errmsg(h) : "more than one statement");
		if (touched.tenant && !t->stmt->cross && !t->tenant)
			return err_set(note, ERR_DB, "statement %s: touches a tenant's table without :tenant",
				t->stmt->name);
	}
	return 0;
}

/* ---- transactions */

static int command(struct db_conn *head, enum command k)
{
	struct conn *c = conn(head);
	int rc = SQLITE_OK;
	if (!c->commands[k])
		rc = sqlite3_prepare_v3(
			c->h, commands[k], -1, SQLITE_PREPARE_PERSISTENT, &c->commands[k], NULL);
	if (rc == SQLITE_OK && sqlite3_step(c->commands[k]) != SQLITE_DONE)
		rc = sqlite3_extended_errcode(c->h);
	if (rc != SQLITE_OK)
		log_error("database", "%s: %s", commands[k], sqlite3_errmsg(c->h));
	sqlite3_reset(c->commands[k]);
	return err_of(rc);
}

static int sqlite_begin(struct db_conn *c)
{
	return command(c, c->writer ? BEGIN_WRITE : BEGIN);
}

static int sqlite_commit(struct db_conn *c)
{
	return command(c, COMMIT);
}

static int sqlite_rollback(struct db_conn *c)
{
	return sqlite3_get_autocommit(conn(c)->h) ? 0 : script_run(conn(c)->h, "ROLLBACK", NULL);
}

static int sqlite_mark(struct db_conn *c, enum db_mark m)
{
	return command(c, m == DB_MARK_JOB ? MARK_JOB : MARK_INNER);
}

static int sqlite_keep(struct db_conn *c, enum db_mark m)
{
	return command(c, m == DB_MARK_JOB ? KEEP_JOB : KEEP_INNER);
}

static int sqlite_back(struct db_conn *c, enum db_mark m)
{
	int rc = command(c, m == DB_MARK_JOB ? BACK_JOB : BACK_INNER);
	return rc < 0 ? rc : sqlite_keep(c, m);
}

/* SQLite rolls everything back by itself when the disk is full or fails. */
static int sqlite_settle(struct db_conn *c, int rc)
{
	(void)rc;
	return sqlite3_get_autocommit(conn(c)->h) ? ERR_DB : 0;
}

/* ---- uses of a statement */

static void sqlite_bind(struct db_query *q, size_t at, const struct db_value *v)
{
	int rc = SQLITE_OK, i = (int)at;
	const void *p = v->v.n ? (const void *)v->v.p : "";
	switch (v->kind) {
	case DB_NULL:
		rc = sqlite3_bind_null(stmt(q), i);
		break;
	case DB_INT:
		rc = sqlite3_bind_int64(stmt(q), i, v->i);
		break;
	case DB_REAL:
		rc = sqlite3_bind_double(stmt(q), i, v->r);
		break;
	case DB_TEXT:
		rc = sqlite3_bind_text64(stmt(q), i, p, v->v.n, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case DB_BLOB:
		rc = sqlite3_bind_blob64(stmt(q), i, p, v->v.n, SQLITE_TRANSIENT);
		break;
	}
	if (rc != SQLITE_OK && q->rc == 0)
		q->rc = err_of(rc);
}

static int sqlite_step(struct db_query *q)
{
	int rc = sqlite3_step(stmt(q));
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	int err = err_of(rc);
	/* Constraints are the rules at work; the caller says what they mean. */
	if (err == ERR_DB || err == ERR_IO || err == ERR_NOSPACE)
		log_error("database", "statement=%s %s", q->text->stmt->name,
			sqlite3_errmsg(conn(q->tx->conn)->h));
	return err;
}

static int sqlite_exec(struct db_query *q)
{
	int rc;
	while ((rc = sqlite_step(q)) == 1)
		;
	return rc;
}

static void sqlite_done(struct db_query *q)
{
	sqlite3_reset(stmt(q));
	sqlite3_clear_bindings(stmt(q));
}

static bool sqlite_null(struct db_query *q, int col)
{
	return sqlite3_column_type(stmt(q), col) == SQLITE_NULL;
}

static int64_t sqlite_integer(struct db_query *q, int col)
{
	return sqlite3_column_int64(stmt(q), col);
}

static double sqlite_real(struct db_query *q, int col)
{
	return sqlite3_column_double(stmt(q), col);
}

static struct view sqlite_bytes(struct db_query *q, int col)
{
	/* A blob's bytes as they are; anything else as text, with its NUL. */
	const void *p = sqlite3_column_type(stmt(q), col) == SQLITE_BLOB
				? sqlite3_column_blob(stmt(q), col)
				: (const void *)sqlite3_column_text(stmt(q), col);
	return view_of(p, (size_t)sqlite3_column_bytes(stmt(q), col));
}

static int64_t sqlite_changes(struct db_conn *c)
{
	return sqlite3_changes64(conn(c)->h);
}

static int copy_all(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = b ? err_of(sqlite3_backup_step(b, -1)) : ERR_DB;
	if (b && sqlite3_backup_finish(b) != SQLITE_OK && rc == 0)
		rc = ERR_DB;
	return rc;
}

static int sqlite_backup_to(struct db *d, const char *to_path)
{
	sqlite3 *from = NULL, *to = NULL;
	if (access(to_path, F_OK) == 0)
		return ERR_EXISTS;
	int rc = handle_open(d->place, false, &from);
	if (rc == 0)
		rc = handle_open(to_path, true, &to);
	if (rc == 0)
		rc = copy_all(from, to);
	sqlite3_close(from);
	sqlite3_close(to);
	int fd = rc == 0 ? open(to_path, O_RDONLY | O_CLOEXEC) : -1;
	if (rc == 0)
		rc = fd < 0 ? ERR_IO : file_fsync(fd, "db.backup");
	if (fd >= 0)
		close(fd);
	return rc;
}

const struct db_backend db_sqlite = {
	.schema_begin = "BEGIN IMMEDIATE",
	.schema_table = "CREATE TABLE IF NOT EXISTS schema_migration (schema TEXT NOT NULL, number INTEGER "
			"NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at TEXT NOT NULL, "
			"PRIMARY KEY (schema, number)) STRICT",
	.migration = offsetof(struct db_migration, sqlite),
	.open = sqlite_open,
	.close = sqlite_close,
	.connect = sqlite_connect,
	.disconnect = sqlite_disconnect,
	.script = sqlite_script,
	.schema_ask = sqlite_ask,
	.prepare = sqlite_prepare,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.mark = sqlite_mark,
	.back = sqlite_back,
	.keep = sqlite_keep,
	.settle = sqlite_settle,
	.bind = sqlite_bind,
	.exec = sqlite_exec,
	.step = sqlite_step,
	.done = sqlite_done,
	.null = sqlite_null,
	.integer = sqlite_integer,
	.real = sqlite_real,
	.bytes = sqlite_bytes,
	.changes = sqlite_changes,
	.backup = sqlite_backup_to,
};
