/* PostgreSQL by libpq: SERIALIZABLE, group commit, reconnecting; what a lost COMMIT came to is asked for. */
#include "common/db/db_pg_impl.h"
#include "common/log/log.h"
#include "common/os/proc.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_PAUSE_MS 1000
#define OUTCOME_MS 30000
#define DUMP_MS (4 * 3600 * 1000)

/* ---- the database as a whole */

static int pg_check(const char *place, struct err_note *note)
{
	PQconninfoOption *o = PQconninfoParse(place, NULL);
	if (!o)
		return err_set(note, ERR_CONFIG, "database: not a libpq connection string");
	bool secret = false;
	for (const PQconninfoOption *p = o; p->keyword; p++)
		secret |= p->val &&
			  (strcmp(p->keyword, "password") == 0 || strcmp(p->keyword, "sslpassword") == 0);
	PQconninfoFree(o);
	return secret ? err_set(note, ERR_CONFIG, "database: no password here; name a passfile or a service")
		      : 0;
}

static int pg_open(struct db *d, struct err_note *note)
{
	(void)note;
	struct pg_db *p = calloc(1, sizeof *p);
	if (!p || !(p->texts = calloc(d->ntexts + 1, sizeof *p->texts))) {
		free(p);
		return ERR_NOMEM;
	}
	pthread_mutex_init(&p->lock, NULL);
	d->own = p;
	return 0;
}

static void pg_close(struct db *d)
{
	struct pg_db *p = d->own;
	if (!p)
		return;
	for (size_t i = 0; i < d->ntexts; i++)
		free(p->texts[i].types);
	free(p->texts);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static void pg_disconnect(struct db_conn *head)
{
	struct pg_conn *c = pg_conn(head);
	for (size_t i = 0; head->queries && i < head->db->ntexts; i++)
		pg_query_free(&head->queries[i]);
	pg_line_close(c);
	db_conn_fini(head);
	free(c->prepared);
	free(c);
}

static int pg_connect(struct db *d, bool writer, struct db_conn **out, struct err_note *note)
{
	struct pg_conn *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	int rc = db_conn_init(&c->head, d, writer);
	if (rc == 0 && !(c->prepared = calloc(d->ntexts + PG_UTILITIES, sizeof *c->prepared)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = pg_line_open(c, note);
	if (rc == 0 && writer)
		rc = pg_check_database(c, note);
	if (rc < 0) {
		pg_disconnect(&c->head);
		return rc;
	}
	*out = &c->head;
	return 0;
}

/* ---- transactions */

static int pg_begin(struct db_conn *head)
{
	struct pg_conn *c = pg_conn(head);
	/* A reader's last COMMIT was not waited for. */
	if (c->h && !c->gone)
		pg_line_collect(c, 0);
	if (c->gone) {
		pg_line_close(c);
		c->gone = false;
	}
	if (!c->h) {
		head->retry = false;
		if (c->refused_at && time_mono_ms() - c->refused_at < CONNECT_PAUSE_MS)
			return ERR_BUSY;
		int rc = pg_line_open(c, NULL);
		if (rc < 0)
			return ERR_BUSY;
		log_info("database", "connected again");
	}
	c->lost = c->failed = c->again = c->careful = c->broken = c->wrote = false;
	c->xid[0] = '\0';
	return pg_line_utility(c, head->writer ? PG_BEGIN_WRITE : PG_BEGIN_READ);
}

static int pg_rollback(struct db_conn *head)
{
	struct pg_conn *c = pg_conn(head);
	if (c->gone || !c->h)
		return 0; /* the server rolls back what has lost its client */
	pg_query_stash(c);
	if (pg_line_wait(c) == 0 || !c->gone)
		if (pg_line_utility(c, PG_ROLLBACK) < 0 || pg_line_wait(c) < 0)
			c->gone = true;
	return 0;
}

/* The COMMIT was sent and the line broke. 0 committed, ERR_BUSY rolled back, ERR_DB not to be learnt. */
static int outcome(struct pg_conn *c)
{
	int64_t until = time_mono_ms() + OUTCOME_MS;
	const char *const params[] = {c->xid};
	int rc = ERR_IO;
	while (rc == ERR_IO && time_mono_ms() < until) {
		PGconn *h = PQconnectdb(c->head.db->place);
		PGresult *r = PQexecParams(
			h, "SELECT pg_xact_status($1::text::xid8)", 1, NULL, params, NULL, NULL, 0);
		const char *s = PQresultStatus(r) == PGRES_TUPLES_OK ? PQgetvalue(r, 0, 0) : "";
		if (strcmp(s, "committed") == 0)
			rc = 0;
		else if (strcmp(s, "aborted") == 0)
			rc = ERR_BUSY;
		else
			nanosleep(&(struct timespec){0, 50 * 1000000}, NULL);
		PQclear(r);
		PQfinish(h);
	}
	log_warn("database", "the connection was lost in a commit: transaction %s %s", c->xid,
		rc == 0          ? "was committed"
		: rc == ERR_BUSY ? "was rolled back"
				 : "has an unknown outcome");
	c->head.retry = rc == ERR_BUSY;
	c->head.unknown = rc == ERR_IO;
	return rc == ERR_IO ? ERR_DB : rc;
}

static int commit_write(struct pg_conn *c)
{
	/* Known before the COMMIT goes out, so that its outcome can be asked for. */
	if (c->wrote && !c->xid[0]) {
		if (pg_line_utility(c, PG_XID) < 0 || pg_line_wait(c) < 0)
			return ERR_BUSY;
	}
	int rc = pg_line_utility(c, PG_COMMIT);
	if (rc == 0)
		rc = pg_line_wait(c);
	return c->gone && c->xid[0] ? outcome(c) : rc;
}

static int pg_commit(struct db_conn *head)
{
	struct pg_conn *c = pg_conn(head);
	if (c->gone)
		return ERR_BUSY;
	if (head->writer)
		return commit_write(c);
	/* Nothing hangs on a reader's: its answer is read when the next one begins. */
	int rc = pg_line_utility(c, PG_COMMIT);
	return rc == 0 ? pg_line_sync(c) : rc;
}

/* The statement before was refused and its function goes on: from now on it has a savepoint of its own, and
 * the function is run again. */
static int blame(struct pg_conn *c)
{
	struct pg_db *p = c->head.db->own;
	pthread_mutex_lock(&p->lock);
	p->texts[c->broken_i].guarded = true;
	pthread_mutex_unlock(&p->lock);
	c->again = true;
	return ERR_BUSY;
}

int pg_may_send(struct pg_conn *c)
{
	if (c->lost || c->failed || c->again)
		return ERR_BUSY;
	return c->broken ? blame(c) : 0;
}

static int pg_mark(struct db_conn *head, enum db_mark m)
{
	struct pg_conn *c = pg_conn(head);
	int rc = pg_may_send(c);
	pg_query_stash(c);
	return rc < 0 ? rc : pg_line_utility(c, m == DB_MARK_JOB ? PG_MARK_JOB : PG_MARK_INNER);
}

static int pg_keep(struct db_conn *head, enum db_mark m)
{
	struct pg_conn *c = pg_conn(head);
	int rc = pg_may_send(c);
	pg_query_stash(c);
	return rc < 0 ? rc : pg_line_utility(c, m == DB_MARK_JOB ? PG_KEEP_JOB : PG_KEEP_INNER);
}

static int pg_back(struct db_conn *head, enum db_mark m)
{
	struct pg_conn *c = pg_conn(head);
	pg_query_stash(c);
	/* Behind a refused command the way back would be skipped. */
	if (!c->lost && !c->again)
		pg_line_wait(c);
	if (c->lost || c->failed || c->again)
		return ERR_BUSY;
	c->broken = false;
	int rc = pg_line_utility(c, m == DB_MARK_JOB ? PG_BACK_JOB : PG_BACK_INNER);
	return rc < 0 ? rc : pg_line_utility(c, m == DB_MARK_JOB ? PG_KEEP_JOB : PG_KEEP_INNER);
}

static int pg_settle(struct db_conn *head, int rc)
{
	struct pg_conn *c = pg_conn(head);
	pg_query_stash(c);
	if (rc >= 0 && c->broken && !c->lost)
		blame(c);
	if (!c->lost && c->nsent) {
		bool ask = head->writer && c->wrote && !c->xid[0] && !c->broken;
		if (!ask || pg_line_utility(c, PG_XID) == 0)
			pg_line_wait(c);
	}
	if (c->lost)
		return ERR_BUSY;
	if (c->failed && c->careful)
		return ERR_DB;
	if (c->failed || c->again) {
		c->failed = c->again = c->broken = false;
		c->careful = true;
		return DB_AGAIN;
	}
	c->careful = false;
	return 0;
}

static int64_t pg_changes(struct db_conn *head)
{
	struct pg_conn *c = pg_conn(head);
	pg_query_stash(c);
	if (!c->lost)
		pg_line_wait(c);
	return c->lost || c->failed ? 0 : c->changes;
}

/* ---- backup */

static int pg_backup(struct db *d, const char *to_path)
{
	char *file = NULL, *name = NULL;
	struct buf said;
	int status = -1;
	/* Nobody else may read it while it is written. */
	int fd = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_from_errno(errno);
	close(fd);
	if (asprintf(&file, "--file=%s", to_path) < 0)
		return ERR_NOMEM;
	if (asprintf(&name, "--dbname=%s", d->place) < 0) {
		free(file);
		return ERR_NOMEM;
	}
	buf_init(&said, 4096);
	const char *const argv[] = {"pg_dump", "--format=custom", "--no-password", file, name, NULL};
	int rc = proc_run(argv, view_of(NULL, 0), DUMP_MS, NULL, &said, &status);
	if (rc == 0 && status != 0)
		rc = ERR_DB;
	if (rc < 0)
		log_error("database", "pg_dump: %s %.200s", err_name(rc), said.n ? (const char *)said.p : "");
	if (rc < 0)
		unlink(to_path);
	buf_fini(&said);
	free(file);
	free(name);
	return rc;
}

const struct db_backend db_pg = {
	/* Snapshots begin with each statement, so that what another migrated meanwhile is seen. */
	.schema_begin = "BEGIN; SELECT pg_advisory_xact_lock(7370616)",
	.schema_table =
		"CREATE TABLE IF NOT EXISTS schema_migration (schema TEXT NOT NULL, number BIGINT NOT "
		"NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at TEXT NOT NULL, PRIMARY "
		"KEY (schema, number)); "
		"CREATE OR REPLACE FUNCTION db_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
		"EXCEPTION '%', TG_ARGV[0]; END $$",
	.migration = offsetof(struct db_migration, pg),
	.check = pg_check,
	.open = pg_open,
	.close = pg_close,
	.connect = pg_connect,
	.disconnect = pg_disconnect,
	.script = pg_script,
	.schema_ask = pg_ask,
	.prepare = pg_prepare,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.mark = pg_mark,
	.back = pg_back,
	.keep = pg_keep,
	.settle = pg_settle,
	.bind = pg_query_bind,
	.ask = pg_query_ask,
	.exec = pg_query_exec,
	.step = pg_query_step,
	.done = pg_query_done,
	.null = pg_query_null,
	.integer = pg_query_integer,
	.real = pg_query_real,
	.bytes = pg_query_bytes,
	.changes = pg_changes,
	.backup = pg_backup,
};
