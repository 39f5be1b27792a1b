/* Inside import_*.c: a unit while its records become an entry. */
#ifndef REG_TRANSFER_IMPORT_PLAN_H
#define REG_TRANSFER_IMPORT_PLAN_H
#include "zones/extranet/domain/plan.h"
#include "zones/extranet/transfer/import_impl.h"

/* A unit's plan: rights keep the name their source has for them, holders the right they are of. */
struct import_plan {
	struct import_run *i;
	const char *unit;
	json_t *records; /* [{"source","n","line","rows"}] */
	struct plan plan;
	json_t *rights; /* id → number in the plan; tables beside it */
	json_t *tables;
	const json_t *at; /* record in hand, and column, when something is refused */
	const char *column;
	struct err_note note;
};

/* Makes plan of records; what is wrong stands in at, column and note. */
SW_MUST_USE int import_plan_make(struct import_plan *b, struct db_tx *tx);
void import_plan_fini(struct import_plan *b);
#endif
