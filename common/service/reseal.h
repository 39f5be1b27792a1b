/* Sealing every stored value anew under the vault's newest keys, in the background, restartable, with
 * progress. Order of a rotation: new keys, this, `keys prune` (which refuses while a value is under an old
 * key). */
#ifndef SW_SERVICE_RESEAL_H
#define SW_SERVICE_RESEAL_H
#include "common/audit/audit.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

extern const struct db_schema reseal_schema;

#define RESEAL_COLUMNS 3
/* A table with sealed values, in the order of a key of up to three parts (c is an integer when int_key).
 * page: :a :b :c :max -> a, b, c, row, value… ; row is what the values are bound to (text), or with a file's
 * key the file's name (blob). set: :a :b :c and :v1 … for the values. */
struct reseal_use {
	const char *name; /* as the vault knows it: table */
	const struct db_stmt *page, *set;
	/* As the vault knows them; "" a file's key, "#KIND" the blind index of a value of that kind. */
	const char *columns[RESEAL_COLUMNS];
	bool int_key;
};
extern const struct reseal_use reseal_common_uses[];

struct reseal;
/* uses: the zone's, ending with name NULL; those of accounts and exchange are added. */
SW_MUST_USE int reseal_new(struct db *d, struct vault *v, const struct reseal_use *uses, struct reseal **out);
void reseal_free(struct reseal *r); /* stops; NULL is a no-op */
/* Goes on where it stopped, in a thread of its own, whenever a value may be under an old key. */
SW_MUST_USE int reseal_start(struct reseal *r);
/* New data keys or a new index key, recorded; the caller seals (the thread, reseal_all). An index key only
 * when every row is under the newest one (ERR_STATE): look-ups ask for two versions, not for three. */
SW_MUST_USE int reseal_rotate(struct reseal *r, const char *who, bool index, struct err_note *note);
/* The next rows, in one transaction; what the last run did is not done again. *more: there are further ones.
 */
SW_MUST_USE int reseal_step(struct reseal *r, bool *more);
/* Steps until no row is left under an old key, counted by reading everything: also what was written under the
 * old keys meanwhile. ERR_STOPPING. */
SW_MUST_USE int reseal_all(struct reseal *r);
/* Rows with a value under another key than the newest, by reading all tables. */
SW_MUST_USE int reseal_left(struct reseal *r, int64_t *out);
/* {"keys":{…},"tables":[{"name","seen","done"}],"left"} left: rows; null while they are being counted. New
 * reference. */
SW_MUST_USE int reseal_report(struct reseal *r, json_t **out);
/* Lines for /metrics. */
SW_MUST_USE int reseal_metrics(struct reseal *r, struct buf *out);
#endif
