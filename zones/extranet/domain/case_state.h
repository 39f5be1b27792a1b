/* States of a case 办件 and what may be done in each (design §4, application life). Pure. */
#ifndef REG_DOMAIN_CASE_STATE_H
#define REG_DOMAIN_CASE_STATE_H
#include "common/base/err.h"
#include <stdbool.h>

#define CASE_STATES(X)                                                                                       \
	X(SUBMITTED, "submitted", "已提交", "Submitted")                                                     \
	X(ACCEPTED, "accepted", "已受理", "Accepted")                                                        \
	X(CORRECTION, "correction", "补正", "Correction asked for")                                          \
	X(REJECTED, "rejected", "不予受理", "Not accepted")                                                  \
	X(TAX, "tax", "已完税", "Tax paid")                                                                  \
	X(CADASTRAL, "cadastral", "权籍审核", "Cadastral review")                                            \
	X(REVIEW, "review", "已审核", "Reviewed")                                                            \
	X(ENTRY, "entry", "已登簿", "Entered in the register")                                               \
	X(CERTIFICATE, "certificate", "已缮证", "Certificate made")                                          \
	X(DELIVERED, "delivered", "已发证", "Delivered")                                                     \
	X(ARCHIVED, "archived", "已归档", "Archived")                                                        \
	X(WITHDRAWN, "withdrawn", "已撤回", "Withdrawn")                                                     \
	X(REFUSED, "refused", "不予登记", "Registration refused")

enum case_state {
#define X(id, code, zh, en) CASE_##id,
	CASE_STATES(X)
#undef X
		CASE_STATE_COUNT
};
enum case_action {
	CASE_DO_ACCEPT,    /* 受理 */
	CASE_DO_CORRECT,   /* 补正告知, also after the acceptance */
	CASE_DO_RESUBMIT,  /* 补正 answered: back to where it stood */
	CASE_DO_REJECT,    /* 不予受理告知 */
	CASE_DO_TAX,       /* 完税 entered */
	CASE_DO_GRAPHICS,  /* graphics handed in at the window */
	CASE_DO_CADASTRAL, /* result of the intranet arrived */
	CASE_DO_REVIEW,    /* 初审 */
	CASE_DO_ENTER,     /* 登簿 */
	CASE_DO_MAKE,      /* 缮证 */
	CASE_DO_DELIVER,   /* 发证 */
	CASE_DO_ARCHIVE,   /* 归档 */
	CASE_DO_WITHDRAW,  /* 撤回, before the entry */
	CASE_DO_REFUSE,    /* 不予登记, before the entry */
	CASE_DO_BACK       /* 退回 to a step before, before the entry */
};
/* What the business demands before the review. */
struct case_needs {
	bool tax, cadastral;
};
/* What the case has so far. */
struct case_has {
	bool tax, cadastral;
	bool accepted; /* its term has begun */
};

const char *case_state_code(enum case_state s);
const char *case_state_zh(enum case_state s);
const char *case_state_en(enum case_state s);
SW_MUST_USE int case_state_parse(const char *code, enum case_state *out);
/* 0 and the next state; ERR_STATE, or ERR_TAX when only the tax voucher is missing. */
SW_MUST_USE int case_state_next(enum case_state from, enum case_action act, struct case_needs needs,
	struct case_has has, enum case_state *to, struct err_note *note);
#endif
