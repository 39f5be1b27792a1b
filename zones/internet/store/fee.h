/* The registration fee of an application, as the office told it last. */
#ifndef INTAKE_STORE_FEE_H
#define INTAKE_STORE_FEE_H
#include "common/base/json.h"
#include "common/db/db.h"

/* body: of fee.order, checked by the catalogue. */
SW_MUST_USE int fee_order_put(struct db_tx *tx, const char *application, const json_t *body);
/* {"order","state","amount_cents","table","reckoned","lines","reason","at"}; null when nothing was told. */
SW_MUST_USE int fee_order_get(struct db_tx *tx, const char *application, json_t **out);
#endif
