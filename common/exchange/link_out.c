#include "common/exchange/link_out.h"

#include <stdio.h>
#include <string.h>

DB_STMT_CROSS(link_out_insert,
	"INSERT INTO link_out (link, dest, epoch, seq, prev, chain) VALUES (:link, :dest, 1, 0, "
	":none, :none) ON CONFLICT DO NOTHING");
DB_STMT_CROSS(link_out_select, "SELECT epoch, seq, prev, chain, ack_contiguous, queued, queued_bytes, "
			       "kept_bytes, refused, ack_epoch, "
			       "ack_life, ack_seq, ack_created FROM link_out WHERE link = :link");
DB_STMT_CROSS(link_out_now_select, "SELECT epoch, key_floor, key_round, key_ripe, held_epoch, held_seq FROM "
				   "link_out WHERE link = :link");
DB_STMT_CROSS(link_out_queued,
	"UPDATE link_out SET queued = queued + :n, queued_bytes = queued_bytes + :bytes WHERE "
	"link = :link");
DB_STMT_CROSS(link_out_advance, "UPDATE link_out SET seq = :seq, prev = :identity, chain = :chain, "
				"kept_bytes = kept_bytes + :bytes WHERE link "
				"= :link AND epoch = :epoch AND seq = :seq - 1");
DB_STMT_CROSS(bundle_out_insert,
	"INSERT INTO bundle_out (link, epoch, seq, identity, chain, file, kind, messages, digest, bytes, at, "
	"at_ms, deadline_ms) VALUES (:link, :epoch, :seq, :identity, :chain, :file, :kind, :messages, "
	":digest, :bytes, "
	":at, :at_ms, :deadline_ms)");

int link_out_init(struct db_tx *tx, const char *link, const char *dest)
{
	const struct digest none = {{0}};
	struct db_query *q = db_query(tx, &link_out_insert);
	db_bind_text(q, "link", link);
	db_bind_text(q, "dest", dest);
	db_bind_digest(q, "none", &none);
	return db_exec(q);
}

int link_out_load(struct db_tx *tx, const char *link, struct link_out *out)
{
	struct db_query *q = db_query(tx, &link_out_select);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		out->epoch = out->acked.epoch = db_int(q, 0);
		out->seq = out->acked.seq = db_int(q, 1);
		db_digest(q, 2, &out->prev);
		db_digest(q, 3, &out->chain);
		out->ack_contiguous = db_int(q, 4);
		out->queued = db_int(q, 5);
		out->queued_bytes = db_int(q, 6);
		out->kept_bytes = db_int(q, 7);
		out->refused = db_int(q, 8);
		out->acked.ack_epoch = db_int(q, 9);
		out->acked.newest.life = db_int(q, 10);
		out->acked.newest.seq = db_int(q, 11);
		snprintf(out->acked.newest.created, sizeof out->acked.newest.created, "%s", db_text(q, 12));
	}
	db_done(q);
	return db_found(rc);
}

int link_out_now(struct db_tx *tx, const char *link, struct order_now *out)
{
	struct db_query *q = db_query(tx, &link_out_now_select);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1)
		*out = (struct order_now){
			db_int(q, 0), db_int(q, 1), db_int(q, 2), db_int(q, 3), db_int(q, 4), db_int(q, 5)};
	db_done(q);
	return db_found(rc);
}

int link_out_queue(struct db_tx *tx, const char *link, int64_t messages, int64_t bytes)
{
	struct db_query *q = db_query(tx, &link_out_queued);
	db_bind_text(q, "link", link);
	db_bind_int(q, "n", messages);
	db_bind_int(q, "bytes", bytes);
	return db_exec(q);
}

int link_out_number(
	struct db_tx *tx, const char *link, const struct suite *s, const struct link_out_bundle *b)
{
	struct link_out have;
	char at[TIME_TEXT];
	int64_t now = time_now_ms();
	int rc = link_out_load(tx, link, &have);
	if (rc < 0)
		return rc;
	if (have.seq == 0 || !digest_is_zero(&have.chain))
		exchange_chain(s, &have.chain, &b->identity);
	struct db_query *q = db_query(tx, &link_out_advance);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", b->epoch);
	db_bind_int(q, "seq", b->seq);
	db_bind_digest(q, "identity", &b->identity);
	db_bind_digest(q, "chain", &have.chain);
	db_bind_int(q, "bytes", b->bytes);
	rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc < 0)
		return rc;
	time_text(now, at);
	q = db_query(tx, &bundle_out_insert);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", b->epoch);
	db_bind_int(q, "seq", b->seq);
	db_bind_digest(q, "identity", &b->identity);
	db_bind_digest(q, "chain", &have.chain);
	db_bind_text(q, "file", b->file);
	db_bind_text(q, "kind", b->kind);
	db_bind_int(q, "messages", b->messages);
	db_bind_digest(q, "digest", &b->digest);
	db_bind_int(q, "bytes", b->bytes);
	db_bind_text(q, "at", at);
	db_bind_int(q, "at_ms", now);
	db_bind_int(q, "deadline_ms", b->deadline_ms);
	return db_exec(q);
}
