/* Parties are invited to sign: the one who applies hands each of them a code or link; it opens the
 * application to that person alone, signed in with the own account. Who does not agree says so, and the text
 * is open again. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/invitation.h"
#include "zones/internet/store/party.h"
#include "zones/internet/store/withdrawal.h"
#include <stdio.h>
#include <string.h>

#define CODE_LENGTH 12 /* of 32 letters: 60 bits */

struct inviting {
	struct service *s;
	const char *id;
	const struct http_account *who;
	const char *code;
	int64_t party, until_ms;
	char application[37], reason[256];
	struct err_note note;
};

/* No letters that look alike. */
static void code_make(char out[static CODE_LENGTH + 1])
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	unsigned char raw[CODE_LENGTH];
	random_bytes(raw, sizeof raw);
	for (size_t i = 0; i < CODE_LENGTH; i++)
		out[i] = letters[raw[i] % 32];
	out[CODE_LENGTH] = '\0';
}

/* As typed: small letters, blanks and dashes do not matter. */
static bool code_clean(const char *typed, char out[static CODE_LENGTH + 1])
{
	size_t n = 0;
	for (; *typed; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;
		if (c == ' ' || c == '-')
			continue;
		if (n == CODE_LENGTH)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == CODE_LENGTH;
}

static void code_digest(const struct service *s, const char *code, struct digest *out)
{
	digest_of2(s->suite, view_str("invitation"), view_str(code), out);
}

static bool party_there(const json_t *rows, int64_t n)
{
	size_t i;
	const json_t *one;
	json_array_foreach(rows, i, one) if (json_int(one, "n") == n) return json_is_true(
		json_object_get(one, "signs"));
	return false;
}

static int make_run(struct db_tx *tx, void *arg)
{
	struct inviting *v = arg;
	struct application a;
	struct digest d;
	json_t *rows = NULL;
	int party = -1;
	bool withdrawn = false;
	int rc = application_get(tx, v->id, &a);
	if (rc == 0)
		rc = api_may_see(v->s, tx, v->who, &a, &party);
	if (rc == 0)
		rc = withdrawal_waits(tx, a.id, &withdrawn);
	/* To a withdrawal 撤回 each of those who signed may invite. */
	if (rc == 0 && strcmp(a.owner, v->who->id) != 0 && !(withdrawn && party >= 0))
		rc = ERR_NOTFOUND;
	if (rc == 0 && strcmp(a.state, "signing") != 0 && !withdrawn)
		rc = err_set(&v->note, ERR_STATE, "parties are invited when the text is fixed for signing");
	if (rc == 0)
		rc = party_list(tx, a.id, &rows);
	if (rc == 0 && !party_there(rows, v->party))
		rc = err_set(&v->note, ERR_SCHEMA, "party: not one who signs");
	json_decref(rows);
	if (rc < 0)
		return rc;
	code_digest(v->s, v->code, &d);
	rc = invitation_put(tx, a.id, (int)v->party, &d, v->until_ms);
	return rc == 0 ? audit_record(tx, v->who->user, "application.invite", a.id, NULL) : rc;
}

int api_invitation_make(struct http_request *r)
{
	static const struct limit_rule rule = {"invite", 20, 10000};
	char code[CODE_LENGTH + 1], until[TIME_TEXT];
	struct inviting v = {.s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r), .code = code};
	int rc = api_limit(r, &rule);
	if (rc == 0)
		rc = json_get_int(http_body(r), "party", 0, 19, &v.party, &v.note);
	if (rc == 0) {
		code_make(code);
		v.until_ms = time_now_ms() + INVITATION_DAYS * INT64_C(86400000);
		rc = account_write(r, make_run, &v);
	}
	if (rc < 0)
		return v.note.err == rc ? http_fail_note(r, &v.note) : rc;
	time_text(v.until_ms, until);
	return http_reply_json(r, 201, json_pack("{s:s,s:s}", "code", code, "until", until));
}

/* Another person's code and one that nobody gave are answered alike. */
static int open_run(struct db_tx *tx, void *arg)
{
	struct inviting *v = arg;
	struct digest d;
	struct vault_lookup person;
	int n, own[PARTIES_MAX];
	size_t k = 0;
	code_digest(v->s, v->code, &d);
	int rc = invitation_find(tx, &d, time_now_ms(), v->application, &n);
	if (rc == 0)
		rc = vault_find(v->s->vault, "id-number", v->who->id_number, &person);
	if (rc == 0)
		rc = party_signs_for(tx, v->application, &person, own, &k);
	for (size_t i = 0; rc == 0 && i < k; i++)
		if (own[i] == n)
			return 0;
	return rc == 0 ? ERR_NOTFOUND : rc;
}

int api_invitation_open(struct http_request *r)
{
	static const struct limit_rule rule = {"invited", 10, 30000};
	char code[CODE_LENGTH + 1];
	struct inviting v = {.s = http_arg(r), .who = http_user(r), .code = code};
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = code_clean(json_str(http_body(r), "code"), code) ? account_read(r, open_run, &v) : ERR_NOTFOUND;
	if (rc == ERR_NOTFOUND)
		return http_fail(r, rc, "no invitation of this code for you, or it has run out");
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "id", v.application));
}

static int decline_run(struct db_tx *tx, void *arg)
{
	struct inviting *v = arg;
	struct application a;
	int party = -1;
	int rc = application_get(tx, v->id, &a);
	if (rc == 0)
		rc = api_may_see(v->s, tx, v->who, &a, &party);
	if (rc < 0)
		return rc;
	if (party < 0 || strcmp(a.owner, v->who->id) == 0)
		return err_set(&v->note, ERR_DENIED, "for the other parties");
	rc = application_thaw(tx, v->s->vault, &a);
	if (rc == 0)
		rc = invitation_drop_all(tx, a.id);
	if (rc == 0)
		rc = application_set_state(tx, &a, a.state, NULL, v->reason);
	return rc == 0 ? audit_record(tx, v->who->user, "application.decline", a.id, NULL) : rc;
}

int api_application_decline(struct http_request *r)
{
	struct inviting v = {.s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r)};
	const char *reason = NULL;
	int rc = json_get_str(http_body(r), "reason", 240, &reason, &v.note);
	if (rc == 0 && !*reason)
		rc = err_set(&v.note, ERR_SCHEMA, "reason: missing");
	if (rc == 0) {
		snprintf(v.reason, sizeof v.reason, "%s", reason);
		rc = account_write(r, decline_run, &v);
	}
	if (rc < 0)
		return v.note.err == rc ? http_fail_note(r, &v.note) : rc;
	return http_reply_json(r, 200, json_pack("{s:b}", "declined", 1));
}
