/* What was asked of others for a case, when, what they answered and by whose word, and who decided by it:
 * told from what stands with the case. */
#ifndef REG_STORE_CONSULT_H
#define REG_STORE_CONSULT_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* [{"key","kind","zh","en","asked_zh","asked_en","asked_at","state","answer_zh","answer_en","answered_at","source",
 * "used","again"}]; state by domain/consult.h; source: what names the answer there (certificate, receipt,
 * number); used:
 * {"act","by","at"} of the first decision behind the answer, null none; again: it can be asked again. */
SW_MUST_USE int consult_list(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out);
/* Asks again; the caller records it. ERR_NOTFOUND: nothing of this key; ERR_STATE: as it stands. */
SW_MUST_USE int consult_again(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *key,
	struct err_note *note);
#endif
