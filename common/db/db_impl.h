/* Inside common/db only: what the queue, the statements and the schema share, and the one interface behind
 * which a backend stands. */
#ifndef SW_DB_DB_IMPL_H
#define SW_DB_DB_IMPL_H
#include "common/db/db.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#define DB_AFTER_MAX 16
#define DB_GROUP_MAX 64
#define DB_WORKS_MAX 4 /* of one function */

extern const struct db_stmt *const __start_db_stmts[] __attribute__((weak));
extern const struct db_stmt *const __stop_db_stmts[] __attribute__((weak));

/* A registered statement, taken apart once. Both backends read the numbered text. */
struct db_text {
	const struct db_stmt *stmt; /* NULL: padding between objects */
	char *sql;                  /* ":name" written as $1, $2 … by first appearance */
	char **params;              /* names in that order */
	size_t nparams;
	size_t tenant; /* place of :tenant, 0 none */
};

/* One connection's use of one statement; one use at a time. */
struct db_query {
	struct db_tx *tx; /* NULL: not in use */
	const struct db_text *text;
	size_t i;  /* of the statement */
	int rc;    /* first failure of a bind */
	void *own; /* the backend's */
};
/* Head of a backend's connection. */
struct db_conn {
	struct db *db;
	bool writer;
	struct db_query *queries; /* one per registered text */
	size_t uses;              /* queries in use */
	struct db_conn *next;     /* free list of readers */
	bool retry;   /* the transaction was lost by what others did or by the line: again may help */
	bool unknown; /* a commit was sent and its outcome cannot be learnt */
};
struct db_job;
struct db_tx {
	struct db_conn *conn;
	struct db_job *job; /* NULL: a reader's, or of what runs behind a job */
	char tenant[16];
	struct {
		db_after *fn;
		void *arg;
	} after[DB_AFTER_MAX];
	size_t nafter;
};
/* Work beside the database; READY: it is the first's who takes it. */
enum db_task_state { DB_TASK_NEW, DB_TASK_READY, DB_TASK_TAKEN, DB_TASK_DONE };
struct db_task {
	const struct db_work *of;
	void *arg;
	int rc;
	atomic_int state; /* enum db_task_state */
};
struct db_job {
	const char *tenant;
	db_fn *fn;
	void *arg;
	int rc;
	sem_t wake;       /* for who waits: there is work, or the end */
	sem_t worked;     /* for the writer: who waits has done one task */
	atomic_bool over; /* told by the last wake */
	unsigned offers;  /* wakes before that */
	struct db_task tasks[DB_WORKS_MAX];
	size_t ntasks;
	struct db_tx tx;
	struct db_job *next;
};

struct db_value {
	enum { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB } kind;
	int64_t i;
	double r;
	struct view v;
};
enum db_mark { DB_MARK_JOB, DB_MARK_INNER }; /* a function's own savepoint; db_savepoint.h */
#define DB_AGAIN 1

/* A backend. Functions return 0 or ERR_*; connections are used by one thread at a time. */
struct db_backend {
	const char *schema_begin; /* a transaction in which no other process migrates */
	const char *schema_table; /* of applied migrations */
	size_t migration;         /* offset of the backend's text in struct db_migration */
	/* Starts the backend's own threads (state in db->own); close undoes it and is
	 * called after every connection is closed. */
	int (*check)(const char *place, struct err_note *note); /* of the place's text; NULL: any */
	int (*open)(struct db *d, struct err_note *note);
	void (*close)(struct db *d);
	int (*connect)(struct db *d, bool writer, struct db_conn **out, struct err_note *note);
	void (*disconnect)(struct db_conn *c);
	/* Several statements without parameters and results. */
	int (*script)(struct db_conn *c, const char *sql, struct err_note *note);
	/* One statement of schema work ($1 …, all texts): 1 with the first column appended to out, 0 no row.
	 */
	int (*schema_ask)(
		struct db_conn *c, const char *sql, const char *const *params, int n, struct buf *out);
	/* Prepares every registered statement on the connection and refuses a tenant's table without :tenant.
	 */
	int (*prepare)(struct db_conn *c, struct err_note *note);

	int (*begin)(struct db_conn *c); /* of a writer or a snapshot of a reader */
	int (*commit)(struct db_conn *c);
	int (*rollback)(struct db_conn *c);
	void (*rest)(struct db_conn *c); /* of the writer, when a group was answered; NULL: nothing to do */
	int (*mark)(struct db_conn *c, enum db_mark m);
	int (*back)(struct db_conn *c, enum db_mark m); /* to the mark; ends it */
	int (*keep)(struct db_conn *c, enum db_mark m); /* ends the mark */
	/* After a function that returned rc, before its mark is ended: waits for what is under way. 0;
	 * DB_AGAIN: go back to the mark and run the function again; ERR_*: the whole transaction is gone. */
	int (*settle)(struct db_conn *c, int rc);

	void (*bind)(struct db_query *q, size_t at, const struct db_value *v);
	void (*ask)(struct db_query *q); /* NULL: nothing is sent */
	int (*exec)(struct db_query *q); /* to the end */
	int (*step)(struct db_query *q); /* 1 a row, 0 the end */
	void (*done)(struct db_query *q);
	bool (*null)(struct db_query *q, int col);
	int64_t (*integer)(struct db_query *q, int col);
	double (*real)(struct db_query *q, int col);
	struct view (*bytes)(struct db_query *q, int col); /* of a text or blob; NUL behind a text */
	int64_t (*changes)(struct db_conn *c);

	int (*backup)(struct db *d, const char *to_path);
};
extern const struct db_backend db_sqlite, db_pg;

struct db {
	const struct db_backend *b;
	char *place; /* file or conninfo */
	void *own;
	struct db_text *texts;
	size_t ntexts;
	uint16_t *places; /* of texts by the hash of their statement, 0 free, else place + 1 */
	size_t nplaces;
	struct db_conn *writer;
	pthread_mutex_t lock;
	pthread_cond_t work, reader_free;
	_Atomic uint64_t commits;
	struct db_job *head, *tail;
	struct db_conn *readers;
	bool stop, thread_started;
	pthread_t thread;
};

/* db_text.c: takes every registered statement apart. */
SW_MUST_USE int db_texts_make(struct db *d);
void db_texts_free(struct db *d);
/* Place of a registered statement among the texts. */
size_t db_text_place(const struct db *d, const struct db_stmt *s);
/* Connections with their queries: what each backend's connect begins and disconnect ends with. */
SW_MUST_USE int db_conn_init(struct db_conn *c, struct db *d, bool writer);
void db_conn_fini(struct db_conn *c);
/* db_schema.c */
SW_MUST_USE int db_schema_apply(struct db_conn *c, const struct db_options *o, struct err_note *note);
/* db_meanwhile.c. The tasks of a function that ended well may be taken from now on. */
void db_tasks_offer(struct db_job *j);
/* Does those that nobody has taken: in the thread that waits. */
void db_tasks_do(struct db_job *j);
/* On the writer: done by now, by itself if nobody took it. Its outcome. */
SW_MUST_USE int db_task_wait(struct db_job *j, struct db_task *t);
/* Waits for those under way, forgets the rest, frees all. */
void db_tasks_drop(struct db_job *j);
/* db_write.c: the writer thread. */
void *db_writer_run(void *db);
void db_tx_init(struct db_tx *tx, struct db_conn *c, const char *tenant);
#endif
