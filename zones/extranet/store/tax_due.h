/* Taxes 税款 that are paid together with the fee 统缴: assessed by the tax office, paid at the payment
 * platform or by a voucher entered by hand, sent back when the case ends before its entry. Each assessment is
 * a round: behind a step back 退回 it is assessed anew, and of what was paid before only the difference is
 * due or goes back. */
#ifndef REG_STORE_TAX_DUE_H
#define REG_STORE_TAX_DUE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct tax_due {
	char case_id[37], number[64], declaration[64], state[12], at[25], assessed_by[64], assessed_at[25],
		payment[65], refund[65];
	int64_t n, assessed_cents; /* round; due altogether by it */
	int64_t amount_cents;      /* the difference, to be paid or going back */
	bool back;
};
/* While the case waits for its tax and nothing assessed is due; the portal is told. Where what was paid
 * before covers it, the step is done with that receipt, and too much paid is to go back by the tax office
 * 退税. ERR_STATE, ERR_EXISTS. */
SW_MUST_USE int tax_due_assess(struct registry *r, struct db_tx *tx, struct case_row *c,
	const char *declaration, int64_t assessed_cents, const char *who, struct err_note *note);
/* The round of that number. ERR_NOTFOUND. */
SW_MUST_USE int tax_due_find(struct db_tx *tx, const char *case_id, const char *number, struct tax_due *out);
/* Money came for that round: from due, paid, and the step is done where the case waits for it; from
 * cancelled, it is to go back. day: of the payment. ERR_STATE, ERR_SCHEMA (another amount), ERR_EXISTS (this
 * receipt was taken before). */
SW_MUST_USE int tax_due_paid(struct registry *r, struct db_tx *tx, struct case_row *c, struct tax_due *t,
	const char *payment, int64_t amount_cents, const char *day, struct err_note *note);
/* The money of that round went back. ERR_STATE, ERR_SCHEMA, ERR_EXISTS. */
SW_MUST_USE int tax_due_refunded(struct registry *r, struct db_tx *tx, const struct case_row *c,
	struct tax_due *t, const char *refund, int64_t amount_cents, struct err_note *note);
/* The same for the round that goes back by the tax office itself. ERR_STATE also when there is none. */
SW_MUST_USE int tax_due_refunded_by_hand(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *refund, int64_t amount_cents, struct err_note *note);
/* A voucher was entered by hand: what was due is settled by it. Nothing when nothing was assessed. */
SW_MUST_USE int tax_due_by_hand(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *voucher);
/* The case ends before its entry: what is due is cancelled, what was paid goes back. */
SW_MUST_USE int tax_due_end(struct registry *r, struct db_tx *tx, const struct case_row *c);
/* The newest round
 * {"number","declaration","state","assessed_cents","amount_cents","back","at","by","assessed_at",
 * "payment","refund","rounds"}; rounds: all, oldest first, without "rounds". null when nothing was assessed.
 */
SW_MUST_USE int tax_due_json(struct db_tx *tx, const char *case_id, json_t **out);
#endif
