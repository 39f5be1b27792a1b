/* SQLite: WAL, synchronous=FULL, STRICT tables. */
#include "common/db/db_sqlite_impl.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const commands[CMDS] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT job",
	"ROLLBACK TO job", "RELEASE job", "SAVEPOINT inner", "ROLLBACK TO inner", "RELEASE inner"};

int sqlite_err(int result)
{
	switch (result & 0xff) {
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
		return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? ERR_EXISTS
			       : ERR_CONFLICT;
	default:
		return ERR_DB;
	}
}

/* ---- connections */

int sqlite_open_file(const char *path, bool create, sqlite3 **out)
{
	sqlite3 *h = NULL;
	mode_t was = umask(077);
	int rc = sqlite3_open_v2(path, &h,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0), NULL);
	umask(was);
	if (rc != SQLITE_OK) {
		log_error("database", "%s: %s", path, h ? sqlite3_errmsg(h) : sqlite3_errstr(rc));
		sqlite3_close(h);
		return sqlite_err(rc);
	}
	sqlite3_extended_result_codes(h, 1);
	sqlite3_busy_timeout(h, SQLITE_BUSY_MS);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	int err = sqlite_script(h,
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
	for (size_t i = 0; i < CMDS; i++)
		sqlite3_finalize(sqlite_conn(c)->commands[i]);
	db_conn_fini(c);
	sqlite3_close(sqlite_conn(c)->h);
	free(c);
}

static int conn_script(struct db_conn *c, const char *sql, struct err_note *note)
{
	return sqlite_script(sqlite_conn(c)->h, sql, note);
}

static int sqlite_connect(struct db *d, bool writer, struct db_conn **out, struct err_note *note)
{
	struct sqlite_conn *c = calloc(1, sizeof *c);
	int rc = c ? db_conn_init(&c->head, d, writer) : ERR_NOMEM;
	if (rc == 0 && (rc = sqlite_open_file(d->place, writer, &c->h)) < 0)
		err_set(note, rc, "%s: cannot be opened", d->place);
	if (rc == 0 && writer)
		sqlite_log_watch(d->own, c->h);
	/* In a transaction that writes, what the cache does not hold is read anew from the file or the log.
	 */
	if (rc == 0)
		rc = sqlite_script(c->h, writer ? "PRAGMA cache_size=-32768" : "PRAGMA query_only=ON", note);
	if (rc < 0) {
		if (c)
			sqlite_disconnect(&c->head);
		return rc;
	}
	*out = &c->head;
	return 0;
}

/* The library counts what it allocates under one lock, which all threads would wait for. */
static void library_init(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int sqlite_open(struct db *d, struct err_note *note)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sqlite_log *l = NULL;
	REQUIRE(pthread_once(&once, library_init) == 0);
	int rc = sqlite_log_open(d->place, &l);
	d->own = l;
	return rc < 0 ? err_set(note, rc, "%s: cannot be opened", d->place) : 0;
}

static void sqlite_close(struct db *d)
{
	sqlite_log_close(d->own);
}

/* ---- transactions */

static int command(struct db_conn *head, enum sqlite_command k)
{
	struct sqlite_conn *c = sqlite_conn(head);
	int rc = SQLITE_OK;
	if (!c->commands[k])
		rc = sqlite3_prepare_v3(
			c->h, commands[k], -1, SQLITE_PREPARE_PERSISTENT, &c->commands[k], NULL);
	if (rc == SQLITE_OK && sqlite3_step(c->commands[k]) != SQLITE_DONE)
		rc = sqlite3_extended_errcode(c->h);
	if (rc != SQLITE_OK)
		log_error("database", "%s: %s", commands[k], sqlite3_errmsg(c->h));
	sqlite3_reset(c->commands[k]);
	return sqlite_err(rc);
}

static int sqlite_begin(struct db_conn *c)
{
	return command(c, c->writer ? CMD_BEGIN_WRITE : CMD_BEGIN);
}

static int sqlite_commit(struct db_conn *c)
{
	return command(c, CMD_COMMIT);
}

static void sqlite_rest(struct db_conn *c)
{
	sqlite_log_rest(c->db->own, sqlite_conn(c)->h);
}

static int sqlite_rollback(struct db_conn *c)
{
	return sqlite3_get_autocommit(sqlite_conn(c)->h) ? 0
							 : sqlite_script(sqlite_conn(c)->h, "ROLLBACK", NULL);
}

static int sqlite_mark(struct db_conn *c, enum db_mark m)
{
	return command(c, m == DB_MARK_JOB ? CMD_MARK_JOB : CMD_MARK_INNER);
}

static int sqlite_keep(struct db_conn *c, enum db_mark m)
{
	return command(c, m == DB_MARK_JOB ? CMD_KEEP_JOB : CMD_KEEP_INNER);
}

static int sqlite_back(struct db_conn *c, enum db_mark m)
{
	int rc = command(c, m == DB_MARK_JOB ? CMD_BACK_JOB : CMD_BACK_INNER);
	return rc < 0 ? rc : sqlite_keep(c, m);
}

/* SQLite rolls everything back by itself when the disk is full or fails. */
static int sqlite_settle(struct db_conn *c, int rc)
{
	(void)rc;
	return sqlite3_get_autocommit(sqlite_conn(c)->h) ? ERR_DB : 0;
}

static int64_t sqlite_changes(struct db_conn *c)
{
	return sqlite3_changes64(sqlite_conn(c)->h);
}

static int copy_all(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = b ? sqlite_err(sqlite3_backup_step(b, -1)) : ERR_DB;
	if (b && sqlite3_backup_finish(b) != SQLITE_OK && rc == 0)
		rc = ERR_DB;
	return rc;
}

static int sqlite_backup_to(struct db *d, const char *to_path)
{
	sqlite3 *from = NULL, *to = NULL;
	if (access(to_path, F_OK) == 0)
		return ERR_EXISTS;
	int rc = sqlite_open_file(d->place, false, &from);
	if (rc == 0)
		rc = sqlite_open_file(to_path, true, &to);
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
	.script = conn_script,
	.schema_ask = sqlite_schema_ask,
	.prepare = sqlite_schema_prepare,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.rest = sqlite_rest,
	.mark = sqlite_mark,
	.back = sqlite_back,
	.keep = sqlite_keep,
	.settle = sqlite_settle,
	.bind = sqlite_query_bind,
	.exec = sqlite_query_exec,
	.step = sqlite_query_step,
	.done = sqlite_query_done,
	.null = sqlite_query_null,
	.integer = sqlite_query_integer,
	.real = sqlite_query_real,
	.bytes = sqlite_query_bytes,
	.changes = sqlite_changes,
	.backup = sqlite_backup_to,
};
