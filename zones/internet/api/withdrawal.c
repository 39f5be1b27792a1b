/* 撤回: what was never handed in ends here. What the registry has is taken back by it alone, when everybody
 * who signed the application has signed that too; until then any of them can let it drop. */
#include "zones/internet/api/withdrawal.h"

#include "common/workflow/agent.h"
#include "zones/internet/store/invitation.h"
#include "zones/internet/store/mandate.h"
#include "zones/internet/store/party.h"
#include "zones/internet/transfer/submit.h"
#include <string.h>

struct withdrawing {
	struct portal *p;
	const char *id;
	const struct http_account *who;
	struct application a;
	struct err_note note;
};

static int standing_load(struct portal *p, struct db_tx *tx, const struct application *a,
	char hex[static DIGEST_HEX], json_t **form)
{
	struct buf text;
	struct digest d;
	buf_init(&text, 1 << 20);
	int rc = application_standing(tx, p->service->vault, a, &text);
	if (rc == 0) {
		digest_of(p->service->suite, buf_view(&text), &d);
		digest_hex(&d, hex);
		rc = json_parse(buf_view(&text), 1 << 20, form, NULL);
	}
	buf_fini(&text);
	return rc;
}

static bool is(const struct withdrawal *w, const char *state)
{
	return strcmp(w->state, state) == 0;
}

int api_withdrawal_load(
	struct portal *p, struct db_tx *tx, const struct application *a, struct api_withdrawal *out)
{
	struct digest d;
	char standing[DIGEST_HEX];
	memset(out, 0, sizeof *out);
	int rc = withdrawal_get(tx, a->id, &out->w);
	if (rc < 0)
		return rc;
	digest_of(p->service->suite, view_str(out->w.text), &d);
	digest_hex(&d, out->digest);
	rc = standing_load(p, tx, a, standing, &out->form);
	return rc == 0 ? withdrawal_marks(tx, a->id, &out->marks) : rc;
}

void api_withdrawal_fini(struct api_withdrawal *w)
{
	json_decref(w->form);
	json_decref(w->marks);
}

/* Of this person among who signs: own, k of them. ERR_NOTFOUND for who may not see it. */
static int own_parties(struct withdrawing *w, struct db_tx *tx, int own[static PARTIES_MAX], size_t *k)
{
	struct service *s = w->p->service;
	struct vault_lookup person;
	int party = -1;
	int rc = application_get(tx, w->id, &w->a);
	if (rc == 0)
		rc = api_may_see(s, tx, w->who, &w->a, &party);
	if (rc == 0)
		rc = vault_find(s->vault, "id-number", w->who->id_number, &person);
	*k = 0;
	return rc == 0 ? party_signs_for(tx, w->a.id, &person, own, k) : rc;
}

static int open_check(const struct application *a, struct err_note *note)
{
	if (a->round && strcmp(a->state, "signing") == 0)
		return err_set(note, ERR_STATE,
			"the answer to the correction 补正 waits for signatures: take it back to change it "
			"first");
	return application_open(a)
		       ? 0
		       : err_set(note, ERR_STATE, "not possible while the application is %s", a->state);
}

/* The parties of the form that stands: of an answer that was begun there may be others. */
static int parties_again(struct withdrawing *w, struct db_tx *tx, const json_t *form)
{
	const struct business *b = offer_find(w->p->offer, w->a.business, w->a.business_version);
	if (strcmp(w->a.state, "correction") != 0)
		return 0;
	return b ? api_parties_put(w->p->service, tx, w->a.id, b, form)
		 : err_set(&w->note, ERR_STATE,
			   "this business is no longer offered in the version of the application");
}

static int begin(struct withdrawing *w, struct db_tx *tx)
{
	struct withdrawal now;
	struct buf text;
	char hex[DIGEST_HEX];
	json_t *form = NULL;
	int rc = withdrawal_get(tx, w->a.id, &now);
	/* The same again: it goes on as it stands. */
	if (rc == 0 && (is(&now, "signing") || is(&now, "sent")))
		return 0;
	buf_init(&text, WITHDRAWAL_TEXT + 1);
	if (rc == 0 || rc == ERR_NOTFOUND)
		rc = standing_load(w->p, tx, &w->a, hex, &form);
	if (rc == 0)
		rc = parties_again(w, tx, form);
	if (rc == 0)
		rc = withdrawal_text(w->a.id, hex, &text);
	if (rc == 0)
		rc = withdrawal_begin(tx, w->a.id, (const char *)text.p);
	if (rc == 0)
		rc = audit_record(tx, w->who->user, "withdrawal.begun", w->a.id, NULL);
	buf_fini(&text);
	json_decref(form);
	return rc;
}

static int withdraw_run(struct db_tx *tx, void *arg)
{
	struct withdrawing *w = arg;
	int own[PARTIES_MAX];
	size_t k;
	int rc = own_parties(w, tx, own, &k);
	bool mine = strcmp(w->a.owner, w->who->id) == 0;
	if (rc < 0)
		return rc;
	if (!application_handed_in(&w->a)) {
		rc = mine ? application_set_state(tx, &w->a, "withdrawn", NULL, NULL) : ERR_NOTFOUND;
		return rc == 0 ? audit_record(tx, w->who->user, "application.withdraw", w->a.id, NULL) : rc;
	}
	if (!mine && k == 0)
		return err_set(&w->note, ERR_DENIED, "for those who signed the application");
	rc = open_check(&w->a, &w->note);
	return rc == 0 ? begin(w, tx) : rc;
}

static int drop_run(struct db_tx *tx, void *arg)
{
	struct withdrawing *w = arg;
	int own[PARTIES_MAX];
	size_t k;
	int rc = own_parties(w, tx, own, &k);
	if (rc == 0 && k == 0 && strcmp(w->a.owner, w->who->id) != 0)
		rc = err_set(&w->note, ERR_DENIED, "for those who signed the application");
	if (rc == 0 && (rc = withdrawal_drop(tx, w->a.id)) == ERR_STATE)
		rc = err_set(&w->note, rc, "no withdrawal 撤回 waits for signatures");
	if (rc == 0)
		rc = invitation_drop_all(tx, w->a.id);
	return rc == 0 ? audit_record(tx, w->who->user, "withdrawal.dropped", w->a.id, NULL) : rc;
}

static int withdrawal_do(struct http_request *r, db_fn *fn)
{
	struct withdrawing w = {.p = api_portal(r), .id = http_param(r, "id"), .who = http_user(r)};
	int rc = offer_sync(w.p->offer);
	if (rc == 0)
		rc = account_write(r, fn, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	return api_application_reply(r, 200);
}

int api_application_withdraw(struct http_request *r)
{
	return withdrawal_do(r, withdraw_run);
}

int api_withdrawal_drop(struct http_request *r)
{
	return withdrawal_do(r, drop_run);
}

/* ---- the signature */
static int powers_held(struct db_tx *tx, const struct application *a, const struct api_withdrawal *w, int n,
	struct err_note *note)
{
	bool held = true;
	int rc = 0;
	if (agent_is(json_array_get(json_object_get(w->form, "parties"), (size_t)n), AGENT_POWER))
		rc = mandate_held(tx, a->id, n, w->digest, &held);
	return rc == 0 && !held ? err_set(note, ERR_STATE, "the power of attorney is to be checked first")
				: rc;
}

static int sign_all(struct portal *p, struct db_tx *tx, const struct application *a,
	const struct api_withdrawal *w, const struct api_signer *by, struct err_note *note)
{
	int rc = api_token_check(by->who, by->signature, "text", w->digest, note);
	for (size_t i = 0; rc == 0 && i < by->nown; i++) {
		rc = powers_held(tx, a, w, by->own[i], note);
		if (rc == 0)
			rc = withdrawal_sign(tx, p->service->vault, a->id, by->own[i], by->text);
	}
	if (rc == ERR_EXISTS)
		return err_set(note, rc, "signed already");
	return rc == 0 ? audit_record(tx, by->who->user, "withdrawal.signed", a->id, NULL) : rc;
}

int api_withdrawal_sign(struct portal *p, struct db_tx *tx, const struct application *a,
	const struct api_signer *by, int64_t *remaining, struct err_note *note)
{
	struct api_withdrawal w;
	bool same = false;
	int rc = api_withdrawal_load(p, tx, a, &w);
	if (rc == 0 && by->nown == 0)
		rc = err_set(note, ERR_STATE, "this party does not sign");
	/* A signature that arrived, and whose answer was lost, is handed in again: it is done. */
	if (rc == 0)
		rc = withdrawal_has_signed(tx, p->service->vault, a->id, by->own[0], by->text, &same);
	if (rc == 0 && !same)
		rc = is(&w.w, "signing") ? open_check(a, note) : ERR_NOTFOUND;
	if (rc == 0 && !same)
		rc = sign_all(p, tx, a, &w, by, note);
	if (rc == 0)
		rc = withdrawal_unsigned(tx, a->id, remaining);
	/* The last signature sends it. */
	if (rc == 0 && *remaining == 0 && !same)
		rc = submit_withdrawal(p, tx, a, w.digest, note);
	api_withdrawal_fini(&w);
	return rc;
}
