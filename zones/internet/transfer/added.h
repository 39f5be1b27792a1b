/* Documents added after the submission 补充材料: to the registry, and its word that they stand with the case.
 */
#ifndef INTAKE_TRANSFER_ADDED_H
#define INTAKE_TRANSFER_ADDED_H
#include "zones/internet/portal.h"
#include "zones/internet/store/added.h"

/* Keeps the document and sends it as material.added, in this transaction; a->message is not looked at.
 * ERR_NOTFOUND: what it replaces does not stand. */
SW_MUST_USE int added_send(
	struct portal *p, struct db_tx *tx, const char *application, struct added *a, struct err_note *note);

exchange_apply receive_taken; /* material.taken */
#endif
