/* Units by the words of their location: an index beside the book (zldz, zlci, zldy), written with the book's
 * rows, searched by pages. */
#ifndef REG_STORE_LOCATION_H
#define REG_STORE_LOCATION_H
#include "common/base/json.h"
#include "common/db/db.h"

/* Enters the location (zl) of a row of h, zdjbxx, zhjbxx, lq; rows of other tables are passed over. */
SW_MUST_USE int location_index(struct db_tx *tx, const char *table, const json_t *row);
#define LOCATION_CURSOR 64
#define LOCATION_WORDS 8
/* Units whose location holds every word (separated by spaces), at most `limit`, behind the cursor ("" from
 * the first): array of unit codes; next: cursor, "" when there are no more. At least one word must be of the
 * part down to the building, with two characters: ERR_SCHEMA. A page looks at a bounded number of units, so
 * it may come back short with a cursor. */
SW_MUST_USE int location_search(struct db_tx *tx, const char *words, const char *after, int limit,
	json_t **units, char next[static LOCATION_CURSOR], struct err_note *note);
#endif
