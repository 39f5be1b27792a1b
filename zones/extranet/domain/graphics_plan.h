/* What the cadastre is asked to review of a case's graphics: the outlines that are to be there, and what
 * becomes of those that are drawn already. Pure. */
#ifndef REG_DOMAIN_GRAPHICS_PLAN_H
#define REG_DOMAIN_GRAPHICS_PLAN_H
#include "common/base/json.h"
#include <stdbool.h>

/* entry: the business's kind of entry; unit: of the case; booked: its parcel stands in the book; area_cm2: of
 * the parcel as claimed or booked. *out:
 * {"change","parcels":[{"code","area_cm2"}],"ends":[code…]}, new reference. change: "new", a parcel nobody
 * has drawn; "keep", the parcel stays as it is (its units are divided or joined, their use changes);
 * "replace", land is divided 分割 or joined 合并: the parcels of `ends` become those of `parcels`.
 * ERR_SCHEMA: the form's lines are none. */
SW_MUST_USE int graphics_plan(const char *entry, const json_t *form, const char *unit, bool booked,
	int64_t area_cm2, json_t **out, struct err_note *note);
#endif
