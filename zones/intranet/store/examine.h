/* A task with its graphics opened and checked against the cadastre of this transaction. */
#ifndef CAD_STORE_EXAMINE_H
#define CAD_STORE_EXAMINE_H
#include "zones/intranet/cadastre.h"
#include "zones/intranet/domain/geometry.h"
#include "zones/intranet/store/task.h"

struct examination {
	struct geometry *parcel;     /* NULL when the file could not be read as a parcel */
	json_t *checks, *neighbours; /* neighbours: [{"code","geometry","overlap_cm2"}] */
	bool passed;
};
/* A file that is no parcel is a failed check "readable", not an error. Free with examine_fini. */
SW_MUST_USE int examine_task(
	struct cadastre *c, struct db_tx *tx, const struct task *t, struct examination *out);
void examine_fini(struct examination *e);
#endif
