#include "common/audit/audit.h"

#include "common/audit/merkle.h"
#include "common/base/embed.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

EMBED(audit_sql_0001, "common/audit/sql/0001-audit.sqlite.sql");
EMBED(audit_pg_0001, "common/audit/sql/0001-audit.pg.sql");
static const struct db_migration migrations[] = {{1, "audit", audit_sql_0001, audit_pg_0001}};
const struct db_schema audit_schema = {"audit", migrations, 1};

DB_STMT_CROSS(audit_insert, "INSERT INTO audit_record (n, tenant, at, who, action, subject, detail) VALUES "
			    "((SELECT coalesce(max(n), 0) + 1 FROM audit_record), :owner, :at, :who, "
			    ":action, :subject, :detail)");
DB_STMT_CROSS(audit_next, "SELECT n, tenant, at, who, action, subject, detail FROM audit_record WHERE n > :n "
			  "ORDER BY n LIMIT 256");
DB_STMT_CROSS(audit_count, "SELECT coalesce(max(n), 0) FROM audit_record");

#define BATCH 256

int audit_record(
	struct db_tx *tx, const char *who, const char *action, const char *subject, const json_t *detail)
{
	char at[TIME_TEXT];
	struct buf text;
	time_text(time_now_ms(), at);
	buf_init(&text, 32768);
	int rc = detail ? json_canon(detail, &text) : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &audit_insert);
		db_bind_text(q, "owner", db_tx_tenant(tx));
		db_bind_text(q, "at", at);
		db_bind_text(q, "who", who);
		db_bind_text(q, "action", action);
		db_bind_text(q, "subject", subject);
		db_bind_text(q, "detail", detail ? (const char *)text.p : NULL);
		rc = db_exec(q);
	}
	buf_fini(&text);
	return rc;
}

struct audit_mover {
	struct db *db;
	struct audit_log *log;
	int64_t max_pending;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop, failing;
	int64_t pending;
	/* newest checkpoint */
	int64_t size;
	struct digest root;
	struct buf note;
};

struct batch {
	int64_t after;
	size_t n;
	struct buf lines[BATCH];
};

static int line_make(struct db_query *q, struct buf *out)
{
	json_t *detail = NULL;
	int rc = db_null(q, 6) ? 0 : json_parse(view_str(db_text(q, 6)), 32768, &detail, NULL);
	if (rc < 0)
		return rc;
	json_t *o = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:o}", "n", (json_int_t)db_int(q, 0), "tenant",
		db_text(q, 1), "at", db_text(q, 2), "by", db_text(q, 3), "action", db_text(q, 4), "subject",
		db_text(q, 5), "detail", detail ? detail : json_null());
	rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

static int batch_read(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	struct db_query *q = db_query(tx, &audit_next);
	int rc;
	db_bind_int(q, "n", b->after);
	while ((rc = db_step(q)) == 1) {
		buf_init(&b->lines[b->n], 65535);
		/* The rows have no holes: a missing number is a removed record. */
		REQUIRE(db_int(q, 0) == b->after + (int64_t)b->n + 1);
		rc = line_make(q, &b->lines[b->n++]);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

/* Moves one batch; *moved tells how many. The place is the log's own size: a restart goes on exactly there.
 */
static int batch_move(struct audit_mover *m, size_t *moved)
{
	struct batch *b = calloc(1, sizeof *b);
	struct view views[BATCH];
	if (!b)
		return ERR_NOMEM;
	b->after = audit_log_size(m->log);
	int rc = db_read(m->db, "", batch_read, b);
	for (size_t i = 0; i < b->n; i++)
		views[i] = buf_view(&b->lines[i]);
	fault_point("audit.move.before");
	if (rc == 0 && b->n)
		rc = audit_log_append_lines(m->log, views, b->n);
	fault_point("audit.move.after");
	*moved = rc == 0 ? b->n : 0;
	for (size_t i = 0; i < b->n; i++)
		buf_fini(&b->lines[i]);
	free(b);
	return rc;
}

static int checkpoint(struct audit_mover *m)
{
	struct buf note;
	struct digest root;
	buf_init(&note, 4096);
	int rc = audit_log_checkpoint(m->log, &note);
	if (rc == 0) {
		audit_log_root(m->log, &root);
		pthread_mutex_lock(&m->lock);
		m->size = audit_log_size(m->log);
		m->root = root;
		buf_fini(&m->note);
		m->note = note;
		pthread_mutex_unlock(&m->lock);
	} else {
		buf_fini(&note);
	}
	return rc;
}

static int count_read(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &audit_count), arg);
}

static int round_run(struct audit_mover *m)
{
	size_t moved = 0, all = 0;
	int64_t rows = 0;
	int rc;
	do {
		rc = batch_move(m, &moved);
		all += moved;
	} while (rc == 0 && moved == BATCH);
	if (rc == 0 && (all || m->note.n == 0))
		rc = checkpoint(m);
	int counted = db_read(m->db, "", count_read, &rows);
	pthread_mutex_lock(&m->lock);
	m->failing = rc < 0;
	if (counted == 0)
		m->pending = rows - audit_log_size(m->log);
	pthread_mutex_unlock(&m->lock);
	return rc;
}

static void *mover_run(void *arg)
{
	struct audit_mover *m = arg;
	for (;;) {
		int rc = round_run(m);
		if (rc < 0)
			log_error("audit-mover", "error=%s", err_name(rc));
		pthread_mutex_lock(&m->lock);
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		if (!m->stop)
			pthread_cond_timedwait(&m->wake, &m->lock, &until);
		bool stop = m->stop;
		pthread_mutex_unlock(&m->lock);
		if (stop)
			return NULL;
	}
}

int audit_mover_start(struct db *d, struct audit_log *l, int64_t max_pending, struct audit_mover **out)
{
	struct audit_mover *m = calloc(1, sizeof *m);
	if (!m)
		return ERR_NOMEM;
	m->db = d;
	m->log = l;
	m->max_pending = max_pending;
	buf_init(&m->note, 4096);
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->wake, NULL);
	if (pthread_create(&m->thread, NULL, mover_run, m)) {
		free(m);
		return ERR_IO;
	}
	*out = m;
	return 0;
}

void audit_mover_stop(struct audit_mover *m)
{
	if (!m)
		return;
	pthread_mutex_lock(&m->lock);
	m->stop = true;
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->lock);
	pthread_join(m->thread, NULL);
	/* What the last transactions wrote still gets its place. */
	if (round_run(m) < 0)
		log_warn("audit-mover", "records stay in the database until the next start");
	buf_fini(&m->note);
	pthread_mutex_destroy(&m->lock);
	pthread_cond_destroy(&m->wake);
	free(m);
}

bool audit_mover_stalled(struct audit_mover *m)
{
	pthread_mutex_lock(&m->lock);
	bool stalled = m->failing && m->pending > m->max_pending;
	pthread_mutex_unlock(&m->lock);
	return stalled;
}

int64_t audit_mover_pending(struct audit_mover *m)
{
	pthread_mutex_lock(&m->lock);
	int64_t n = m->pending;
	pthread_mutex_unlock(&m->lock);
	return n;
}

int audit_mover_checkpoint(struct audit_mover *m, int64_t from, int64_t *size, struct digest *root,
	struct buf *note, struct digest *proof, size_t *nproof)
{
	pthread_mutex_lock(&m->lock);
	int rc = m->note.n ? buf_add_view(note, buf_view(&m->note)) : ERR_NOTFOUND;
	*size = m->size;
	*root = m->root;
	pthread_mutex_unlock(&m->lock);
	/* The log may be ahead of this checkpoint by now; a proof is made for its newest one only. */
	*nproof = 0;
	return rc == 0 && from > 0 && from < *size ? audit_log_consistency(m->log, from, proof, nproof) : rc;
}
