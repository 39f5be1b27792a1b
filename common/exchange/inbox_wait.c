#include "common/exchange/inbox_wait.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(inbox_waiting_known,
	"SELECT count(*) FROM inbox_waiting WHERE message = :message AND epoch = :epoch");
DB_STMT_CROSS(inbox_waiting_insert, "INSERT INTO inbox_waiting (link, message, epoch, body) VALUES (:link, "
				    ":message, :epoch, :body)");
DB_STMT_CROSS(
	inbox_waiting_select, "SELECT body FROM inbox_waiting WHERE message = :message AND epoch = :epoch");
DB_STMT_CROSS(inbox_waiting_delete, "DELETE FROM inbox_waiting WHERE message = :message AND epoch = :epoch");
DB_STMT_CROSS(inbox_attachment_insert,
	"INSERT INTO inbox_attachment (message, epoch, i, size, digest, blob, blob_key) VALUES (:message, "
	":epoch, :i, :size, :digest, :blob, :blob_key)");
DB_STMT_CROSS(inbox_attachment_list, "SELECT size, digest, blob, blob_key FROM inbox_attachment WHERE "
				     "message = :message AND epoch = :epoch ORDER BY i");
DB_STMT_CROSS(
	inbox_attachment_delete, "DELETE FROM inbox_attachment WHERE message = :message AND epoch = :epoch");
DB_STMT_CROSS(inbox_wait_insert,
	"INSERT INTO inbox_wait (link, kind, id, after_epoch, after_n, message, epoch, n) VALUES (:link, "
	":kind, :id, :after_epoch, :after_n, :message, :epoch, :n)");
DB_STMT_CROSS(inbox_wait_number_select,
	"SELECT after_epoch, after_n FROM inbox_wait WHERE link = :link AND kind = :kind AND id = :id AND "
	"epoch = :epoch AND n = :n LIMIT 1");
DB_STMT_CROSS(inbox_wait_delete, "DELETE FROM inbox_wait WHERE message = :message AND epoch = :epoch");
DB_STMT_CROSS(inbox_ready_insert,
	"INSERT INTO inbox_ready (link, message, epoch) SELECT link, message, epoch FROM inbox_wait WHERE "
	"link = :link AND kind = :kind AND id = :id AND after_epoch = :after_epoch AND after_n = :after_n ON "
	"CONFLICT DO NOTHING");
DB_STMT_CROSS(inbox_wait_numbers_select, "SELECT DISTINCT n FROM inbox_wait WHERE link = :link AND kind = "
					 ":kind AND id = :id AND epoch = :epoch AND "
					 "n <= :last ORDER BY n LIMIT :max");
DB_STMT_CROSS(inbox_ready_all,
	"INSERT INTO inbox_ready (link, message, epoch) SELECT DISTINCT link, message, epoch "
	"FROM inbox_wait WHERE link = :link ON CONFLICT DO NOTHING");
DB_STMT_CROSS(inbox_ready_next,
	"SELECT message, epoch FROM inbox_ready WHERE link = :link ORDER BY message, epoch LIMIT 1");
DB_STMT_CROSS(inbox_ready_delete,
	"DELETE FROM inbox_ready WHERE link = :link AND message = :message AND epoch = :epoch");

void inbox_waiting_fini(struct inbox_waiting *w)
{
	message_fini(&w->m);
	buf_fini(&w->bytes);
}

static int exec_one(struct db_tx *tx, const struct db_stmt *s, const char *id, int64_t epoch)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "message", id);
	db_bind_int(q, "epoch", epoch);
	return db_exec(q);
}

int inbox_wait_known(struct db_tx *tx, const struct message *m)
{
	struct db_query *q = db_query(tx, &inbox_waiting_known);
	int64_t n = 0;
	db_bind_text(q, "message", m->id.s);
	db_bind_int(q, "epoch", m->epoch);
	int rc = db_one_int(q, &n);
	return rc < 0 ? rc : n > 0;
}

static int body_store(struct link_state *l, struct db_tx *tx, const struct inbox_message *in)
{
	const struct message *m = in->m;
	struct buf sealed;
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = vault_seal(l->x->o.vault, "inbox", "body", m->id.s, in->bytes, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &inbox_waiting_insert);
		db_bind_text(q, "link", l->c.link);
		db_bind_text(q, "message", m->id.s);
		db_bind_int(q, "epoch", m->epoch);
		db_bind_textn(q, "body", buf_view(&sealed));
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int inbox_wait_store(struct link_state *l, struct db_tx *tx, const struct inbox_message *in)
{
	const struct message *m = in->m;
	int rc = body_store(l, tx, in);
	for (size_t i = 0; rc == 0 && i < m->nattachments; i++) {
		struct db_query *q = db_query(tx, &inbox_attachment_insert);
		db_bind_text(q, "message", m->id.s);
		db_bind_int(q, "epoch", m->epoch);
		db_bind_int(q, "i", (int64_t)i);
		db_bind_int(q, "size", in->refs[i].size);
		db_bind_digest(q, "digest", &in->refs[i].digest);
		db_bind_digest(q, "blob", &in->refs[i].name);
		db_bind_text(q, "blob_key", in->refs[i].wrapped_key);
		rc = db_exec(q);
	}
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		struct order_after after = order_predecessor(m, i);
		struct db_query *q = db_query(tx, &inbox_wait_insert);
		db_bind_text(q, "link", l->c.link);
		db_bind_text(q, "kind", m->keys[i].kind);
		db_bind_text(q, "id", m->keys[i].id);
		db_bind_int(q, "after_epoch", after.epoch);
		db_bind_int(q, "after_n", after.n);
		db_bind_text(q, "message", m->id.s);
		db_bind_int(q, "epoch", m->epoch);
		db_bind_int(q, "n", m->keys[i].n);
		rc = db_exec(q);
	}
	return rc;
}

static int refs_load(struct db_tx *tx, const char *id, int64_t epoch, struct blob_ref *refs)
{
	struct db_query *q = db_query(tx, &inbox_attachment_list);
	size_t n = 0;
	int rc;
	db_bind_text(q, "message", id);
	db_bind_int(q, "epoch", epoch);
	while ((rc = db_step(q)) == 1 && n < MESSAGE_ATTACHMENTS_MAX) {
		struct blob_ref *r = &refs[n++];
		db_blob_ref(q, 0, r);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

int inbox_wait_load(
	struct link_state *l, struct db_tx *tx, const char *id, int64_t epoch, struct inbox_waiting *out)
{
	message_init(&out->m);
	buf_init(&out->bytes, MESSAGE_BYTES_MAX);
	struct db_query *q = db_query(tx, &inbox_waiting_select);
	db_bind_text(q, "message", id);
	db_bind_int(q, "epoch", epoch);
	int found = db_step(q);
	int rc = found == 1 ? vault_unseal(l->x->o.vault, "inbox", "body", id, db_text(q, 0), &out->bytes)
			    : found;
	db_done(q);
	if (found != 1)
		return found;
	if (rc == 0)
		rc = message_decode(buf_view(&out->bytes), &out->m, NULL);
	if (rc == 0)
		rc = refs_load(tx, id, epoch, out->refs);
	return rc < 0 ? rc : 1;
}

int inbox_wait_drop(struct db_tx *tx, const char *id, int64_t epoch)
{
	int rc = exec_one(tx, &inbox_wait_delete, id, epoch);
	if (rc == 0)
		rc = exec_one(tx, &inbox_attachment_delete, id, epoch);
	return rc == 0 ? exec_one(tx, &inbox_waiting_delete, id, epoch) : rc;
}

int inbox_wait_number(struct db_tx *tx, const char *link, const struct order_key *k, int64_t epoch, int64_t n,
	struct order_after *follows)
{
	struct db_query *q = db_query(tx, &inbox_wait_number_select);
	db_bind_text(q, "link", link);
	db_bind_text(q, "kind", k->kind);
	db_bind_text(q, "id", k->id);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1)
		*follows = (struct order_after){db_int(q, 0), db_int(q, 1)};
	db_done(q);
	return rc;
}

int inbox_wait_numbers(struct db_tx *tx, const char *link, const struct order_key *k, int64_t epoch,
	int64_t last, int64_t *n, int max)
{
	struct db_query *q = db_query(tx, &inbox_wait_numbers_select);
	int count = 0, rc = 0;
	db_bind_text(q, "link", link);
	db_bind_text(q, "kind", k->kind);
	db_bind_text(q, "id", k->id);
	db_bind_int(q, "epoch", epoch);
	db_bind_int(q, "last", last);
	db_bind_int(q, "max", max);
	while (count < max && (rc = db_step(q)) == 1)
		n[count++] = db_int(q, 0);
	db_done(q);
	return rc < 0 ? rc : count;
}

int inbox_wait_wake(struct db_tx *tx, const char *link, const struct order_key *k, int64_t epoch, int64_t n)
{
	struct db_query *q = db_query(tx, &inbox_ready_insert);
	db_bind_text(q, "link", link);
	db_bind_text(q, "kind", k->kind);
	db_bind_text(q, "id", k->id);
	db_bind_int(q, "after_epoch", epoch);
	db_bind_int(q, "after_n", n);
	return db_exec(q);
}

int inbox_wait_wake_all(struct link_state *l, struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &inbox_ready_all);
	db_bind_text(q, "link", l->c.link);
	return db_exec(q);
}

int inbox_wait_next(struct link_state *l, struct db_tx *tx, char id[static 37], int64_t *epoch)
{
	struct db_query *q = db_query(tx, &inbox_ready_next);
	db_bind_text(q, "link", l->c.link);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(id, 37, "%s", db_text(q, 0));
		*epoch = db_int(q, 1);
	}
	db_done(q);
	if (rc <= 0)
		return rc;
	q = db_query(tx, &inbox_ready_delete);
	db_bind_text(q, "link", l->c.link);
	db_bind_text(q, "message", id);
	db_bind_int(q, "epoch", *epoch);
	rc = db_exec(q);
	return rc < 0 ? rc : 1;
}
