/* A party brings the signature back from the identity platform. Only what this zone can tell is checked here;
 * the registry decides. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/face.h"
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
	int64_t remaining;
	char digest[DIGEST_HEX]; /* of the form */
	struct err_note note;
};

/* The token must speak of this form and this person; otherwise the browser mixed something up and the person
 * is told now. */
static int token_plausible(struct signing *g, struct db_tx *tx, const struct application *a)
{
	struct buf form;
	struct digest d;
	json_t *token = NULL;
	buf_init(&form, 1 << 20);
	int rc = application_form(tx, g->s->vault, a->id, &form);
	if (rc == 0)
		rc = json_parse(view_str(json_str(g->body, "token")), 4096, &token, &g->note);
	if (rc == 0) {
		digest_of(g->s->suite, buf_view(&form), &d);
		digest_hex(&d, g->digest);
		if (strcmp(json_str(token, "form_digest"), g->digest) != 0)
			rc = err_set(&g->note, ERR_SIGNATURE, "token.form_digest: another form was signed");
		else if (strcmp(json_str(token, "id_number"), g->who->id_number) != 0)
			rc = err_set(&g->note, ERR_SIGNATURE, "token.id_number: another person signed");
	}
	json_decref(token);
	buf_fini(&form);
	return rc;
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
		return err_set(&g->note, ERR_STATE, "nothing is to be signed now");
	rc = token_plausible(g, tx, &a);
	if (rc == 0 && face_demanded(g->p, a.business)) {
		bool matches = false;
		rc = face_matches(tx, a.id, party, g->digest, &matches);
		if (rc == 0 && !matches)
			rc = err_set(&g->note, ERR_STATE, "the face is to be compared before signing");
	}
	if (rc == 0)
		rc = party_sign(tx, g->s->vault, a.id, party, g->text);
	if (rc == ERR_EXISTS)
		return err_set(&g->note, ERR_EXISTS, "signed already");
	if (rc == 0)
		rc = audit_record(tx, g->who->user, "application.signed", a.id, NULL);
	if (rc == 0)
		rc = party_unsigned(tx, a.id, &g->remaining);
	/* The last signature submits. */
	return rc == 0 && g->remaining == 0 ? submit_application(g->p, tx, &a, &g->note) : rc;
}

int api_signature_add(struct http_request *r)
{
	static const char *const keys[] = {
		"signature", "certificate", "token", "token_signature", "token_certificate", NULL};
	struct signing g = {.p = api_portal(r),
		.s = http_arg(r),
		.id = http_param(r, "id"),
		.who = http_user(r),
		.body = http_body(r)};
	struct buf text;
	const char *value;
	buf_init(&text, 65536);
	int rc = json_only_keys(g.body, keys, &g.note);
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		rc = json_get_str(g.body, keys[i], 8192, &value, &g.note);
	if (rc == 0)
		rc = json_canon(g.body, &text);
	if (rc == 0) {
		g.text = (const char *)text.p;
		rc = account_write(r, sign_run, &g);
	}
	buf_fini(&text);
	if (rc < 0)
		return g.note.err == rc ? http_fail_note(r, &g.note) : rc;
	return http_reply_json(
		r, 200, json_pack("{s:b,s:I}", "signed", 1, "remaining", (json_int_t)g.remaining));
}
