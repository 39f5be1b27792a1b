/* SQLite's side, inside db_sqlite*.c only. */
#ifndef SW_DB_DB_SQLITE_IMPL_H
#define SW_DB_DB_SQLITE_IMPL_H
#include "common/db/db_impl.h"
#include <sqlite3.h>

#define SQLITE_BUSY_MS 20000 /* for what another process locks */

/* Commands of transactions, prepared once. */
enum sqlite_command {
	CMD_BEGIN,
	CMD_BEGIN_WRITE,
	CMD_COMMIT,
	CMD_MARK_JOB,
	CMD_BACK_JOB,
	CMD_KEEP_JOB,
	CMD_MARK_INNER,
	CMD_BACK_INNER,
	CMD_KEEP_INNER,
	CMDS
};
struct sqlite_conn {
	struct db_conn head;
	sqlite3 *h;
	sqlite3_stmt *commands[CMDS];
};

static inline struct sqlite_conn *sqlite_conn(struct db_conn *c)
{
	return (struct sqlite_conn *)c;
}

/* db_sqlite.c. What a result of the library's means; 0 for OK, DONE and ROW. */
int sqlite_err(int result);
SW_MUST_USE int sqlite_open_file(const char *path, bool create, sqlite3 **out);

/* db_sqlite_schema.c */
SW_MUST_USE int sqlite_script(sqlite3 *h, const char *sql, struct err_note *note);
int sqlite_schema_ask(struct db_conn *c, const char *sql, const char *const *params, int n, struct buf *out);
SW_MUST_USE int sqlite_schema_prepare(struct db_conn *c, struct err_note *note);

/* db_sqlite_log.c: the log written ahead, and the thread that brings it into the file. */
struct sqlite_log;
SW_MUST_USE int sqlite_log_open(const char *path, struct sqlite_log **out);
/* Tells of each commit on this connection. */
void sqlite_log_watch(struct sqlite_log *l, sqlite3 *writer);
/* On the writer, while it is in no transaction: begins the log anew when it is time for that. */
void sqlite_log_rest(struct sqlite_log *l, sqlite3 *writer);
void sqlite_log_close(struct sqlite_log *l); /* NULL is a no-op */

/* db_sqlite_query.c */
void sqlite_query_bind(struct db_query *q, size_t at, const struct db_value *v);
int sqlite_query_exec(struct db_query *q);
int sqlite_query_step(struct db_query *q);
void sqlite_query_done(struct db_query *q);
bool sqlite_query_null(struct db_query *q, int col);
int64_t sqlite_query_integer(struct db_query *q, int col);
double sqlite_query_real(struct db_query *q, int col);
struct view sqlite_query_bytes(struct db_query *q, int col);
#endif
