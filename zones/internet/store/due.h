/* What an application owes: the registration fee (fee.h) and the taxes, as the office told them last. */
#ifndef INTAKE_STORE_DUE_H
#define INTAKE_STORE_DUE_H
#include "common/base/json.h"
#include "common/db/db.h"

/* body: of tax.order, checked by the catalogue. */
SW_MUST_USE int due_tax_put(struct db_tx *tx, const char *application, const json_t *body);
/* {"order","declaration","state","amount_cents","at"}; null when nothing was told. */
SW_MUST_USE int due_tax_get(struct db_tx *tx, const char *application, json_t **out);
/* What is owed now: [{"number","zh","en","amount_cents"}], the fee and the taxes together. New reference. */
SW_MUST_USE int due_list(struct db_tx *tx, const char *application, json_t **out);
/* Which application owes or owed this: by the number of its notice. ERR_NOTFOUND. */
SW_MUST_USE int due_owner(struct db_tx *tx, const char *item, char application[static 37]);
#endif
