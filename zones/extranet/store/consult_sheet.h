/* 核验结果单: the answers of others that stand with a case, in their fixed form: what was asked of whom and
 * when, the answer, its source, and a digest of each, for a document of the case (三(一)2 of the guide). */
#ifndef REG_STORE_CONSULT_SHEET_H
#define REG_STORE_CONSULT_SHEET_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* Adds "consults" [{"key","from","asked","asked_at","answer","answered_at","source","digest"}] and "operator"
 * (who has the sheet made) to the facts. What has not been answered is not on it. */
SW_MUST_USE int consult_sheet_facts(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who, json_t *facts);
/* Of what stands now only what a sheet of then could show: answers that came behind it are taken off. */
void consult_sheet_then(const json_t *is, json_t *now);
#endif
