/* Documents of a case, made of nothing but the case. */
#ifndef REG_STORE_NOTICE_H
#define REG_STORE_NOTICE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/document.h"

/* In the transaction of a step: adds the notice that the law asks for behind it: 受理, 补正 (items),
 * 不予受理, 不予登记, 撤回; nothing behind other steps. note: text or reason as told to the applicant. */
SW_MUST_USE int notice_put(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *note,
	const json_t *items);
/* 审批表 "approval-sheet" or 核验结果单 "check-sheet", as the case stands. */
SW_MUST_USE int notice_put_sheet(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *kind, const char *who, char *number, size_t size);
/* 缴费通知书 of the fee that was reckoned: its number is that of the charge. */
SW_MUST_USE int notice_put_charge(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who);
/* 中止办理通知书, with the ground of the step just written. */
SW_MUST_USE int notice_put_suspension(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who, const char *reason);
/* 公告 from its first to its last day, for public_notice.c. */
SW_MUST_USE int notice_put_public(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *from, const char *until, char number[static DOCUMENT_NUMBER]);
/* The facts that a document of a case would have now: to compare. `is` what it was made with. New reference.
 * ERR_NOTFOUND: not a kind made of a case. */
SW_MUST_USE int notice_facts_again(
	struct registry *r, struct db_tx *tx, const struct document_row *d, const json_t *is, json_t **out);
#endif
