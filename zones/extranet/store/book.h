/* The register book 登记簿 as plain rows: JSON objects with the column names of TD/T 1066 (names and numbers
 * in clear inside the zone's memory, sealed in the database). Append-only: a row is inserted once and ended
 * once. */
#ifndef REG_STORE_BOOK_H
#define REG_STORE_BOOK_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

extern const struct db_schema registry_schema;

struct book_table;
const struct book_table *book_table_find(const char *name); /* zdjbxx h fdcq2 qlr cfdj djlog; NULL unknown */
const struct book_table *book_table_at(size_t i);           /* NULL behind the last */
const char *book_table_name(const struct book_table *t);

/* `row` holds every column except tenant and the blind index. ERR_SCHEMA names a missing or mistyped column;
 * ERR_EXISTS, ERR_CONFLICT. */
SW_MUST_USE int book_insert(struct db_tx *tx, struct vault *v, const struct book_table *t, const json_t *row,
	struct err_note *note);
/* Ends the row: yxq_z and zzywh. ERR_NOTFOUND, ERR_CONFLICT when it was ended before. */
SW_MUST_USE int book_end(
	struct db_tx *tx, const struct book_table *t, const char *key, const char *at, const char *ywh);
/* New reference. ERR_NOTFOUND. */
SW_MUST_USE int book_get(
	struct db_tx *tx, struct vault *v, const struct book_table *t, const char *key, json_t **out);
/* Every row in key order; `each` returns 0 to go on. */
SW_MUST_USE int book_each(struct db_tx *tx, struct vault *v, const struct book_table *t,
	int (*each)(void *arg, const char *key, json_t *row), void *arg);
/* Current rows of a unit: array of rows; for qlr those of its current right. */
SW_MUST_USE int book_of_unit(
	struct db_tx *tx, struct vault *v, const struct book_table *t, const char *unit, json_t **out);
/* Key text of a row. Appended. */
SW_MUST_USE int book_key(const struct book_table *t, const json_t *row, struct buf *out);
#endif
