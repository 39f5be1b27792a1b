/* Files scanned at the window before their case exists: an upload belongs to who brought it in until a case
 * takes it; one that no case took within a day is removed. */
#ifndef REG_STORE_UPLOAD_H
#define REG_STORE_UPLOAD_H
#include "zones/extranet/store/case.h"

#define UPLOADS_OPEN_MAX 200 /* of one person */

/* ERR_LIMIT: the person has too many that no case took. m: everything but its code. */
SW_MUST_USE int upload_put(struct db_tx *tx, const char *id, const struct case_material *m, const char *who);
/* Takes it off the list. ERR_NOTFOUND: none of this person. */
SW_MUST_USE int upload_take(struct db_tx *tx, const char *id, const char *who, struct case_material *out);
/* Removes rows older than `before` (RFC 3339), at most 100; appends the hex names of their files to `blobs`.
 */
SW_MUST_USE int upload_expire(struct db_tx *tx, const char *before, json_t *blobs);
#endif
