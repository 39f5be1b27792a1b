/* 领证方式 of an application: what was sent to the registry, what counts there, and the stations of the
 * parcel. Of who receives it only masks are kept. */
#ifndef INTAKE_STORE_DELIVERY_H
#define INTAKE_STORE_DELIVERY_H
#include "common/base/json.h"
#include "common/db/db.h"
#include "common/message/delivery.h"

/* It went to the registry in this message. */
SW_MUST_USE int delivery_sent(
	struct db_tx *tx, const char *application, const struct delivery *d, const char *message);
/* The registry refused the message; ERR_NOTFOUND: it carried none. */
SW_MUST_USE int delivery_refused(struct db_tx *tx, const char *message, const char *reason);
/* Body of delivery.told. */
SW_MUST_USE int delivery_told(struct db_tx *tx, const char *application, const json_t *body);
/* {"way","asked","state","name","phone","address","reason","at","events":[{"state","way","carrier","waybill","station",
 * "at"}]}; ERR_NOTFOUND: nothing was chosen. New reference. */
SW_MUST_USE int delivery_json(struct db_tx *tx, const char *application, json_t **out);
#endif
