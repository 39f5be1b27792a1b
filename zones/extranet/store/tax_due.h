/* Taxes 税款 that are paid together with the fee 统缴: assessed by the tax office, paid at the payment
 * platform or by a voucher entered by hand, sent back when the case ends before its entry. */
#ifndef REG_STORE_TAX_DUE_H
#define REG_STORE_TAX_DUE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct tax_due {
	char case_id[37], number[64], declaration[64], state[12], at[25], assessed_by[64], payment[65],
		refund[65];
	int64_t amount_cents;
};
/* Once a case, while it waits for its tax; the portal is told. ERR_STATE, ERR_EXISTS. */
SW_MUST_USE int tax_due_assess(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *declaration, int64_t amount_cents, const char *who, struct err_note *note);
/* ERR_NOTFOUND: nothing was assessed. */
SW_MUST_USE int tax_due_get(struct db_tx *tx, const char *case_id, struct tax_due *out);
/* Money came: from due, paid; from cancelled, to go back (*back). ERR_STATE, ERR_SCHEMA (another amount),
 * ERR_EXISTS (this receipt was taken before). */
SW_MUST_USE int tax_due_paid(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *payment, int64_t amount_cents, bool *back, struct err_note *note);
/* The money went back. ERR_STATE, ERR_SCHEMA. */
SW_MUST_USE int tax_due_refunded(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *refund, int64_t amount_cents, struct err_note *note);
/* A voucher was entered by hand: what was due is settled by it. Nothing when nothing was assessed. */
SW_MUST_USE int tax_due_by_hand(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *voucher);
/* The case ends before its entry: what is due is cancelled, what was paid goes back. */
SW_MUST_USE int tax_due_end(struct registry *r, struct db_tx *tx, const struct case_row *c);
/* {"number","declaration","state","amount_cents","at","by","payment","refund"}; null when nothing was
 * assessed.
 */
SW_MUST_USE int tax_due_json(struct db_tx *tx, const char *case_id, json_t **out);
#endif
