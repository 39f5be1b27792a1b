/* Short messages and e-mails to the people of an application: a template's code and the last digits of the
 * case number, nothing personal; to who has a mobile number here, or a confirmed address, and wants messages
 * by that way. */
#ifndef INTAKE_TRANSFER_NEWS_H
#define INTAKE_TRANSFER_NEWS_H
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

/* In the transaction that has the news. *sent: how many short messages were put down; 0 without a gateway. */
SW_MUST_USE int news_tell(
	struct portal *p, struct db_tx *tx, const struct application *a, const char *template, int64_t *sent);
#endif
