/* From a business, the form its parties signed and the rows of the unit to a plan for the book, or to the
 * reasons why there is none. Pure: the same call serves the review on a snapshot and the entry itself. */
#ifndef REG_DOMAIN_ENTRY_PLAN_H
#define REG_DOMAIN_ENTRY_PLAN_H
#include "zones/extranet/domain/block.h"
#include "zones/extranet/domain/plan.h"

struct entry_input {
	const struct business *b;
	const struct entry_kind *kind;
	const json_t *form; /* {"unit_code","parties","fields","materials"} */
	const json_t *rows; /* of the unit: book_unit, lapses settled (entry_lapse.h) */
	const json_t
		*others;   /* {"unit code": rows} of the units that the form's "units" names; may be NULL */
	const char *today; /* YYYY-MM-DD */
	bool tax_paid;
	int64_t cadastral_area_cm2; /* of the parcel, from the review; 0 none */
};
/* Findings: as block.h; also the warnings of a plan that was made. ERR_BLOCKED with the first blocking one in
 * `note` ("CODE: what"); then *out is not touched. */
SW_MUST_USE int entry_plan_make(
	const struct entry_input *in, struct plan *out, json_t *findings, struct err_note *note);
/* Unit codes that the form's "units" names beside its own: array, new reference. */
json_t *entry_plan_units(const json_t *form);
#endif
