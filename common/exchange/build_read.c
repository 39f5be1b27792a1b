#include "common/exchange/build_read.h"

#include "common/bundle/bundle_limits.h"
#include "common/db/db_rows.h"
#include "common/exchange/epoch_out.h"
#include "common/exchange/stream_store.h"
#include "common/exchange/witness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOIDS_AT_ONCE 64
#define TAKES_TURN 8 /* every so many bundles what can wait goes before what came first */

/* A message of each class in turn: nothing waits for ever behind what is more urgent. */
DB_STMT_CROSS(outbox_next,
	"SELECT n, message, type, body, size FROM outbox WHERE dest = :dest AND state = 'queued' AND "
	"priority >= :least ORDER BY priority, n LIMIT :max");
DB_STMT_CROSS(outbox_attachments,
	"SELECT size, digest, blob, blob_key FROM outbox_attachment WHERE message = :message ORDER BY i");
DB_STMT_CROSS(bundle_out_voids, "SELECT epoch, seq, identity FROM bundle_out WHERE link = :link AND state = "
				"'lost' ORDER BY epoch, seq LIMIT :max");

int build_new(struct link_state *l, bool tick, struct build **out)
{
	struct build *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	b->l = l;
	b->tick = tick;
	b->max = tick ? 0 : (size_t)l->c.group_messages;
	b->v = calloc(b->max + 1, sizeof *b->v);
	if (!b->v) {
		free(b);
		return ERR_NOMEM;
	}
	manifest_init(&b->m);
	*out = b;
	return 0;
}

void build_free(struct build *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++) {
		buf_fini(&b->v[i].bytes);
		free(b->v[i].refs);
	}
	free(b->v);
	manifest_fini(&b->m);
	free(b);
}

static int refs_read(struct db_tx *tx, struct outgoing *o)
{
	struct db_query *q = db_query(tx, &outbox_attachments);
	int rc;
	db_bind_text(q, "message", o->id);
	while ((rc = db_step(q)) == 1 && o->nrefs < MESSAGE_ATTACHMENTS_MAX) {
		if (!o->refs && !(o->refs = calloc(MESSAGE_ATTACHMENTS_MAX, sizeof *o->refs))) {
			rc = ERR_NOMEM;
			break;
		}
		struct blob_ref *r = &o->refs[o->nrefs++];
		db_blob_ref(q, 0, r);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* The types of a manifest are counted: no more than it has room for. */
static bool type_fits(char types[][48], size_t *n, const char *type)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(types[i], type) == 0)
			return true;
	if (*n == MANIFEST_TYPES_MAX)
		return false;
	snprintf(types[(*n)++], sizeof types[0], "%s", type);
	return true;
}

/* Closes before it is too large, unless one message alone is. */
static int queue_read(struct db_tx *tx, struct build *b, int64_t least)
{
	char types[MANIFEST_TYPES_MAX][48];
	size_t ntypes = 0, nrefs = 0, text = 0;
	struct db_query *q = db_query(tx, &outbox_next);
	int rc = 0;
	db_bind_text(q, "dest", b->l->c.peer);
	db_bind_int(q, "least", least);
	db_bind_int(q, "max", (int64_t)b->max);
	while (b->n < b->max && (rc = db_step(q)) == 1) {
		struct outgoing *o = &b->v[b->n];
		o->size = db_int(q, 4);
		if (b->n && (b->bytes + o->size > b->l->c.group_bytes ||
				    !type_fits(types, &ntypes, db_text(q, 2))))
			break;
		if (b->n == 0)
			(void)type_fits(types, &ntypes, db_text(q, 2));
		b->n++;
		o->n = db_int(q, 0);
		snprintf(o->id, sizeof o->id, "%s", db_text(q, 1));
		buf_init(&o->bytes, MESSAGE_BYTES_MAX);
		rc = vault_unseal(b->l->x->o.vault, "outbox", "body", o->id, db_text(q, 3), &o->bytes);
		if (rc == 0)
			rc = refs_read(tx, o);
		if (rc < 0)
			break;
		text += o->bytes.n;
		nrefs += o->nrefs;
		b->bytes += o->size;
		if (b->n > 1 && (text > BUNDLE_MESSAGES_BYTES_MAX || nrefs > BUNDLE_ATTACHMENTS_MAX)) {
			b->bytes -= o->size;
			b->n--;
			buf_fini(&o->bytes);
			free(o->refs);
			memset(o, 0, sizeof *o);
			break;
		}
	}
	b->full = rc == 1;
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int messages_read(struct db_tx *tx, struct build *b)
{
	int rc = 0;
	/* Every so often the last class that has something goes first. */
	int64_t least = b->l->bundles % TAKES_TURN == TAKES_TURN - 1 ? 2 : 0;
	for (; rc == 0 && b->n == 0 && least >= 0; least--)
		rc = queue_read(tx, b, least);
	b->full |= b->n == b->max;
	return rc;
}

static void asks_read(struct build *b)
{
	struct ask_out out[64];
	size_t n = ask_queue_take(b->l->x->ask_queue, b->l, out, b->max < 64 ? b->max : 64);
	for (size_t i = 0; i < n; i++) {
		struct outgoing *o = &b->v[b->n++];
		snprintf(o->id, sizeof o->id, "%s", out[i].id.s);
		o->bytes = out[i].bytes;
		b->bytes += (int64_t)o->bytes.n;
		if (out[i].deadline_ms > b->deadline_ms)
			b->deadline_ms = out[i].deadline_ms;
	}
	b->full = n == 64;
	if (n)
		b->m.kind = MANIFEST_MESSAGES;
}

static int voids_read(struct db_tx *tx, struct build *b)
{
	struct db_query *q = db_query(tx, &bundle_out_voids);
	int rc;
	db_bind_text(q, "link", b->l->c.link);
	db_bind_int(q, "max", VOIDS_AT_ONCE);
	while ((rc = db_step(q)) == 1) {
		struct manifest_void *v = &b->m.voids[b->m.nvoids++];
		v->epoch = db_int(q, 0);
		v->seq = db_int(q, 1);
		db_digest(q, 2, &v->identity);
	}
	b->full = b->m.nvoids == VOIDS_AT_ONCE;
	db_done(q);
	return rc;
}

/* The first number of a new epoch is its statement: what its sender knows it sent before. */
static int content_read(struct db_tx *tx, struct build *b)
{
	b->m.kind = MANIFEST_TICK;
	if (b->tick)
		return 0;
	if (b->out.epoch > 1 && b->out.seq == 0) {
		b->m.kind = MANIFEST_EPOCH;
		b->full = true;
		int rc = epoch_out_before(tx, b->l->c.link, b->out.epoch, &b->m.statement.previous_epoch,
			&b->m.statement.last_seq, &b->m.statement.last);
		if (rc == 0 && b->m.statement.last_seq == 0)
			b->m.statement.previous_epoch = b->out.epoch - 1;
		return rc;
	}
	int rc = voids_read(tx, b);
	if (rc == 0 && b->m.nvoids)
		b->m.kind = MANIFEST_VOID;
	if (rc < 0 || b->m.nvoids)
		return rc;
	b->asks = ask_queue_any(b->l->x->ask_queue, b->l);
	if (!b->asks) {
		b->store_full = b->l->c.sent_max > 0 && b->out.kept_bytes >= b->l->c.sent_max;
		rc = b->store_full ? 0 : messages_read(tx, b);
	}
	if (b->n)
		b->m.kind = MANIFEST_MESSAGES;
	return rc;
}

static int snapshot(struct db_tx *tx, void *arg)
{
	struct build *b = arg;
	int rc = link_out_load(tx, b->l->c.link, &b->out);
	if (rc == 0)
		rc = stream_tell(b->l->x, tx, b->l->c.ack_of, b->l->ack_turn, &b->m.ack, &b->ack_turns);
	if (rc == 0)
		rc = witness_read(tx, b);
	return rc == 0 ? content_read(tx, b) : rc;
}

int build_read(struct build *b)
{
	int rc = db_read(b->l->x->o.db, "", snapshot, b);
	if (rc == 0 && b->asks)
		asks_read(b);
	return rc;
}
