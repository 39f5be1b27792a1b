/* Blank discs of which the extranet told, on their way into burner's ledger. */
#ifndef CAD_STORE_BLANK_H
#define CAD_STORE_BLANK_H
#include "common/base/json.h"
#include "common/db/db.h"

/* body: {"serial","label","mark","state"} as in the catalogue. */
SW_MUST_USE int blank_tell(struct db_tx *tx, const json_t *body);
/* Those the ledger does not have so yet: [{"serial","label","mark","state"}], at most 200. */
SW_MUST_USE int blank_open(struct db_tx *tx, json_t **out);
SW_MUST_USE int blank_take(struct db_tx *tx, const char *serial, const char *state);
#endif
