/* 一窗受理 (guide: registration, trade and tax in one form): what the departments of trade 房屋交易 and of
 * taxes 税务 are told of a case. A row is made in the transaction of the act, where the department has an
 * address (trade.url, tax.url); transfer/pusher.h hands it over. Trade is told of contracts of sale, the tax
 * office of what is taxed: accepted 受理, changed (a correction 补正 was answered after that), entered 登簿,
 * ended (withdrawn 撤回 or refused 不予登记). */
#ifndef REG_STORE_PUSH_H
#define REG_STORE_PUSH_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct push {
	char case_id[37], who[8], event[12], at[TIME_TEXT];
	int64_t n, tries;
};
/* What a step of the case makes of it: accepted, entered, ended, each once; nothing for another step. */
SW_MUST_USE int push_step(struct registry *r, struct db_tx *tx, const struct case_row *c);
/* Its form was changed; nothing for who was not told of it yet. */
SW_MUST_USE int push_changed(struct registry *r, struct db_tx *tx, const struct case_row *c);
/* The next that is to be told, a department's earlier ones of the same case first. ERR_NOTFOUND: none. */
SW_MUST_USE int push_due(struct db_tx *tx, struct push *out);
/* It was told: taken by that receipt; or not (error, a code of ERR_*), and again in wait_ms. */
SW_MUST_USE int push_taken(struct db_tx *tx, const struct push *p, const char *receipt);
SW_MUST_USE int push_failed(struct db_tx *tx, const struct push *p, int error, int64_t wait_ms);
/* At once. ERR_STATE: it is taken, or there is none. */
SW_MUST_USE int push_again(struct db_tx *tx, const char *case_id, int64_t n);
/* [{"n","who","event","at","taken_at","receipt","error"}] of a case. */
SW_MUST_USE int push_list(struct db_tx *tx, const char *case_id, json_t **out);
#endif
