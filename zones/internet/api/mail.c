/* E-mail of the own account: an address counts once its holder has told the code that was sent to it;
 * messages are stopped by channel. */
#include "zones/internet/store/mail.h"

#include "zones/internet/api/api.h"
#include "zones/internet/domain/letter.h"
#include "zones/internet/store/code.h"
#include "zones/internet/store/outgoing.h"
#include "zones/internet/transfer/mail.h"
#include <stdio.h>
#include <string.h>

struct mailing {
	struct portal *p;
	const struct http_account *who;
	const char *address, *typed;
	char code[CODE_TEXT];
	struct mail_address now;
	bool good, sms, mail;
	struct err_note note;
};

static int ask_tx(struct db_tx *tx, void *arg)
{
	struct mailing *m = arg;
	struct vault *v = m->p->service->vault;
	int rc = code_make(tx, v, "mail", m->address, m->code);
	if (rc == 0)
		rc = mail_ask(tx, v, m->who->id, m->address);
	json_t *words = json_pack("{s:s,s:s}", "code", m->code, "minutes", "5");
	if (rc == 0)
		rc = words ? outgoing_put(tx, v, "mail", m->address, "code-mail", words, CODE_MS) : ERR_NOMEM;
	json_decref(words);
	if (rc == 0)
		rc = audit_record(tx, m->who->user, "mail.asked", m->who->id, NULL);
	return rc == 0 ? db_after_commit(tx, mail_sender_wake, m->p->mail) : rc;
}

static int ended(struct http_request *r, struct mailing *m, int rc)
{
	buf_wipe(m->code, sizeof m->code);
	buf_wipe(&m->now, sizeof m->now);
	if (rc < 0)
		return m->note.err == rc ? http_fail_note(r, &m->note) : rc;
	return http_reply_json(r, 200, json_object());
}

int api_mail_ask(struct http_request *r)
{
	static const struct limit_rule rule = {"mail-code", 5, 600000};
	static const char *const keys[] = {"address", NULL};
	struct mailing m = {.p = api_portal(r), .who = http_user(r)};
	if (!m.p->mail)
		return ERR_NOTFOUND;
	int rc = json_only_keys(http_body(r), keys, &m.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "address", MAIL_ADDRESS - 1, &m.address, &m.note);
	if (rc == 0 && !letter_address_good(m.address))
		rc = err_set(&m.note, ERR_SCHEMA, "address: not an e-mail address that is taken here");
	if (rc == 0)
		rc = api_limit(r, &rule);
	if (rc == 0) {
		code_random(m.code);
		rc = account_write(r, ask_tx, &m);
	}
	if (rc == ERR_RATE)
		rc = err_set(&m.note, rc, "a code was sent within the last minute");
	return ended(r, &m, rc);
}

/* A wrong code is counted: the transaction is committed in each case. */
static int confirm_tx(struct db_tx *tx, void *arg)
{
	struct mailing *m = arg;
	struct vault *v = m->p->service->vault;
	m->good = false;
	int rc = mail_get(tx, v, m->who->id, &m->now);
	if (rc == 0 && !m->now.pending[0])
		return err_set(&m->note, ERR_STATE, "no address waits for a code");
	if (rc == 0)
		rc = code_use(tx, v, "mail", m->now.pending, m->typed, &m->good);
	if (rc < 0 || !m->good)
		return rc;
	rc = mail_confirm(tx, v, m->who->id);
	return rc == 0 ? audit_record(tx, m->who->user, "mail.confirmed", m->who->id, NULL) : rc;
}

int api_mail_confirm(struct http_request *r)
{
	static const struct limit_rule rule = {"mail-try", 20, 30000};
	static const char *const keys[] = {"code", NULL};
	struct mailing m = {.p = api_portal(r), .who = http_user(r)};
	int rc = json_only_keys(http_body(r), keys, &m.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "code", CODE_TEXT - 1, &m.typed, &m.note);
	if (rc == 0)
		rc = api_limit(r, &rule);
	if (rc == 0)
		rc = account_write(r, confirm_tx, &m);
	if (rc == 0 && !m.good)
		rc = err_set(&m.note, ERR_REFUSED, "code: wrong, or older than five minutes");
	return ended(r, &m, rc);
}

static int remove_tx(struct db_tx *tx, void *arg)
{
	struct mailing *m = arg;
	int rc = mail_remove(tx, m->who->id);
	return rc == 0 ? audit_record(tx, m->who->user, "mail.removed", m->who->id, NULL) : rc;
}

int api_mail_remove(struct http_request *r)
{
	struct mailing m = {.p = api_portal(r), .who = http_user(r)};
	return ended(r, &m, account_write(r, remove_tx, &m));
}

static int channels_tx(struct db_tx *tx, void *arg)
{
	struct mailing *m = arg;
	int rc = mail_channel_set(tx, m->who->id, "sms", m->sms);
	if (rc == 0)
		rc = mail_channel_set(tx, m->who->id, "mail", m->mail);
	return rc == 0 ? audit_record(tx, m->who->user, "channels.set", m->who->id, NULL) : rc;
}

int api_channels_set(struct http_request *r)
{
	static const char *const keys[] = {"sms", "mail", NULL};
	struct mailing m = {.p = api_portal(r), .who = http_user(r)};
	int rc = json_only_keys(http_body(r), keys, &m.note);
	if (rc == 0)
		rc = json_get_bool(http_body(r), "sms", &m.sms, &m.note);
	if (rc == 0)
		rc = json_get_bool(http_body(r), "mail", &m.mail, &m.note);
	if (rc == 0)
		rc = account_write(r, channels_tx, &m);
	return ended(r, &m, rc);
}
