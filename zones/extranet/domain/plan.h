/* A plan: what one entry does to the book, as rows to insert and rows to end. Made by pure rules
 * (entry_plan.h), carried out by store/entry.c in one transaction. */
#ifndef REG_DOMAIN_PLAN_H
#define REG_DOMAIN_PLAN_H
#include "common/base/json.h"
#include "zones/extranet/domain/entry_kind.h"
#include <stdint.h>

/* Values that are known only at the entry. */
#define PLAN_AT "@at"   /* its instant */
#define PLAN_WHO "@who" /* who enters */
struct plan {
	json_t *inserts; /* [{"table","row","paper"}]: rows without bsm and life; row numbers of this plan are
			    −1, −2 … in the order of inserts (qlbsm, ssbsm) */
	json_t *ends;    /* [{"table","bsm"}] */
	json_t *units;   /* units with a row of the log each; the case's own is first */
	json_t *ground;  /* 登记原因 for the log; string or NULL */
	int failed;      /* first failure of a builder, 0 none */
};
SW_MUST_USE int plan_init(struct plan *p, const char *unit);
void plan_fini(struct plan *p);
/* Steals the row. Returns its number in this plan. */
int64_t plan_insert(struct plan *p, const char *table, json_t *row, enum entry_paper paper);
void plan_end(struct plan *p, const char *table, const json_t *row);
/* Ends a row that nothing continues, and says why in zxdj. Authority and document may be "". */
void plan_cancel(struct plan *p, const char *table, const json_t *row, const char *ground,
	const char *authority, const char *document);
void plan_add_unit(struct plan *p, const char *unit);
void plan_set_ground(struct plan *p, const char *ground);
/* A copy of a row to be inserted as its continuation: life, number and signer left out, ssbsm set. */
json_t *plan_row_after(const json_t *old);
/* Carries a plan out on rows in memory {"cfdj":[…] …}; inserted rows keep their numbers lowered by `base`. */
SW_MUST_USE int plan_apply(const struct plan *p, int64_t base, json_t *rows);
#endif
