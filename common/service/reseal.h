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
 * key the file's name (blob). set: :a :b :c and :v1 … for the values, :x for the blind index when there is
 * one. */
struct reseal_use {
	const char *name; /* as the vault knows it: table */
	const struct db_stmt *page, *set;
	const char *columns[RESEAL_COLUMNS]; /* as the vault knows them; "" a file's key */
	const char *index_kind;              /* blind index of the last column, NULL none */
	bool int_key;
};
extern const struct reseal_use reseal_common_uses[];

struct reseal;
/* uses: the zone's, ending with name NULL; those of accounts and exchange are added. */
SW_MUST_USE int reseal_new(struct db *d, struct vault *v, const struct reseal_use *uses, struct reseal **out);
void reseal_free(struct reseal *r); /* stops; NULL is a no-op */
/* Goes on where it stopped, in a thread of its own, whenever a value may be under an old key. */
SW_MUST_USE int reseal_start(struct reseal *r);
/* New keys, then the thread wakes. */
SW_MUST_USE int reseal_rotate(struct reseal *r, const char *who, struct err_note *note);
/* Everything at once in this thread; force: also what is under the newest key (its blind index is made anew).
 */
SW_MUST_USE int reseal_all(struct reseal *r, bool force);
/* Values under another key than the newest, over all tables. */
SW_MUST_USE int reseal_left(struct reseal *r, int64_t *out);
/* {"keys":{…},"tables":[{"name","seen","done"}],"left"} New reference. */
SW_MUST_USE int reseal_report(struct reseal *r, json_t **out);
#endif
