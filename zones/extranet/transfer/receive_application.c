#include "common/workflow/agent.h"
#include "common/workflow/record.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/domain/consent_joint.h"
#include "zones/extranet/store/face.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/party_signature.h"
#include "zones/extranet/store/push.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/signed_paper.h"
#include "zones/extranet/store/terms.h"
#include "zones/extranet/transfer/intake.h"
#include "zones/extranet/transfer/mandated.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNED_TEXT_MAX (2 << 20)

struct incoming {
	struct intake in;
	const json_t *signatures;
};

static bool face_needed(const struct incoming *x)
{
	const struct config_list *l = &x->in.r->config->face_businesses;
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], "*") == 0 || strcmp(l->v[i], x->in.b->code) == 0)
			return true;
	return false;
}

/* 人脸比对: where it is demanded, and wherever it came. */
static int party_face(struct incoming *x, struct db_tx *tx, size_t n, const json_t *s,
	const struct consent_person *person, const char *created, struct err_note *note)
{
	const json_t *o = json_object_get(s, "face");
	struct face_result r = {
		json_str(o, "statement"), json_str(o, "signature"), json_str(o, "certificate")};
	struct face_fact f;
	if (!o || !x->in.r->face)
		return face_needed(x) ? err_set(note, ERR_SIGNATURE,
						"body.signatures: party %zu has no face comparison", n)
				      : 0;
	int rc = face_check(x->in.r->face, buf_view(&x->in.canonical), &r, person, created, &f, note);
	if (rc == 0)
		rc = face_add(tx, x->in.r->service->vault, x->in.row.id, (int)n, &r, &f);
	return rc == ERR_EXISTS ? err_set(note, ERR_REFUSED,
					  "body.signatures: face comparison of party %zu was used before", n)
				: rc;
}

/* Whether the same signature already stands for an earlier party: one person signs once, also for others. */
static bool signed_earlier(const struct incoming *x, const json_t *s, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const json_t *one = consent_find(x->signatures, k);
		if (one && strcmp(json_str(one, "token"), json_str(s, "token")) == 0)
			return true;
	}
	return false;
}

/* 询问笔录: what the party signed is the form with its answers, which the business asks for and lets pass. */
static int signed_text(struct incoming *x, size_t n, const json_t *s, struct buf *text, struct err_note *note)
{
	const json_t *record = json_object_get(s, "record");
	int rc = record_check(x->in.b, x->in.form, record, n, NULL, note);
	if (rc == ERR_SCHEMA)
		return note ? (note->err = ERR_REFUSED) : ERR_REFUSED;
	return rc == 0 ? record_text(x->in.form, record, text) : rc;
}

/* A token is taken once; under a batch, once for each place. */
static void token_once(const struct uuid *nonce, const json_t *joint, char out[static 64])
{
	if (joint)
		snprintf(out, 64, "%s/%lld", nonce->s, (long long)json_int(joint, "index"));
	else
		snprintf(out, 64, "%s", nonce->s);
}

/* Batch that the first party signed under, which party_check judges. New reference, NULL none. */
static json_t *batch_of(const json_t *signatures)
{
	const json_t *joint = json_object_get(consent_find(signatures, 0), "batch");
	json_t *text = NULL, *id = NULL;
	if (joint && json_parse(view_str(json_str(joint, "text")), 1024, &text, NULL) == 0 &&
		uuid_valid(json_str(text, "batch")))
		id = json_incref(json_object_get(text, "batch"));
	json_decref(text);
	return id;
}

static int party_check(struct incoming *x, struct db_tx *tx, size_t n, const json_t *p, const char *created,
	struct case_party *out, struct err_note *note)
{
	const struct business_role *role = business_role_find(x->in.b, out->role);
	const json_t *s = consent_find(x->signatures, n), *signer = agent_signer(p);
	if (!s)
		return role->signs
			       ? err_set(note, ERR_SIGNATURE, "body.signatures: party %zu has not signed", n)
			       : 0;
	const struct consent_signature sig = consent_signature_of(s);
	struct consent_person person = {
		json_str(signer, "name"), json_str(signer, "id_kind"), json_str(signer, "id_number")};
	const json_t *joint = json_object_get(s, "batch");
	struct uuid nonce, batch;
	struct digest cert;
	struct buf text;
	char once[64];
	buf_init(&text, SIGNED_TEXT_MAX);
	int rc = signed_text(x, n, s, &text, note);
	if (rc == 0 && joint)
		rc = consent_joint_signer(p, note);
	if (rc == 0 && joint)
		rc = consent_joint_check(
			x->in.r->service->suite, joint, buf_view(&text), x->in.form, &batch, note);
	if (rc == 0)
		rc = consent_check(x->in.r->identity,
			joint ? view_str(json_str(joint, "text")) : buf_view(&text), &sig, &person, created,
			&nonce, &cert, note);
	buf_fini(&text);
	const struct mandated m = {x->in.row.id, x->in.b->code, json_str(x->in.form, "unit_code"), p, s, n,
		buf_view(&x->in.canonical), created};
	if (rc == 0)
		rc = mandated_check(x->in.r, tx, &m, note);
	if (rc < 0)
		return rc;
	digest_hex(&cert, out->person_certificate);
	if (signed_earlier(x, s, n))
		return 0;
	token_once(&nonce, joint, once);
	rc = case_take_nonce(tx, once, x->in.row.id);
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_REFUSED, "body.signatures: token of party %zu was used before", n);
	if (rc == 0)
		rc = party_signature_add(tx, x->in.r->service->vault, x->in.row.id, (int)n, once, s);
	return rc == 0 ? party_face(x, tx, n, s, &person, created, note) : rc;
}

static int parties_store(struct incoming *x, struct db_tx *tx, const char *created, struct err_note *note)
{
	size_t n;
	const json_t *p;
	char day[11];
	int64_t at = 0;
	int rc = consent_fresh(created, time_now_ms(), note);
	if (rc == 0)
		rc = time_parse(created, &at);
	time_date_cst(at, day);
	if (rc == 0)
		rc = agent_check_form(x->in.b, x->in.form, day, NULL, note);
	if (rc < 0)
		return rc;
	json_array_foreach(json_object_get(x->in.form, "parties"), n, p)
	{
		struct case_party party;
		intake_party(p, created, &party);
		rc = party_check(x, tx, n, p, created, &party, note);
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

/* ---- 补正: the answer brings what is new; what stands is named by its digest */
struct answer {
	struct incoming *x;
	const struct message *m;
	const struct blob_ref *blobs;
	struct resubmission_material *standing;
	size_t nstanding, taken; /* taken: attachments */
	int64_t round;
	int next;
	json_t *replaced; /* [{"code","old","new"}] */
};

static struct resubmission_material *standing_find(
	const struct answer *a, const char *code, const struct digest *d)
{
	for (size_t i = 0; i < a->nstanding; i++)
		if (!a->standing[i].used && strcmp(a->standing[i].code, code) == 0 &&
			(!d || digest_eq(&a->standing[i].digest, d)))
			return &a->standing[i];
	return NULL;
}

static int material_new(struct answer *a, struct db_tx *tx, const json_t *one, const struct digest *d)
{
	const struct message *m = a->m;
	struct case_material material = {.code = ""};
	if (a->taken == m->nattachments || !digest_eq(&m->attachments[a->taken].digest, d))
		return ERR_DIGEST;
	material.ref = a->blobs[a->taken];
	snprintf(material.code, sizeof material.code, "%s", json_str(one, "code"));
	snprintf(material.name, sizeof material.name, "%s", m->attachments[a->taken].name);
	snprintf(material.media, sizeof material.media, "%s", m->attachments[a->taken].media);
	a->taken++;
	int rc = case_add_material(tx, a->x->in.row.id, a->next, &material);
	if (rc == 0)
		rc = resubmission_mark_material(tx, a->x->in.row.id, a->next, a->round);
	a->next++;
	return rc;
}

/* What neither stays nor is new has been taken away: the trace names old and new, one beside the other. */
static int material_ends(struct answer *a, struct db_tx *tx)
{
	for (size_t i = 0; i < a->nstanding; i++) {
		struct resubmission_material *old = &a->standing[i];
		char hex[DIGEST_HEX];
		json_t *one = NULL;
		size_t k;
		if (old->used)
			continue;
		digest_hex(&old->digest, hex);
		int rc = resubmission_end_material(tx, a->x->in.row.id, old->n, a->round);
		if (rc < 0)
			return rc;
		json_array_foreach(a->replaced, k, one) if (strcmp(json_str(one, "code"), old->code) == 0 &&
							    !*json_str(one, "old")) break;
		if (k < json_array_size(a->replaced))
			json_object_set_new(one, "old", json_string(hex));
		else
			json_array_append_new(a->replaced,
				json_pack("{s:s,s:s,s:s}", "code", old->code, "old", hex, "new", ""));
	}
	return 0;
}

static int materials_again(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	const json_t *list = json_object_get(a->x->in.form, "materials"), *one;
	size_t i;
	int rc = resubmission_standing(tx, a->x->in.row.id, &a->standing, &a->nstanding, &a->next);
	if (rc < 0)
		return rc;
	json_array_foreach(list, i, one)
	{
		struct digest d;
		if (digest_parse(json_str(one, "digest"), &d) < 0)
			return err_set(note, ERR_SCHEMA, "body.form.materials[%zu].digest: not one", i);
		struct resubmission_material *stands = standing_find(a, json_str(one, "code"), &d);
		if (stands) {
			stands->used = true;
			continue;
		}
		rc = material_new(a, tx, one, &d);
		if (rc == ERR_DIGEST)
			return err_set(note, rc, "materials[%zu]: neither here nor among the attachments", i);
		if (rc < 0)
			return rc;
		json_array_append_new(a->replaced, json_pack("{s:s,s:s,s:s}", "code", json_str(one, "code"),
							   "old", "", "new", json_str(one, "digest")));
	}
	if (a->taken != a->m->nattachments)
		return err_set(note, ERR_SCHEMA, "attachments: more than the parties signed for");
	return material_ends(a, tx);
}

static int answer_tell(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	struct case_row *c = &a->x->in.row;
	enum case_state to;
	const bool accepted = c->deadline[0] != '\0'; /* its term stood still while it was asked */
	json_t *detail = json_pack("{s:I,s:O}", "round", (json_int_t)a->round, "replaced", a->replaced);
	int rc = detail ? case_state_next(c->state, CASE_DO_RESUBMIT, (struct case_needs){false, false},
				  (struct case_has){c->has_tax, c->has_cadastral, accepted}, &to, note)
			: ERR_NOMEM;
	if (rc == 0 && accepted)
		rc = terms_go_on(a->x->in.r, tx, c, "portal", note);
	if (rc == 0)
		rc = case_move(tx, c, -1, to, "portal", "");
	if (rc == 0)
		rc = push_changed(a->x->in.r, tx, c);
	if (rc == 0)
		rc = progress_put(a->x->in.r, tx, c, "", NULL);
	if (rc == 0)
		rc = audit_record(tx, "system", "case.resubmitted", c->number, detail);
	json_decref(detail);
	return rc;
}

static int application_again(struct incoming *x, struct db_tx *tx, const struct message *m,
	const struct blob_ref *attachments, struct err_note *note)
{
	struct answer a = {.x = x, .m = m, .blobs = attachments, .replaced = json_array()};
	int rc = a.replaced ? intake_again(&x->in, tx, &a.round, note) : ERR_NOMEM;
	if (rc == 0)
		rc = parties_store(x, tx, m->created, note);
	if (rc == 0)
		rc = materials_again(&a, tx, note);
	if (rc == 0)
		rc = signed_paper_put(x->in.r, tx, &x->in.row, x->in.b, x->in.form, x->signatures, note);
	if (rc == 0)
		rc = answer_tell(&a, tx, note);
	json_decref(a.replaced);
	free(a.standing);
	return rc;
}

int receive_application(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct incoming x = {.signatures = json_object_get(m->body, "signatures")};
	struct case_row before;
	intake_init(&x.in, registry_of(arg), json_object_get(m->body, "form"), "portal", "portal");
	x.in.portal = m->origin;
	json_t *batch = batch_of(x.signatures);
	x.in.batch = batch ? json_string_value(batch) : "";
	int rc = case_get(tx, json_str(x.in.form, "application"), &before);
	if (rc == 0 && before.state == CASE_CORRECTION) {
		rc = application_again(&x, tx, m, attachments, note);
	} else if (rc == 0 || rc == ERR_NOTFOUND) {
		rc = intake_store(&x.in, tx, note);
		if (rc == 0)
			rc = parties_store(&x, tx, m->created, note);
		if (rc == 0)
			rc = materials_store(&x, tx, m, attachments, note);
		if (rc == 0)
			rc = signed_paper_put(x.in.r, tx, &x.in.row, x.in.b, x.in.form, x.signatures, note);
		if (rc == 0)
			rc = receive_delivery_form(x.in.r, tx, &x.in.row, x.in.form, note);
	}
	json_decref(batch);
	intake_fini(&x.in);
	return rc;
}
