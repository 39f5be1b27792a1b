/* The incoming end of a link: judges each file in in/, applies what it holds in one transaction, removes it
 * after the commit. */
#include "common/exchange/exchange_impl.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOREIGN_MS 2000 /* a half-written file of somebody else is given this long */
#define PAYLOAD_MAX (INT64_C(1) << 40)
#define SCAN_MAX 1000

DB_STMT_CROSS(
	hop_in_select, "SELECT identity FROM hop_in WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(hop_in_insert, "INSERT INTO hop_in (link, epoch, seq, identity) VALUES (:link, :epoch, :seq, "
			     ":identity) ON CONFLICT DO NOTHING");

struct arrival {
	struct link_state *l;
	const char *name;
	struct bundle_reader *r;
	const struct manifest *m; /* of the end-to-end stream */
	const struct digest *identity;
	struct blob_ref *refs; /* of all messages, in order */
	size_t nrefs;
	enum sequence_verdict verdict;
	bool tick, numbered, holes, leave;
	struct err_note note;
};

/* ---- attachments become blobs before the transaction */

static int blob_store_one(struct arrival *a, size_t i, size_t j, bool opaque, struct blob_ref *ref)
{
	struct blob_writer *w = NULL;
	uint8_t part[65536];
	int64_t at = 0, n = 1;
	int rc = blob_writer_new(a->l->x->o.blobs, opaque, &w);
	while (rc == 0 && (n = bundle_attachment_read(a->r, i, j, at, part, sizeof part)) > 0) {
		rc = blob_write(w, view_of(part, (size_t)n));
		at += n;
	}
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc == 0)
		rc = blob_finish(w, ref);
	blob_writer_free(w);
	return rc;
}

static int blobs_store(struct arrival *a)
{
	size_t total = 0;
	for (size_t i = 0; i < bundle_count(a->r); i++) {
		struct view bytes;
		const struct message *m = NULL;
		int rc = bundle_message(a->r, i, &bytes, &m);
		if (rc < 0)
			return rc;
		total += m->nattachments;
	}
	a->refs = calloc(total + 1, sizeof *a->refs);
	if (!a->refs)
		return ERR_NOMEM;
	for (size_t i = 0; i < bundle_count(a->r); i++) {
		struct view bytes;
		const struct message *m = NULL;
		int rc = bundle_message(a->r, i, &bytes, &m);
		for (size_t j = 0; rc == 0 && j < m->nattachments; j++)
			rc = blob_store_one(a, i, j,
				strcmp(m->attachments[j].media, "application/x-sanwang-envelope") == 0,
				&a->refs[a->nrefs++]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- the one transaction */

static int hop_judge(struct arrival *a, struct db_tx *tx, bool *duplicate)
{
	const struct manifest *hop = bundle_manifest(a->r);
	struct db_query *q = db_query(tx, &hop_in_select);
	db_bind_text(q, "link", a->l->c.link);
	db_bind_int(q, "epoch", hop->epoch);
	db_bind_int(q, "seq", hop->seq);
	int rc = db_step(q);
	struct digest seen;
	if (rc == 1)
		memcpy(seen.b, db_blob(q, 0).p, sizeof seen.b);
	db_done(q);
	*duplicate = rc == 1 && digest_eq(&seen, bundle_identity(a->r));
	if (rc == 1)
		return *duplicate ? 0
				  : err_set(&a->note, ERR_FORK, "the guard used number %lld twice",
					    (long long)hop->seq);
	if (rc < 0)
		return rc;
	q = db_query(tx, &hop_in_insert);
	db_bind_text(q, "link", a->l->c.link);
	db_bind_int(q, "epoch", hop->epoch);
	db_bind_int(q, "seq", hop->seq);
	db_bind_digest(q, "identity", bundle_identity(a->r));
	return db_exec(q);
}

static int messages_take(struct arrival *a, struct db_tx *tx)
{
	const struct manifest *origin = bundle_origin_manifest(a->r);
	size_t at = 0, n = bundle_count(a->r);
	for (size_t i = 0; i < n; i++) {
		struct view bytes;
		const struct message *m = NULL;
		int rc = bundle_message(a->r, i, &bytes, &m);
		struct incoming in = {m, bytes, a->refs + at};
		if (rc == 0)
			rc = inbox_take(a->l, tx, &in, a->m->seq);
		if (rc < 0)
			return rc;
		at += m->nattachments;
	}
	/* Every leaf of the origin's bundle is applied, refused by a record, or missing: a hop that drops one
	 * is seen. */
	int64_t missing = origin ? bundle_origin_leaves(a->r) - (int64_t)n : 0;
	if (missing <= 0)
		return 0;
	log_error("messages-missing", "link=%s seq=%lld missing=%lld", a->l->c.link, (long long)a->m->seq,
		(long long)missing);
	return streams_count(tx, a->l->c.link, STREAMS_MISSING, missing);
}

static int voids_take(struct arrival *a, struct db_tx *tx, struct stream_in *s)
{
	for (size_t i = 0; i < a->m->nvoids; i++) {
		const struct manifest_void *v = &a->m->voids[i];
		struct manifest closed = {.epoch = v->epoch, .seq = v->seq, .kind = MANIFEST_VOID};
		int rc = streams_record(tx, a->l->c.link, &closed, &v->identity, 0, "void", "");
		if (rc == 0 && v->epoch == s->s.epoch)
			rc = sequence_take(&s->s, v->seq);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* A later epoch begins with a statement of what its sender knows it sent. What we hold beyond that is for an
 * officer. */
static int epoch_take(struct arrival *a, struct stream_in *s)
{
	if (a->m->kind != MANIFEST_EPOCH) {
		a->leave = true;
		return 0;
	}
	bool beyond = a->m->statement.previous_epoch == s->s.epoch && s->s.known > a->m->statement.last_seq;
	if (beyond && s->settled != a->m->epoch) {
		snprintf(s->held, sizeof s->held, "epoch");
		a->leave = true;
		return err_set(&a->note, ERR_HELD, "epoch %lld: the sender knows of less than is here",
			(long long)a->m->epoch);
	}
	memset(&s->s, 0, sizeof s->s);
	s->s.epoch = a->m->epoch;
	return sequence_take(&s->s, a->m->seq);
}

static int stream_take(struct arrival *a, struct db_tx *tx, struct stream_in *s)
{
	switch (a->verdict) {
	case SEQUENCE_NEXT:
	case SEQUENCE_AHEAD:
		return sequence_take(&s->s, a->m->seq);
	case SEQUENCE_NEW_EPOCH:
		return epoch_take(a, s);
	case SEQUENCE_DUPLICATE:
		return streams_count(tx, a->l->c.link, STREAMS_DUPLICATED, 1);
	case SEQUENCE_FORK:
		snprintf(s->held, sizeof s->held, "fork");
		return err_set(&a->note, ERR_FORK, "number %lld names two contents: the link is stopped",
			(long long)a->m->seq);
	case SEQUENCE_OLD_EPOCH:
		return err_set(&a->note, ERR_EPOCH, "epoch %lld is over", (long long)a->m->epoch);
	case SEQUENCE_FULL:
		a->leave = true;
		return 0;
	}
	return ERR_BUG;
}

static int tick_take(struct arrival *a, struct stream_in *s)
{
	if (a->m->epoch == s->s.epoch)
		sequence_know(&s->s, a->m->seq);
	if (strcmp(a->m->created, s->newest_tick) > 0)
		snprintf(s->newest_tick, sizeof s->newest_tick, "%s", a->m->created);
	return 0;
}

/* ERR_FORK, ERR_EPOCH and ERR_HELD are answers, not failures: the state they leave must be committed. */
static int arrival_apply(struct db_tx *tx, void *arg)
{
	struct arrival *a = arg;
	struct stream_in s;
	struct digest seen;
	bool hop_duplicate = false;
	a->leave = false;
	a->note.err = 0;
	int rc = streams_in(tx, a->l->c.link, &s);
	if (rc == 0 && s.s.held && !(s.settled && a->m->epoch == s.settled)) {
		a->leave = true;
		return 0;
	}
	if (rc == 0 && a->l->c.origin_from && !a->tick)
		rc = hop_judge(a, tx, &hop_duplicate);
	int found = rc == 0 && !a->tick ? streams_seen(tx, a->l->c.link, a->m->epoch, a->m->seq, &seen) : 0;
	if (rc < 0 || found < 0)
		return rc < 0 ? (a->note.err == ERR_FORK ? 0 : rc) : found;
	if (a->tick) {
		rc = tick_take(a, &s);
	} else {
		a->verdict = sequence_judge(&s.s, a->m, a->identity, found ? &seen : NULL);
		rc = stream_take(a, tx, &s);
	}
	bool fresh = !a->tick && rc == 0 && !a->leave &&
		     (a->verdict == SEQUENCE_NEXT || a->verdict == SEQUENCE_AHEAD ||
			     a->verdict == SEQUENCE_NEW_EPOCH);
	if (fresh)
		rc = voids_take(a, tx, &s);
	if (fresh && rc == 0)
		rc = streams_record(
			tx, a->l->c.link, a->m, a->identity, (int64_t)bundle_count(a->r), "received", "");
	if (fresh && rc == 0)
		rc = messages_take(a, tx);
	if (rc == 0 && !a->leave)
		rc = streams_acked(a->l->x, tx, a->l->c.peer, a->m);
	if (rc < 0 && rc != ERR_FORK && rc != ERR_EPOCH && rc != ERR_HELD)
		return rc;
	a->numbered = fresh;
	struct manifest_range hole;
	a->holes = sequence_holes(&s.s, &hole, 1) > 0;
	rc = streams_save(tx, a->l->c.link, &s);
	if (rc == 0 && fresh && bundle_count(a->r)) {
		char hex[DIGEST_HEX];
		digest_hex(a->identity, hex);
		rc = audit_record(tx, "system", "bundle.received", hex, NULL);
	}
	return rc;
}

/* ---- files */

static int quarantine_count(struct db_tx *tx, void *arg)
{
	struct arrival *a = arg;
	int rc = streams_count(tx, a->l->c.link, STREAMS_QUARANTINED, 1);
	json_t *detail = json_pack("{s:s,s:s}", "link", a->l->c.link, "reason", err_name(a->note.err));
	if (rc == 0)
		rc = audit_record(tx, "system", "bundle.quarantined", a->l->c.link, detail);
	json_decref(detail);
	return rc;
}

/* No record, no action: the audit record comes before the file is moved. */
static int refuse(struct arrival *a)
{
	log_warn("bundle-refused", "link=%s reason=%s text=\"%s\"", a->l->c.link, err_name(a->note.err),
		a->note.text);
	int rc = db_write(a->l->x->o.db, "", quarantine_count, a);
	return rc == 0 ? spool_quarantine(a->l->spool, SPOOL_IN, a->name, &a->note) : rc;
}

static bool is_young(struct link_state *l, const char *name)
{
	struct stat st;
	if (fstatat(spool_fd(l->spool, SPOOL_IN), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return time_now_ms() - ((int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000) <
	       FOREIGN_MS;
}

static int file_open(struct arrival *a, int fd, int64_t size)
{
	struct link_state *l = a->l;
	struct exchange *x = l->x;
	struct bundle_policy p = {.trust = l->c.in_trust,
		.link = l->c.link,
		.from = l->c.in_from,
		.to = x->o.station,
		.keys = x->o.keys,
		.nkeys = x->o.nkeys,
		.origin_trust = l->c.origin_trust,
		.origin_from = l->c.origin_from,
		.payload_max = PAYLOAD_MAX,
		.tmp_dir = x->o.tmp_dir};
	int rc = bundle_open(fd, size, &p, &a->r, &a->note);
	if (rc == 0 && bundle_ahead(a->r, time_now_ms()) > LIMIT_SKEW)
		log_warn("clock-skew", "link=%s reason=SKEW ahead=%llds", l->c.link,
			(long long)bundle_ahead(a->r, time_now_ms()));
	if (rc == 0)
		rc = bundle_read_payload(a->r, &a->note);
	if (rc < 0)
		return rc;
	a->m = l->c.origin_from ? bundle_origin_manifest(a->r) : bundle_manifest(a->r);
	a->identity = l->c.origin_from ? bundle_origin_identity(a->r) : bundle_identity(a->r);
	if (!a->m)
		return err_set(&a->note, ERR_LINK, "the guard's bundle names no origin");
	a->tick = a->m->kind == MANIFEST_TICK;
	return blobs_store(a);
}

static int after_commit(struct arrival *a)
{
	struct exchange *x = a->l->x;
	int rc = 0;
	if (a->numbered || a->holes)
		exchange_owe_ack(a->l);
	if (strcmp(a->m->ack.peer, x->o.zone) == 0)
		for (size_t i = 0; rc == 0 && i < x->nlinks; i++)
			if (x->links[i].c.out_to && strcmp(x->links[i].c.peer, a->l->c.peer) == 0) {
				rc = sender_after_ack(&x->links[i], &a->m->ack);
				exchange_wake(x->links[i].send_wake);
			}
	return rc;
}

/* Handles one file; a failure that is not the file's leaves it for a later try. */
static int file_take(struct link_state *l, const char *name)
{
	struct arrival a = {.l = l, .name = name};
	int fd = -1;
	int64_t size = 0;
	int rc = spool_read(l->spool, SPOOL_IN, name, &fd, &size);
	if (rc == ERR_NOTFOUND)
		return 0;
	if (rc == ERR_MEMBER)
		err_set(&a.note, ERR_MEMBER, "not a regular file");
	if (rc == 0)
		rc = file_open(&a, fd, size);
	if (rc < 0 && err_fault(rc) == ERR_FAULT_PEER) {
		if (!a.note.err)
			err_set(&a.note, rc, "%s", err_text(rc));
		rc = is_young(l, name) ? 0 : refuse(&a);
		goto out;
	}
	fault_point("exchange.receive.before");
	if (rc == 0)
		rc = db_write(l->x->o.db, "", arrival_apply, &a);
	fault_point("exchange.receive.after");
	if (rc == 0 && a.leave)
		goto out;
	if (rc == 0)
		rc = a.note.err == ERR_FORK || a.note.err == ERR_EPOCH
			     ? refuse(&a)
			     : spool_remove(l->spool, SPOOL_IN, name);
	if (rc == 0 && !a.note.err)
		rc = after_commit(&a);
out:
	if (fd >= 0)
		close(fd);
	bundle_reader_free(a.r);
	free(a.refs);
	return rc;
}

static int scan(struct link_state *l)
{
	struct spool_names names = {0};
	int rc = spool_scan(l->spool, SPOOL_IN, SCAN_MAX, &names), worst = 0;
	for (size_t i = 0; rc == 0 && i < names.n && !l->x->stop; i++) {
		int one = file_take(l, names.v[i]);
		if (one < 0)
			log_error("receiver", "link=%s file=\"%s\" error=%s", l->c.link, names.v[i],
				err_name(one));
		worst = one < 0 ? one : worst;
	}
	spool_names_free(&names);
	return rc < 0 ? rc : worst;
}

void *receiver_run(void *arg)
{
	struct link_state *l = arg;
	struct spool_watch *w = NULL;
	int failures = 0;
	if (spool_watch_new(l->spool, SPOOL_IN, &w) < 0)
		REQUIRE(!"no memory for a watch");
	while (!l->x->stop) {
		failures = scan(l) < 0 ? failures + 1 : 0;
		if (!l->x->stop)
			spool_watch_wait(
				w, l->receive_wake, failures ? 100 << (failures < 6 ? failures : 6) : 500);
	}
	spool_watch_free(w);
	return NULL;
}
