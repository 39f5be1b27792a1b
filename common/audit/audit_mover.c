#include "common/audit/audit_mover.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 256
#define ROUND_MS 200
#define CHECKPOINT_MS 1000

DB_STMT_CROSS(audit_next, "SELECT n, tenant, at, who, action, subject, detail FROM audit_record WHERE n > :n "
			  "ORDER BY n LIMIT 256");
DB_STMT_CROSS(audit_newest, "SELECT coalesce(max(n), 0) FROM audit_record");
DB_STMT_CROSS(audit_oldest, "SELECT coalesce(min(n), 0) FROM audit_record");
DB_STMT_CROSS(audit_restore,
	"INSERT INTO audit_record (n, tenant, at, who, action, subject, detail) VALUES (:n, "
	":owner, :at, :who, :action, :subject, :detail)");
DB_STMT_CROSS(audit_place_put,
	"INSERT INTO audit_place (one, moved, max_pending) VALUES (1, :moved, :max) ON "
	"CONFLICT (one) DO UPDATE SET moved = :moved, max_pending = :max");

struct audit_mover {
	struct db *db;
	struct audit_log *log;
	int64_t max_pending;
	pthread_t thread;
	int64_t placed, checkpointed_ms;
	bool diverged;        /* of the thread */
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	bool stop;
	enum audit_state state;
	int64_t pending;
	bool has_note;
	struct audit_note note;
	struct buf text;
};

/* ---- rows and lines */

struct batch {
	int64_t after, prune; /* entries to delete when this batch is in the log */
	size_t n;
	struct buf lines[BATCH];
};

static int line_make(struct db_query *q, struct buf *out, int64_t *prune)
{
	json_t *detail = NULL;
	int rc = db_null(q, 6) ? 0 : json_parse(view_str(db_text(q, 6)), 32768, &detail, NULL);
	if (rc < 0)
		return rc;
	if (strcmp(db_text(q, 4), "log.prune") == 0)
		*prune = json_int(detail, "through");
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
		/* The rows have no holes: a missing number is a removed record. */
		if (db_int(q, 0) != b->after + (int64_t)b->n + 1) {
			log_error("audit-diverged", "record=%lld is missing",
				(long long)(b->after + (int64_t)b->n + 1));
			rc = ERR_DIGEST;
			break;
		}
		buf_init(&b->lines[b->n], 65535);
		rc = line_make(q, &b->lines[b->n++], &b->prune);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

static void batch_free(struct batch *b)
{
	for (size_t i = 0; b && i < b->n; i++)
		buf_fini(&b->lines[i]);
	free(b);
}

static int batch_load(struct audit_mover *m, int64_t after, struct batch **out)
{
	struct batch *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	b->after = after;
	int rc = db_read(m->db, "", batch_read, b);
	if (rc < 0)
		batch_free(b);
	else
		*out = b;
	return rc;
}

/* Moves one batch; *moved tells how many. The place is the log's own size: a restart goes on exactly there.
 */
static int batch_move(struct audit_mover *m, size_t *moved)
{
	struct batch *b = NULL;
	struct view views[BATCH];
	*moved = 0;
	int rc = batch_load(m, audit_log_size(m->log), &b);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < b->n; i++)
		views[i] = buf_view(&b->lines[i]);
	fault_point("audit.move.before");
	if (b->n)
		rc = audit_log_append_lines(m->log, views, b->n);
	fault_point("audit.move.after");
	*moved = rc == 0 ? b->n : 0;
	/* Says itself why, and the record tells whoever reads the log. */
	if (rc == 0 && b->prune)
		(void)!audit_log_prune(m->log, b->prune);
	batch_free(b);
	return rc;
}

/* ---- the place, which audit_record asks */

struct place {
	int64_t moved, max;
};

static int place_tx(struct db_tx *tx, void *arg)
{
	const struct place *p = arg;
	struct db_query *q = db_query(tx, &audit_place_put);
	db_bind_int(q, "moved", p->moved);
	db_bind_int(q, "max", p->max);
	return db_exec(q);
}

static int place_save(struct audit_mover *m)
{
	struct place p = {audit_log_size(m->log), m->diverged ? 0 : m->max_pending};
	int rc = db_write(m->db, "", place_tx, &p);
	if (rc == 0)
		m->placed = p.moved;
	return rc;
}

/* ---- after a restore of one of the two */

static int int_tx(struct db_tx *tx, const struct db_stmt *s, int64_t *out)
{
	return db_one_int(db_query(tx, s), out);
}
static int newest_tx(struct db_tx *tx, void *arg)
{
	return int_tx(tx, &audit_newest, arg);
}
static int oldest_tx(struct db_tx *tx, void *arg)
{
	return int_tx(tx, &audit_oldest, arg);
}

struct restore {
	struct audit_mover *m;
	json_t *rows[BATCH];
	size_t n;
};

static int row_restore(struct db_tx *tx, const json_t *o)
{
	struct buf detail;
	const json_t *d = json_object_get(o, "detail");
	buf_init(&detail, 32768);
	int rc = json_is_object(d) ? json_canon(d, &detail) : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &audit_restore);
		db_bind_int(q, "n", json_int(o, "n"));
		db_bind_text(q, "owner", json_str(o, "tenant"));
		db_bind_text(q, "at", json_str(o, "at"));
		db_bind_text(q, "who", json_str(o, "by"));
		db_bind_text(q, "action", json_str(o, "action"));
		db_bind_text(q, "subject", json_str(o, "subject"));
		db_bind_text(q, "detail", detail.n ? (const char *)detail.p : NULL);
		rc = db_exec(q);
	}
	buf_fini(&detail);
	return rc;
}

static int restore_tx(struct db_tx *tx, void *arg)
{
	struct restore *r = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n; i++)
		rc = row_restore(tx, r->rows[i]);
	return rc;
}

static int restore_flush(struct restore *r)
{
	int rc = r->n ? db_write(r->m->db, "", restore_tx, r) : 0;
	for (size_t i = 0; i < r->n; i++)
		json_decref(r->rows[i]);
	r->n = 0;
	return rc;
}

static int restore_each(void *arg, int64_t index, struct view entry)
{
	struct restore *r = arg;
	(void)index;
	int rc = json_parse(entry, 65535, &r->rows[r->n], NULL);
	if (rc < 0)
		return rc;
	return ++r->n == BATCH ? restore_flush(r) : 0;
}

/* The database is older than its log: it takes back what it has forgotten, so that its numbers go on behind.
 */
static int rows_restore(struct audit_mover *m, int64_t newest, int64_t size)
{
	struct restore *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->m = m;
	log_error("audit-restored",
		"the database has %lld records, its log %lld: taking them back from the log",
		(long long)newest, (long long)size);
	int rc = audit_log_read(m->log, newest, restore_each, r), last = restore_flush(r);
	free(r);
	return rc < 0 ? rc : last;
}

struct compare {
	struct batch *b;
	int64_t from; /* number of the first line */
};

static int compare_each(void *arg, int64_t index, struct view entry)
{
	const struct compare *c = arg;
	size_t i = (size_t)(index - c->from);
	if (i < c->b->n && !view_eq(entry, buf_view(&c->b->lines[i]))) {
		log_error("audit-diverged", "record=%lld differs from the log's entry %lld",
			(long long)index + 1, (long long)index);
		return ERR_DIGEST;
	}
	return 0;
}

/* The newest rows must be the log's newest entries. */
static int rows_compare(struct audit_mover *m, int64_t oldest, int64_t size)
{
	struct compare c = {.from = size > BATCH ? size - BATCH : 0};
	if (oldest > 0 && c.from < oldest - 1)
		c.from = oldest - 1;
	if (c.from >= size)
		return 0;
	int rc = batch_load(m, c.from, &c.b);
	if (rc == 0)
		rc = audit_log_read(m->log, c.from, compare_each, &c);
	batch_free(c.b);
	return rc;
}

static int rejoin(struct audit_mover *m)
{
	int64_t newest = 0, oldest = 0, size = audit_log_size(m->log);
	int rc = db_read(m->db, "", newest_tx, &newest);
	if (rc == 0 && newest < size)
		rc = rows_restore(m, newest, size);
	if (rc == 0)
		rc = db_read(m->db, "", oldest_tx, &oldest);
	if (rc == 0)
		rc = rows_compare(m, oldest, size);
	m->diverged = rc == ERR_DIGEST;
	return m->diverged ? 0 : rc;
}

/* ---- the thread */

static int checkpoint(struct audit_mover *m)
{
	struct buf text;
	struct audit_note note;
	buf_init(&text, AUDIT_NOTE_MAX);
	int rc = audit_log_checkpoint(m->log, &text, &note);
	if (rc < 0) {
		buf_fini(&text);
		return rc;
	}
	pthread_mutex_lock(&m->lock);
	buf_fini(&m->text);
	m->text = text;
	m->note = note;
	m->has_note = true;
	pthread_mutex_unlock(&m->lock);
	m->checkpointed_ms = time_mono_ms();
	return 0;
}

static void state_set(struct audit_mover *m, int rc)
{
	int64_t rows = 0;
	int counted = db_read(m->db, "", newest_tx, &rows);
	pthread_mutex_lock(&m->lock);
	if (counted == 0)
		m->pending = rows - audit_log_size(m->log);
	enum audit_state was = m->state;
	m->state = m->diverged                    ? AUDIT_DIVERGED
		   : m->pending >= m->max_pending ? AUDIT_STALLED
		   : rc < 0                       ? AUDIT_FAILING
						  : AUDIT_OK;
	bool changed = m->state != was;
	pthread_mutex_unlock(&m->lock);
	if (changed)
		log_warn("audit-state", "state=%s pending=%lld", audit_mover_state_name(audit_mover_state(m)),
			(long long)audit_mover_pending(m));
}

static int round_run(struct audit_mover *m, bool last)
{
	size_t moved = 0;
	int rc = 0;
	do
		rc = m->diverged ? ERR_DIGEST : batch_move(m, &moved);
	while (rc == 0 && moved == BATCH);
	if (rc == ERR_DIGEST)
		m->diverged = true;
	if (m->placed != audit_log_size(m->log) || (m->diverged && m->placed >= 0)) {
		int placed = place_save(m);
		if (m->diverged && placed == 0)
			m->placed = -1; /* said once */
		rc = rc == 0 ? placed : rc;
	}
	if (!m->diverged && (last || !m->has_note || time_mono_ms() - m->checkpointed_ms >= CHECKPOINT_MS)) {
		int noted = checkpoint(m);
		rc = rc == 0 ? noted : rc;
	}
	state_set(m, rc);
	return rc;
}

static void *mover_run(void *arg)
{
	struct audit_mover *m = arg;
	int was = 0;
	for (;;) {
		int rc = round_run(m, false);
		if (rc < 0 && rc != was)
			log_error("audit-mover", "error=%s", err_name(rc));
		was = rc;
		pthread_mutex_lock(&m->lock);
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += ROUND_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
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
	buf_init(&m->text, AUDIT_NOTE_MAX);
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->wake, NULL);
	int rc = rejoin(m);
	if (rc == 0)
		rc = place_save(m);
	if (rc == 0 && pthread_create(&m->thread, NULL, mover_run, m))
		rc = ERR_IO;
	if (rc < 0) {
		pthread_mutex_destroy(&m->lock);
		pthread_cond_destroy(&m->wake);
		free(m);
		return rc;
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
	if (round_run(m, true) < 0)
		log_warn("audit-mover", "records stay in the database until the next start");
	buf_fini(&m->text);
	pthread_mutex_destroy(&m->lock);
	pthread_cond_destroy(&m->wake);
	free(m);
}

/* ---- asked by others */

enum audit_state audit_mover_state(struct audit_mover *m)
{
	pthread_mutex_lock(&m->lock);
	enum audit_state s = m->state;
	pthread_mutex_unlock(&m->lock);
	return s;
}

const char *audit_mover_state_name(enum audit_state s)
{
	static const char *const names[] = {"ok", "failing", "stalled", "diverged"};
	return names[s];
}

int64_t audit_mover_pending(struct audit_mover *m)
{
	pthread_mutex_lock(&m->lock);
	int64_t n = m->pending;
	pthread_mutex_unlock(&m->lock);
	return n;
}

int audit_mover_checkpoint(struct audit_mover *m, int64_t from, struct audit_note *note, struct buf *text,
	struct digest *proof, size_t *nproof)
{
	struct audit_note n;
	pthread_mutex_lock(&m->lock);
	int rc = m->has_note ? buf_add_view(text, buf_view(&m->text)) : ERR_NOTFOUND;
	n = m->note;
	pthread_mutex_unlock(&m->lock);
	size_t np = 0;
	if (rc == 0 && from > n.size)
		rc = ERR_RANGE;
	if (rc == 0 && from > 0 && from < n.size)
		rc = audit_log_consistency(m->log, from, n.size, proof, &np);
	if (rc == 0) {
		*note = n;
		*nproof = np;
	}
	return rc;
}
