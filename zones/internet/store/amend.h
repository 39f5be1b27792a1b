/* 补正 at the portal: the form as it would be signed now against the one that stood and what was asked for.
 */
#ifndef INTAKE_STORE_AMEND_H
#define INTAKE_STORE_AMEND_H
#include "zones/internet/store/application.h"

/* Only what was asked for may differ: ERR_STATE. With findings (array), everything asked for by its place has
 * to be changed too: ERR_SCHEMA, each open item added as {"key","zh","en"}. */
SW_MUST_USE int amend_check(struct db_tx *tx, struct vault *v, const struct application *a,
	const json_t *form, json_t *findings, struct err_note *note);
/* [{"kind","code","text","done"}], and the notice's text. New reference. */
SW_MUST_USE int amend_tasks(struct db_tx *tx, struct vault *v, const struct application *a,
	const json_t *form, json_t **out, char text[static 601]);
#endif
