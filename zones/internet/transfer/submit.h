/* Applications on their way to the registry: rows of the outbox, in the business transaction. */
#ifndef INTAKE_TRANSFER_SUBMIT_H
#define INTAKE_TRANSFER_SUBMIT_H
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

/* Materials in their order: [{"code","name","digest","size"}], with `full` also id and media. New reference.
 */
SW_MUST_USE int submit_materials(struct db_tx *tx, const char *application, bool full, json_t **out);
/* application.submitted with the frozen form, the signatures and the materials; the state becomes submitted.
 * Exactly once: the state guards it. */
SW_MUST_USE int submit_application(
	struct portal *p, struct db_tx *tx, struct application *a, struct err_note *note);
/* Division of the office that an application is for. */
SW_MUST_USE int submit_division(
	struct portal *p, struct db_tx *tx, const char *application, char out[static 7]);
/* application.withdrawn with the signatures over its text, whose digest is given in hex; it is then sent. */
SW_MUST_USE int submit_withdrawal(struct portal *p, struct db_tx *tx, const struct application *a,
	const char *digest, struct err_note *note);
#endif
