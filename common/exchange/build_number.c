#include "common/exchange/build_number.h"

#include "common/exchange/witness.h"

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

int build_number(struct db_tx *tx, void *arg)
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
