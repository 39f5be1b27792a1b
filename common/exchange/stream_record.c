#include "common/exchange/stream_record.h"

#include <stdio.h>
#include <string.h>

#define REFUSED_MAX (sizeof((struct manifest_ack *)0)->refused / sizeof((struct manifest_ack *)0)->refused[0])
#define FORKS_TOLD 8
#define PRUNE_AT_ONCE 4
#define UNDO_AT_ONCE 64

DB_STMT_CROSS(bundle_in_beside,
	"SELECT seq, identity, prev, state FROM bundle_in WHERE link = :link AND epoch = :epoch "
	"AND seq >= :seq - 1 AND seq <= :seq + 1");
DB_STMT_CROSS(bundle_in_find,
	"SELECT identity FROM bundle_in WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(bundle_in_insert,
	"INSERT INTO bundle_in (link, epoch, seq, identity, prev, kind, messages, at, state, reason) VALUES "
	"(:link, :epoch, :seq, :identity, :prev, :kind, :messages, :at, :state, :reason)"
	" ON CONFLICT (link, epoch, seq) DO UPDATE SET identity = :identity, prev = :prev, kind = :kind, "
	"messages = "
	":messages, at = :at, state = :state, reason = :reason WHERE bundle_in.state <> 'received'");
/* The first and the last of the bundles whose voids close the number. */
DB_STMT_CROSS(bundle_in_void,
	"INSERT INTO bundle_in (link, epoch, seq, identity, kind, messages, at, state, void_epoch, void_seq, "
	"again_epoch, again_seq) VALUES (:link, :epoch, :seq, :identity, 'void', 0, :at, 'void', :by_epoch, "
	":by_seq, "
	":by_epoch, :by_seq) ON CONFLICT (link, epoch, seq) DO UPDATE SET state = 'void', void_epoch = CASE "
	"WHEN "
	"bundle_in.state = 'void' AND (bundle_in.void_epoch < :by_epoch OR (bundle_in.void_epoch = :by_epoch "
	"AND "
	"bundle_in.void_seq < :by_seq)) THEN bundle_in.void_epoch ELSE :by_epoch END, void_seq = CASE WHEN "
	"bundle_in.state = 'void' AND (bundle_in.void_epoch < :by_epoch OR (bundle_in.void_epoch = :by_epoch "
	"AND "
	"bundle_in.void_seq < :by_seq)) THEN bundle_in.void_seq ELSE :by_seq END, again_epoch = CASE WHEN "
	"bundle_in.again_epoch > :by_epoch OR (bundle_in.again_epoch = :by_epoch AND bundle_in.again_seq > "
	":by_seq) "
	"THEN bundle_in.again_epoch ELSE :by_epoch END, again_seq = CASE WHEN bundle_in.again_epoch > "
	":by_epoch OR "
	"(bundle_in.again_epoch = :by_epoch AND bundle_in.again_seq > :by_seq) THEN bundle_in.again_seq ELSE "
	":by_seq "
	"END WHERE bundle_in.state <> 'received'");
DB_STMT_CROSS(fork_in_insert,
	"INSERT INTO fork_in (link, epoch, seq, identity, at) VALUES (:link, :epoch, :seq, "
	":identity, :at) ON CONFLICT DO NOTHING");
/* :epoch and :seq are those of the statement's last number, :until its own epoch. */
DB_STMT_CROSS(bundle_in_void_behind,
	"SELECT epoch, seq, again_epoch, again_seq FROM bundle_in WHERE link = :link AND state = 'void' AND "
	"void_epoch < :until AND (void_epoch > :epoch OR (void_epoch = :epoch AND void_seq > :seq)) AND "
	"(epoch < :epoch OR (epoch = :epoch AND seq <= :seq)) ORDER BY epoch, seq LIMIT :max");
DB_STMT_CROSS(bundle_in_void_moves,
	"UPDATE bundle_in SET void_epoch = again_epoch, void_seq = again_seq WHERE link = "
	":link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(bundle_in_delete, "DELETE FROM bundle_in WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(beyond_in_insert, "INSERT INTO beyond_in (link, until_epoch, epoch, seq, identity, messages, "
				"at) SELECT b.link, :until, "
				"b.epoch, b.seq, b.identity, b.messages, b.at FROM bundle_in b WHERE b.link "
				"= :link AND b.state = 'received' "
				"AND b.epoch < :until AND (b.epoch > :epoch OR (b.epoch = :epoch AND b.seq > "
				":seq)) AND NOT EXISTS (SELECT 1 "
				"FROM beyond_in s WHERE s.link = b.link AND s.epoch = b.epoch AND s.seq = "
				"b.seq AND s.settled_by <> '') "
				"ON CONFLICT DO NOTHING");
DB_STMT_CROSS(fork_in_told,
	"SELECT seq, identity FROM fork_in WHERE link = :link AND epoch = :epoch ORDER BY at "
	"DESC, seq LIMIT :max");
DB_STMT_CROSS(bundle_in_refused, "SELECT seq, identity, reason FROM bundle_in WHERE link = :link AND epoch = "
				 ":epoch AND state = 'refused' ORDER BY seq LIMIT :max");
DB_STMT_CROSS(bundle_in_voids,
	"SELECT seq, identity, void_epoch, void_seq FROM bundle_in WHERE link = :link AND epoch "
	"= :epoch AND state = 'void' AND (void_epoch <> :epoch OR void_seq > :contiguous) "
	"ORDER BY seq");
DB_STMT_CROSS(bundle_in_prune,
	"DELETE FROM bundle_in WHERE at < :before AND n IN (SELECT n FROM bundle_in ORDER BY n "
	"LIMIT :max)");

int stream_record_find(struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, struct digest *out)
{
	struct db_query *q = db_query(tx, &bundle_in_find);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	int rc = db_step(q);
	if (rc == 1)
		db_digest(q, 0, out);
	db_done(q);
	return rc;
}

int stream_records(struct db_tx *tx, const char *link, const struct manifest *m, struct stream_records *out)
{
	struct db_query *q = db_query(tx, &bundle_in_beside);
	int rc;
	memset(out, 0, sizeof *out);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", m->epoch);
	db_bind_int(q, "seq", m->seq);
	while ((rc = db_step(q)) == 1) {
		int64_t seq = db_int(q, 0);
		if (seq == m->seq - 1) {
			db_digest(q, 1, &out->before);
			out->has_before = true;
		} else if (seq == m->seq) {
			db_digest(q, 1, &out->seen);
			out->has_seen = true;
			out->seen_refused = strcmp(db_text(q, 3), "refused") == 0;
		} else if (!db_null(q, 2)) {
			db_digest(q, 2, &out->named);
			out->has_named = true;
		}
	}
	db_done(q);
	if (rc < 0 || m->kind != MANIFEST_EPOCH || m->statement.last_seq == 0)
		return rc;
	rc = stream_record_find(tx, link, m->statement.previous_epoch, m->statement.last_seq, &out->stated);
	out->has_stated = rc == 1;
	return rc < 0 ? rc : 0;
}

int stream_record(struct db_tx *tx, const char *link, const struct manifest *m, const struct digest *identity,
	int64_t messages, const char *state, const char *reason)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &bundle_in_insert);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", m->epoch);
	db_bind_int(q, "seq", m->seq);
	db_bind_digest(q, "identity", identity);
	db_bind_digest(q, "prev", &m->prev);
	db_bind_text(q, "kind", manifest_kind_name(m->kind));
	db_bind_int(q, "messages", messages);
	db_bind_text(q, "at", at);
	db_bind_text(q, "state", state);
	db_bind_text(q, "reason", reason);
	return db_exec(q);
}

int stream_record_void(
	struct db_tx *tx, const char *link, const struct manifest_void *v, const struct manifest *by)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &bundle_in_void);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", v->epoch);
	db_bind_int(q, "seq", v->seq);
	db_bind_digest(q, "identity", &v->identity);
	db_bind_text(q, "at", at);
	db_bind_int(q, "by_epoch", by->epoch);
	db_bind_int(q, "by_seq", by->seq);
	return db_exec(q);
}

int stream_record_fork(
	struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, const struct digest *identity)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &fork_in_insert);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	db_bind_digest(q, "identity", identity);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

/* ---- statements */

static void bind_statement(struct db_query *q, const char *link, const struct manifest *m)
{
	db_bind_text(q, "link", link);
	db_bind_int(q, "until", m->epoch);
	db_bind_int(q, "epoch", m->statement.last_seq > 0 ? m->statement.previous_epoch : 0);
	db_bind_int(q, "seq", m->statement.last_seq);
}

static int void_undo(struct db_tx *tx, const char *link, struct stream *s, int64_t epoch, int64_t seq,
	bool moves, int64_t now)
{
	int rc = 0;
	if (moves)
		stream_unsafe(s, epoch, seq);
	else
		rc = stream_reopen(s, epoch, seq, now);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, moves ? &bundle_in_void_moves : &bundle_in_delete);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	return db_exec(q);
}

int stream_record_undo_voids(
	struct db_tx *tx, const char *link, struct stream *s, const struct manifest *statement, int64_t now)
{
	int64_t v[UNDO_AT_ONCE][3];
	size_t n = UNDO_AT_ONCE;
	int rc = 0;
	while (rc == 0 && n == UNDO_AT_ONCE) {
		struct db_query *q = db_query(tx, &bundle_in_void_behind);
		bind_statement(q, link, statement);
		db_bind_int(q, "max", UNDO_AT_ONCE);
		for (n = 0; n < UNDO_AT_ONCE && (rc = db_step(q)) == 1; n++) {
			v[n][0] = db_int(q, 0);
			v[n][1] = db_int(q, 1);
			v[n][2] = db_int(q, 2) >= statement->epoch;
		}
		db_done(q);
		rc = rc < 0 ? rc : 0;
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = void_undo(tx, link, s, v[i][0], v[i][1], v[i][2] != 0, now);
	}
	return rc;
}

int stream_record_beyond(struct db_tx *tx, const char *link, const struct manifest *statement, int64_t *n)
{
	struct db_query *q = db_query(tx, &beyond_in_insert);
	bind_statement(q, link, statement);
	int rc = db_exec(q);
	*n = rc == 0 ? db_changes(tx) : 0;
	return rc;
}

/* ---- acks */

static void refused_add(struct manifest_ack *a, struct db_query *q, const char *reason)
{
	a->refused[a->nrefused].seq = db_int(q, 0);
	db_digest(q, 1, &a->refused[a->nrefused].identity);
	snprintf(a->refused[a->nrefused].reason, sizeof a->refused[0].reason, "%s", reason);
	a->nrefused++;
}

static int forks_tell(struct db_tx *tx, const char *link, struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &fork_in_told);
	int rc;
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "max", FORKS_TOLD);
	while ((rc = db_step(q)) == 1)
		refused_add(a, q, "FORK");
	db_done(q);
	return rc;
}

static int refused_tell(struct db_tx *tx, const char *link, struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &bundle_in_refused);
	int rc;
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "max", (int64_t)(REFUSED_MAX / 2));
	while ((rc = db_step(q)) == 1)
		refused_add(a, q, db_text(q, 2));
	db_done(q);
	return rc;
}

/* What only a void closed that lies behind a hole is not called safe: should that void turn out to be of a
 * life that the sender does not know, the number is missing again. One closed by a void of another epoch, of
 * which this ack says nothing, is named, so that the sender can see whether it knows of it. */
static int voids_tell(struct db_tx *tx, const char *link, struct manifest_ack *a)
{
	struct db_query *q = db_query(tx, &bundle_in_voids);
	int rc;
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", a->epoch);
	db_bind_int(q, "contiguous", a->contiguous);
	while ((rc = db_step(q)) == 1) {
		bool other = db_int(q, 2) != a->epoch;
		if (other && a->nrefused < REFUSED_MAX) {
			refused_add(a, q, "VOID");
		} else if (db_int(q, 0) <= a->safe) {
			a->safe = db_int(q, 0) - 1;
			break;
		}
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

int stream_record_ack(struct db_tx *tx, const char *link, struct manifest_ack *a)
{
	a->nrefused = 0;
	int rc = forks_tell(tx, link, a);
	if (rc >= 0)
		rc = refused_tell(tx, link, a);
	if (rc >= 0)
		rc = voids_tell(tx, link, a);
	return rc;
}

int stream_record_prune(struct db_tx *tx, const char *before)
{
	struct db_query *q = db_query(tx, &bundle_in_prune);
	db_bind_text(q, "before", before);
	db_bind_int(q, "max", PRUNE_AT_ONCE);
	return db_exec(q);
}
