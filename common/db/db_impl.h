/* Inside common/db only. */
#ifndef SW_DB_DB_IMPL_H
#define SW_DB_DB_IMPL_H
#include "common/db/db.h"
#include <pthread.h>
#include <sqlite3.h>

#define DB_AFTER_MAX 16
#define DB_GROUP_MAX 64

extern const struct db_stmt *const __start_db_stmts[] __attribute__((weak));
extern const struct db_stmt *const __stop_db_stmts[] __attribute__((weak));

/* A connection with its prepared statements, one per registered text. */
struct db_conn {
	sqlite3 *h;
	sqlite3_stmt **stmts;
	struct db_conn *next; /* free list of readers */
};
struct db_tx {
	struct db_conn *conn;
	char tenant[16];
	struct {
		db_after *fn;
		void *arg;
	} after[DB_AFTER_MAX];
	size_t nafter;
};
struct db_job {
	const char *tenant;
	db_fn *fn;
	void *arg;
	int rc;
	bool done;
	struct db_tx tx;
	struct db_job *next;
};
struct db {
	char *path;
	struct db_conn *writer;
	pthread_mutex_t lock;
	pthread_cond_t work, done, reader_free, quit;
	struct db_job *head, *tail;
	struct db_conn *readers;
	int nreaders;
	bool stop;
	pthread_t thread, checkpointer;
	bool threads;
};

size_t db_stmt_count(void);
int db_err(int sqlite_rc);
SW_MUST_USE int db_conn_open(const char *path, bool readonly, struct db_conn **out);
void db_conn_close(struct db_conn *c);
SW_MUST_USE int db_conn_exec(struct db_conn *c, const char *sql);
/* Prepares every registered statement; checks :tenant. */
SW_MUST_USE int db_conn_prepare(struct db_conn *c, struct err_note *note);
SW_MUST_USE int db_schema_apply(struct db_conn *c, const struct db_options *o, struct err_note *note);
#endif
