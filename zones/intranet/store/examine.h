/* A task with its graphics opened and checked against the cadastre of this transaction. */
#ifndef CAD_STORE_EXAMINE_H
#define CAD_STORE_EXAMINE_H
#include "zones/intranet/cadastre.h"
#include "zones/intranet/domain/geometry.h"
#include "zones/intranet/store/task.h"

struct examination {
	struct geometry_parcel parcels[GEOMETRY_PARCELS_MAX]; /* as the file has them */
	size_t n;                                             /* 0 when it could not be read */
	json_t *checks, *neighbours; /* neighbours: [{"code","geometry","overlap_cm2","ends"}] */
	bool passed;
};
/* A file that holds no parcels is a failed check "readable", not an error. Free with examine_fini. */
SW_MUST_USE int examine_task(
	struct cadastre *c, struct db_tx *tx, const struct task *t, struct examination *out);
void examine_fini(struct examination *e);
/* Sum over the outlines. */
int64_t examine_area_cm2(const struct examination *e);
/* What the case does to the cadastre, when it passed: parcels end, parcels are drawn. */
SW_MUST_USE int examine_carry_out(struct db_tx *tx, const struct task *t, const struct examination *e);
#endif
