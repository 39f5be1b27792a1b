/* What people do with a disc. Each act: intent into the audit log, the act made durable, the record, the
 * result. An act that was cut off is finished by doing it again. `out` is a new reference to a JSON object
 * that tells the result. */
#ifndef SW_BURNER_FERRY_H
#define SW_BURNER_FERRY_H
#include "burner/disc/repair.h"
#include "burner/ledger/ledger.h"
#include "common/crypto/key.h"

/* 编目: takes every NAME.swb out of the folder `from` and closes them as a new disc. ERR_NOTFOUND when there
 * is nothing to carry, ERR_MEMBER for what is not a plain file. -> {"disc","bundles"} */
SW_MUST_USE int ferry_stage(struct ledger *l, const char *from, const char *reason, const char *by,
	const struct suite *suite, json_t **out, struct err_note *note);
/* 批准 by the owner of the key. ERR_APPROVAL when the same person has approved. ->
 * {"disc","state","approvals":N} */
SW_MUST_USE int ferry_approve(
	struct ledger *l, const char *disc, const struct sign_key *k, json_t **out, struct err_note *note);
/* 刻录 into a new image file, read back and compared before it gets its name. ERR_APPROVAL, ERR_STATE,
 * ERR_EXISTS when another file has that name. -> {"disc","state","size"} */
SW_MUST_USE int ferry_burn(struct ledger *l, const char *disc, const char *to, const char *by, json_t **out,
	struct err_note *note);
/* 移交 of a burnt disc; again by the same person to the same place is no error. -> {"disc","state"} */
SW_MUST_USE int ferry_handover(struct ledger *l, const char *disc, const char *to, const char *by,
	json_t **out, struct err_note *note);
/* 导入, once: approved below `t`, every digest right, then all bundles appear in the folder `into`.
 * ERR_IMPORTED, ERR_FORK (the number is known with other content), ERR_CERT, ERR_APPROVAL … A predecessor
 * that never came is named in "missing"; what was damaged in "sectors". ->
 * {"disc","bundles","missing","sectors"?} */
SW_MUST_USE int ferry_import(struct ledger *l, int image, const struct trust *t, int into, const char *by,
	json_t **out, struct err_note *note);
/* The same checks without a ledger, and every sector is looked at; *report is set also when the disc is
 * refused.
 * -> {"disc","bundles","identity","approvals":[…],"sectors":{"bad","map":[[first,number,"repaired"|"bad"]…],
 * "repaired","total"}} */
SW_MUST_USE int ferry_verify(
	int image, const struct trust *t, json_t **out, struct repair_report *report, struct err_note *note);
json_t *ferry_sectors(const struct repair_report *r);
#endif
