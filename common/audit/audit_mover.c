#include "common/audit/audit_mover.h"

#include "common/audit/audit_rejoin.h"
#include "common/audit/audit_rows.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/worker.h"
#include <pthread.h>
#include <stdlib.h>

#define ROUND_MS 200
#define CHECKPOINT_MS 1000

DB_STMT_CROSS(audit_place_put,
	"INSERT INTO audit_place (one, moved, max_pending) VALUES (1, :moved, :max) ON "
	"CONFLICT (one) DO UPDATE SET moved = :moved, max_pending = :max");

struct audit_mover {
	struct db *db;
	struct audit_log *log;
	int64_t max_pending;
	struct worker *worker;
	int64_t placed, checkpointed_ms;
	bool diverged;        /* of its rounds */
	int failed;           /* the error of the last one */
	pthread_mutex_t lock; /* of what follows */
	enum audit_state state;
	int64_t pending;
	bool has_note;
	struct audit_note note;
	struct buf text;
};

/* Moves one batch; *moved tells how many. The place is the log's own size: a restart goes on exactly there.
 */
static int batch_move(struct audit_mover *m, size_t *moved)
{
	struct audit_rows *b = NULL;
	struct view views[AUDIT_ROWS];
	*moved = 0;
	int rc = audit_rows_load(m->db, audit_log_size(m->log), &b);
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
	audit_rows_free(b);
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
	int counted = audit_rows_newest(m->db, &rows);
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
	while (rc == 0 && moved == AUDIT_ROWS);
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

static int64_t mover_round(void *arg)
{
	struct audit_mover *m = arg;
	int rc = round_run(m, false);
	if (rc < 0 && rc != m->failed)
		log_error("audit-mover", "error=%s", err_name(rc));
	m->failed = rc;
	return ROUND_MS;
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
	int rc = audit_rejoin(d, l);
	m->diverged = rc == ERR_DIGEST;
	if (rc == 0 || m->diverged)
		rc = place_save(m);
	if (rc == 0)
		rc = worker_new(mover_round, m, 0, &m->worker);
	if (rc == 0)
		rc = worker_start(m->worker);
	if (rc < 0) {
		worker_free(m->worker);
		pthread_mutex_destroy(&m->lock);
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
	worker_free(m->worker);
	/* What the last transactions wrote still gets its place. */
	if (round_run(m, true) < 0)
		log_warn("audit-mover", "records stay in the database until the next start");
	buf_fini(&m->text);
	pthread_mutex_destroy(&m->lock);
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
