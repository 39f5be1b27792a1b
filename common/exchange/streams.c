#include "common/exchange/exchange_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <string.h>

DB_STMT_CROSS(link_out_insert, "INSERT INTO link_out (link, dest, epoch, seq, prev) VALUES (:link, :dest, 1, "
			       "0, :prev) ON CONFLICT DO NOTHING");
DB_STMT_CROSS(stream_in_insert, "INSERT INTO stream_in (link, epoch, contiguous, known, ranges) VALUES "
				"(:link, 1, 0, 0, '[]') ON CONFLICT DO NOTHING");
DB_STMT_CROSS(link_out_select,
	"SELECT epoch, seq, prev, ack_contiguous, ack_safe, checkpoint FROM link_out WHERE link = :link");
DB_STMT_CROSS(stream_in_select, "SELECT epoch, contiguous, known, ranges, held, settled, safe, safe_next, "
				"newest_tick FROM stream_in WHERE link = :link");
DB_STMT_CROSS(stream_in_update, "UPDATE stream_in SET epoch = :epoch, contiguous = :contiguous, known = "
				":known, ranges = :ranges, held = :held,"
				" settled = :settled, safe = :safe, safe_next = :safe_next, newest_tick = "
				":newest_tick WHERE link = :link");
DB_STMT_CROSS(stream_in_duplicated, "UPDATE stream_in SET duplicated = duplicated + :n WHERE link = :link");
DB_STMT_CROSS(
	stream_in_quarantined, "UPDATE stream_in SET quarantined = quarantined + :n WHERE link = :link");
DB_STMT_CROSS(
	stream_in_missing, "UPDATE stream_in SET missing_leaves = missing_leaves + :n WHERE link = :link");
DB_STMT_CROSS(bundle_in_select, "SELECT identity FROM bundle_in WHERE link = :link AND epoch = :epoch AND "
				"seq = :seq AND state = 'received'");
DB_STMT_CROSS(bundle_in_insert,
	"INSERT INTO bundle_in (link, epoch, seq, identity, kind, messages, at, "
	"state, reason) VALUES (:link, :epoch, :seq, :identity, :kind,"
	" :messages, :at, :state, :reason) ON CONFLICT (link, epoch, seq) DO UPDATE "
	"SET identity = :identity, kind = :kind, messages = :messages,"
	" at = :at, state = :state, reason = :reason WHERE bundle_in.state <> 'received'");
DB_STMT_CROSS(bundle_in_refused, "SELECT seq, identity, reason FROM bundle_in WHERE link = :link AND epoch = "
				 ":epoch AND state = 'refused' ORDER BY seq LIMIT 32");
DB_STMT_CROSS(link_out_acked, "UPDATE link_out SET ack_contiguous = CASE WHEN ack_contiguous < "
			      ":contiguous THEN :contiguous ELSE ack_contiguous END,"
			      " ack_safe = CASE WHEN ack_safe < :safe THEN :safe ELSE ack_safe END"
			      " WHERE link = :link AND epoch = :epoch");
DB_STMT_CROSS(bundle_out_refused, "UPDATE bundle_out SET state = 'lost' WHERE link = :link AND epoch = "
				  ":epoch AND seq = :seq AND identity = :identity"
				  " AND state = 'sent' AND kind = 'messages'");
DB_STMT_CROSS(link_out_epoch, "UPDATE link_out SET epoch = epoch + 1, seq = 0, ack_contiguous = 0, ack_safe "
			      "= 0 WHERE link = :link");

int streams_init(struct exchange *x, struct db_tx *tx)
{
	const struct digest none = {{0}};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < x->nlinks; i++) {
		const struct exchange_link *l = &x->links[i].c;
		if (l->out_to) {
			struct db_query *q = db_query(tx, &link_out_insert);
			db_bind_text(q, "link", l->link);
			db_bind_text(q, "dest", l->peer);
			db_bind_digest(q, "prev", &none);
			rc = db_exec(q);
		}
		if (rc == 0 && l->in_from) {
			struct db_query *q = db_query(tx, &stream_in_insert);
			db_bind_text(q, "link", l->link);
			rc = db_exec(q);
		}
	}
	return rc;
}

static void digest_get(struct db_query *q, int col, struct digest *d)
{
	struct view v = db_blob(q, col);
	REQUIRE(v.n == sizeof d->b);
	memcpy(d->b, v.p, v.n);
}

int streams_out(struct db_tx *tx, const char *link, struct link_out *out)
{
	struct db_query *q = db_query(tx, &link_out_select);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1) {
		out->epoch = db_int(q, 0);
		out->seq = db_int(q, 1);
		digest_get(q, 2, &out->prev);
		out->ack_contiguous = db_int(q, 3);
		out->ack_safe = db_int(q, 4);
		out->checkpoint = db_int(q, 5);
	}
	db_done(q);
	return rc == 1 ? 0 : rc == 0 ? ERR_NOTFOUND : rc;
}

static int ranges_parse(const char *text, struct sequence *s)
{
	json_t *list = NULL, *r;
	size_t i;
	int rc = json_parse(view_str(text), 65536, &list, NULL);
	if (rc < 0 || json_array_size(list) > MANIFEST_RANGES_MAX) {
		json_decref(list);
		return rc < 0 ? rc : ERR_LIMIT;
	}
	json_array_foreach(list, i, r)
	{
		s->ranges[i].first = json_integer_value(json_array_get(r, 0));
		s->ranges[i].last = json_integer_value(json_array_get(r, 1));
	}
	s->nranges = json_array_size(list);
	json_decref(list);
	return 0;
}

int streams_in(struct db_tx *tx, const char *link, struct stream_in *out)
{
	struct db_query *q = db_query(tx, &stream_in_select);
	memset(out, 0, sizeof *out);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1) {
		out->s.epoch = db_int(q, 0);
		out->s.contiguous = db_int(q, 1);
		out->s.known = db_int(q, 2);
		rc = ranges_parse(db_text(q, 3), &out->s);
		snprintf(out->held, sizeof out->held, "%s", db_text(q, 4));
		out->s.held = out->held[0] != '\0';
		out->settled = db_int(q, 5);
		out->safe = db_int(q, 6);
		out->safe_next = db_int(q, 7);
		snprintf(out->newest_tick, sizeof out->newest_tick, "%s", db_text(q, 8));
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int streams_save(struct db_tx *tx, const char *link, const struct stream_in *s)
{
	struct buf ranges;
	buf_init(&ranges, 65536);
	int rc = buf_add_str(&ranges, "[");
	for (size_t i = 0; rc == 0 && i < s->s.nranges; i++)
		rc = buf_addf(&ranges, "%s[%lld,%lld]", i ? "," : "", (long long)s->s.ranges[i].first,
			(long long)s->s.ranges[i].last);
	if (rc == 0)
		rc = buf_add_str(&ranges, "]");
	if (rc == 0) {
		struct db_query *q = db_query(tx, &stream_in_update);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", s->s.epoch);
		db_bind_int(q, "contiguous", s->s.contiguous);
		db_bind_int(q, "known", s->s.known);
		db_bind_textn(q, "ranges", buf_view(&ranges));
		db_bind_text(q, "held", s->held);
		db_bind_int(q, "settled", s->settled);
		db_bind_int(q, "safe", s->safe);
		db_bind_int(q, "safe_next", s->safe_next);
		db_bind_text(q, "newest_tick", s->newest_tick);
		rc = db_exec(q);
	}
	buf_fini(&ranges);
	return rc;
}

int streams_count(struct db_tx *tx, const char *link, enum streams_count what, int64_t n)
{
	static const struct db_stmt *const stmts[] = {
		&stream_in_duplicated, &stream_in_quarantined, &stream_in_missing};
	struct db_query *q = db_query(tx, stmts[what]);
	db_bind_text(q, "link", link);
	db_bind_int(q, "n", n);
	return db_exec(q);
}

int streams_seen(struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, struct digest *out)
{
	struct db_query *q = db_query(tx, &bundle_in_select);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	int rc = db_step(q);
	if (rc == 1)
		digest_get(q, 0, out);
	db_done(q);
	return rc;
}

int streams_record(struct db_tx *tx, const char *link, const struct manifest *m,
	const struct digest *identity, int64_t messages, const char *state, const char *reason)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &bundle_in_insert);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", m->epoch);
	db_bind_int(q, "seq", m->seq);
	db_bind_digest(q, "identity", identity);
	db_bind_text(q, "kind", manifest_kind_name(m->kind));
	db_bind_int(q, "messages", messages);
	db_bind_text(q, "at", at);
	db_bind_text(q, "state", state);
	db_bind_text(q, "reason", reason);
	return db_exec(q);
}

static int refused_add(struct db_tx *tx, const char *link, struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &bundle_in_refused);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	int rc;
	while ((rc = db_step(q)) == 1) {
		a->refused[a->nrefused].seq = db_int(q, 0);
		digest_get(q, 1, &a->refused[a->nrefused].identity);
		snprintf(a->refused[a->nrefused].reason, sizeof a->refused[0].reason, "%s", db_text(q, 2));
		a->nrefused++;
	}
	db_done(q);
	return rc;
}

int streams_ack(struct exchange *x, struct db_tx *tx, const char *dest, struct manifest_ack *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < x->nlinks; i++) {
		struct stream_in s;
		if (!x->links[i].c.in_from || strcmp(x->links[i].c.peer, dest) != 0)
			continue;
		int rc = streams_in(tx, x->links[i].c.link, &s);
		if (rc < 0)
			return rc;
		sequence_ack(&s.s, dest, s.safe, out);
		return refused_add(tx, x->links[i].c.link, out);
	}
	return 0;
}

int streams_acked(struct exchange *x, struct db_tx *tx, const char *peer, const struct manifest *m)
{
	const struct manifest_ack *a = &m->ack;
	struct link_out have;
	if (strcmp(a->peer, x->o.zone) != 0)
		return 0;
	/* The peer's manifest came by one link; our bundles to it may go by another (diode out, disc in):
	 * what goes to other zones has numbers of its own. */
	for (size_t i = 0; i < x->nlinks; i++) {
		const struct exchange_link *l = &x->links[i].c;
		if (!l->out_to || strcmp(l->peer, peer) != 0)
			continue;
		int rc = streams_out(tx, l->link, &have);
		/* It cannot have what was never sent: such an ack is of another life of ours, or forged by a
		 * key holder. */
		if (rc == 0 &&
			(a->epoch > have.epoch || (a->epoch == have.epoch && a->contiguous > have.seq))) {
			log_warn("ack-beyond", "link=%s epoch=%lld contiguous=%lld sent=%lld", l->link,
				(long long)a->epoch, (long long)a->contiguous, (long long)have.seq);
			continue;
		}
		struct db_query *q = db_query(tx, &link_out_acked);
		db_bind_text(q, "link", l->link);
		db_bind_int(q, "epoch", a->epoch);
		db_bind_int(q, "contiguous", a->contiguous);
		db_bind_int(q, "safe", a->safe);
		rc = rc < 0 ? (db_done(q), rc) : db_exec(q);
		for (size_t k = 0; rc == 0 && k < a->nrefused; k++) {
			q = db_query(tx, &bundle_out_refused);
			db_bind_text(q, "link", l->link);
			db_bind_int(q, "epoch", a->epoch);
			db_bind_int(q, "seq", a->refused[k].seq);
			db_bind_digest(q, "identity", &a->refused[k].identity);
			rc = db_exec(q);
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

int streams_new_epoch(struct exchange *x, struct db_tx *tx, const char *link)
{
	(void)x;
	struct db_query *q = db_query(tx, &link_out_epoch);
	db_bind_text(q, "link", link);
	return db_exec(q);
}
