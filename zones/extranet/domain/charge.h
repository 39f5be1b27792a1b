/* The registration fee 登记费 of a case: what becomes of it, and what it is reckoned from. Pure. Sources:
 * 不动产登记暂行条例实施细则 (payment before the certificate), 发改价格规〔2016〕2559号, 财税〔2016〕79号. */
#ifndef REG_DOMAIN_CHARGE_H
#define REG_DOMAIN_CHARGE_H
#include "common/base/json.h"
#include "common/workflow/business.h"

#define CHARGE_STATES(X)                                                                                     \
	X(FREE, "free")           /* nothing is due, by a reduction or the business */                       \
	X(DUE, "due")             /* 待缴 */                                                               \
	X(ASKED, "asked")         /* a waiver 减免 is asked for; still due */                              \
	X(WAIVED, "waived")       /* by a second person */                                                   \
	X(PAID, "paid")           /* 已缴 */                                                               \
	X(CANCELLED, "cancelled") /* the case ended before it was paid */                                    \
	X(REFUND, "refund")       /* 待退: the case ended after it was paid */                             \
	X(REFUNDED, "refunded")   /* 已退 */
enum charge_state {
#define X(id, code) CHARGE_##id,
	CHARGE_STATES(X)
#undef X
		CHARGE_STATE_COUNT
};
enum charge_act {
	CHARGE_DO_PAY,
	CHARGE_DO_ASK,    /* for a waiver */
	CHARGE_DO_WAIVE,  /* not by who asked */
	CHARGE_DO_KEEP,   /* the waiver is refused; not by who asked */
	CHARGE_DO_END,    /* withdrawn, refused */
	CHARGE_DO_REFUND, /* the money went back */
	CHARGE_ACT_COUNT
};
const char *charge_state_code(enum charge_state s);
SW_MUST_USE int charge_state_parse(const char *code, enum charge_state *out);
/* ERR_STATE. Money that comes for an ended case is to go back: PAY from CANCELLED gives REFUND. */
SW_MUST_USE int charge_next(
	enum charge_state from, enum charge_act act, enum charge_state *to, struct err_note *note);
/* May the case be entered? */
bool charge_settled(enum charge_state s);

/* What the fee table is asked with: the units of the form; whether they are dwellings 住宅类, by the form's
 * use, else the book's (rows as book_unit gives them). */
struct charge_facts {
	int64_t pieces;
	bool dwelling;
};
struct charge_facts charge_facts(const struct business *b, const json_t *form, const json_t *rows);
/* The lines for a notice, and their sum. New reference. */
json_t *charge_lines(const struct fee_line *lines, size_t n, int64_t *sum);
/* 80.00 */
void charge_yuan(int64_t cents, char *out, size_t size);
#endif
