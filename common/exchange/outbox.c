#include "common/exchange/exchange_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(order_number_take,
	"INSERT INTO order_number (dest, epoch, kind, id, last) VALUES (:dest, :epoch, :kind, :id, 1)"
	" ON CONFLICT (dest, epoch, kind, id) DO UPDATE SET last = order_number.last + 1 RETURNING last");
DB_STMT_CROSS(outbox_insert, "INSERT INTO outbox (message, owner, dest, type, body, size) VALUES (:message, "
			     ":owner, :dest, :type, :body, :size)");
DB_STMT_CROSS(outbox_attachment_insert,
	"INSERT INTO outbox_attachment (message, i, size, digest, blob, blob_key)"
	" VALUES (:message, :i, :size, :digest, :blob, :blob_key)");

static int key_compare(const void *a, const void *b)
{
	const struct order_key *x = a, *y = b;
	int c = strcmp(x->kind, y->kind);
	return c ? c : strcmp(x->id, y->id);
}

/* Numbers are taken with the keys sorted, in the business transaction. */
static int numbers_take(struct db_tx *tx, const char *dest, int64_t epoch, struct message *m)
{
	qsort(m->keys, m->nkeys, sizeof m->keys[0], key_compare);
	for (size_t i = 0; i < m->nkeys; i++) {
		struct db_query *q = db_query(tx, &order_number_take);
		db_bind_text(q, "dest", dest);
		db_bind_int(q, "epoch", epoch);
		db_bind_text(q, "kind", m->keys[i].kind);
		db_bind_text(q, "id", m->keys[i].id);
		int rc = db_one_int(q, &m->keys[i].n);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int message_fill(
	struct exchange *x, struct db_tx *tx, const struct exchange_draft *d, struct message *m)
{
	struct link_state *l = exchange_link_out(x, d->dest);
	struct link_out out;
	REQUIRE(l && d->nkeys <= MESSAGE_KEYS_MAX && d->nattachments <= MESSAGE_ATTACHMENTS_MAX);
	int rc = streams_out(tx, l->c.link, &out);
	if (rc < 0)
		return rc;
	message_init(m);
	m->id = uuid_new();
	m->version = 1;
	m->epoch = out.epoch;
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
	return numbers_take(tx, d->dest, out.epoch, m);
}

static int row_insert(struct exchange *x, struct db_tx *tx, const struct exchange_draft *d,
	const struct message *m, struct view bytes)
{
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
		db_bind_int(q, "size", (int64_t)bytes.n);
		rc = db_exec(q);
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
	int rc = message_fill(x, tx, d, m);
	if (rc == 0)
		rc = catalogue_check(x->o.catalogue, m, l->c.link, x->o.zone, note);
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
