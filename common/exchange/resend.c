#include "common/exchange/resend.h"

#include "common/exchange/epoch_out.h"
#include "common/exchange/kept.h"
#include "common/exchange/link_out.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>

#define BATCH 64

DB_STMT_CROSS(bundle_out_hole,
	"SELECT n, epoch, seq, file, digest, deadline_ms FROM bundle_out WHERE link = :link AND epoch = "
	":epoch AND seq "
	">= :first AND seq <= :last AND state = 'sent' AND resent_ms <= :before ORDER BY seq LIMIT :max");
DB_STMT_CROSS(bundle_out_gone, "SELECT count(*) FROM bundle_out WHERE link = :link AND epoch = :epoch AND "
			       "seq >= :first AND seq <= :last AND "
			       "state = 'safe' AND safe_life < :life");
DB_STMT_CROSS(bundle_out_void_again,
	"UPDATE bundle_out SET state = 'lost', void_epoch = 0, void_seq = 0 WHERE link = :link AND epoch = "
	":epoch AND seq >= :first AND seq <= :last AND void_epoch < :current AND (state = 'void' OR (state = "
	"'safe' AND void_epoch > 0))");
DB_STMT_CROSS(link_out_alarm, "UPDATE link_out SET alarm = :alarm WHERE link = :link AND alarm <> :alarm");
DB_STMT_CROSS(bundle_out_resent, "UPDATE bundle_out SET resent = resent + 1, resent_ms = :now WHERE n = :n");
DB_STMT_CROSS(link_out_resent, "UPDATE link_out SET resent = resent + :n WHERE link = :link");

struct hole {
	struct link_state *l;
	const struct link_ack *ack;
	struct acked_link out;
	int64_t epoch, first, last, now;
	struct {
		int64_t n, epoch, seq;
		char file[128];
		struct digest digest;
		bool has_digest, expired, lost;
	} v[BATCH];
	size_t count;
};

static void bind_hole(struct db_query *q, const struct hole *h)
{
	db_bind_text(q, "link", h->l->c.link);
	db_bind_int(q, "epoch", h->epoch);
	db_bind_int(q, "first", h->first);
	db_bind_int(q, "last", h->last);
}

static int hole_read(struct db_tx *tx, void *arg)
{
	struct hole *h = arg;
	struct db_query *q = db_query(tx, &bundle_out_hole);
	int rc;
	bind_hole(q, h);
	db_bind_int(q, "before", h->now - h->l->c.resend_ms);
	db_bind_int(q, "max", BATCH);
	for (h->count = 0; h->count < BATCH && (rc = db_step(q)) == 1; h->count++) {
		h->v[h->count].n = db_int(q, 0);
		h->v[h->count].epoch = db_int(q, 1);
		h->v[h->count].seq = db_int(q, 2);
		snprintf(h->v[h->count].file, sizeof h->v[0].file, "%s", db_text(q, 3));
		h->v[h->count].has_digest = !db_null(q, 4);
		if (h->v[h->count].has_digest)
			db_digest(q, 4, &h->v[h->count].digest);
		h->v[h->count].expired = db_int(q, 5) != 0 && db_int(q, 5) < h->now;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
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
	rc = spool_quarantine(l->spool, SPOOL_OUT, file, NULL, &why);
	return rc < 0 && rc != ERR_NOTFOUND ? rc : spool_link(l->spool, SPOOL_SENT, SPOOL_OUT, file);
}

static int hole_files(struct hole *h)
{
	struct link_state *l = h->l;
	for (size_t i = 0; i < h->count; i++) {
		int whole = !h->v[i].has_digest
				    ? 1
				    : kept_whole(l->spool, SPOOL_SENT, h->v[i].file, &h->v[i].digest);
		if (whole < 0)
			return whole;
		h->v[i].lost = acked_hole(ACKED_SENT, whole == 1, h->v[i].expired, false, 0, 0) == ACKED_LOSE;
		if (!h->v[i].lost) {
			int rc = send_again(l, h->v[i].file);
			h->v[i].lost = rc == ERR_NOTFOUND;
			if (rc < 0 && rc != ERR_NOTFOUND)
				return rc;
		}
		if (h->v[i].lost && !h->v[i].expired)
			log_error("bundle-damaged",
				"link=%s file=\"%s\": the kept copy is not whole, it goes again "
				"under a new number",
				l->c.link, h->v[i].file);
	}
	return spool_sync(l->spool, SPOOL_OUT);
}

static int hole_mark(struct db_tx *tx, void *arg)
{
	struct hole *h = arg;
	int64_t again = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < h->count; i++) {
		if (h->v[i].lost) {
			rc = epoch_out_lose(h->l->x, tx, h->l->c.link, h->v[i].epoch, h->v[i].seq);
			continue;
		}
		struct db_query *q = db_query(tx, &bundle_out_resent);
		db_bind_int(q, "n", h->v[i].n);
		db_bind_int(q, "now", h->now);
		rc = db_exec(q);
		again++;
	}
	if (rc < 0 || again == 0)
		return rc;
	struct db_query *q = db_query(tx, &link_out_resent);
	db_bind_text(q, "link", h->l->c.link);
	db_bind_int(q, "n", again);
	return db_exec(q);
}

static int hole_fill(struct hole *h)
{
	int rc = 0;
	do {
		h->now = time_now_ms();
		rc = db_read(h->l->x->o.db, "", hole_read, h);
		if (rc == 0 && h->count)
			rc = hole_files(h);
		if (rc == 0 && h->count)
			rc = db_write(h->l->x->o.db, "", hole_mark, h);
		if (rc == 0 && h->count)
			log_info("bundles-resent", "link=%s epoch=%lld from=%lld count=%zu", h->l->c.link,
				(long long)h->epoch, (long long)h->v[0].seq, h->count);
	} while (rc == 0 && h->count == BATCH && !atomic_load(&h->l->x->stop));
	return rc;
}

/* Closed by a void of an earlier epoch, which a statement in between may have taken back: it is said again.
 */
static int voids_again(struct db_tx *tx, struct hole *h)
{
	if (!acked_void_again(&h->out, h->ack->verdict, h->out.epoch - 1))
		return 0;
	struct db_query *q = db_query(tx, &bundle_out_void_again);
	bind_hole(q, h);
	db_bind_int(q, "current", h->out.epoch);
	return db_exec(q);
}

/* Let go because the peer had it in a backup, which it then lost. */
static int gone_look(struct db_tx *tx, struct hole *h)
{
	int64_t gone = 0;
	struct db_query *q = db_query(tx, &bundle_out_gone);
	bind_hole(q, h);
	db_bind_int(q, "life", h->ack->life);
	int rc = db_one_int(q, &gone);
	if (rc < 0 || gone == 0)
		return rc;
	q = db_query(tx, &link_out_alarm);
	db_bind_text(q, "link", h->l->c.link);
	db_bind_text(q, "alarm", "rebuild");
	rc = db_exec(q);
	if (rc == 0 && db_changes(tx) == 1) {
		log_error("peer-lost",
			"link=%s epoch=%lld: the peer lost what it had in its backup; an officer "
			"has to order a rebuild",
			h->l->c.link, (long long)h->epoch);
		rc = audit_record(tx, "system", "link.peer-lost", h->l->c.link, NULL);
	}
	return rc;
}

static int hole_look(struct db_tx *tx, void *arg)
{
	struct hole *h = arg;
	int rc = voids_again(tx, h);
	return rc == 0 ? gone_look(tx, h) : rc;
}

struct where {
	const char *link;
	struct link_out out;
};

static int where_read(struct db_tx *tx, void *arg)
{
	struct where *w = arg;
	return link_out_load(tx, w->link, &w->out);
}

int resend_holes(struct link_state *l, const struct link_ack *a)
{
	struct manifest_range *holes = calloc(MANIFEST_RANGES_MAX + 1, sizeof *holes);
	struct hole *h = calloc(1, sizeof *h);
	struct where w = {.link = l->c.link};
	int rc = holes && h ? db_read(l->x->o.db, "", where_read, &w) : ERR_NOMEM;
	if (rc == 0) {
		size_t n = sequence_ack_holes(&a->a, holes);
		h->l = l;
		h->ack = a;
		h->out = w.out.acked;
		h->epoch = a->a.epoch;
		for (size_t i = 0; rc == 0 && i < n; i++) {
			h->first = holes[i].first;
			h->last = holes[i].last;
			rc = hole_fill(h);
			if (rc == 0 && a->verdict == ACKED_NEWS)
				rc = db_write(l->x->o.db, "", hole_look, h);
		}
		if (rc == 0 && acked_statement_due(&w.out.acked)) {
			h->epoch = w.out.epoch;
			h->first = h->last = 1;
			rc = hole_fill(h);
		}
	}
	free(holes);
	free(h);
	return rc;
}
