/* What the registry told of an application, in the order it came. */
#ifndef INTAKE_STORE_PROGRESS_H
#define INTAKE_STORE_PROGRESS_H
#include "common/base/json.h"
#include "common/db/db.h"

SW_MUST_USE int progress_add(struct db_tx *tx, const char *application, const json_t *body);
SW_MUST_USE int progress_list(struct db_tx *tx, const char *application, json_t **out);
/* Items and text of the newest correction; ERR_NOTFOUND. New reference. */
SW_MUST_USE int progress_correction(
	struct db_tx *tx, const char *application, json_t **items, char note[static 601]);
/* Whether the office asked to come once 最多跑一次. */
SW_MUST_USE int progress_visit(struct db_tx *tx, const char *application, bool *asked);
/* State of the newest news; "" none. */
SW_MUST_USE int progress_state(struct db_tx *tx, const char *application, char state[static 16]);
#endif
