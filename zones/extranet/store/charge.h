/* The registration fee of a case: reckoned at its acceptance, then a row a step (domain/charge.h). */
#ifndef REG_STORE_CHARGE_H
#define REG_STORE_CHARGE_H
#include "zones/extranet/domain/charge.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct charge {
	char case_id[37], number[64], reckoned_on[11], at[25], who[64], reason[512];
	int64_t fees_version, amount_cents, n;
	enum charge_state state;
	json_t *lines, *reliefs; /* of charge_get: released by charge_fini */
};
/* What acceptance finds proved: [{"code","why"}] of the body, and the number of copies. */
struct charge_order {
	const json_t *reliefs; /* NULL none */
	int64_t copies;
	const char *who;
};
/* With the acceptance, in its transaction: nothing when the business has no fee. When money is due its notice
 * 缴费通知书 is made and the portal is told. ERR_SCHEMA: a reduction that is not to be claimed here;
 * ERR_EXISTS. */
SW_MUST_USE int charge_reckon(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct business *b, const struct charge_order *o, struct err_note *note);
/* Its first step, when the row is there: due or free. */
SW_MUST_USE int charge_begin(
	struct registry *r, struct db_tx *tx, const struct case_row *c, bool due, const char *who);
/* ERR_NOTFOUND: nothing was reckoned. */
SW_MUST_USE int charge_get(struct db_tx *tx, const char *case_id, struct charge *out);
void charge_fini(struct charge *c);
struct charge_move {
	enum charge_act act;
	const char *who, *reason, *receipt; /* receipt "" none */
	int64_t amount_cents;               /* PAY, REFUND: must be the whole */
};
/* One step; the portal is told. ERR_STATE, ERR_APPROVAL (a waiver is decided by another person), ERR_EXISTS
 * (this receipt was taken before), ERR_SCHEMA (another amount). */
SW_MUST_USE int charge_do(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct charge_move *m, struct err_note *note);
/* The case ends before its entry: nothing when no fee was reckoned. */
SW_MUST_USE int charge_end(struct registry *r, struct db_tx *tx, const struct case_row *c);
/* Before the entry: ERR_FEE. */
SW_MUST_USE int charge_gate(
	struct db_tx *tx, const struct case_row *c, const struct business *b, struct err_note *note);
/* {"number","state","amount_cents","table","reckoned","pieces","copies","dwelling","lines","reliefs","steps",
 * "surplus"}, that of the taxes too (surplus.h); null when nothing was reckoned. */
SW_MUST_USE int charge_json(struct db_tx *tx, const char *case_id, json_t **out);
/* Did the payment platform take its money? */
SW_MUST_USE int charge_is_online(struct db_tx *tx, const char *case_id, bool *online);
/* Was this receipt taken for that case? */
SW_MUST_USE int charge_has_receipt(struct db_tx *tx, const char *case_id, const char *receipt, bool *has);
#endif
