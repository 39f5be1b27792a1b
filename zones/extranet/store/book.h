/* The register book 登记簿 as plain rows: JSON objects with the column names of TD/T 1066 (book_columns.h);
 * names and numbers are in clear inside the zone's memory, sealed in the database. Append-only: a row is
 * inserted once and ended once. */
#ifndef REG_STORE_BOOK_H
#define REG_STORE_BOOK_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

extern const struct db_schema registry_schema;

enum book_class {
	BOOK_UNIT,   /* what the land and the buildings are */
	BOOK_OWNER,  /* ownership and use rights: one in force for a unit */
	BOOK_RIGHT,  /* mortgage, easement, residence right, common parts */
	BOOK_LIMIT,  /* pre-notice, objection, seizure */
	BOOK_HOLDER, /* qlr */
	BOOK_ENDING, /* zxdj */
	BOOK_LOG     /* djlog */
};
struct book_table;
const struct book_table *book_table_find(const char *name); /* NULL unknown */
const struct book_table *book_table_at(size_t i); /* in the order of writing, djlog last; NULL behind it */
const char *book_table_name(const struct book_table *t);
enum book_class book_table_class(const struct book_table *t);
/* Tables and columns with their names in Chinese and English, for the pages. New reference. */
json_t *book_model(void);

/* `row` holds every column except tenant and the blind index. ERR_SCHEMA names a missing or mistyped column;
 * ERR_EXISTS, ERR_CONFLICT (a rule of the database). */
SW_MUST_USE int book_insert(struct db_tx *tx, struct vault *v, const struct book_table *t, const json_t *row,
	struct err_note *note);
/* Ends a row that is in force: yxq_z and zzywh. ERR_CONFLICT when there is none, or it was ended before. */
SW_MUST_USE int book_end(
	struct db_tx *tx, const struct book_table *t, int64_t key, const char *at, const char *ywh);
/* New reference. ERR_NOTFOUND. */
SW_MUST_USE int book_get(
	struct db_tx *tx, struct vault *v, const struct book_table *t, int64_t key, json_t **out);
/* Every row in key order; `each` returns 0 to go on. */
SW_MUST_USE int book_each(struct db_tx *tx, struct vault *v, const struct book_table *t,
	int (*each)(void *arg, int64_t key, json_t *row), void *arg);
/* Rows of a unit in force at an instant (RFC 3339 UTC; NULL: now): array. Of djlog: those before it. */
SW_MUST_USE int book_of_unit(struct db_tx *tx, struct vault *v, const struct book_table *t, const char *unit,
	const char *at, json_t **out);
/* All a decision on a unit needs: {"zdjbxx":[…],"h":[…] …} with every table but djlog, the parcel and the
 * building it stands on (their rows and the land's rights under "land": {…}). New reference. */
SW_MUST_USE int book_unit(struct db_tx *tx, struct vault *v, const char *unit, const char *at, json_t **out);
int64_t book_key(const struct book_table *t, const json_t *row);
/* Text form of a key, of equal length so that it sorts. */
#define BOOK_KEY_TEXT 16
void book_key_text(int64_t key, char out[static BOOK_KEY_TEXT]);
/* Takes n running numbers of a series of this office: *first … *first + n − 1; each starts at 1. */
SW_MUST_USE int book_series(
	struct db_tx *tx, const char *kind, const char *period, int64_t n, int64_t *first);
#endif
