/* The own signing key of whoever is signed in: opened once in a session, for every decision made in it. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/api/keyring.h"
#include "zones/extranet/store/decision.h"
#include <string.h>

struct signing_work {
	const char *who, *record, *id;
	json_t *out;
};

static int record_run(struct db_tx *tx, void *arg)
{
	const struct signing_work *w = arg;
	return audit_record(tx, w->who, w->record, w->who, NULL);
}

static int record(struct http_request *r, const char *what)
{
	struct signing_work w = {.who = http_user(r)->user, .record = what};
	return account_act(r, record_run, &w);
}

int api_signing(struct http_request *r)
{
	struct keyring *k = api_registry(r)->keyring;
	struct keyring_key *key = NULL;
	struct err_note note = {0};
	char until[TIME_TEXT] = "";
	int rc = keyring_take(k, http_session(r), http_user(r)->user, &key, &note);
	if (rc == ERR_LOCKED)
		return http_reply_json(r, 200, json_pack("{s:b}", "open", 0));
	if (rc < 0)
		return http_fail_note(r, &note);
	time_text(cert_ends_ms(keyring_cert(key)), until);
	rc = http_reply_json(r, 200,
		json_pack("{s:b,s:s,s:s}", "open", 1, "key", cert_key_id(keyring_cert(key)), "until", until));
	keyring_give(k, key);
	return rc;
}

int api_signing_open(struct http_request *r)
{
	const char *passphrase;
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "passphrase", 200, &passphrase, &note);
	if (rc == 0)
		rc = keyring_open(
			api_registry(r)->keyring, http_session(r), http_user(r)->user, passphrase, &note);
	if (rc == ERR_KEY && record(r, "signing.wrong") < 0)
		return ERR_AUDIT;
	if (rc < 0)
		return note.err == rc ? http_fail_note(r, &note) : rc;
	rc = record(r, "signing.open");
	if (rc < 0)
		keyring_close(api_registry(r)->keyring, http_session(r));
	return rc < 0 ? rc : api_signing(r);
}

int api_signing_close(struct http_request *r)
{
	keyring_close(api_registry(r)->keyring, http_session(r));
	int rc = record(r, "signing.close");
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:b}", "open", 0));
}

/* ---- the decisions of a case, with what an outsider needs to check them */
static int decisions_read(struct db_tx *tx, void *arg)
{
	struct signing_work *w = arg;
	struct case_row c;
	int rc = case_get(tx, w->id, &c);
	return rc == 0 ? decision_list(tx, c.id, true, &w->out) : rc;
}

int api_case_decisions(struct http_request *r)
{
	struct signing_work w = {.id = http_param(r, "id")};
	int rc = account_read(r, decisions_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}
