/* 领证方式 of a case: chosen by a holder at the portal, or entered at the window. Who receives it by post is
 * sealed, and masked for pages. */
#ifndef REG_STORE_DELIVERY_H
#define REG_STORE_DELIVERY_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "common/message/delivery.h"

/* The newest choice counts. who: "portal", or of the window. */
SW_MUST_USE int delivery_put(
	struct db_tx *tx, struct vault *v, const char *case_id, const struct delivery *d, const char *who);
/* ERR_NOTFOUND: nothing was chosen; ERR_STATE: who receives it was removed. */
SW_MUST_USE int delivery_get(struct db_tx *tx, struct vault *v, const char *case_id, struct delivery *out);
/* {"way","by","at","name","phone","address"}, the last three masked, "" when there is none; JSON null:
 * nothing was chosen. New reference. */
SW_MUST_USE int delivery_json(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
/* Removes who receives it where the parcel was delivered, or the case ended without a certificate, before
 * `before`. */
SW_MUST_USE int delivery_forget(struct db_tx *tx, const char *before);

/* Who receives it, sealed for a column of a row and opened again; "" stands for nobody. */
SW_MUST_USE int delivery_seal(
	struct vault *v, const char *table, const char *row, const struct delivery *d, struct buf *out);
SW_MUST_USE int delivery_unseal(
	struct vault *v, const char *table, const char *row, const char *sealed, struct delivery *out);
/* {"name","phone","address"} masked: 张*, 138****0000, the first eighteen bytes of the address. New
 * reference. */
SW_MUST_USE int delivery_masked(const struct delivery *d, json_t **out);
#endif
