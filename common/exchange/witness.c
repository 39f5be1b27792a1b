#include "common/exchange/witness.h"

#include "common/audit/audit_anchor.h"
#include <string.h>

/* ---- sending */

int witness_read(struct db_tx *tx, struct build *b)
{
	return audit_anchor_last(tx, b->l->c.link, &b->witnessed);
}

int witness_carry(struct build *b)
{
	struct audit_anchor a;
	struct manifest *m = &b->m;
	if (!b->l->x->o.audit || m->kind == MANIFEST_TICK)
		return 0;
	audit_anchor_init(&a);
	int rc = audit_anchor_make(b->l->x->o.audit, b->witnessed, &a);
	if (rc == 0 && a.size != b->witnessed) {
		m->checkpoint.size = a.size;
		m->checkpoint.root = a.root;
		m->checkpoint.note = strdup((const char *)a.note.p);
		m->checkpoint.proof = strdup(a.proof.n ? (const char *)a.proof.p : "");
		rc = m->checkpoint.note && m->checkpoint.proof ? 0 : ERR_NOMEM;
	}
	audit_anchor_fini(&a);
	/* A log that has just begun has none yet. */
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static json_t *number_of(const struct manifest *m, const char *peer, size_t messages)
{
	return json_pack("{s:I,s:s,s:I,s:s,s:I}", "epoch", (json_int_t)m->epoch, "link", m->link, "messages",
		(json_int_t)messages, "peer", peer, "seq", (json_int_t)m->seq);
}

static int voids_add(json_t *detail, const struct manifest *m)
{
	json_t *list = json_array();
	int rc = list ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < m->nvoids; i++)
		if (json_array_append_new(list, json_pack("{s:I,s:I}", "epoch", (json_int_t)m->voids[i].epoch,
							"seq", (json_int_t)m->voids[i].seq)) < 0)
			rc = ERR_NOMEM;
	if (rc == 0 && json_object_set(detail, "voids", list) < 0)
		rc = ERR_NOMEM;
	json_decref(list);
	return rc;
}

static int record(struct db_tx *tx, const char *action, const struct digest *identity, json_t *detail)
{
	char hex[DIGEST_HEX];
	digest_hex(identity, hex);
	return audit_record(tx, "system", action, hex, detail);
}

int witness_sent(struct db_tx *tx, const struct build *b)
{
	json_t *detail = number_of(&b->m, b->l->c.peer, b->n);
	int rc = detail ? 0 : ERR_NOMEM;
	if (rc == 0 && b->m.nvoids)
		rc = voids_add(detail, &b->m);
	if (rc == 0)
		rc = record(tx, "bundle.sent", &b->identity, detail);
	if (rc == 0 && b->m.checkpoint.note)
		rc = audit_anchor_sent(tx, b->m.link, b->m.checkpoint.size);
	json_decref(detail);
	return rc;
}

/* ---- receiving */

static const struct trust *trust_of(const struct arrival *a)
{
	return a->l->c.origin_from ? a->l->c.origin_trust : a->l->c.in_trust;
}

static int anchor_take(struct db_tx *tx, const struct manifest *m, const struct audit_anchor_place *p,
	const struct trust *trust, struct view signer)
{
	struct audit_anchor x;
	if (!m->checkpoint.note || !*m->checkpoint.note)
		return audit_anchor_take(tx, p, NULL, trust, view_of(NULL, 0), NULL);
	audit_anchor_init(&x);
	x.size = m->checkpoint.size;
	x.root = m->checkpoint.root;
	int rc = buf_add_str(&x.note, m->checkpoint.note);
	if (rc == 0)
		rc = buf_add_str(&x.proof, m->checkpoint.proof);
	/* What is too long is no checkpoint: audit_anchor_take finds its form wrong. */
	if (rc == ERR_LIMIT)
		buf_reset(&x.note);
	if (rc == 0 || rc == ERR_LIMIT)
		rc = audit_anchor_take(tx, p, &x, trust, signer, NULL);
	audit_anchor_fini(&x);
	return rc;
}

/* The guard's checkpoint stands in this zone's log from now on, which other zones anchor. */
static int guard_note(json_t *detail, const struct manifest *hop)
{
	char hex[DIGEST_HEX];
	if (!hop->checkpoint.note || !*hop->checkpoint.note)
		return 0;
	digest_hex(&hop->checkpoint.root, hex);
	return json_object_set_new(detail, "guard",
		       json_pack("{s:s,s:s,s:I}", "head", hex, "log", hop->from, "size",
			       (json_int_t)hop->checkpoint.size)) < 0
		       ? ERR_NOMEM
		       : 0;
}

int witness_received(struct db_tx *tx, const struct arrival *a)
{
	const struct audit_anchor_place p = {a->l->c.link, a->m->epoch, a->m->seq};
	int rc = anchor_take(tx, a->m, &p, trust_of(a),
		a->l->c.origin_from ? bundle_origin_signer_pem(a->r) : bundle_signer_pem(a->r));
	if (rc < 0 || (a->n == 0 && a->m->kind == MANIFEST_MESSAGES))
		return rc;
	json_t *detail = number_of(a->m, a->l->c.peer, a->n);
	rc = detail ? 0 : ERR_NOMEM;
	if (rc == 0 && a->l->c.origin_from)
		rc = guard_note(detail, bundle_manifest(a->r));
	if (rc == 0)
		rc = record(tx, "bundle.received", a->identity, detail);
	json_decref(detail);
	return rc;
}

int witness_void(struct db_tx *tx, const struct arrival *a, const struct manifest_void *v)
{
	const struct audit_anchor_place p = {a->l->c.link, v->epoch, v->seq};
	return audit_anchor_void(tx, &p, trust_of(a), NULL);
}

int witness_guarded(struct db_tx *tx, const struct arrival *a)
{
	const struct manifest *hop = bundle_manifest(a->r);
	const struct audit_anchor_place p = {hop->from, hop->epoch, hop->seq};
	return anchor_take(tx, hop, &p, a->l->c.in_trust, bundle_signer_pem(a->r));
}

int witness_guard_close(struct db_tx *tx, const struct arrival *a, int64_t seq)
{
	const struct manifest *hop = bundle_manifest(a->r);
	const struct audit_anchor_place p = {hop->from, hop->epoch, seq};
	return audit_anchor_close(tx, &p, a->l->c.in_trust, NULL);
}
