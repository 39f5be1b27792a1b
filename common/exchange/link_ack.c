#include "common/exchange/link_ack.h"

#include "common/exchange/epoch_out.h"
#include "common/exchange/link_out.h"
#include "common/log/log.h"
#include <stdio.h>
#include <string.h>

DB_STMT_CROSS(link_out_ack,
	"UPDATE link_out SET ack_epoch = :ack_epoch, ack_life = :ack_life, ack_seq = :ack_seq, "
	"ack_created = :ack_created WHERE link = :link");
DB_STMT_CROSS(link_out_contiguous,
	"UPDATE link_out SET ack_contiguous = :contiguous, ack_safe = CASE WHEN ack_safe < :safe THEN "
	":safe ELSE ack_safe END WHERE link = :link AND epoch = :epoch AND ack_contiguous <= :contiguous");
DB_STMT_CROSS(link_out_refuses, "UPDATE link_out SET refused = refused + 1 WHERE link = :link");
DB_STMT_CROSS(bundle_out_chain,
	"SELECT chain, identity, state FROM bundle_out WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(bundle_out_drop,
	"INSERT INTO file_drop (link, file, bytes) SELECT link, file, bytes FROM bundle_out WHERE link = "
	":link AND "
	"epoch = :epoch AND seq <= :safe AND state IN ('sent', 'void') ON CONFLICT DO NOTHING");
DB_STMT_CROSS(bundle_out_safe, "UPDATE bundle_out SET state = 'safe', safe_life = :life, safe_ms = :now "
			       "WHERE link = :link AND epoch = "
			       ":epoch AND seq <= :safe AND state IN ('sent', 'void')");
/* By the few that have a deadline, not by all numbers that arrived: +, so that no index takes that up. */
DB_STMT_CROSS(bundle_out_arrived,
	"UPDATE bundle_out SET deadline_ms = 1 WHERE link = :link AND +epoch = :epoch AND "
	"deadline_ms > 0 AND deadline_ms <> 1 AND +seq <= :contiguous");
DB_STMT_CROSS(bundle_out_voided_in, "SELECT void_seq FROM bundle_out WHERE link = :link AND epoch = :epoch "
				    "AND seq >= :first AND seq <= :last "
				    "AND state = 'void' AND void_epoch = :epoch ORDER BY seq");

struct ours {
	bool found, sent;
	struct digest chain, identity;
};

static int ours_find(struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, struct ours *out)
{
	struct db_query *q = db_query(tx, &bundle_out_chain);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	int rc = db_step(q);
	out->found = rc == 1;
	if (rc == 1) {
		db_digest(q, 0, &out->chain);
		db_digest(q, 1, &out->identity);
		out->sent = strcmp(db_text(q, 2), "sent") == 0;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* It has the number of a void of ours and still misses what that closes. */
static int void_parted(struct db_tx *tx, const char *link, const struct manifest_ack *a)
{
	struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
	size_t n = sequence_ack_holes(a, holes);
	int rc = 0;
	bool parted = false;
	for (size_t i = 0; rc >= 0 && !parted && i < n; i++) {
		struct db_query *q = db_query(tx, &bundle_out_voided_in);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", a->epoch);
		db_bind_int(q, "first", holes[i].first);
		db_bind_int(q, "last", holes[i].last);
		while (!parted && (rc = db_step(q)) == 1)
			parted = acked_void_parted(a, a->epoch, db_int(q, 0));
		db_done(q);
	}
	return rc < 0 ? rc : parted;
}

/* 1: the peer has other contents than this life sent, as far as this life knows what it has. *same: all that
 * it has without a hole is known here and the same. */
static int parted(struct db_tx *tx, const char *link, const struct manifest_ack *a, bool lets_go, bool *same)
{
	struct ours o;
	int rc = 0;
	*same = a->contiguous == 0;
	if (a->contiguous > 0 && !digest_is_zero(&a->head)) {
		rc = ours_find(tx, link, a->epoch, a->contiguous, &o);
		if (rc == 0 && o.found && !digest_is_zero(&o.chain) && !digest_eq(&o.chain, &a->head))
			return 1;
		*same = rc == 0 && o.found;
	}
	for (size_t i = 0; rc == 0 && i < a->nrefused; i++) {
		bool fork = strcmp(a->refused[i].reason, "FORK") == 0,
		     closed = strcmp(a->refused[i].reason, "VOID") == 0;
		if (!fork && !(closed && lets_go))
			continue;
		rc = ours_find(tx, link, a->epoch, a->refused[i].seq, &o);
		/* A bundle of ours beside another one of the same number; a number closed by a void that we
		 * never sent. */
		if (rc == 0 && fork && o.found && digest_eq(&o.identity, &a->refused[i].identity))
			return 1;
		if (rc == 0 && closed && o.found && o.sent)
			return 1;
		if (rc == 0 && fork && !o.found)
			log_error("foreign-bundle",
				"link=%s number=%lld/%lld: the peer holds a bundle in our name that we never "
				"sent",
				link, (long long)a->epoch, (long long)a->refused[i].seq);
	}
	return rc < 0 ? rc : void_parted(tx, link, a);
}

static int refused_take(struct exchange *x, struct db_tx *tx, const char *link, const struct manifest_ack *a)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < a->nrefused; i++) {
		struct ours o;
		const char *reason = a->refused[i].reason;
		if (strcmp(reason, "FORK") == 0 || strcmp(reason, "VOID") == 0)
			continue;
		rc = ours_find(tx, link, a->epoch, a->refused[i].seq, &o);
		if (rc < 0 || !o.found || !o.sent || !digest_eq(&o.identity, &a->refused[i].identity))
			continue;
		log_warn("bundle-refused-there", "link=%s number=%lld/%lld reason=%s", link,
			(long long)a->epoch, (long long)a->refused[i].seq, reason);
		rc = epoch_out_lose(x, tx, link, a->epoch, a->refused[i].seq);
		if (rc == 0) {
			struct db_query *q = db_query(tx, &link_out_refuses);
			db_bind_text(q, "link", link);
			rc = db_exec(q);
		}
	}
	return rc;
}

static int let_go(struct db_tx *tx, const char *link, const struct manifest_ack *a, int64_t life)
{
	struct db_query *q = db_query(tx, &bundle_out_drop);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "safe", a->safe);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &bundle_out_safe);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "safe", a->safe);
	db_bind_int(q, "life", life);
	db_bind_int(q, "now", time_now_ms());
	return db_exec(q);
}

/* What was asked or answered is never sent again once it is there: it leaves at once. */
static int transient_note(struct db_tx *tx, const char *link, const struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &bundle_out_arrived);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "contiguous", a->contiguous);
	return db_exec(q);
}

static int contiguous_note(struct db_tx *tx, const char *link, const struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &link_out_contiguous);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "contiguous", a->contiguous);
	db_bind_int(q, "safe", a->safe);
	return db_exec(q);
}

static int ack_take(struct exchange *x, struct db_tx *tx, const char *link, const struct manifest *m,
	enum acked_verdict *verdict)
{
	const struct manifest_ack *a = &m->ack;
	struct acked_at at = {.life = m->epoch, .seq = m->seq};
	struct link_out have;
	snprintf(at.created, sizeof at.created, "%s", m->created);
	int rc = link_out_load(tx, link, &have);
	if (rc < 0)
		return rc;
	*verdict = acked_judge(&have.acked, a, &at);
	if (*verdict == ACKED_FALSE)
		log_error("ack-false", "link=%s epoch=%lld ours=%lld: no life of ours can have reached it",
			link, (long long)a->epoch, (long long)have.epoch);
	if (*verdict == ACKED_OLD || *verdict == ACKED_FALSE)
		return 0;
	acked_note(&have.acked, a, &at);
	struct db_query *q = db_query(tx, &link_out_ack);
	db_bind_text(q, "link", link);
	db_bind_int(q, "ack_epoch", have.acked.ack_epoch);
	db_bind_int(q, "ack_life", have.acked.newest.life);
	db_bind_int(q, "ack_seq", have.acked.newest.seq);
	db_bind_text(q, "ack_created", have.acked.newest.created);
	rc = db_exec(q);
	bool lets_go = acked_lets_go(&have.acked, *verdict);
	bool same = false;
	int part = rc == 0 && *verdict != ACKED_DIVERGED ? parted(tx, link, a, lets_go, &same) : 0;
	if (rc < 0 || part < 0)
		return rc < 0 ? rc : part;
	if (*verdict == ACKED_DIVERGED || part == 1) {
		log_error("lives-parted",
			"link=%s epoch=%lld: the peer has contents that this database never sent; a new "
			"epoch begins",
			link, (long long)a->epoch);
		return epoch_out_diverge(x, tx, link, acked_next_epoch(&have.acked, a), a->epoch);
	}
	rc = refused_take(x, tx, link, a);
	/* A chain that the peer cannot tell of was begun before there were chains. */
	same |= digest_is_zero(&a->head) && a->epoch == have.epoch;
	if (rc == 0 && lets_go && same && a->safe > 0)
		rc = let_go(tx, link, a, at.life);
	if (rc == 0)
		rc = transient_note(tx, link, a);
	if (rc == 0 && !digest_is_zero(&a->head))
		rc = contiguous_note(tx, link, a);
	return rc < 0 ? rc : 1;
}

int link_ack_take(struct exchange *x, struct db_tx *tx, const char *peer, const struct manifest *m,
	enum acked_verdict *verdict)
{
	int taken = 0;
	if (strcmp(m->ack.peer, x->o.zone) != 0)
		return 0;
	/* The peer's manifest came by one link; our bundles to it may go by another (diode out, disc in). */
	for (size_t i = 0; i < x->nlinks; i++) {
		const struct exchange_link *l = &x->links[i].c;
		if (!l->out_to || strcmp(l->peer, peer) != 0)
			continue;
		int rc = ack_take(x, tx, l->link, m, verdict);
		if (rc < 0)
			return rc;
		taken |= rc;
	}
	return taken;
}
