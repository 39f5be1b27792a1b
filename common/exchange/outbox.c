#include "common/exchange/outbox.h"

#include "common/exchange/closing_out.h"
#include "common/exchange/link_out.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(order_last_select,
	"SELECT epoch, last, round FROM order_last WHERE dest = :dest AND kind = :kind AND id = :id");
DB_STMT_CROSS(order_last_put,
	"INSERT INTO order_last (dest, kind, id, epoch, last, round) VALUES (:dest, :kind, :id, :epoch, "
	":last, :round) ON CONFLICT (dest, kind, id) DO UPDATE SET epoch = :epoch, last = :last, round = "
	":round");
DB_STMT_CROSS(order_last_forget,
	"DELETE FROM order_last WHERE dest = :dest AND kind = :kind AND id = :id AND "
	"epoch = :epoch AND last = :n AND round <= :ripe");
DB_STMT_CROSS(order_last_forget_all, "DELETE FROM order_last WHERE dest = :dest");
DB_STMT_CROSS(outbox_insert, "INSERT INTO outbox (message, owner, dest, type, priority, body, size) VALUES "
			     "(:message, :owner, :dest, :type, :priority, :body, :size)");
DB_STMT_CROSS(outbox_attachment_insert,
	"INSERT INTO outbox_attachment (message, i, size, digest, blob, blob_key)"
	" VALUES (:message, :i, :size, :digest, :blob, :blob_key)");

static void bind_key(struct db_query *q, const char *dest, const struct order_key *k)
{
	db_bind_text(q, "dest", dest);
	db_bind_text(q, "kind", k->kind);
	db_bind_text(q, "id", k->id);
}

int outbox_last_get(struct db_tx *tx, const char *dest, const struct order_key *k, struct order_last *out)
{
	struct db_query *q = db_query(tx, &order_last_select);
	bind_key(q, dest, k);
	int rc = db_step(q);
	*out = (struct order_last){0};
	if (rc == 1)
		*out = (struct order_last){db_int(q, 0), db_int(q, 1), db_int(q, 2)};
	db_done(q);
	return rc < 0 ? rc : 0;
}

int outbox_last_put(struct db_tx *tx, const char *dest, const struct order_key *k, const struct order_last *l)
{
	struct db_query *q = db_query(tx, &order_last_put);
	bind_key(q, dest, k);
	db_bind_int(q, "epoch", l->epoch);
	db_bind_int(q, "last", l->last);
	db_bind_int(q, "round", l->round);
	return db_exec(q);
}

int outbox_last_forget(struct db_tx *tx, const char *dest, const struct order_key *k, int64_t epoch,
	int64_t n, int64_t ripe, bool *was)
{
	struct db_query *q = db_query(tx, &order_last_forget);
	bind_key(q, dest, k);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "n", n);
	db_bind_int(q, "ripe", ripe);
	int rc = db_exec(q);
	if (rc == 0)
		*was = db_changes(tx) == 1;
	return rc;
}

int outbox_last_forget_all(struct db_tx *tx, const char *dest)
{
	struct db_query *q = db_query(tx, &order_last_forget_all);
	db_bind_text(q, "dest", dest);
	return db_exec(q);
}

static int key_compare(const void *a, const void *b)
{
	const struct order_key *x = a, *y = b;
	int c = strcmp(x->kind, y->kind);
	return c ? c : strcmp(x->id, y->id);
}

void outbox_held(struct message *m, const struct order_now *now)
{
	m->held_epoch = m->held_seq = 0;
	for (size_t i = 0; i < m->nkeys; i++)
		if (m->keys[i].opens) {
			m->held_epoch = now->held_epoch;
			m->held_seq = now->held_seq;
		}
}

/* Numbers are taken with the keys sorted, in the business transaction. */
static int numbers_take(
	struct db_tx *tx, const char *link, const char *dest, const struct order_now *now, struct message *m)
{
	bool crosses = false;
	qsort(m->keys, m->nkeys, sizeof m->keys[0], key_compare);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		struct order_last last;
		rc = outbox_last_get(tx, dest, &m->keys[i], &last);
		if (rc == 0) {
			order_give(&last, now, &m->keys[i]);
			crosses |= order_crosses(&m->keys[i]);
			rc = outbox_last_put(tx, dest, &m->keys[i], &last);
		}
	}
	outbox_held(m, now);
	return rc == 0 && crosses ? closing_out_hurry(tx, link) : rc;
}

static int message_fill(
	struct exchange *x, struct db_tx *tx, const struct exchange_draft *d, struct message *m)
{
	struct link_state *l = exchange_link_out(x, d->dest);
	struct order_now now;
	REQUIRE(l && d->nkeys <= MESSAGE_KEYS_MAX && d->nattachments <= MESSAGE_ATTACHMENTS_MAX);
	int rc = link_out_now(tx, l->c.link, &now);
	if (rc < 0)
		return rc;
	message_init(m);
	m->id = uuid_new();
	m->version = 1;
	m->epoch = now.epoch;
	m->body = json_incref((json_t *)(uintptr_t)d->body);
	snprintf(m->type, sizeof m->type, "%s", d->type);
	snprintf(m->tenant, sizeof m->tenant, "%s", d->tenant);
	snprintf(m->origin, sizeof m->origin, "%s", x->o.zone);
	snprintf(m->dest, sizeof m->dest, "%s", d->dest);
	snprintf(m->suite, sizeof m->suite, "%s", suite_name(x->o.suite));
	time_text(time_now_ms(), m->created);
	for (size_t i = 0; i < d->nkeys; i++) {
		snprintf(m->keys[i].kind, sizeof m->keys[i].kind, "%s", d->keys[i].kind);
		snprintf(m->keys[i].id, sizeof m->keys[i].id, "%s", d->keys[i].id);
	}
	m->nkeys = d->nkeys;
	for (size_t i = 0; i < d->nattachments; i++) {
		struct attachment *a = &m->attachments[i];
		snprintf(a->name, sizeof a->name, "%s", d->attachments[i].name);
		snprintf(a->media, sizeof a->media, "%s", d->attachments[i].media);
		a->size = d->attachments[i].ref.size;
		a->digest = d->attachments[i].ref.digest;
	}
	m->nattachments = d->nattachments;
	return numbers_take(tx, l->c.link, d->dest, &now, m);
}

static int row_insert(struct exchange *x, struct db_tx *tx, const struct exchange_draft *d,
	const struct message *m, struct view bytes)
{
	int64_t size = (int64_t)bytes.n;
	for (size_t i = 0; i < d->nattachments; i++)
		size += d->attachments[i].ref.size;
	struct buf sealed;
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = vault_seal(x->o.vault, "outbox", "body", m->id.s, bytes, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outbox_insert);
		db_bind_text(q, "message", m->id.s);
		db_bind_text(q, "owner", m->tenant);
		db_bind_text(q, "dest", m->dest);
		db_bind_text(q, "type", m->type);
		db_bind_textn(q, "body", buf_view(&sealed));
		db_bind_int(q, "priority", catalogue_priority(x->o.catalogue, m->type));
		db_bind_int(q, "size", size);
		rc = db_exec(q);
		if (rc == 0)
			rc = link_out_queue(tx, exchange_link_out(x, m->dest)->c.link, 1, size);
	}
	buf_fini(&sealed);
	for (size_t i = 0; rc == 0 && i < d->nattachments; i++) {
		const struct blob_ref *r = &d->attachments[i].ref;
		struct db_query *q = db_query(tx, &outbox_attachment_insert);
		db_bind_text(q, "message", m->id.s);
		db_bind_int(q, "i", (int64_t)i);
		db_bind_int(q, "size", r->size);
		db_bind_digest(q, "digest", &r->digest);
		db_bind_digest(q, "blob", &r->name);
		db_bind_text(q, "blob_key", r->wrapped_key);
		rc = db_exec(q);
	}
	return rc;
}

static void wake_sender(void *arg)
{
	struct link_state *l = arg;
	exchange_wake(l->send_wake);
}

/* A link may be left out of the configuration. What waits is bounded: its producer is slowed, and told why.
 */
static int queue_check(struct link_state *l, const char *dest, struct err_note *note)
{
	if (!l)
		return err_set(note, ERR_STATE, "%s: no link leads there", dest);
	enum link_trouble t = (enum link_trouble)atomic_load(&l->trouble);
	if (l->c.queue_max == 0 || atomic_load(&l->queued) < l->c.queue_max)
		return 0;
	return err_set(note, ERR_BUSY, "link %s: %lld messages wait already (%s)", l->c.link,
		(long long)l->c.queue_max, link_trouble_names[t == LINK_RUNS ? LINK_QUEUE_FULL : t]);
}

int exchange_put(struct exchange *x, struct db_tx *tx, const struct exchange_draft *d, struct uuid *id,
	struct err_note *note)
{
	struct message *m = malloc(sizeof *m);
	struct link_state *l = exchange_link_out(x, d->dest);
	struct buf bytes;
	if (!m)
		return ERR_NOMEM;
	message_init(m);
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	int rc = queue_check(l, d->dest, note);
	if (rc == 0)
		rc = message_fill(x, tx, d, m);
	if (rc == 0)
		rc = catalogue_check(x->o.catalogue, m, l->c.link, x->o.zone, note);
	if (rc == 0 && catalogue_transient(x->o.catalogue, m->type))
		rc = err_set(note, ERR_TYPE, "%s: is asked, not put", m->type);
	if (rc == 0)
		rc = message_encode(m, &bytes);
	if (rc == 0)
		rc = row_insert(x, tx, d, m, buf_view(&bytes));
	if (rc == 0 && !x->o.offline)
		rc = db_after_commit(tx, wake_sender, l);
	if (rc == 0 && id)
		*id = m->id;
	message_fini(m);
	free(m);
	buf_fini(&bytes);
	return rc;
}
