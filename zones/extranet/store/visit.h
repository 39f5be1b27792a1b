/* 最多跑一次: the office has looked through what came online and asks the applicants to come once; the hour
 * they choose for it is an appointment of the common pool, bound to the case. Source: guide 一(五)1. */
#ifndef REG_STORE_VISIT_H
#define REG_STORE_VISIT_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* Asked again it says the newer words. */
SW_MUST_USE int visit_ask(struct db_tx *tx, const char *case_id, const char *bring, const char *who);
/* {"bring","at","by","appointment": {"day","start","number","state"} or null}; JSON null when nobody was
 * asked. New reference. */
SW_MUST_USE int visit_get(struct db_tx *tx, const char *case_id, json_t **out);
/* Whether an hour may be booked for it: its applicants were asked, it has not ended, no other hour is kept,
 * it came from this portal, and the person is one of its parties (or one is acted for: an agent's number
 * stands nowhere to be found; the window looks). */
SW_MUST_USE int visit_may_book(struct db_tx *tx, const char *case_id, const char *portal,
	const struct vault_lookup *person, bool *may);
#endif
