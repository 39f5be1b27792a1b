#include "zones/internet/transfer/news.h"

#include "zones/internet/domain/template.h"
#include "zones/internet/store/mail.h"
#include "zones/internet/store/message.h"
#include "zones/internet/store/outgoing.h"
#include "zones/internet/store/person.h"
#include <stdio.h>

#define LIFE_MS INT64_C(86400000)

static int sms_one(
	struct portal *p, struct db_tx *tx, const char *account, const char *template, const json_t *words)
{
	struct person who;
	int rc = person_get(tx, p->service->vault, account, &who);
	if (rc == 0)
		rc = outgoing_put(tx, p->service->vault, "sms", who.phone, template, words, LIFE_MS);
	buf_wipe(&who, sizeof who);
	return rc;
}

static int mail_one(
	struct portal *p, struct db_tx *tx, const char *account, const char *template, const json_t *words)
{
	struct mail_address m;
	int rc = mail_get(tx, p->service->vault, account, &m);
	if (rc == 0)
		rc = outgoing_put(tx, p->service->vault, "mail", m.address, template, words, LIFE_MS);
	buf_wipe(&m, sizeof m);
	return rc;
}

/* Takes the accounts that it lists. */
static int each(struct portal *p, struct db_tx *tx, json_t *accounts, const char *template,
	const json_t *words,
	int (*one)(struct portal *p, struct db_tx *tx, const char *account, const char *template,
		const json_t *words))
{
	size_t i;
	const json_t *account;
	int rc = 0;
	json_array_foreach(accounts, i, account) if (rc == 0) rc =
		one(p, tx, json_string_value(account), template, words);
	json_decref(accounts);
	return rc;
}

static int by_sms(struct portal *p, struct db_tx *tx, const char *application, const char *template,
	const json_t *words, int64_t *sent)
{
	json_t *reached = NULL;
	int rc = p->sms ? message_reached(tx, application, &reached) : 0;
	*sent = (int64_t)json_array_size(reached);
	if (rc == 0)
		rc = each(p, tx, reached, template, words, sms_one);
	return rc == 0 && *sent ? db_after_commit(tx, sms_sender_wake, p->sms) : rc;
}

static int by_mail(struct portal *p, struct db_tx *tx, const char *application, const char *template,
	const json_t *words)
{
	json_t *reached = NULL;
	int rc = p->mail ? mail_reached(tx, application, &reached) : 0;
	bool any = json_array_size(reached) > 0;
	if (rc == 0)
		rc = each(p, tx, reached, template, words, mail_one);
	return rc == 0 && any ? db_after_commit(tx, mail_sender_wake, p->mail) : rc;
}

int news_tell(
	struct portal *p, struct db_tx *tx, const struct application *a, const char *template, int64_t *sent)
{
	char code[32], tail[TEMPLATE_TAIL];
	*sent = 0;
	snprintf(code, sizeof code, "application-%.16s", template);
	template_tail(a->number, tail);
	json_t *words = json_pack("{s:s}", "tail", tail);
	int rc = words ? by_sms(p, tx, a->id, code, words, sent) : ERR_NOMEM;
	if (rc == 0)
		rc = by_mail(p, tx, a->id, code, words);
	json_decref(words);
	return rc;
}
