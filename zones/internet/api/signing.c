/* A party brings the signature back from the identity platform. Only what this zone can tell is checked here;
 * the registry decides. */
#include "common/workflow/agent.h"
#include "zones/internet/api/record.h"
#include "zones/internet/api/withdrawal.h"
#include "zones/internet/store/face.h"
#include "zones/internet/store/mandate.h"
#include "zones/internet/store/party.h"
#include "zones/internet/store/port.h"
#include "zones/internet/transfer/face.h"
#include "zones/internet/transfer/submit.h"
#include <stdio.h>
#include <string.h>

struct signing {
	struct portal *p;
	struct service *s;
	const char *id;
	const struct http_account *who;
	const json_t *body;
	const char *text; /* canonical JSON of the body, stored */
	json_t *form;
	int64_t remaining;
	const char *over, *own_hex; /* api_sign */
	char digest[DIGEST_HEX];    /* of the form */
	struct err_note note;
};

int api_token_check(const struct http_account *who, const json_t *signature, const char *what,
	const char *digest, struct err_note *note)
{
	json_t *token = NULL;
	int rc = json_parse(view_str(json_str(signature, "token")), 4096, &token, note);
	if (rc == 0 && strcmp(json_str(token, "form_digest"), digest) != 0)
		rc = err_set(note, ERR_SIGNATURE, "token.form_digest: another %s was signed", what);
	if (rc == 0 && strcmp(json_str(token, "id_number"), who->id_number) != 0)
		rc = err_set(note, ERR_SIGNATURE, "token.id_number: another person signed");
	json_decref(token);
	return rc;
}

/* Everything asked is answered, and the token speaks of this form with these answers and of this person;
 * otherwise the browser mixed something up and the person is told now. */
static int token_plausible(struct signing *g, struct db_tx *tx, const struct application *a)
{
	struct api_asked asked;
	struct buf text;
	char hex[DIGEST_HEX];
	bool ready = false;
	buf_init(&text, 2 << 20);
	json_decref(g->form);
	g->form = NULL;
	int rc = api_asked_load(g->p, tx, a, g->who, &asked);
	if (rc == 0)
		rc = api_asked_check(&asked, NULL, &ready);
	if (rc == 0 && !ready)
		rc = err_set(&g->note, ERR_STATE, "the questions are to be answered before signing");
	if (rc == 0)
		rc = api_asked_text(&asked, &text);
	if (rc == 0) {
		digest_hex_of(g->s->suite, buf_view(&text), hex);
		memcpy(g->digest, asked.digest, sizeof g->digest);
		g->form = json_incref(asked.form);
		if (g->over && strcmp(g->own_hex, hex) != 0)
			rc = err_set(&g->note, ERR_CONFLICT, "it was changed since the batch was signed");
		if (g->over)
			digest_hex_of(g->s->suite, view_str(g->over), hex);
	}
	if (rc == 0)
		rc = api_token_check(g->who, g->body, "form", hex, &g->note);
	api_asked_fini(&asked);
	buf_fini(&text);
	return rc;
}

/* 人脸比对 and 授权委托 of the party, where they are demanded. */
static int proofs_check(struct signing *g, struct db_tx *tx, const struct application *a, int first, int n)
{
	bool there = true;
	int rc = 0;
	/* One person's face is compared once, whomever else the person signs for. */
	if (n == first && face_demanded(g->p, a->business))
		rc = face_matches(tx, a->id, n, g->digest, &there);
	if (rc == 0 && !there)
		return err_set(&g->note, ERR_STATE, "the face is to be compared before signing");
	if (rc == 0 && agent_is(json_array_get(json_object_get(g->form, "parties"), (size_t)n), AGENT_POWER))
		rc = mandate_held(tx, a->id, n, g->digest, &there);
	return rc == 0 && !there
		       ? err_set(&g->note, ERR_STATE, "the power of attorney is to be checked first")
		       : rc;
}

/* One signature over the text stands for the person and for everybody the person acts for. */
static int sign_all(struct signing *g, struct db_tx *tx, const struct application *a, int first)
{
	struct vault_lookup person;
	int own[PARTIES_MAX];
	size_t k = 0;
	int rc = vault_find(g->s->vault, "id-number", g->who->id_number, &person);
	if (rc == 0)
		rc = party_signs_for(tx, a->id, &person, own, &k);
	if (rc == 0 && k == 0)
		rc = err_set(&g->note, ERR_STATE, "this party does not sign");
	for (size_t i = 0; rc == 0 && i < k; i++) {
		rc = proofs_check(g, tx, a, first, own[i]);
		if (rc == 0)
			rc = party_sign(tx, g->s->vault, a->id, own[i], g->text);
	}
	return rc == ERR_EXISTS ? err_set(&g->note, ERR_EXISTS, "signed already") : rc;
}

/* What waits for signatures is the form, or its withdrawal 撤回. */
static int sign_withdrawal(struct signing *g, struct db_tx *tx, const struct application *a)
{
	struct vault_lookup person;
	int own[PARTIES_MAX];
	struct api_signer by = {g->who, g->body, g->text, own, 0};
	int rc = g->over ? ERR_NOTFOUND : vault_find(g->s->vault, "id-number", g->who->id_number, &person);
	if (rc == 0)
		rc = party_signs_for(tx, a->id, &person, own, &by.nown);
	if (rc == 0)
		rc = api_withdrawal_sign(g->p, tx, a, &by, &g->remaining, &g->note);
	return rc == ERR_NOTFOUND ? err_set(&g->note, ERR_STATE, "nothing is to be signed now") : rc;
}

static int sign_run(struct db_tx *tx, void *arg)
{
	struct signing *g = arg;
	struct application a;
	int party = -1;
	int rc = application_get(tx, g->id, &a);
	if (rc == 0)
		rc = api_may_see(g->s, tx, g->who, &a, &party);
	if (rc < 0)
		return rc;
	if (party < 0)
		return err_set(&g->note, ERR_DENIED, "not a party of this application");
	/* A signature that arrived, and whose answer was lost, is handed in again: it is done. */
	int64_t same = 0;
	rc = party_has_signed(tx, g->s->vault, a.id, party, g->text, &same);
	if (rc < 0 || same)
		return rc < 0 ? rc : party_unsigned(tx, a.id, &g->remaining);
	if (strcmp(a.state, "signing") != 0)
		return sign_withdrawal(g, tx, &a);
	/* Of a row under way too, whoever signs it. */
	rc = *a.batch ? port_check(tx, a.owner, &g->note) : 0;
	if (rc == 0)
		rc = token_plausible(g, tx, &a);
	if (rc == 0)
		rc = sign_all(g, tx, &a, party);
	if (rc == 0)
		rc = audit_record(tx, g->who->user, "application.signed", a.id, NULL);
	if (rc == 0)
		rc = party_unsigned(tx, a.id, &g->remaining);
	/* The last signature submits. */
	return rc == 0 && g->remaining == 0 ? submit_application(g->p, tx, &a, &g->note) : rc;
}

/* What the authority says of every agent is fetched anew with each signature: what is sent in the end is of
 * the day, and who may no longer act is told now. */
static int powers_check(struct http_request *r, struct signing *g)
{
	json_t *rows = NULL;
	const json_t *row;
	size_t i;
	int rc = api_mandates_state(r, g->id, true, &rows, &g->note);
	json_array_foreach(rows, i, row) if (rc == 0 && *json_str(row, "problem")) rc =
		err_set(&g->note, ERR_REFUSED, "%s", json_str(row, "problem"));
	json_decref(rows);
	/* Not in signing: a repeat, or what sign_run refuses by its own words. */
	return rc == ERR_STATE || rc == ERR_NOTFOUND ? 0 : rc;
}

int api_sign(struct http_request *r, const char *application, const json_t *signature, const char *over,
	const char *own_hex)
{
	struct signing g = {.p = api_portal(r),
		.s = http_arg(r),
		.id = application,
		.who = http_user(r),
		.body = signature,
		.over = over,
		.own_hex = own_hex};
	struct buf text;
	buf_init(&text, 65536);
	int rc = offer_sync(g.p->offer);
	if (rc == 0)
		rc = json_canon(g.body, &text);
	if (rc == 0)
		rc = powers_check(r, &g);
	if (rc == 0) {
		g.text = (const char *)text.p;
		rc = account_write(r, sign_run, &g);
	}
	json_decref(g.form);
	buf_fini(&text);
	if (rc < 0)
		return g.note.err == rc ? http_fail_note(r, &g.note) : rc;
	return http_reply_json(
		r, 200, json_pack("{s:b,s:I}", "signed", 1, "remaining", (json_int_t)g.remaining));
}

int api_signature_check(const json_t *body, struct err_note *note)
{
	static const char *const keys[] = {
		"signature", "certificate", "token", "token_signature", "token_certificate", NULL};
	const char *value;
	int rc = json_only_keys(body, keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		rc = json_get_str(body, keys[i], 8192, &value, note);
	return rc;
}

int api_signature_add(struct http_request *r)
{
	struct err_note note = {0};
	int rc = api_signature_check(http_body(r), &note);
	return rc < 0 ? http_fail_note(r, &note) : api_sign(r, http_param(r, "id"), http_body(r), NULL, NULL);
}
