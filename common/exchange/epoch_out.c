#include "common/exchange/epoch_out.h"

#include "common/exchange/closing_out.h"
#include "common/exchange/link_out.h"
#include "common/exchange/outbox.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64

DB_STMT_CROSS(link_out_epoch,
	"UPDATE link_out SET epoch = :epoch, seq = 0, chain = :none, ack_contiguous = 0, ack_safe = 0, "
	"key_floor = 0 WHERE link = :link");
DB_STMT_CROSS(bundle_out_before,
	"SELECT epoch, seq, identity FROM bundle_out WHERE link = :link AND epoch < :epoch "
	"ORDER BY epoch DESC, seq DESC LIMIT 1");
DB_STMT_CROSS(outbox_first, "SELECT coalesce(min(n), 0) FROM outbox WHERE dest = :dest AND (state = 'queued' "
			    "OR epoch > :epoch OR (epoch "
			    "= :epoch AND seq > :seq))");
DB_STMT_CROSS(outbox_from,
	"SELECT n, message, body, state, epoch, seq, size FROM outbox WHERE dest = :dest AND n > :n "
	"ORDER BY n LIMIT :max");
DB_STMT_CROSS(outbox_again, "UPDATE outbox SET body = :body, state = 'queued', epoch = NULL, seq = NULL "
			    "WHERE message = :message");
/* What was sent behind (:epoch, :seq). */
#define BEHIND "(epoch > :epoch OR (epoch = :epoch AND seq > :seq))"
DB_STMT_CROSS(bundle_out_behind_drop,
	"INSERT INTO file_drop (link, file, bytes) SELECT link, file, bytes FROM "
	"bundle_out WHERE link = :link AND state <> 'safe' AND " BEHIND " ON CONFLICT DO NOTHING");
DB_STMT_CROSS(bundle_out_behind_delete, "DELETE FROM bundle_out WHERE link = :link AND " BEHIND);
DB_STMT_CROSS(bundle_out_void_behind, "UPDATE bundle_out SET state = 'lost', void_epoch = 0, void_seq = 0 "
				      "WHERE link = :link AND void_seq > 0 AND "
				      "(void_epoch > :epoch OR (void_epoch = :epoch AND void_seq > :seq))");
DB_STMT_CROSS(bundle_out_kind, "SELECT kind FROM bundle_out WHERE link = :link AND epoch = :epoch AND seq = "
			       ":seq AND state = 'sent'");
DB_STMT_CROSS(bundle_out_lose,
	"UPDATE bundle_out SET state = 'lost' WHERE link = :link AND epoch = :epoch AND seq = "
	":seq AND state = 'sent'");
DB_STMT_CROSS(bundle_out_lose_voids, "UPDATE bundle_out SET state = 'lost', void_epoch = 0, void_seq = 0 "
				     "WHERE link = :link AND void_epoch = :epoch "
				     "AND void_seq = :seq AND void_seq > 0");

int epoch_out_before(struct db_tx *tx, const char *link, int64_t epoch, int64_t *previous, int64_t *last,
	struct digest *identity)
{
	struct db_query *q = db_query(tx, &bundle_out_before);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	int rc = db_step(q);
	*previous = rc == 1 ? db_int(q, 0) : 0;
	*last = rc == 1 ? db_int(q, 1) : 0;
	memset(identity, 0, sizeof *identity);
	if (rc == 1)
		db_digest(q, 2, identity);
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* ---- numbering anew */

struct renumber {
	struct exchange *x;
	struct db_tx *tx;
	const char *link, *dest;
	struct order_now now;    /* of the new epoch */
	int64_t previous, last;  /* what was sent up to here stands */
	bool afresh;             /* nothing of before will come */
	json_t *anew;            /* keys on which a message was numbered anew: all behind it are too */
	int64_t messages, bytes; /* that were sent and are queued again */
	int64_t queued;          /* all that are queued now because of this */
};
struct row {
	int64_t n, size;
	bool again, bundled;
	char id[37];
	struct buf body; /* sealed */
};

static void key_name(const struct order_key *k, char out[static 96])
{
	snprintf(out, 96, "%s %s", k->kind, k->id);
}

static bool is_anew(const struct renumber *r, const struct message *m)
{
	for (size_t i = 0; i < m->nkeys; i++) {
		char name[96];
		key_name(&m->keys[i], name);
		if (json_object_get(r->anew, name))
			return true;
	}
	return false;
}

static int numbers_give(struct renumber *r, struct message *m)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		struct order_after followed = order_predecessor(m, i);
		struct order_last last;
		char name[96];
		key_name(&m->keys[i], name);
		json_object_set_new(r->anew, name, json_true());
		rc = outbox_last_get(r->tx, r->dest, &m->keys[i], &last);
		if (rc == 0) {
			const struct order_key was = m->keys[i];
			order_give_again(&last, &r->now, &was, followed, r->afresh, &m->keys[i]);
			rc = outbox_last_put(r->tx, r->dest, &m->keys[i], &last);
		}
	}
	m->epoch = r->now.epoch;
	outbox_held(m, &r->now);
	return rc;
}

static int row_again(struct renumber *r, const struct row *row, struct message *m)
{
	struct buf bytes, sealed;
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = numbers_give(r, m);
	if (rc == 0)
		rc = message_encode(m, &bytes);
	if (rc == 0)
		rc = vault_seal(r->x->o.vault, "outbox", "body", row->id, buf_view(&bytes), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(r->tx, &outbox_again);
		db_bind_text(q, "message", row->id);
		db_bind_textn(q, "body", buf_view(&sealed));
		rc = db_exec(q);
	}
	if (rc == 0 && row->bundled) {
		r->messages++;
		r->bytes += row->size;
	}
	r->queued++;
	buf_fini(&bytes);
	buf_fini(&sealed);
	return rc;
}

static int row_take(struct renumber *r, const struct row *row)
{
	struct message *m = malloc(sizeof *m);
	struct buf bytes;
	if (!m)
		return ERR_NOMEM;
	message_init(m);
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	int rc = vault_unseal(r->x->o.vault, "outbox", "body", row->id, (const char *)row->body.p, &bytes);
	if (rc == 0)
		rc = message_decode(buf_view(&bytes), m, NULL);
	if (rc == 0 && (row->again || is_anew(r, m)))
		rc = row_again(r, row, m);
	message_fini(m);
	free(m);
	buf_fini(&bytes);
	return rc;
}

static int rows_fetch(struct renumber *r, int64_t *n, struct row *rows, size_t *count)
{
	struct db_query *q = db_query(r->tx, &outbox_from);
	int rc;
	db_bind_text(q, "dest", r->dest);
	db_bind_int(q, "n", *n);
	db_bind_int(q, "max", BATCH);
	for (*count = 0; *count < BATCH && (rc = db_step(q)) == 1; ++*count) {
		struct row *w = &rows[*count];
		int64_t epoch = db_int(q, 4), seq = db_int(q, 5);
		*n = w->n = db_int(q, 0);
		w->bundled = strcmp(db_text(q, 3), "bundled") == 0;
		w->again = !w->bundled || epoch > r->previous || (epoch == r->previous && seq > r->last);
		w->size = db_int(q, 6);
		snprintf(w->id, sizeof w->id, "%s", db_text(q, 1));
		buf_reset(&w->body);
		if ((rc = buf_add_str(&w->body, db_text(q, 2))) < 0)
			break;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int rows_all(struct renumber *r)
{
	struct db_query *q = db_query(r->tx, &outbox_first);
	int64_t n = 0;
	size_t count = BATCH;
	db_bind_text(q, "dest", r->dest);
	db_bind_int(q, "epoch", r->previous);
	db_bind_int(q, "seq", r->last);
	int rc = db_one_int(q, &n);
	struct row *rows = calloc(BATCH, sizeof *rows);
	if (!rows)
		return ERR_NOMEM;
	for (size_t i = 0; i < BATCH; i++)
		buf_init(&rows[i].body, 4 * MESSAGE_BYTES_MAX);
	n--;
	while (rc == 0 && n >= 0 && count == BATCH) {
		rc = rows_fetch(r, &n, rows, &count);
		for (size_t i = 0; rc == 0 && i < count; i++)
			rc = row_take(r, &rows[i]);
	}
	for (size_t i = 0; i < BATCH; i++)
		buf_fini(&rows[i].body);
	free(rows);
	return rc;
}

static int behind_exec(struct renumber *r, const struct db_stmt *s)
{
	struct db_query *q = db_query(r->tx, s);
	db_bind_text(q, "link", r->link);
	db_bind_int(q, "epoch", r->previous);
	db_bind_int(q, "seq", r->last);
	return db_exec(q);
}

/* ---- epochs */

static int begin_behind(struct exchange *x, struct db_tx *tx, const char *link, int64_t at_least,
	int64_t previous, int64_t last, bool afresh, int64_t *messages)
{
	const struct digest none = {{0}};
	struct link_out have;
	int64_t used = atomic_load(&x->mark_epoch);
	struct renumber r = {.x = x,
		.tx = tx,
		.link = link,
		.dest = exchange_link_named(x, link)->c.peer,
		.previous = previous,
		.last = last,
		.afresh = afresh,
		.anew = json_object()};
	if (!r.anew)
		return ERR_NOMEM;
	int rc = link_out_load(tx, link, &have);
	/* Never one that was used before, in no life. */
	int64_t epoch = have.epoch + 1 > used + 1 ? have.epoch + 1 : used + 1;
	epoch = epoch > at_least ? epoch : at_least;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &link_out_epoch);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", epoch);
		db_bind_digest(q, "none", &none);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = closing_out_epoch(tx, link, previous, last);
	if (rc == 0)
		rc = link_out_now(tx, link, &r.now);
	if (rc == 0 && afresh)
		rc = outbox_last_forget_all(tx, r.dest);
	if (rc == 0)
		rc = rows_all(&r);
	if (rc == 0)
		rc = behind_exec(&r, &bundle_out_behind_drop);
	if (rc == 0)
		rc = behind_exec(&r, &bundle_out_behind_delete);
	if (rc == 0)
		rc = behind_exec(&r, &bundle_out_void_behind);
	if (rc == 0)
		rc = link_out_queue(tx, link, r.messages, r.bytes);
	if (rc == 0)
		log_warn("epoch", "link=%s epoch=%lld after=%lld/%lld again=%lld", link, (long long)epoch,
			(long long)previous, (long long)last, (long long)r.messages);
	if (messages)
		*messages = r.queued;
	json_decref(r.anew);
	return rc;
}

static int epoch_record(struct db_tx *tx, const char *link, const char *who, const char *why)
{
	json_t *detail = json_pack("{s:s}", "reason", why);
	int rc = detail ? audit_record(tx, who, "link.new-epoch", link, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int epoch_out_next(struct exchange *x, struct db_tx *tx, const char *link, const char *who, const char *why)
{
	struct digest identity;
	int64_t previous, last;
	int rc = epoch_out_before(tx, link, INT64_MAX, &previous, &last, &identity);
	if (rc == 0)
		rc = begin_behind(x, tx, link, 0, previous, last, false, NULL);
	return rc == 0 ? epoch_record(tx, link, who, why) : rc;
}

int epoch_out_diverge(
	struct exchange *x, struct db_tx *tx, const char *link, int64_t at_least, int64_t parted)
{
	struct link_out have;
	struct digest identity;
	int rc = link_out_load(tx, link, &have);
	if (rc < 0)
		return rc;
	int64_t previous = have.epoch, last = have.ack_contiguous;
	/* Up to where both agree is only known of the present epoch. */
	if (parted < have.epoch || last == 0)
		rc = epoch_out_before(
			tx, link, parted < have.epoch ? parted : have.epoch, &previous, &last, &identity);
	if (rc == 0)
		rc = begin_behind(x, tx, link, at_least, previous, last, false, NULL);
	return rc == 0 ? epoch_record(tx, link, "system", "the peer has other contents") : rc;
}

int epoch_out_rebuild(
	struct exchange *x, struct db_tx *tx, const char *link, const char *who, int64_t *messages)
{
	int rc = begin_behind(x, tx, link, 0, 0, 0, true, messages);
	return rc == 0 ? epoch_record(tx, link, who, "rebuild") : rc;
}

int epoch_out_lose(struct exchange *x, struct db_tx *tx, const char *link, int64_t epoch, int64_t seq)
{
	static const struct db_stmt *const steps[] = {&bundle_out_lose, &bundle_out_lose_voids};
	struct db_query *q = db_query(tx, &bundle_out_kind);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "seq", seq);
	int rc = db_step(q);
	bool begins = rc == 1 && strcmp(db_text(q, 0), "epoch") == 0;
	db_done(q);
	if (rc <= 0)
		return rc;
	rc = 0;
	if (begins) {
		struct digest identity;
		int64_t previous, last;
		rc = epoch_out_before(tx, link, epoch, &previous, &last, &identity);
		if (rc == 0)
			rc = begin_behind(x, tx, link, 0, previous, last, false, NULL);
		return rc == 0 ? epoch_record(tx, link, "system", "the statement was lost") : rc;
	}
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		q = db_query(tx, steps[i]);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", epoch);
		db_bind_int(q, "seq", seq);
		rc = db_exec(q);
	}
	return rc;
}
