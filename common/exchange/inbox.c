/* Messages as they arrive: each waits only for the earlier numbers of its own keys, has one effect, and a
 * verdict for ever. */
#include "common/db/db_savepoint.h"
#include "common/exchange/exchange_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(inbox_known, "SELECT count(*) FROM inbox WHERE message = :message");
DB_STMT_CROSS(inbox_insert, "INSERT INTO inbox (message, link, owner, type, epoch, seq, state, reason, body, "
			    "at) VALUES (:message, :link, :owner, :type,"
			    " :epoch, :seq, :state, :reason, :body, :at)");
DB_STMT_CROSS(inbox_verdict,
	"UPDATE inbox SET state = :state, reason = :reason, body = NULL WHERE message = :message");
DB_STMT_CROSS(inbox_waiting, "SELECT link, body FROM inbox WHERE message = :message AND state = 'waiting'");
DB_STMT_CROSS(inbox_attachment_insert, "INSERT INTO inbox_attachment (message, i, size, digest, blob, "
				       "blob_key) VALUES (:message, :i, :size, :digest,"
				       " :blob, :blob_key)");
DB_STMT_CROSS(inbox_attachment_list,
	"SELECT size, digest, blob, blob_key FROM inbox_attachment WHERE message = :message ORDER BY i");
DB_STMT_CROSS(inbox_wait_insert, "INSERT INTO inbox_wait (link, epoch, kind, id, n, message) VALUES (:link, "
				 ":epoch, :kind, :id, :n, :message)");
DB_STMT_CROSS(inbox_wait_next, "SELECT message FROM inbox_wait WHERE link = :link AND epoch = :epoch AND "
			       "kind = :kind AND id = :id AND n = :n");
DB_STMT_CROSS(inbox_wait_delete, "DELETE FROM inbox_wait WHERE message = :message");
DB_STMT_CROSS(inbox_key_select, "SELECT next, refused FROM inbox_key WHERE link = :link AND epoch = :epoch "
				"AND kind = :kind AND id = :id");
DB_STMT_CROSS(inbox_key_put,
	"INSERT INTO inbox_key (link, epoch, kind, id, next, refused) VALUES (:link, :epoch, :kind, :id, "
	":next, :refused)"
	" ON CONFLICT (link, epoch, kind, id) DO UPDATE SET next = :next, refused = :refused");

static int key_state(struct link_state *l, struct db_tx *tx, const struct message *m, size_t i, int64_t *next,
	bool *refused)
{
	struct db_query *q = db_query(tx, &inbox_key_select);
	db_bind_text(q, "link", l->c.link);
	db_bind_int(q, "epoch", m->epoch);
	db_bind_text(q, "kind", m->keys[i].kind);
	db_bind_text(q, "id", m->keys[i].id);
	int rc = db_step(q);
	*next = rc == 1 ? db_int(q, 0) : 1;
	*refused = rc == 1 && db_int(q, 1);
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* 1 when every key is at its turn, 0 when it waits. */
static int keys_ready(
	struct link_state *l, struct db_tx *tx, const struct message *m, bool *predecessor_refused)
{
	bool ready = true;
	*predecessor_refused = false;
	for (size_t i = 0; i < m->nkeys; i++) {
		int64_t next;
		bool refused;
		int rc = key_state(l, tx, m, i, &next, &refused);
		if (rc < 0)
			return rc;
		ready &= m->keys[i].n <= next;
		*predecessor_refused |= refused;
	}
	return ready;
}

static int keys_advance(struct link_state *l, struct db_tx *tx, const struct message *m, bool refused)
{
	for (size_t i = 0; i < m->nkeys; i++) {
		int64_t next;
		bool was;
		int rc = key_state(l, tx, m, i, &next, &was);
		if (rc == 0 && m->keys[i].n >= next) {
			struct db_query *q = db_query(tx, &inbox_key_put);
			db_bind_text(q, "link", l->c.link);
			db_bind_int(q, "epoch", m->epoch);
			db_bind_text(q, "kind", m->keys[i].kind);
			db_bind_text(q, "id", m->keys[i].id);
			db_bind_int(q, "next", m->keys[i].n + 1);
			db_bind_int(q, "refused", refused);
			rc = db_exec(q);
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* A signed refusal record for the origin: what, why, where, by whom. */
static int refusal_send(
	struct link_state *l, struct db_tx *tx, const struct message *m, const struct err_note *why)
{
	struct exchange *x = l->x;
	if (strcmp(m->type, "message.refused") == 0 || !exchange_link_out(x, m->origin))
		return 0;
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type, "reason",
		err_name(why->err), "where", why->text, "by", x->o.zone);
	if (!body)
		body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type, "reason",
			err_name(why->err), "where", "", "by", x->o.zone);
	struct exchange_draft *d = calloc(1, sizeof *d);
	struct err_note note = {0};
	int rc = d && body ? 0 : ERR_NOMEM;
	if (rc == 0) {
		d->type = "message.refused";
		d->dest = m->origin;
		d->tenant = m->tenant;
		d->body = body;
		for (size_t i = 0; i < m->nkeys; i++) {
			d->keys[i].kind = m->keys[i].kind;
			d->keys[i].id = m->keys[i].id;
		}
		d->nkeys = m->nkeys;
		rc = exchange_put(x, tx, d, NULL, &note);
	}
	free(d);
	json_decref(body);
	return rc;
}

static const struct exchange_handler *handler_find(const struct exchange *x, const char *type)
{
	for (size_t i = 0; i < x->o.nhandlers; i++)
		if (strcmp(x->o.handlers[i].type, type) == 0)
			return &x->o.handlers[i];
	return NULL;
}

/* A guard's record that stands for a message it refused: same id as the one it names. */
static bool stands_for_refused(const struct message *m)
{
	return strcmp(m->type, "message.refused") == 0 && strcmp(json_str(m->body, "message"), m->id.s) == 0;
}

static int effect(struct link_state *l, struct db_tx *tx, const struct incoming *in, bool predecessor_refused,
	struct err_note *why)
{
	const struct message *m = in->m;
	struct exchange *x = l->x;
	const struct exchange_handler *h = handler_find(x, m->type);
	if (stands_for_refused(m))
		return err_set(why, ERR_REFUSED, "%.40s by %.20s: %.150s", json_str(m->body, "reason"),
			json_str(m->body, "by"), json_str(m->body, "where"));
	if (strcmp(m->dest, x->o.zone) != 0)
		return err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone);
	int rc = catalogue_check(x->o.catalogue, m, l->c.link, l->c.peer, why);
	if (rc == 0 && predecessor_refused && !catalogue_follows_refused(x->o.catalogue, m->type))
		rc = err_set(why, ERR_REFUSED, "an earlier message on its order key was refused");
	if (rc == 0 && !h)
		rc = err_set(why, ERR_TYPE, "%s: not taken in this zone", m->type);
	if (rc < 0)
		return rc;
	db_tx_set_tenant(tx, m->tenant);
	rc = h->apply(tx, m, in->refs, x->o.arg, why);
	return rc;
}

static int verdict_write(struct db_tx *tx, const struct message *m, const char *state, const char *reason)
{
	struct db_query *q = db_query(tx, &inbox_verdict);
	db_bind_text(q, "message", m->id.s);
	db_bind_text(q, "state", state);
	db_bind_text(q, "reason", reason);
	return db_exec(q);
}

/* One effect: in a savepoint, so that a refused one leaves nothing but its verdict. */
static int apply(struct link_state *l, struct db_tx *tx, const struct incoming *in, bool predecessor_refused)
{
	struct err_note why = {0};
	char reason[300];
	int rc = db_savepoint(tx);
	if (rc < 0)
		return rc;
	int done = effect(l, tx, in, predecessor_refused, &why);
	db_tx_set_tenant(tx, "");
	rc = done == 0 ? db_release(tx) : db_rollback_to(tx);
	if (rc < 0)
		return rc;
	if (done == 0) {
		rc = verdict_write(tx, in->m, "applied", "");
		return rc == 0 ? keys_advance(l, tx, in->m, false) : rc;
	}
	/* Not the message's fault: nothing is recorded, the whole bundle is tried again. */
	if (err_fault(done) != ERR_FAULT_PEER)
		return done;
	if (why.err != done)
		err_set(&why, done, "%s", err_text(done));
	snprintf(reason, sizeof reason, "%s: %s", err_name(done), why.text);
	log_warn("message-refused", "link=%s message=%s type=%s reason=%s", l->c.link, in->m->id.s,
		in->m->type, err_name(done));
	rc = verdict_write(tx, in->m, "refused", reason);
	if (rc == 0)
		rc = keys_advance(l, tx, in->m, true);
	return rc == 0 ? refusal_send(l, tx, in->m, &why) : rc;
}

static int row_insert(
	struct link_state *l, struct db_tx *tx, const struct incoming *in, int64_t seq, bool waiting)
{
	const struct message *m = in->m;
	struct buf sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = waiting ? vault_seal(l->x->o.vault, "inbox", "body", m->id.s, in->bytes, &sealed) : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &inbox_insert);
		db_bind_text(q, "message", m->id.s);
		db_bind_text(q, "link", l->c.link);
		db_bind_text(q, "owner", m->tenant);
		db_bind_text(q, "type", m->type);
		db_bind_int(q, "epoch", m->epoch);
		db_bind_int(q, "seq", seq);
		db_bind_text(q, "state", "waiting");
		db_bind_text(q, "reason", "");
		db_bind_text(q, "body", waiting ? (const char *)sealed.p : NULL);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

static int wait_store(struct link_state *l, struct db_tx *tx, const struct incoming *in)
{
	const struct message *m = in->m;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nattachments; i++) {
		struct db_query *q = db_query(tx, &inbox_attachment_insert);
		db_bind_text(q, "message", m->id.s);
		db_bind_int(q, "i", (int64_t)i);
		db_bind_int(q, "size", in->refs[i].size);
		db_bind_digest(q, "digest", &in->refs[i].digest);
		db_bind_digest(q, "blob", &in->refs[i].name);
		db_bind_text(q, "blob_key", in->refs[i].wrapped_key);
		rc = db_exec(q);
	}
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		struct db_query *q = db_query(tx, &inbox_wait_insert);
		db_bind_text(q, "link", l->c.link);
		db_bind_int(q, "epoch", m->epoch);
		db_bind_text(q, "kind", m->keys[i].kind);
		db_bind_text(q, "id", m->keys[i].id);
		db_bind_int(q, "n", m->keys[i].n);
		db_bind_text(q, "message", m->id.s);
		rc = db_exec(q);
	}
	return rc;
}

static int refs_load(struct db_tx *tx, const char *id, struct blob_ref *refs)
{
	struct db_query *q = db_query(tx, &inbox_attachment_list);
	size_t n = 0;
	int rc;
	db_bind_text(q, "message", id);
	while ((rc = db_step(q)) == 1 && n < MESSAGE_ATTACHMENTS_MAX) {
		struct blob_ref *r = &refs[n++];
		struct view d = db_blob(q, 1), b = db_blob(q, 2);
		REQUIRE(d.n == sizeof r->digest.b && b.n == sizeof r->name.b);
		r->size = db_int(q, 0);
		memcpy(r->digest.b, d.p, d.n);
		memcpy(r->name.b, b.p, b.n);
		snprintf(r->wrapped_key, sizeof r->wrapped_key, "%s", db_text(q, 3));
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

struct released {
	struct buf bytes;
	struct message m;
	struct blob_ref refs[MESSAGE_ATTACHMENTS_MAX];
};

/* Loads a waiting message; 0 found, ERR_NOTFOUND. */
static int waiting_load(struct link_state *l, struct db_tx *tx, const char *id, struct released *r)
{
	struct db_query *q = db_query(tx, &inbox_waiting);
	db_bind_text(q, "message", id);
	int rc = db_step(q);
	if (rc == 1)
		rc = vault_unseal(l->x->o.vault, "inbox", "body", id, db_text(q, 1), &r->bytes);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	if (rc == 0)
		rc = message_decode(buf_view(&r->bytes), &r->m, NULL);
	return rc == 0 ? refs_load(tx, id, r->refs) : rc;
}

static int next_waiting(
	struct link_state *l, struct db_tx *tx, const struct message *m, size_t i, char id[static 37])
{
	struct db_query *q = db_query(tx, &inbox_wait_next);
	db_bind_text(q, "link", l->c.link);
	db_bind_int(q, "epoch", m->epoch);
	db_bind_text(q, "kind", m->keys[i].kind);
	db_bind_text(q, "id", m->keys[i].id);
	db_bind_int(q, "n", m->keys[i].n + 1);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(id, 37, "%s", db_text(q, 0));
	db_done(q);
	return rc;
}

static int wait_delete(struct db_tx *tx, const char *id)
{
	struct db_query *q = db_query(tx, &inbox_wait_delete);
	db_bind_text(q, "message", id);
	return db_exec(q);
}

/* What became ready behind `m` is applied, and what that makes ready in turn. */
static int release(struct link_state *l, struct db_tx *tx, const struct message *m)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		char id[37];
		bool predecessor_refused;
		rc = next_waiting(l, tx, m, i, id);
		if (rc <= 0)
			continue;
		struct released *r = calloc(1, sizeof *r);
		if (!r)
			return ERR_NOMEM;
		buf_init(&r->bytes, MESSAGE_BYTES_MAX);
		rc = waiting_load(l, tx, id, r);
		if (rc == 0 && (rc = keys_ready(l, tx, &r->m, &predecessor_refused)) == 1) {
			struct incoming in = {&r->m, buf_view(&r->bytes), r->refs};
			rc = wait_delete(tx, id);
			if (rc == 0)
				rc = apply(l, tx, &in, predecessor_refused);
			if (rc == 0)
				rc = release(l, tx, &r->m);
		}
		message_fini(&r->m);
		buf_fini(&r->bytes);
		free(r);
	}
	return rc < 0 ? rc : 0;
}

int inbox_take(struct link_state *l, struct db_tx *tx, const struct incoming *in, int64_t seq)
{
	int64_t known;
	bool predecessor_refused;
	struct db_query *q = db_query(tx, &inbox_known);
	db_bind_text(q, "message", in->m->id.s);
	int rc = db_one_int(q, &known);
	if (rc < 0 || known)
		return rc < 0 ? rc : streams_count(tx, l->c.link, STREAMS_DUPLICATED, 1);
	int ready = keys_ready(l, tx, in->m, &predecessor_refused);
	if (ready < 0)
		return ready;
	rc = row_insert(l, tx, in, seq, !ready);
	if (rc == 0 && !ready)
		return wait_store(l, tx, in);
	if (rc == 0)
		rc = apply(l, tx, in, predecessor_refused);
	return rc == 0 ? release(l, tx, in->m) : rc;
}
