/* 重复缴款: what the payment platform took for a fee or taxes that were settled another way before. One
 * payment counts; the other goes back on the office's sealed order. */
#ifndef REG_STORE_SURPLUS_H
#define REG_STORE_SURPLUS_H
#include "common/message/paid.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* Kept, its refund ordered, and the payer told. why: state of the fee or tax, as a code. ERR_EXISTS. */
SW_MUST_USE int surplus_take(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct paid *got, const char *why);
/* The platform has sent it back; ERR_NOTFOUND: none of this number waits for that. */
SW_MUST_USE int surplus_refunded(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got);
/* Was this receipt taken, of the payment or of the refund? */
SW_MUST_USE int surplus_has(struct db_tx *tx, const char *case_id, const char *receipt, bool *has);
/* [{"number","payment","amount_cents","why","paid_at","at","refund","refunded_at"}], as they came. New
 * reference. */
SW_MUST_USE int surplus_list(struct db_tx *tx, const char *case_id, json_t **out);
#endif
