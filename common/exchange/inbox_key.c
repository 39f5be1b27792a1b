#include "common/exchange/inbox_key.h"

#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_store.h"

DB_STMT_CROSS(inbox_key_select, "SELECT next, refused FROM inbox_key WHERE link = :link AND epoch = :epoch "
				"AND kind = :kind AND id = :id");
DB_STMT_CROSS(inbox_key_upsert,
	"INSERT INTO inbox_key (link, epoch, kind, id, next, refused) VALUES (:link, :epoch, :kind, :id, "
	":next, :refused) ON CONFLICT (link, epoch, kind, id) DO UPDATE SET next = :next, refused = "
	":refused");
/* By the few epochs that there are. */
DB_STMT_CROSS(inbox_key_delete,
	"DELETE FROM inbox_key WHERE link = :link AND kind = :kind AND id = :id AND epoch IN "
	"(SELECT epoch FROM stream_epoch WHERE link = :link AND epoch < :epoch)");

static void bind_key(struct db_query *q, const char *link, int64_t epoch, const struct order_key *k)
{
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", epoch);
	db_bind_text(q, "kind", k->kind);
	db_bind_text(q, "id", k->id);
}

int inbox_key_get(
	struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k, struct order_turn *out)
{
	struct db_query *q = db_query(tx, &inbox_key_select);
	bind_key(q, link, epoch, k);
	int rc = db_step(q);
	*out = (struct order_turn){rc == 1 ? db_int(q, 0) : 1, rc == 1 && db_int(q, 1)};
	db_done(q);
	return rc < 0 ? rc : 0;
}

int inbox_key_put(struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k,
	const struct order_turn *t)
{
	struct db_query *q = db_query(tx, &inbox_key_upsert);
	bind_key(q, link, epoch, k);
	db_bind_int(q, "next", t->next);
	db_bind_int(q, "refused", t->refused);
	return db_exec(q);
}

int inbox_key_forget(struct db_tx *tx, const char *link, int64_t epoch, const struct order_key *k)
{
	struct db_query *q = db_query(tx, &inbox_key_delete);
	bind_key(q, link, epoch, k);
	return db_exec(q);
}

static int is_open(struct link_state *l, struct db_tx *tx, const struct message *m, size_t i, bool *open)
{
	const struct order_key *k = &m->keys[i];
	struct order_after before;
	bool holds;
	int rc = stream_check_holds(l, tx, m->held_epoch, m->held_seq, &holds);
	*open = rc == 0 && !holds;
	if (rc < 0 || *open || k->after_n == 0)
		return rc;
	rc = inbox_wait_number(tx, l->c.link, k, k->after_epoch, k->after_n, &before);
	*open = rc == 1;
	return rc < 0 ? rc : 0;
}

int inbox_key_known(
	struct link_state *l, struct db_tx *tx, const struct message *m, size_t i, struct order_known *out)
{
	const struct order_key *k = &m->keys[i];
	const char *link = l->c.link;
	*out = (struct order_known){{1, false}, {1, false}, false};
	int rc = inbox_key_get(tx, link, m->epoch, k, &out->own);
	if (rc == 0 && k->after_n > 0 && k->after_epoch == m->epoch)
		out->before = out->own;
	else if (rc == 0 && k->after_n > 0)
		rc = inbox_key_get(tx, link, k->after_epoch, k, &out->before);
	return rc == 0 && k->opens ? is_open(l, tx, m, i, &out->open) : rc;
}
