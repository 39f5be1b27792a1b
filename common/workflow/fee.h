/* Registration fees 登记费: one table for all businesses, conf/businesses/fees.yaml, each row with its basis
 * and the days it is valid. Pure after loading. Sources: 发改价格规〔2016〕2559号, 财税〔2016〕79号,
 * 财税〔2019〕45号. */
#ifndef SW_WORKFLOW_FEE_H
#define SW_WORKFLOW_FEE_H
#include "common/base/json.h"

#define FEE_CODE 32
struct fee_table;
struct fee_facts {
	const char *business, *date; /* YYYY-MM-DD: the day it is reckoned for */
	int64_t pieces, copies;      /* units; certificates of each, from 1 */
	bool dwelling;
	const char *const *reliefs; /* codes of reductions that the case claims; NULL ends */
};
struct fee_line {
	char code[FEE_CODE], zh[96], en[96], basis[96], relief[FEE_CODE], relief_zh[96], relief_en[96];
	int64_t count, each_cents, amount_cents;
};
#define FEE_LINES_MAX 8
/* ERR_CONFIG with file, line and column. */
SW_MUST_USE int fee_load(const char *file, struct fee_table **out, struct err_note *note);
/* The same from its text, as it was published; `name` stands for the file in messages. */
SW_MUST_USE int fee_parse(const char *name, const char *text, struct fee_table **out, struct err_note *note);
void fee_free(struct fee_table *t);
/* Lines of the fees (by code) that are due on that day, reductions applied; *n ≤ FEE_LINES_MAX. ERR_NOTFOUND:
 * a code has no row that is valid on that day. */
SW_MUST_USE int fee_reckon(const struct fee_table *t, const char (*codes)[FEE_CODE], size_t ncodes,
	const struct fee_facts *f, struct fee_line *out, size_t *n, struct err_note *note);
/* Is there a row of this code, on any day? And a reduction? */
bool fee_known(const struct fee_table *t, const char *code);
bool fee_relief_known(const struct fee_table *t, const char *code);
/* Is it a reduction that this business may claim on that day? */
bool fee_relief_claimable(
	const struct fee_table *t, const char *code, const char *business, const char *date);
/* The table for pages: new reference. */
json_t *fee_json(const struct fee_table *t);
#endif
