/* The outgoing end of a link: groups queued messages into bundles and publishes them. A number is committed
 * with identity and file before the file can be seen. */
#include "common/exchange/exchange_impl.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

DB_STMT_CROSS(outbox_next, "SELECT message, body, size FROM outbox WHERE dest = :dest AND state = 'queued' "
			   "ORDER BY n LIMIT :max");
DB_STMT_CROSS(outbox_attachments,
	"SELECT size, digest, blob, blob_key FROM outbox_attachment WHERE message = :message ORDER BY i");
DB_STMT_CROSS(outbox_count, "SELECT count(*) FROM outbox WHERE dest = :dest AND state = 'queued'");
DB_STMT_CROSS(outbox_bundled,
	"UPDATE outbox SET state = 'bundled', epoch = :epoch, seq = :seq WHERE message = :message");
DB_STMT_CROSS(outbox_requeue,
	"UPDATE outbox SET state = 'queued' WHERE dest = :dest AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(link_out_advance, "UPDATE link_out SET seq = :seq, prev = :identity WHERE link = :link AND "
				"epoch = :epoch AND seq = :seq - 1");
DB_STMT_CROSS(bundle_out_insert, "INSERT INTO bundle_out (link, epoch, seq, identity, file, kind, messages, "
				 "at) VALUES (:link, :epoch, :seq, :identity,"
				 " :file, :kind, :messages, :at)");
DB_STMT_CROSS(bundle_out_last,
	"SELECT epoch, seq, file FROM bundle_out WHERE link = :link ORDER BY n DESC LIMIT 1");
DB_STMT_CROSS(bundle_out_newest, "SELECT seq, identity FROM bundle_out WHERE link = :link AND epoch = :epoch "
				 "ORDER BY seq DESC LIMIT 1");
DB_STMT_CROSS(bundle_out_lost,
	"UPDATE bundle_out SET state = 'lost' WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(bundle_out_voids, "SELECT epoch, seq, identity FROM bundle_out WHERE link = :link AND state = "
				"'lost' ORDER BY n LIMIT 64");
DB_STMT_CROSS(bundle_out_voided,
	"UPDATE bundle_out SET state = 'void' WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(bundle_out_resend, "SELECT n, file FROM bundle_out WHERE link = :link AND epoch = :epoch AND "
				 "seq BETWEEN :first AND :last AND state = 'sent'"
				 " AND resent_ms <= :before ORDER BY seq LIMIT 1000");
DB_STMT_CROSS(bundle_out_resent, "UPDATE bundle_out SET resent = resent + 1, resent_ms = :now WHERE n = :n");
DB_STMT_CROSS(bundle_out_safe, "SELECT n, file FROM bundle_out WHERE link = :link AND epoch = :epoch AND seq "
			       "<= :seq AND state IN ('sent', 'void') LIMIT 1000");
DB_STMT_CROSS(bundle_out_let_go, "UPDATE bundle_out SET state = 'safe' WHERE n = :n");

struct outgoing {
	char id[37];
	struct buf bytes;
	struct blob_ref refs[MESSAGE_ATTACHMENTS_MAX];
	size_t nrefs;
};
struct build {
	struct link_state *l;
	struct link_out out;
	struct manifest m;
	struct outgoing *v;
	size_t n, max;
	struct digest identity;
	char file[128];
};

static int refs_read(struct db_tx *tx, struct outgoing *o)
{
	struct db_query *q = db_query(tx, &outbox_attachments);
	int rc;
	db_bind_text(q, "message", o->id);
	while ((rc = db_step(q)) == 1 && o->nrefs < MESSAGE_ATTACHMENTS_MAX) {
		struct blob_ref *r = &o->refs[o->nrefs++];
		struct view d = db_blob(q, 1), b = db_blob(q, 2);
		REQUIRE(d.n == sizeof r->digest.b && b.n == sizeof r->name.b);
		r->size = db_int(q, 0);
		memcpy(r->digest.b, d.p, d.n);
		memcpy(r->name.b, b.p, b.n);
		snprintf(r->wrapped_key, sizeof r->wrapped_key, "%s", db_text(q, 3));
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int queue_read(struct db_tx *tx, struct build *b)
{
	struct db_query *q = db_query(tx, &outbox_next);
	int64_t bytes = 0;
	int rc = 0;
	db_bind_text(q, "dest", b->l->c.peer);
	db_bind_int(q, "max", (int64_t)b->max);
	while (b->n < b->max && bytes < b->l->c.group_bytes && (rc = db_step(q)) == 1) {
		struct outgoing *o = &b->v[b->n++];
		snprintf(o->id, sizeof o->id, "%s", db_text(q, 0));
		buf_init(&o->bytes, MESSAGE_BYTES_MAX);
		bytes += db_int(q, 2);
		rc = vault_unseal(b->l->x->o.vault, "outbox", "body", o->id, db_text(q, 1), &o->bytes);
		if (rc == 0)
			rc = refs_read(tx, o);
		for (size_t i = 0; i < o->nrefs; i++)
			bytes += o->refs[i].size;
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int voids_read(struct db_tx *tx, struct build *b)
{
	struct db_query *q = db_query(tx, &bundle_out_voids);
	int rc;
	db_bind_text(q, "link", b->l->c.link);
	while ((rc = db_step(q)) == 1) {
		struct manifest_void *v = &b->m.voids[b->m.nvoids++];
		struct view d = db_blob(q, 2);
		REQUIRE(d.n == sizeof v->identity.b);
		v->epoch = db_int(q, 0);
		v->seq = db_int(q, 1);
		memcpy(v->identity.b, d.p, d.n);
	}
	db_done(q);
	return rc;
}

/* What a statement says of the epoch before: its last number and that bundle's identity. */
static int statement_read(struct db_tx *tx, struct build *b)
{
	struct db_query *q = db_query(tx, &bundle_out_newest);
	db_bind_text(q, "link", b->l->c.link);
	db_bind_int(q, "epoch", b->out.epoch - 1);
	int rc = db_step(q);
	if (rc == 1) {
		struct view d = db_blob(q, 1);
		REQUIRE(d.n == sizeof b->m.statement.last.b);
		b->m.statement.last_seq = db_int(q, 0);
		memcpy(b->m.statement.last.b, d.p, d.n);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* One snapshot: where the link stands, what it has to say, the newest ack. */
static int build_read(struct db_tx *tx, void *arg)
{
	struct build *b = arg;
	int rc = streams_out(tx, b->l->c.link, &b->out);
	if (rc == 0)
		rc = streams_ack(b->l->x, tx, b->l->c.ack_of, &b->m.ack);
	if (rc == 0)
		rc = voids_read(tx, b);
	/* The first number of a new epoch is its statement. */
	if (rc == 0 && b->out.epoch > 1 && b->out.seq == 0) {
		b->m.kind = MANIFEST_EPOCH;
		b->m.nvoids = 0;
		rc = statement_read(tx, b);
	} else if (rc == 0 && b->m.nvoids) {
		b->m.kind = MANIFEST_VOID;
	} else if (rc == 0) {
		rc = queue_read(tx, b);
		b->m.kind = b->n ? MANIFEST_MESSAGES : MANIFEST_TICK;
	}
	return rc;
}

static int64_t blob_source(void *cookie, void *buf, size_t n)
{
	return blob_read(cookie, buf, n);
}

static int message_add(struct build *b, struct bundle_writer *w, struct outgoing *o)
{
	struct bundle_attachment a[MESSAGE_ATTACHMENTS_MAX];
	struct blob_reader *readers[MESSAGE_ATTACHMENTS_MAX] = {NULL};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < o->nrefs; i++) {
		rc = blob_open(b->l->x->o.blobs, &o->refs[i], &readers[i]);
		a[i] = (struct bundle_attachment){o->refs[i].size, blob_source, readers[i]};
	}
	if (rc == 0)
		rc = bundle_add(w, buf_view(&o->bytes), a, o->nrefs, NULL);
	for (size_t i = 0; i < o->nrefs; i++)
		blob_close(readers[i]);
	return rc;
}

static void manifest_head(struct build *b)
{
	struct manifest *m = &b->m;
	const struct exchange *x = b->l->x;
	snprintf(m->link, sizeof m->link, "%s", b->l->c.link);
	snprintf(m->from, sizeof m->from, "%s", x->o.station);
	snprintf(m->to, sizeof m->to, "%s", b->l->c.out_to);
	m->epoch = b->out.epoch;
	m->seq = m->kind == MANIFEST_TICK ? b->out.seq : b->out.seq + 1;
	m->prev = b->out.prev;
	if (m->kind == MANIFEST_EPOCH)
		m->statement.previous_epoch = b->out.epoch - 1;
}

/* The file is durable under its final name in `dir` when this returns. */
static int file_build(struct build *b, enum spool_dir dir)
{
	const struct exchange *x = b->l->x;
	struct bundle_writer *w = NULL;
	struct file_new *f = NULL;
	struct buf manifest;
	struct manifest back;
	const struct cert *to[] = {b->l->c.out_recipient};
	struct bundle_sender s = {x->o.signer, to, 1};
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	manifest_init(&back);
	manifest_head(b);
	int rc = spool_new(b->l->spool, dir, &f);
	if (rc == 0)
		rc = bundle_writer_new(&s, &b->m, file_new_fd(f), &w);
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = message_add(b, w, &b->v[i]);
	if (rc == 0)
		rc = bundle_finish(w, &b->identity, &manifest);
	if (rc == 0)
		rc = manifest_decode(buf_view(&manifest), &back, NULL);
	if (rc == 0) {
		manifest_file_name(&back, &b->identity, b->file);
		rc = spool_publish(b->l->spool, dir, f, b->file);
	}
	if (rc == 0)
		rc = spool_sync(b->l->spool, dir);
	file_new_free(f);
	bundle_writer_free(w);
	manifest_fini(&back);
	buf_fini(&manifest);
	return rc;
}

static int requeue(struct db_tx *tx, struct build *b, const struct manifest_void *v)
{
	struct db_query *q = db_query(tx, &outbox_requeue);
	db_bind_text(q, "dest", b->l->c.peer);
	db_bind_int(q, "epoch", v->epoch);
	db_bind_int(q, "seq", v->seq);
	int rc = db_exec(q);
	if (rc == 0) {
		q = db_query(tx, &bundle_out_voided);
		db_bind_text(q, "link", b->l->c.link);
		db_bind_int(q, "epoch", v->epoch);
		db_bind_int(q, "seq", v->seq);
		rc = db_exec(q);
	}
	return rc;
}

static int build_commit(struct db_tx *tx, void *arg)
{
	struct build *b = arg;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &link_out_advance);
	db_bind_text(q, "link", b->l->c.link);
	db_bind_int(q, "epoch", b->m.epoch);
	db_bind_int(q, "seq", b->m.seq);
	db_bind_digest(q, "identity", &b->identity);
	int rc = db_exec(q);
	/* Another epoch began meanwhile: this file never existed. */
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc == 0) {
		q = db_query(tx, &bundle_out_insert);
		db_bind_text(q, "link", b->l->c.link);
		db_bind_int(q, "epoch", b->m.epoch);
		db_bind_int(q, "seq", b->m.seq);
		db_bind_digest(q, "identity", &b->identity);
		db_bind_text(q, "file", b->file);
		db_bind_text(q, "kind", manifest_kind_name(b->m.kind));
		db_bind_int(q, "messages", (int64_t)b->n);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		q = db_query(tx, &outbox_bundled);
		db_bind_text(q, "message", b->v[i].id);
		db_bind_int(q, "epoch", b->m.epoch);
		db_bind_int(q, "seq", b->m.seq);
		rc = db_exec(q);
	}
	for (size_t i = 0; rc == 0 && i < b->m.nvoids; i++)
		rc = requeue(tx, b, &b->m.voids[i]);
	return rc;
}

/* tmp → sent and out, then tmp is emptied: repeated after a crash, the result is the same. */
static int publish(struct link_state *l, const char *file)
{
	int rc = spool_link(l->spool, SPOOL_TMP, SPOOL_SENT, file);
	if (rc == 0)
		rc = spool_sync(l->spool, SPOOL_SENT);
	if (rc == 0)
		rc = spool_link(l->spool, SPOOL_TMP, SPOOL_OUT, file);
	if (rc == 0)
		rc = spool_sync(l->spool, SPOOL_OUT);
	return rc == 0 ? spool_remove(l->spool, SPOOL_TMP, file) : rc;
}

static void build_fini(struct build *b)
{
	for (size_t i = 0; i < b->n; i++)
		buf_fini(&b->v[i].bytes);
	free(b->v);
	manifest_fini(&b->m);
	free(b);
}

/* Makes the next bundle. A tick only when asked for. *more: something was sent, there may be more. */
static int build_next(struct link_state *l, bool tick, bool *more)
{
	struct build *b = calloc(1, sizeof *b);
	int rc = ERR_NOMEM;
	*more = false;
	if (!b)
		return rc;
	b->l = l;
	b->max = (size_t)l->c.group_messages;
	manifest_init(&b->m);
	b->v = calloc(b->max, sizeof *b->v);
	rc = b->v ? db_read(l->x->o.db, "", build_read, b) : ERR_NOMEM;
	if (rc == 0 && b->m.kind == MANIFEST_TICK) {
		if (tick)
			rc = file_build(b, SPOOL_OUT);
	} else if (rc == 0) {
		rc = file_build(b, SPOOL_TMP);
		if (rc == 0 && (rc = db_write(l->x->o.db, "", build_commit, b)) < 0)
			(void)!spool_remove(l->spool, SPOOL_TMP, b->file);
		if (rc == 0)
			rc = publish(l, b->file);
		*more = rc == 0;
	}
	if (rc == 0 && (*more || tick)) {
		pthread_mutex_lock(&l->lock);
		l->ack_due_ms = 0;
		l->tick_at_ms = time_mono_ms() + l->c.tick_ms;
		pthread_mutex_unlock(&l->lock);
	}
	build_fini(b);
	return rc;
}

struct last {
	struct link_state *l;
	int64_t epoch, seq;
	char file[128];
	bool found;
};

static int last_read(struct db_tx *tx, void *arg)
{
	struct last *s = arg;
	struct db_query *q = db_query(tx, &bundle_out_last);
	db_bind_text(q, "link", s->l->c.link);
	int rc = db_step(q);
	s->found = rc == 1;
	if (rc == 1) {
		s->epoch = db_int(q, 0);
		s->seq = db_int(q, 1);
		snprintf(s->file, sizeof s->file, "%s", db_text(q, 2));
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int last_lost(struct db_tx *tx, void *arg)
{
	struct last *s = arg;
	struct db_query *q = db_query(tx, &bundle_out_lost);
	db_bind_text(q, "link", s->l->c.link);
	db_bind_int(q, "epoch", s->epoch);
	db_bind_int(q, "seq", s->seq);
	return db_exec(q);
}

static bool holds(struct link_state *l, enum spool_dir d, const char *file)
{
	int fd;
	int64_t size;
	if (spool_read(l->spool, d, file, &fd, &size) < 0)
		return false;
	close(fd);
	return true;
}

int sender_recover(struct link_state *l)
{
	struct last s = {.l = l};
	struct spool_names names = {0};
	int rc = db_read(l->x->o.db, "", last_read, &s);
	if (rc == 0)
		rc = spool_scan(l->spool, SPOOL_TMP, 10000, &names);
	/* Built but never committed: it does not exist. */
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		if (!s.found || strcmp(names.v[i], s.file) != 0)
			rc = spool_remove(l->spool, SPOOL_TMP, names.v[i]);
	spool_names_free(&names);
	if (rc < 0 || !s.found)
		return rc;
	if (holds(l, SPOOL_TMP, s.file))
		return publish(l, s.file);
	if (holds(l, SPOOL_SENT, s.file))
		return 0;
	/* The committed file is gone: its number is closed by a void and its messages travel under new ones.
	 * Already let go ones are not lost. */
	log_warn("bundle-lost", "link=%s seq=%lld: the number will be voided", l->c.link, (long long)s.seq);
	return db_write(l->x->o.db, "", last_lost, &s);
}

struct again {
	struct link_state *l;
	int64_t epoch, first, last, now, n[1000];
	char file[1000][128];
	size_t count;
	bool let_go;
};

static int again_read(struct db_tx *tx, void *arg)
{
	struct again *a = arg;
	struct db_query *q = db_query(tx, a->let_go ? &bundle_out_safe : &bundle_out_resend);
	int rc;
	db_bind_text(q, "link", a->l->c.link);
	db_bind_int(q, "epoch", a->epoch);
	if (a->let_go) {
		db_bind_int(q, "seq", a->last);
	} else {
		db_bind_int(q, "first", a->first);
		db_bind_int(q, "last", a->last);
		db_bind_int(q, "before", a->now - a->l->c.resend_ms);
	}
	a->count = 0;
	while (a->count < 1000 && (rc = db_step(q)) == 1) {
		a->n[a->count] = db_int(q, 0);
		snprintf(a->file[a->count++], sizeof a->file[0], "%s", db_text(q, 1));
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int again_mark(struct db_tx *tx, void *arg)
{
	struct again *a = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < a->count; i++) {
		struct db_query *q = db_query(tx, a->let_go ? &bundle_out_let_go : &bundle_out_resent);
		db_bind_int(q, "n", a->n[i]);
		if (!a->let_go)
			db_bind_int(q, "now", a->now);
		rc = db_exec(q);
	}
	return rc;
}

/* What waits in out/ under this name with other bytes was damaged there: the kept one takes its place. */
static int send_again(struct link_state *l, const char *file)
{
	int rc = spool_link(l->spool, SPOOL_SENT, SPOOL_OUT, file);
	if (rc != ERR_EXISTS)
		return rc;
	struct err_note why = {0};
	err_set(&why, ERR_DIGEST, "not the bytes of the bundle that was sent");
	log_warn("bundle-damaged", "link=%s file=\"%s\" while it waited in out/", l->c.link, file);
	rc = spool_quarantine(l->spool, SPOOL_OUT, file, &why);
	return rc < 0 ? rc : spool_link(l->spool, SPOOL_SENT, SPOOL_OUT, file);
}

static int again_do(struct again *a)
{
	struct link_state *l = a->l;
	a->now = time_now_ms();
	int rc = db_read(l->x->o.db, "", again_read, a);
	if (rc < 0 || a->count == 0)
		return rc;
	for (size_t i = 0; i < a->count; i++) {
		rc = a->let_go ? spool_remove(l->spool, SPOOL_SENT, a->file[i]) : send_again(l, a->file[i]);
		if (rc < 0 && rc != ERR_NOTFOUND)
			return rc;
	}
	rc = spool_sync(l->spool, a->let_go ? SPOOL_SENT : SPOOL_OUT);
	if (rc == 0 && !a->let_go)
		log_info("bundles-resent", "link=%s count=%zu", l->c.link, a->count);
	return rc == 0 ? db_write(l->x->o.db, "", again_mark, a) : rc;
}

int sender_after_ack(struct link_state *l, const struct manifest_ack *ack)
{
	struct sequence s = {.epoch = ack->epoch,
		.contiguous = ack->contiguous,
		.known = ack->known,
		.nranges = ack->nranges};
	struct manifest_range *holes = calloc(MANIFEST_RANGES_MAX + 1, sizeof *holes);
	struct again *a = calloc(1, sizeof *a);
	int rc = holes && a ? 0 : ERR_NOMEM;
	memcpy(s.ranges, ack->ranges, ack->nranges * sizeof s.ranges[0]);
	if (rc == 0) {
		size_t n = sequence_holes(&s, holes, MANIFEST_RANGES_MAX + 1);
		a->l = l;
		a->epoch = ack->epoch;
		for (size_t i = 0; rc == 0 && i < n; i++) {
			a->first = holes[i].first;
			a->last = holes[i].last;
			rc = again_do(a);
		}
		a->let_go = true;
		a->last = ack->safe;
		if (rc == 0 && ack->safe > 0)
			rc = again_do(a);
	}
	free(holes);
	free(a);
	return rc;
}

static int queued_read(struct db_tx *tx, void *arg)
{
	struct last *s = arg;
	struct db_query *q = db_query(tx, &outbox_count);
	db_bind_text(q, "dest", s->l->c.peer);
	return db_one_int(q, &s->seq);
}

/* Waits for work: a message, a seal, an ack that is owed, the idle tick. Returns whether a tick is due. */
static bool work_wait(struct link_state *l, int pause_ms)
{
	struct pollfd p = {l->send_wake, POLLIN, 0};
	int64_t now = time_mono_ms(), until = now + 1000;
	pthread_mutex_lock(&l->lock);
	if (l->c.tick_ms > 0 && l->tick_at_ms < until)
		until = l->tick_at_ms;
	if (l->ack_due_ms && l->ack_due_ms < until)
		until = l->ack_due_ms;
	pthread_mutex_unlock(&l->lock);
	int wait = until > now ? (int)(until - now) : 0;
	if (poll(&p, 1, pause_ms > wait ? pause_ms : wait) > 0) {
		uint64_t n;
		if (read(l->send_wake, &n, sizeof n) < 0)
			return false;
		/* Small messages group: what comes in this time leaves in the same bundle. */
		if (l->c.group_ms > 0 && !l->x->stop)
			poll(NULL, 0, (int)l->c.group_ms);
	}
	now = time_mono_ms();
	pthread_mutex_lock(&l->lock);
	bool due = l->seal_asked != l->seal_done || (l->ack_due_ms && l->ack_due_ms <= now) ||
		   (l->c.tick_ms > 0 && l->tick_at_ms <= now);
	pthread_mutex_unlock(&l->lock);
	return due;
}

void *sender_run(void *arg)
{
	struct link_state *l = arg;
	int failures = 0;
	while (!l->x->stop) {
		bool due = work_wait(l, failures ? 100 << (failures < 6 ? failures : 6) : 0), more = true;
		struct last s = {.l = l};
		int rc = 0;
		pthread_mutex_lock(&l->lock);
		int asked = l->seal_asked;
		pthread_mutex_unlock(&l->lock);
		while (rc == 0 && more && !l->x->stop)
			rc = build_next(l, false, &more);
		if (rc == 0 && due)
			rc = build_next(l, true, &more);
		if (rc == 0)
			rc = db_read(l->x->o.db, "", queued_read, &s);
		if (rc == 0 && s.seq == 0) {
			pthread_mutex_lock(&l->lock);
			l->seal_done = asked;
			pthread_cond_broadcast(&l->sealed);
			pthread_mutex_unlock(&l->lock);
		}
		if (rc < 0)
			log_error("sender", "link=%s error=%s", l->c.link, err_name(rc));
		failures = rc < 0 ? failures + 1 : 0;
	}
	return NULL;
}
