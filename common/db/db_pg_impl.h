/* PostgreSQL's side, inside db_pg*.c only. One connection is always in libpq's pipeline mode: commands are
 * sent as they come and their answers read when somebody needs one (DESIGN in README.md). */
#ifndef SW_DB_DB_PG_IMPL_H
#define SW_DB_DB_PG_IMPL_H
#include "common/db/db_impl.h"
#include <libpq-fe.h>

#define PG_PENDING_MAX 128 /* commands under way without an answer read */

/* Commands of transactions; prepared like the registered statements, behind them. */
enum pg_utility {
	PG_BEGIN_WRITE,
	PG_BEGIN_READ,
	PG_COMMIT,
	PG_ROLLBACK,
	PG_MARK_JOB,
	PG_BACK_JOB,
	PG_KEEP_JOB,
	PG_MARK_INNER,
	PG_BACK_INNER,
	PG_KEEP_INNER,
	PG_MARK_GUARD,
	PG_BACK_GUARD,
	PG_KEEP_GUARD,
	PG_XID,
	PG_UTILITIES
};

/* What the server said of a registered statement. */
struct pg_text {
	Oid *types;       /* of its parameters */
	bool rows, reads; /* it answers with rows; it only reads */
	bool guarded;     /* it fails and its function goes on: it gets a savepoint of its own */
};
struct pg_db {
	struct pg_text *texts;
	pthread_mutex_t lock; /* of guarded */
};

enum pg_kind { PG_PARSE, PG_RUN, PG_SYNC };
struct pg_command {
	enum pg_kind kind;
	size_t i;           /* statement, or texts + utility */
	struct db_query *q; /* a read that was asked ahead: its rows are kept for it; else NULL */
};

struct pg_conn {
	struct db_conn head;
	PGconn *h;      /* NULL: not connected */
	bool *prepared; /* of each statement and utility */
	struct pg_command sent[PG_PENDING_MAX];
	size_t nsent;
	struct db_query *reading; /* whose rows are still arriving */
	int64_t changes;
	int64_t refused_at; /* when a connection failed last, monotonic ms */

	bool gone;    /* nothing comes from the line any more */
	bool lost;    /* the transaction is gone */
	bool failed;  /* a command nobody waited for was refused */
	bool again;   /* the function has to be run again */
	bool careful; /* … waiting for each command */
	bool broken;  /* the statement before was refused, the server takes no other before a savepoint */
	size_t broken_i;
	bool wrote;
	char xid[24]; /* of the transaction, once known */
};

static inline struct pg_conn *pg_conn(struct db_conn *c)
{
	return (struct pg_conn *)c;
}
static inline struct pg_text *pg_text(struct pg_conn *c, size_t i)
{
	return &((struct pg_db *)c->head.db->own)->texts[i];
}

/* db_pg_line.c: connecting, sending, collecting. */
SW_MUST_USE int pg_line_open(struct pg_conn *c, struct err_note *note);
void pg_line_close(struct pg_conn *c);
/* Sends the statement (values NULL: none); its answer is owed. ERR_BUSY: the line is gone. */
struct pg_values {
	int n;
	const char *const *v;
	const int *lengths, *formats;
};
SW_MUST_USE int pg_line_send(struct pg_conn *c, size_t i, const struct pg_values *v);
SW_MUST_USE int pg_line_utility(struct pg_conn *c, enum pg_utility u);
SW_MUST_USE int pg_line_sync(struct pg_conn *c);
/* Reads the answers owed, all but the last `keep`. What was refused is noted in c. 0, or ERR_* of the newest
 * refused command. */
int pg_line_collect(struct pg_conn *c, size_t keep);
/* The answer to the oldest command owed, which stays in `sent`. */
SW_MUST_USE int pg_line_answer(struct pg_conn *c, const struct pg_command *cmd);
/* Sync and collect all. */
int pg_line_wait(struct pg_conn *c);
/* Nothing more comes from this line: ERR_BUSY. */
int pg_line_gone(struct pg_conn *c);
/* What a failed result means; notes a lost transaction in c. */
int pg_line_error(struct pg_conn *c, const PGresult *r, size_t i);

/* db_pg.c: may a statement go out now? */
SW_MUST_USE int pg_may_send(struct pg_conn *c);
/* db_pg_query.c */
void pg_query_free(struct db_query *q);
/* The rows of the query that is being read are kept in memory: the line is free for another. */
void pg_query_stash(struct pg_conn *c);
void pg_query_bind(struct db_query *q, size_t at, const struct db_value *v);
void pg_query_ask(struct db_query *q);
/* The answer to a read that was asked ahead. */
void pg_query_keep(struct db_query *q, PGresult *rows);
int pg_query_exec(struct db_query *q);
int pg_query_step(struct db_query *q);
void pg_query_done(struct db_query *q);
bool pg_query_null(struct db_query *q, int col);
int64_t pg_query_integer(struct db_query *q, int col);
double pg_query_real(struct db_query *q, int col);
struct view pg_query_bytes(struct db_query *q, int col);

/* db_pg_schema.c: what is done before the transactions begin. */
SW_MUST_USE int pg_check_database(struct pg_conn *c, struct err_note *note);
SW_MUST_USE int pg_script(struct db_conn *c, const char *sql, struct err_note *note);
int pg_ask(struct db_conn *c, const char *sql, const char *const *params, int n, struct buf *out);
SW_MUST_USE int pg_prepare(struct db_conn *c, struct err_note *note);
#endif
