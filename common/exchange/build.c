#include "common/exchange/build.h"

#include "common/exchange/build_read.h"
#include "common/exchange/epoch_out.h"
#include "common/exchange/kept.h"
#include "common/exchange/witness.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

DB_STMT_CROSS(outbox_bundled, "UPDATE outbox SET state = 'bundled', epoch = :epoch, seq = :seq WHERE n = :n");
DB_STMT_CROSS(outbox_of_bundle,
	"SELECT count(*), coalesce(sum(size), 0) FROM outbox WHERE dest = :dest AND epoch = "
	":epoch AND seq = :seq AND state = 'bundled'");
DB_STMT_CROSS(outbox_requeue,
	"UPDATE outbox SET state = 'queued' WHERE dest = :dest AND epoch = :epoch AND seq = :seq "
	"AND state = 'bundled'");
DB_STMT_CROSS(bundle_out_voided,
	"UPDATE bundle_out SET state = 'void', bytes = 0, void_epoch = :by_epoch, void_seq = "
	":by_seq WHERE link = :link AND epoch "
	"= :epoch AND seq = :seq AND state = 'lost'");
DB_STMT_CROSS(bundle_out_void_drop, "INSERT INTO file_drop (link, file, bytes) SELECT link, file, bytes FROM "
				    "bundle_out WHERE link = :link AND "
				    "epoch = :epoch AND seq = :seq ON CONFLICT DO NOTHING");
DB_STMT_CROSS(link_out_voided, "UPDATE link_out SET voided = voided + :n, round_epoch = 0, round_seq = 0 "
			       "WHERE link = :link");
DB_STMT_CROSS(
	outbox_broken, "UPDATE outbox SET type = 'message.refused', body = :body, size = :size WHERE n = :n");
DB_STMT_CROSS(outbox_broken_attachments, "DELETE FROM outbox_attachment WHERE message = :message");

/* ---- the file */

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

static int messages_add(struct build *b, struct bundle_writer *w)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		rc = message_add(b, w, &b->v[i]);
		/* What lies in the blob store is damaged: that is this message's own. */
		if (rc < 0 && (rc == ERR_NOTFOUND || err_fault(rc) == ERR_FAULT_PEER) && b->v[i].n) {
			b->broken = i;
			b->broken_err = rc;
		}
	}
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
}

static int file_finish(struct build *b, struct bundle_writer *w, struct file_new *f)
{
	struct buf manifest;
	struct manifest back;
	struct stat st;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	manifest_init(&back);
	int rc = bundle_finish(w, &b->identity, &manifest);
	if (rc == 0)
		rc = manifest_decode(buf_view(&manifest), &back, NULL);
	if (rc == 0)
		rc = fstat(file_new_fd(f), &st) < 0 ? ERR_IO : 0;
	if (rc == 0) {
		rc = kept_digest(file_new_fd(f), &b->digest);
		b->file_bytes = st.st_size;
		manifest_file_name(&back, &b->identity, b->file);
	}
	manifest_fini(&back);
	buf_fini(&manifest);
	return rc;
}

/* The file is whole and nobody sees it yet. */
static int file_build(struct build *b, enum spool_dir dir, struct file_new **out)
{
	const struct exchange *x = b->l->x;
	struct bundle_writer *w = NULL;
	struct file_new *f = NULL;
	const struct cert *to[] = {b->l->c.out_recipient};
	struct bundle_sender s = {x->o.signer, to, 1, x->pool};
	manifest_head(b);
	/* An epoch counts as used from its first bundle on. */
	int rc = boot_mark_epoch(b->l->x, b->m.epoch);
	if (rc == 0)
		rc = witness_carry(b);
	if (rc == 0)
		rc = spool_new(b->l->spool, dir, &f);
	if (rc == 0)
		rc = bundle_writer_new(&s, &b->m, file_new_fd(f), &w);
	if (rc == 0)
		rc = messages_add(b, w);
	if (rc == 0)
		rc = file_finish(b, w, f);
	if (rc == 0)
		*out = f;
	else
		file_new_free(f);
	bundle_writer_free(w);
	return rc;
}

/* ---- the number */

static void bind_number(struct db_query *q, int64_t epoch, int64_t seq)
{
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
}

static int requeue(struct db_tx *tx, struct build *b, const struct manifest_void *v)
{
	const char *link = b->l->c.link;
	struct db_query *q = db_query(tx, &outbox_of_bundle);
	int64_t n = 0, bytes = 0;
	db_bind_text(q, "dest", b->l->c.peer);
	bind_number(q, v->epoch, v->seq);
	int rc = db_step(q);
	if (rc == 1) {
		n = db_int(q, 0);
		bytes = db_int(q, 1);
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &outbox_requeue);
	db_bind_text(q, "dest", b->l->c.peer);
	bind_number(q, v->epoch, v->seq);
	rc = db_exec(q);
	if (rc == 0 && n > 0)
		rc = link_out_queue(tx, link, n, bytes);
	if (rc < 0)
		return rc;
	q = db_query(tx, &bundle_out_void_drop);
	db_bind_text(q, "link", link);
	bind_number(q, v->epoch, v->seq);
	rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &bundle_out_voided);
	db_bind_text(q, "link", link);
	bind_number(q, v->epoch, v->seq);
	db_bind_int(q, "by_epoch", b->m.epoch);
	db_bind_int(q, "by_seq", b->m.seq);
	return db_exec(q);
}

static int voids_commit(struct db_tx *tx, struct build *b)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->m.nvoids; i++)
		rc = requeue(tx, b, &b->m.voids[i]);
	if (rc < 0 || b->m.nvoids == 0)
		return rc;
	struct db_query *q = db_query(tx, &link_out_voided);
	db_bind_text(q, "link", b->l->c.link);
	db_bind_int(q, "n", (int64_t)b->m.nvoids);
	return db_exec(q);
}

static int build_commit(struct db_tx *tx, void *arg)
{
	struct build *b = arg;
	const struct link_out_bundle row = {.epoch = b->m.epoch,
		.seq = b->m.seq,
		.identity = b->identity,
		.digest = b->digest,
		.file = b->file,
		.kind = manifest_kind_name(b->m.kind),
		.messages = (int64_t)b->n,
		.bytes = b->file_bytes,
		.deadline_ms = b->deadline_ms};
	int rc = link_out_number(tx, b->l->c.link, sign_key_suite(b->l->x->o.signer), &row);
	int64_t rows = 0, bytes = 0;
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		if (!b->v[i].n)
			continue;
		struct db_query *q = db_query(tx, &outbox_bundled);
		db_bind_int(q, "n", b->v[i].n);
		bind_number(q, b->m.epoch, b->m.seq);
		rc = db_exec(q);
		rows++;
		bytes += b->v[i].size;
	}
	if (rc == 0 && rows)
		rc = link_out_queue(tx, b->l->c.link, -rows, -bytes);
	if (rc == 0)
		rc = voids_commit(tx, b);
	return rc == 0 ? witness_sent(tx, b) : rc;
}

int build_publish(struct link_state *l, const char *file)
{
	int rc = spool_link(l->spool, SPOOL_TMP, SPOOL_SENT, file);
	if (rc == 0)
		rc = spool_link(l->spool, SPOOL_TMP, SPOOL_OUT, file);
	if (rc == 0) {
		memmove(l->under_way[1], l->under_way[0], (LINK_UNDER_WAY - 1) * sizeof l->under_way[0]);
		snprintf(l->under_way[0], sizeof l->under_way[0], "%s", file);
		settle_add(l->settle, file);
	}
	return rc;
}

/* ---- a message whose attachment is damaged here */

struct broken {
	struct build *b;
	struct outgoing *o;
};

/* A record takes its place, under its numbers: the receiver's followers go on, and it stands in the log. */
static int broken_replace(struct db_tx *tx, void *arg)
{
	struct broken *k = arg;
	struct exchange *x = k->b->l->x;
	struct message *m = calloc(2, sizeof *m), *r = m ? m + 1 : NULL;
	struct buf bytes, sealed;
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = m ? message_decode(buf_view(&k->o->bytes), m, NULL) : ERR_NOMEM;
	if (rc == 0)
		rc = message_make_refusal(
			m, k->b->broken_err, "an attachment is damaged at its origin", x->o.zone, r);
	if (rc == 0) {
		rc = message_encode(r, &bytes);
		json_decref(r->body);
	}
	if (rc == 0)
		rc = vault_seal(x->o.vault, "outbox", "body", k->o->id, buf_view(&bytes), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outbox_broken);
		db_bind_int(q, "n", k->o->n);
		db_bind_textn(q, "body", buf_view(&sealed));
		db_bind_int(q, "size", (int64_t)bytes.n);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = link_out_queue(tx, k->b->l->c.link, 0, (int64_t)bytes.n - k->o->size);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outbox_broken_attachments);
		db_bind_text(q, "message", k->o->id);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = audit_record(tx, "system", "message.broken", k->o->id, NULL);
	if (m)
		message_fini(m);
	free(m);
	buf_fini(&bytes);
	buf_fini(&sealed);
	return rc;
}

/* ---- one bundle */

static void asks_return(struct build *b)
{
	struct asks_out v[64];
	size_t n = 0;
	for (size_t i = 0; i < b->n && n < 64; i++)
		if (!b->v[i].n) {
			snprintf(v[n].id.s, sizeof v[n].id.s, "%s", b->v[i].id);
			v[n].deadline_ms = b->deadline_ms;
			v[n++].bytes = b->v[i].bytes;
			memset(&b->v[i].bytes, 0, sizeof b->v[i].bytes);
		}
	asks_put_back(b->l->x->asks, b->l, v, n);
}

/* The number is committed while the file becomes durable. After a power cut either may be without the other:
 * a file without its number never was, a number without its file is voided. */
static int number_commit(struct build *b, struct file_new *f, bool *numbered)
{
	struct link_state *l = b->l;
	struct db_pending *commit = NULL;
	int rc = spool_place(l->spool, SPOOL_TMP, f, b->file);
	if (rc == 0)
		rc = db_write_begin(l->x->o.db, "", build_commit, b, &commit);
	if (rc < 0)
		return rc;
	int flushed = spool_flush(l->spool, SPOOL_TMP, f);
	rc = db_write_end(commit);
	*numbered = rc == 0;
	return rc < 0 ? rc : flushed;
}

static int numbered_build(struct build *b)
{
	struct link_state *l = b->l;
	struct file_new *f = NULL;
	bool numbered = false;
	int rc = file_build(b, SPOOL_TMP, &f);
	if (rc < 0 && b->broken_err) {
		struct broken k = {b, &b->v[b->broken]};
		log_error("message-broken", "link=%s message=%s error=%s", l->c.link, k.o->id, err_name(rc));
		return db_write(l->x->o.db, "", broken_replace, &k);
	}
	if (rc == 0)
		rc = number_commit(b, f, &numbered);
	file_new_free(f);
	if (rc == 0)
		rc = build_publish(l, b->file);
	l->behind = rc < 0;
	if (rc == ERR_CONFLICT && !numbered)
		rc = build_recover(l);
	if (rc < 0 && b->deadline_ms && !numbered)
		asks_return(b);
	return rc;
}

static int tick_build(struct build *b)
{
	struct link_state *l = b->l;
	struct file_new *f = NULL;
	int rc = file_build(b, SPOOL_OUT, &f);
	if (rc == 0)
		rc = spool_publish(l->spool, SPOOL_OUT, f, b->file);
	file_new_free(f);
	/* One that a power cut takes is followed by another; a disc carries what there is when it is sealed.
	 */
	if (rc == 0 && l->c.tick_ms == 0)
		rc = spool_sync(l->spool, SPOOL_OUT);
	if (rc < 0)
		return rc;
	/* Of several ticks only the newest says something. A disc takes all. */
	if (l->c.tick_ms > 0 && l->tick_file[0] && strcmp(l->tick_file, b->file) != 0)
		rc = spool_remove(l->spool, SPOOL_OUT, l->tick_file);
	snprintf(l->tick_file, sizeof l->tick_file, "%s", b->file);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int build_next(struct link_state *l, bool *sent, bool *more)
{
	struct build *b = NULL;
	*sent = *more = false;
	int rc = l->behind ? build_recover(l) : 0;
	if (rc == 0)
		rc = build_new(l, false, &b);
	if (rc == 0)
		rc = build_read(b);
	if (rc == 0) {
		atomic_store(&l->queued, b->out.queued);
		if (b->store_full && b->out.queued)
			exchange_trouble(l, LINK_STORE_FULL);
	}
	if (rc == 0 && b->m.kind != MANIFEST_TICK) {
		rc = numbered_build(b);
		*sent = rc == 0;
		*more = rc == 0 && (b->full || b->broken_err || b->m.kind == MANIFEST_VOID);
		l->ack_turn++;
		l->bundles++;
	}
	build_free(b);
	return rc;
}

static int tick_one(struct link_state *l, int64_t *turns)
{
	struct build *b = NULL;
	int rc = build_new(l, true, &b);
	if (rc == 0)
		rc = build_read(b);
	if (rc == 0)
		rc = tick_build(b);
	if (rc == 0)
		*turns = b->ack_turns;
	l->ack_turn++;
	build_free(b);
	return rc;
}

int build_tick(struct link_state *l)
{
	int64_t turns;
	return tick_one(l, &turns);
}

int build_all_ticks(struct link_state *l)
{
	int64_t turns = 1;
	int rc = 0;
	l->ack_turn = 0;
	for (int64_t i = 0; rc == 0 && i < turns && i < 64; i++)
		rc = tick_one(l, &turns);
	return rc;
}
