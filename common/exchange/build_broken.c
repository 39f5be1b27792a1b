#include "common/exchange/build_broken.h"

#include "common/log/log.h"
#include <stdlib.h>

DB_STMT_CROSS(
	outbox_broken, "UPDATE outbox SET type = 'message.refused', body = :body, size = :size WHERE n = :n");
DB_STMT_CROSS(outbox_broken_attachments, "DELETE FROM outbox_attachment WHERE message = :message");

struct broken {
	struct build *b;
	struct outgoing *o;
};

/* A record takes its place, under its numbers: the receiver's followers go on, and it stands in the log. */
static int replace(struct db_tx *tx, void *arg)
{
	struct broken *k = arg;
	struct exchange *x = k->b->l->x;
	struct message *m = calloc(2, sizeof *m), *r = m ? m + 1 : NULL;
	struct buf bytes, sealed;
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	buf_init(&sealed, 4 * MESSAGE_BYTES_MAX);
	int rc = m ? message_decode(buf_view(&k->o->bytes), m, NULL) : ERR_NOMEM;
	if (rc == 0)
		rc = message_make_refusal(
			m, k->b->broken_err, "an attachment is damaged at its origin", x->o.zone, r);
	if (rc == 0) {
		rc = message_encode(r, &bytes);
		json_decref(r->body);
	}
	if (rc == 0)
		rc = vault_seal(x->o.vault, "outbox", "body", k->o->id, buf_view(&bytes), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outbox_broken);
		db_bind_int(q, "n", k->o->n);
		db_bind_textn(q, "body", buf_view(&sealed));
		db_bind_int(q, "size", (int64_t)bytes.n);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = link_out_queue(tx, k->b->l->c.link, 0, (int64_t)bytes.n - k->o->size);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outbox_broken_attachments);
		db_bind_text(q, "message", k->o->id);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = audit_record(tx, "system", "message.broken", k->o->id, NULL);
	if (m)
		message_fini(m);
	free(m);
	buf_fini(&bytes);
	buf_fini(&sealed);
	return rc;
}

int build_broken(struct build *b)
{
	struct broken k = {b, &b->v[b->broken]};
	log_error("message-broken", "link=%s message=%s error=%s", b->l->c.link, k.o->id,
		err_name(b->broken_err));
	return db_write(b->l->x->o.db, "", replace, &k);
}
