/* The copy of the register book, row by row. */
#ifndef CAD_STORE_COPY_H
#define CAD_STORE_COPY_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* One row of the copy; a newer version of the same row (its end) replaces it. */
SW_MUST_USE int copy_put(struct db_tx *tx, struct vault *v, const char *table, const char *key,
	const char *row, const char *entry, struct err_note *note);
SW_MUST_USE int copy_each(struct db_tx *tx, struct vault *v,
	int (*each)(void *arg, const char *table, const char *key, struct view row), void *arg);
SW_MUST_USE int copy_of_unit(struct db_tx *tx, struct vault *v, const char *unit, json_t **out);
/* A row's canonical text, appended. ERR_NOTFOUND. */
SW_MUST_USE int copy_get(
	struct db_tx *tx, struct vault *v, const char *table, const char *key, struct buf *out);
/* The log rows that an entry brought: array. New reference. */
SW_MUST_USE int copy_logs(struct db_tx *tx, struct vault *v, const char *entry, json_t **out);
/* Number of the newest log row below `number`; 0 none. */
SW_MUST_USE int copy_log_before(struct db_tx *tx, const char *key, int64_t *out);
#endif
