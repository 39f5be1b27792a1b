#include "zones/extranet/domain/consent.h"
#include "zones/extranet/transfer/intake.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

struct incoming {
	struct intake in;
	const json_t *signatures;
};

/* The signature of party `n`; NULL when there is none. */
static const json_t *signature_of(const json_t *signatures, size_t n)
{
	size_t i;
	const json_t *s;
	json_array_foreach(signatures, i, s) if (json_int(s, "party") == (int64_t)n) return s;
	return NULL;
}

static int party_check(struct incoming *x, struct db_tx *tx, size_t n, const char *created,
	struct case_party *out, struct err_note *note)
{
	const struct business_role *role = business_role_find(x->in.b, out->role);
	const json_t *s = signature_of(x->signatures, n);
	if (!s)
		return role->signs
			       ? err_set(note, ERR_SIGNATURE, "body.signatures: party %zu has not signed", n)
			       : 0;
	struct consent_signature sig = {json_str(s, "signature"), json_str(s, "certificate"),
		json_str(s, "token"), json_str(s, "token_signature"), json_str(s, "token_certificate")};
	struct consent_person person = {out->name, out->id_kind, out->id_number};
	struct uuid nonce;
	struct digest cert;
	int rc = consent_check(
		x->in.r->identity, buf_view(&x->in.canonical), &sig, &person, created, &nonce, &cert, note);
	if (rc < 0)
		return rc;
	digest_hex(&cert, out->person_certificate);
	rc = case_take_nonce(tx, nonce.s, x->in.row.id);
	return rc == ERR_EXISTS
		       ? err_set(note, ERR_REFUSED, "body.signatures: token of party %zu was used before", n)
		       : rc;
}

static int parties_store(struct incoming *x, struct db_tx *tx, const char *created, struct err_note *note)
{
	size_t n;
	const json_t *p;
	json_array_foreach(json_object_get(x->in.form, "parties"), n, p)
	{
		struct case_party party;
		intake_party(p, created, &party);
		int rc = party_check(x, tx, n, created, &party, note);
		if (rc == 0)
			rc = case_add_party(tx, x->in.r->service->vault, x->in.row.id, (int)n, &party);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Every material the parties signed for is there with the digest they signed, and nothing else. */
static int materials_store(struct incoming *x, struct db_tx *tx, const struct message *m,
	const struct blob_ref *blobs, struct err_note *note)
{
	const json_t *list = json_object_get(x->in.form, "materials"), *one;
	size_t i;
	if (json_array_size(list) != m->nattachments)
		return err_set(note, ERR_SCHEMA, "attachments: %zu, the parties signed for %zu",
			m->nattachments, json_array_size(list));
	json_array_foreach(list, i, one)
	{
		char hex[DIGEST_HEX];
		digest_hex(&m->attachments[i].digest, hex);
		if (strcmp(hex, json_str(one, "digest")) != 0)
			return err_set(
				note, ERR_DIGEST, "attachments[%zu]: not the one the parties signed for", i);
		struct case_material material = {.ref = blobs[i]};
		snprintf(material.code, sizeof material.code, "%s", json_str(one, "code"));
		snprintf(material.name, sizeof material.name, "%s", m->attachments[i].name);
		snprintf(material.media, sizeof material.media, "%s", m->attachments[i].media);
		int rc = case_add_material(tx, x->in.row.id, (int)i, &material);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int receive_application(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct incoming x = {.signatures = json_object_get(m->body, "signatures")};
	intake_init(&x.in, registry_of(arg), json_object_get(m->body, "form"), "portal", "portal");
	int rc = intake_store(&x.in, tx, note);
	if (rc == 0)
		rc = parties_store(&x, tx, m->created, note);
	if (rc == 0)
		rc = materials_store(&x, tx, m, attachments, note);
	intake_fini(&x.in);
	return rc;
}
