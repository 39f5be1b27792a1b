/* What a person leaves on a case while working: marks on pages of its materials, kept and shown to whoever
 * decides next, and the opinion begun, for its writer only. Texts are sealed. */
#ifndef REG_STORE_MARK_H
#define REG_STORE_MARK_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define MARKS_MAX 200
struct mark {
	int64_t material, page, x, y, w,
		h; /* of the page, in 1/10000 of its width and height as it stands upright */
	const char *note;
};
/* *n: its number in the case. ERR_LIMIT behind MARKS_MAX, ERR_CONFLICT: no such material. */
SW_MUST_USE int mark_add(struct db_tx *tx, struct vault *v, const char *case_id, const struct mark *m,
	const char *who, int64_t *n);
/* ERR_NOTFOUND: none of this person's that stands. */
SW_MUST_USE int mark_remove(struct db_tx *tx, const char *case_id, int64_t n, const char *who);
/* Those that stand: [{"n","material","page","x","y","w","h","note","by","at"}]. */
SW_MUST_USE int mark_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);

/* "" takes it away. */
SW_MUST_USE int mark_draft_put(
	struct db_tx *tx, struct vault *v, const char *case_id, const char *who, const char *opinion);
/* {"opinion","at"}, or null. */
SW_MUST_USE int mark_draft_get(
	struct db_tx *tx, struct vault *v, const char *case_id, const char *who, json_t **out);
SW_MUST_USE int mark_draft_drop(struct db_tx *tx, const char *case_id, const char *who);
#endif
