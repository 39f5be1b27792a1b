/* Files of an application, of the list of its business. */
#ifndef INTAKE_STORE_MATERIAL_H
#define INTAKE_STORE_MATERIAL_H
#include "common/base/json.h"
#include "common/db/blob.h"
#include "common/db/db.h"

struct material {
	int64_t round; /* with which answer it came; 0: with the application */
	char id[37], code[48], name[160], media[64];
	struct blob_ref ref;
};
SW_MUST_USE int material_add(struct db_tx *tx, const char *application, const struct material *m);
/* Takes a material out of the form. What came with this round goes: *drop, and *was is its file, to be
 * removed after the commit. What was handed in before stays, with the round in which it went. ERR_NOTFOUND.
 */
SW_MUST_USE int material_remove(struct db_tx *tx, const char *application, const char *id, int64_t round,
	struct blob_ref *was, bool *drop);
/* Code of one that stands; ERR_NOTFOUND. */
SW_MUST_USE int material_code(
	struct db_tx *tx, const char *application, const char *id, char code[static 48]);
/* [{"code","old","new"}]: digests of what went in this round beside what came; "" none. New reference. */
SW_MUST_USE int material_replaced(struct db_tx *tx, const char *application, int64_t round, json_t **out);
/* Bytes of the files in this person's drafts, those of batches apart. */
SW_MUST_USE int material_drafts(struct db_tx *tx, const char *owner, int64_t *bytes);
/* n-th that stands, in order of id; ERR_NOTFOUND behind the last. */
SW_MUST_USE int material_at(struct db_tx *tx, const char *application, int64_t n, struct material *out);
#endif
