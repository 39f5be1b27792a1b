#include "common/message/format.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

#define FORM_MAX (1 << 20)

struct incoming {
	struct registry *r;
	const struct business *b;
	const json_t *form, *signatures;
	struct buf canonical;
	struct case_row row;
};

/* The signature of party `n`; NULL when there is none. */
static const json_t *signature_of(const json_t *signatures, size_t n)
{
	size_t i;
	const json_t *s;
	json_array_foreach(signatures, i, s) if (json_int(s, "party") == (int64_t)n) return s;
	return NULL;
}

static int party_check(struct incoming *in, struct db_tx *tx, size_t n, const json_t *p, const char *created,
	struct case_party *out, struct err_note *note)
{
	const struct business_role *role = business_role_find(in->b, json_str(p, "role"));
	const json_t *s = signature_of(in->signatures, n);
	memset(out, 0, sizeof *out);
	snprintf(out->role, sizeof out->role, "%s", json_str(p, "role"));
	snprintf(out->name, sizeof out->name, "%s", json_str(p, "name"));
	snprintf(out->id_kind, sizeof out->id_kind, "%s", json_str(p, "id_kind"));
	snprintf(out->id_number, sizeof out->id_number, "%s", json_str(p, "id_number"));
	out->share_num = json_int(p, "share_num");
	out->share_den = json_int(p, "share_den");
	snprintf(out->signed_at, sizeof out->signed_at, "%s", created);
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
		in->r->identity, buf_view(&in->canonical), &sig, &person, created, &nonce, &cert, note);
	if (rc < 0)
		return rc;
	digest_hex(&cert, out->person_certificate);
	rc = case_take_nonce(tx, nonce.s, in->row.id);
	return rc == ERR_EXISTS
		       ? err_set(note, ERR_REFUSED, "body.signatures: token of party %zu was used before", n)
		       : rc;
}

static int parties_store(struct incoming *in, struct db_tx *tx, const char *created, struct err_note *note)
{
	size_t n;
	const json_t *p;
	json_array_foreach(json_object_get(in->form, "parties"), n, p)
	{
		struct case_party party;
		int rc = party_check(in, tx, n, p, created, &party, note);
		if (rc == 0)
			rc = case_add_party(tx, in->r->service->vault, in->row.id, (int)n, &party);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Every material the parties signed for is there with the digest they signed, and nothing else. */
static int materials_store(struct incoming *in, struct db_tx *tx, const struct message *m,
	const struct blob_ref *blobs, struct err_note *note)
{
	const json_t *list = json_object_get(in->form, "materials"), *one;
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
		int rc = case_add_material(tx, in->row.id, (int)i, &material);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int form_check(struct incoming *in, struct db_tx *tx, struct err_note *note)
{
	in->b = business_find(in->r->businesses, json_str(in->form, "business"));
	if (!in->b || json_int(in->form, "business_version") != in->b->version)
		return err_set(
			note, ERR_REFUSED, "body.form.business: not offered by this office in this version");
	if (strcmp(json_str(in->form, "division"), db_tx_tenant(tx)) != 0)
		return err_set(note, ERR_REFUSED, "body.form.division: another office's");
	int rc = business_check_form(in->b, in->form, NULL, note);
	return rc < 0 ? rc : json_canon(in->form, &in->canonical);
}

static int row_make(struct incoming *in, struct db_tx *tx)
{
	struct case_row *c = &in->row;
	char date[11];
	struct buf mask;
	int64_t n;
	time_date_cst(time_now_ms(), date);
	int rc = book_series(tx, "case", date, 1, &n);
	if (rc < 0)
		return rc;
	number_case(db_tx_tenant(tx), date, n, c->number);
	snprintf(c->id, sizeof c->id, "%s", json_str(in->form, "application"));
	snprintf(c->business, sizeof c->business, "%s", in->b->code);
	snprintf(c->unit_code, sizeof c->unit_code, "%s", json_str(in->form, "unit_code"));
	snprintf(c->location, sizeof c->location, "%s",
		json_str(json_object_get(in->form, "fields"), "location"));
	time_text(time_now_ms(), c->received_at);
	c->business_version = in->b->version;
	c->state = CASE_SUBMITTED;
	c->version = 1;
	buf_init(&mask, sizeof c->applicant_mask - 1);
	rc = mask_name(json_str(json_array_get(json_object_get(in->form, "parties"), 0), "name"), &mask);
	if (rc == 0)
		snprintf(c->applicant_mask, sizeof c->applicant_mask, "%s", (const char *)mask.p);
	buf_fini(&mask);
	return rc;
}

static int case_store(struct incoming *in, struct db_tx *tx, struct err_note *note)
{
	int rc = case_insert(tx, in->r->service->vault, &in->row, (const char *)in->canonical.p);
	if (rc == 0)
		rc = flows_begin(in->r, tx, &in->row, note);
	if (rc == 0)
		rc = case_move(tx, &in->row, -1, CASE_SUBMITTED, "portal", "");
	if (rc == 0)
		rc = progress_put(in->r, tx, &in->row, "", NULL);
	return rc == 0 ? audit_record(tx, "system", "case.submitted", in->row.number, NULL) : rc;
}

int receive_application(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct incoming in = {.r = registry_of(arg),
		.form = json_object_get(m->body, "form"),
		.signatures = json_object_get(m->body, "signatures")};
	struct case_row before;
	buf_init(&in.canonical, FORM_MAX);
	int rc = form_check(&in, tx, note);
	if (rc == 0)
		rc = row_make(&in, tx);
	if (rc == 0 && case_get(tx, in.row.id, &before) == 0)
		rc = err_set(note, ERR_REFUSED,
			"body.form.application: there is a case of this application already");
	if (rc == 0)
		rc = case_store(&in, tx, note);
	if (rc == 0)
		rc = parties_store(&in, tx, m->created, note);
	if (rc == 0)
		rc = materials_store(&in, tx, m, attachments, note);
	buf_fini(&in.canonical);
	return rc;
}
