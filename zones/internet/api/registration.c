/* Accounts that people make themselves with a mobile number, for places without the identity platform.
 * Nothing here tells whether a number has an account: asking for a code is always answered alike, and what
 * differs is in the short message, which its holder alone reads. */
#include "zones/internet/api/api.h"

#include "common/message/format.h"
#include "zones/internet/store/code.h"
#include "zones/internet/store/outgoing.h"
#include "zones/internet/store/person.h"
#include "zones/internet/transfer/sms.h"
#include <string.h>

/* Who asks for another's number uses up his own share of it, not the holder's. */
static const struct limit_rule by_pair = {"sms-pair", 5, 600000}, by_phone = {"sms-phone", 20, 180000},
			       by_address = {"sms-address", 30, 20000}, trying = {"sms-try", 60, 5000};

struct asking_code {
	struct portal *p;
	const char *purpose, *phone;
	char code[CODE_TEXT];
};

/* Both ways write the same rows: a code that nobody is told is as good as none. */
static int code_tx(struct db_tx *tx, void *arg)
{
	struct asking_code *a = arg;
	struct vault *v = a->p->service->vault;
	struct person known;
	bool registers = strcmp(a->purpose, "register") == 0;
	int rc = code_make(tx, v, a->purpose, a->phone, a->code);
	if (rc < 0)
		return rc;
	rc = person_by_phone(tx, v, a->phone, &known);
	bool there = rc == 0;
	buf_wipe(&known, sizeof known);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	json_t *words =
		there == registers ? json_object() : json_pack("{s:s,s:s}", "code", a->code, "minutes", "5");
	const char *template = !registers ? there ? "code-recover" : "no-account"
			       : there    ? "has-account"
					  : "code-register";
	rc = words ? outgoing_put(tx, v, "sms", a->phone, template, words, CODE_MS) : ERR_NOMEM;
	json_decref(words);
	return rc == 0 ? db_after_commit(tx, sms_sender_wake, a->p->sms) : rc;
}

static int phone_get(struct http_request *r, const char **out, struct err_note *note)
{
	int rc = json_get_str(http_body(r), "phone", 11, out, note);
	if (rc == 0 && !format_mobile(*out))
		rc = err_set(note, ERR_SCHEMA, "phone: eleven digits of a mobile number");
	return rc;
}

int api_registration_code(struct http_request *r)
{
	static const char *const keys[] = {"phone", "purpose", NULL};
	struct asking_code a = {.p = api_portal(r)};
	struct err_note note = {0};
	char pair[HTTP_NETWORK + 16];
	if (!a.p->config->registration)
		return ERR_NOTFOUND;
	int rc = json_only_keys(http_body(r), keys, &note);
	if (rc == 0)
		rc = phone_get(r, &a.phone, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "purpose", 8, &a.purpose, &note);
	if (rc == 0 && strcmp(a.purpose, "register") != 0 && strcmp(a.purpose, "recover") != 0)
		rc = err_set(&note, ERR_SCHEMA, "purpose: register or recover");
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = api_limit_by(r, &by_address, http_network(r));
	snprintf(pair, sizeof pair, "%s %s", a.phone, http_network(r));
	if (rc == 0)
		rc = api_limit_by(r, &by_pair, pair);
	if (rc == 0)
		rc = api_limit_by(r, &by_phone, a.phone);
	if (rc < 0)
		return rc;
	code_random(a.code);
	rc = account_write(r, code_tx, &a);
	buf_wipe(a.code, sizeof a.code);
	if (rc == ERR_RATE)
		return http_fail(r, rc, "a code was sent within the last minute");
	return rc < 0 ? rc : http_reply_json(r, 202, json_pack("{s:i}", "minutes", 5));
}

struct using_code {
	struct portal *p;
	const char *purpose, *phone, *code;
	bool good;
	int64_t notice;
};

static int use_tx(struct db_tx *tx, void *arg)
{
	struct using_code *u = arg;
	return code_use(tx, u->p->service->vault, u->purpose, u->phone, u->code, &u->good);
}

/* The code, before anything that costs. */
static int code_spend(struct http_request *r, struct using_code *u)
{
	int rc = api_limit_by(r, &trying, http_network(r));
	if (rc == 0)
		rc = account_write(r, use_tx, u);
	if (rc == 0 && !u->good)
		rc = http_fail(r, ERR_REFUSED, "code: wrong, or older than five minutes");
	return rc;
}

static int notice_tx(struct db_tx *tx, void *arg)
{
	struct using_code *u = arg;
	return person_notice(tx, &u->notice);
}

static int person_tx(struct db_tx *tx, const char *account, void *arg)
{
	struct using_code *u = arg;
	int rc = person_add(tx, u->p->service->vault, account, u->phone);
	return rc == 0 ? person_notice_accept(tx, account, u->notice) : rc;
}

int api_registration(struct http_request *r)
{
	static const char *const keys[] = {"phone", "code", "name", "password", "notice", NULL};
	const json_t *b = http_body(r);
	struct using_code u = {.p = api_portal(r), .purpose = "register"};
	struct account_self a = {.role = "registered"};
	struct err_note note = {0};
	int64_t notice = 0;
	if (!u.p->config->registration)
		return ERR_NOTFOUND;
	int rc = json_only_keys(b, keys, &note);
	if (rc == 0)
		rc = phone_get(r, &u.phone, &note);
	if (rc == 0)
		rc = json_get_str(b, "code", CODE_TEXT - 1, &u.code, &note);
	if (rc == 0)
		rc = json_get_str(b, "name", 90, &a.name, &note);
	if (rc == 0)
		rc = json_get_str(b, "password", 256, &a.password, &note);
	if (rc == 0)
		rc = json_get_int(b, "notice", 0, INT64_MAX, &notice, &note);
	if (rc == 0 && strlen(a.password) < 8)
		rc = err_set(&note, ERR_SCHEMA, "password: 8 to 256 characters");
	if (rc == 0 && !*a.name)
		rc = err_set(&note, ERR_SCHEMA, "name: empty");
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = account_read(r, notice_tx, &u);
	if (rc == 0 && u.notice != notice)
		return http_fail(r, ERR_NOTICE, "notice: version %lld is in force", (long long)u.notice);
	if (rc == 0)
		rc = code_spend(r, &u);
	a.phone = u.phone;
	if (rc == 0)
		rc = account_register(r, &a, person_tx, &u, &note);
	if (rc < 0)
		return note.err ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 201, json_pack("{s:b}", "signed_in", 1));
}

int api_recovery(struct http_request *r)
{
	static const char *const keys[] = {"phone", "code", "password", NULL};
	struct using_code u = {.p = api_portal(r), .purpose = "recover"};
	const char *password = NULL;
	struct err_note note = {0};
	if (!u.p->config->registration)
		return ERR_NOTFOUND;
	int rc = json_only_keys(http_body(r), keys, &note);
	if (rc == 0)
		rc = phone_get(r, &u.phone, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "code", CODE_TEXT - 1, &u.code, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "password", 256, &password, &note);
	if (rc == 0 && strlen(password) < 8)
		rc = err_set(&note, ERR_SCHEMA, "password: 8 to 256 characters");
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = code_spend(r, &u);
	if (rc == 0)
		rc = account_reset(r, u.phone, password, &note);
	if (rc < 0)
		return note.err ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 200, json_object());
}

static int counts_tx(struct db_tx *tx, void *arg)
{
	return outgoing_counts(tx, arg);
}

int api_desk_sms(struct http_request *r)
{
	json_t *o = NULL;
	int rc = account_read(r, counts_tx, &o);
	return rc < 0 ? rc : http_reply_json(r, 200, o);
}
