/* Face comparisons that came with an application. */
#ifndef REG_STORE_FACE_H
#define REG_STORE_FACE_H
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "zones/extranet/domain/face.h"

/* ERR_EXISTS: this comparison was used before. */
SW_MUST_USE int face_add(struct db_tx *tx, struct vault *v, const char *case_id, int n,
	const struct face_result *r, const struct face_fact *f);
/* Of a case, in the order they were made: [{"party","score","at","statement","signature","certificate"}]. New
 * reference. */
SW_MUST_USE int face_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
/* The newest of the party; ERR_NOTFOUND. */
SW_MUST_USE int face_of(
	struct db_tx *tx, const char *case_id, int n, int64_t *score, char at[static TIME_TEXT]);
#endif
