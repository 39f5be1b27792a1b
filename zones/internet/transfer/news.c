#include "zones/internet/transfer/news.h"

#include "zones/internet/domain/template.h"
#include "zones/internet/store/message.h"
#include "zones/internet/store/person.h"
#include "zones/internet/store/sms.h"
#include <stdio.h>

#define LIFE_MS INT64_C(86400000)

static int one(
	struct portal *p, struct db_tx *tx, const char *account, const char *template, const json_t *words)
{
	struct person who;
	int rc = person_get(tx, p->service->vault, account, &who);
	if (rc == 0)
		rc = sms_put(tx, p->service->vault, who.phone, template, words, LIFE_MS);
	buf_wipe(&who, sizeof who);
	return rc;
}

int news_tell(
	struct portal *p, struct db_tx *tx, const struct application *a, const char *template, int64_t *sent)
{
	char code[32], tail[TEMPLATE_TAIL];
	json_t *reached = NULL, *words;
	size_t i;
	const json_t *account;
	*sent = 0;
	if (!p->sms)
		return 0;
	snprintf(code, sizeof code, "application-%.16s", template);
	template_tail(a->number, tail);
	words = json_pack("{s:s}", "tail", tail);
	int rc = words ? message_reached(tx, a->id, &reached) : ERR_NOMEM;
	json_array_foreach(reached, i, account)
	{
		if (rc == 0 && (rc = one(p, tx, json_string_value(account), code, words)) == 0)
			(*sent)++;
	}
	if (rc == 0 && *sent)
		rc = db_after_commit(tx, sms_sender_wake, p->sms);
	json_decref(reached);
	json_decref(words);
	return rc;
}
