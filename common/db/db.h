/* One thin database layer over SQLite (WAL, synchronous=FULL, STRICT tables) or PostgreSQL (libpq,
 * SERIALIZABLE); no layer above sees which. One writer thread drains a queue of transaction functions, each
 * in a savepoint, up to 64 per commit, and answers after the commit. Functions are re-runnable and touch only
 * the database: one that others or a lost connection got in the way of is run again. Reads run on pooled
 * snapshot connections. Texts compare by their bytes. */
#ifndef SW_DB_DB_H
#define SW_DB_DB_H
#include "common/base/id.h"
#include <stdbool.h>
#include <stdint.h>

/* Statement text, registered at link time: db_open prepares every one against the newest schema (a wrong one
 * stops the start and the test). Named parameters ":name". ":tenant" is bound by this layer from the
 * transaction. A statement on a tenant table without :tenant must be DB_STMT_CROSS (named cross-tenant). */
struct db_stmt {
	const char *name, *sql;
	bool cross;
};
#define DB_STMT_(id, text, x)                                                                                \
	static const struct db_stmt id = {#id, text, x};                                                     \
	static const struct db_stmt *const id##_reg __attribute__((section("db_stmts"), used)) = &id
#define DB_STMT(id, text) DB_STMT_(id, text, false)
#define DB_STMT_CROSS(id, text) DB_STMT_(id, text, true)

/* One migration: number and name as in the file NNNN-name.sqlite.sql / .pg.sql. Append-only; applied once, in
 * order, per schema. */
struct db_migration {
	int number;
	const char *name;
	const char *sqlite, *pg;
};
struct db_schema {
	const char *name;
	const struct db_migration *v;
	size_t n;
};

struct db;
struct db_tx;
struct db_options {
	const char *path; /* SQLite file (mode 0600), or a libpq conninfo or URI without a password */
	const struct db_schema *const *schemas;
	size_t nschemas;
	int readers; /* pooled read connections, default 4 */
};
/* Whether `path` of the options is a file's name and no conninfo ("key=value …", "postgresql://…"). */
bool db_path_is_file(const char *path);
/* 0, or ERR_CONFIG with the reason for a conninfo that cannot be taken: not libpq's, or with a password in
 * it. */
SW_MUST_USE int db_path_check(const char *path, struct err_note *note);
SW_MUST_USE int db_open(const struct db_options *o, struct db **out, struct err_note *note);
void db_close(struct db *d);

/* Transaction function: 0 commits its savepoint, negative rolls it back and is returned to the caller. May
 * run more than once. */
typedef int db_fn(struct db_tx *tx, void *arg);
/* Runs fn on the writer thread, returns after the commit. tenant: division code, or "" for statements that
 * are cross-tenant. Kill points db.commit.before/after. */
SW_MUST_USE int db_write(struct db *d, const char *tenant, db_fn *fn, void *arg);
/* The same in two steps, for who has something else to do meanwhile: begun, it runs to its end; db_write_end
 * waits for that, tells the outcome and frees. Every one that was begun has to be ended, by the thread that
 * began it; arg has to live until then. */
struct db_pending;
SW_MUST_USE int db_write_begin(
	struct db *d, const char *tenant, db_fn *fn, void *arg, struct db_pending **out);
SW_MUST_USE int db_write_end(struct db_pending *p);
/* Snapshot on a pooled read connection in the calling thread. */
SW_MUST_USE int db_read(struct db *d, const char *tenant, db_fn *fn, void *arg);
/* Changes with every commit of this process, before its writer is answered. */
uint64_t db_commits(const struct db *d);
const char *db_tx_tenant(const struct db_tx *tx);
/* Re-binds :tenant inside a transaction opened with "" (receivers applying a message of a tenant). */
void db_tx_set_tenant(struct db_tx *tx, const char *tenant);
/* Called after the outer commit succeeded (e.g. to wake a sender thread). */
typedef void db_after(void *arg);
SW_MUST_USE int db_after_commit(struct db_tx *tx, db_after *fn, void *arg);

/* What takes long and touches no database (a signature over what the function wrote): `work` runs in the
 * thread that waits for the function, while the functions of others run; then, before the commit, `end` on
 * the writer with a transaction of the same tenant. When one of them fails nothing of the function is kept.
 * `drop` frees arg, always once, as the last. Not inside a savepoint of the function's own. ERR_LIMIT (then
 * arg stays the caller's). */
struct db_work {
	int (*work)(void *arg);
	db_fn *end;
	void (*drop)(void *arg);
};
SW_MUST_USE int db_meanwhile(struct db_tx *tx, const struct db_work *w, void *arg);

/* One use of a statement: q = db_query(); db_bind_*; db_exec() or db_step()*; db_done(). Errors of bind are
 * kept and returned by exec/step. */
struct db_query;
struct db_query *db_query(struct db_tx *tx, const struct db_stmt *s);    /* never NULL */
void db_bind_text(struct db_query *q, const char *param, const char *v); /* NULL binds NULL; ":" is implied */
void db_bind_textn(struct db_query *q, const char *param, struct view v);
void db_bind_int(struct db_query *q, const char *param, int64_t v);
void db_bind_real(struct db_query *q, const char *param, double v);
void db_bind_blob(struct db_query *q, const char *param, struct view v);
void db_bind_digest(struct db_query *q, const char *param, const struct digest *d);
/* Runs to the end and releases q. ERR_EXISTS unique violation, ERR_CONFLICT other constraint or trigger,
 * ERR_NOSPACE, ERR_DB; ERR_BUSY also when the connection was lost (a new one is made by itself). On
 * PostgreSQL a write may be refused only later, at a read or the end: then the whole function is run again.
 */
SW_MUST_USE int db_exec(struct db_query *q);
int64_t db_changes(struct db_tx *tx);
/* This statement, which only reads, will be stepped soon: where it has to be sent it is sent now, so that
 * several are answered together. What was written in between may not be seen. */
void db_ask(struct db_query *q);
/* 1 a row, 0 the end, negative failure. After 0 or failure q is still to be released with db_done. */
SW_MUST_USE int db_step(struct db_query *q);
/* The answer of a function that wants exactly this row: 0, ERR_NOTFOUND or the failure of the step. */
static inline int db_found(int step)
{
	return step == 1 ? 0 : step < 0 ? step : ERR_NOTFOUND;
}
const char *db_text(struct db_query *q, int col); /* "" for NULL; valid until next step or done */
int64_t db_int(struct db_query *q, int col);
double db_real(struct db_query *q, int col);
struct view db_blob(struct db_query *q, int col);
/* A column that holds a digest; aborts when it does not. */
void db_digest(struct db_query *q, int col, struct digest *out);
bool db_null(struct db_query *q, int col);
void db_done(struct db_query *q);
/* Convenience: first column of the first row as integer; ERR_NOTFOUND without a row. Releases q. */
SW_MUST_USE int db_one_int(struct db_query *q, int64_t *out);

/* Consistent copy of the whole database to a new file while it is in use: a SQLite file by its backup API, or
 * PostgreSQL's custom archive by pg_dump (pg_restore reads it). ERR_EXISTS. */
SW_MUST_USE int db_backup(struct db *d, const char *to_path);
#endif
