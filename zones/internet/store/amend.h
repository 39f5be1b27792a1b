/* 补正 at the portal: the form as it would be signed now against the one that stood and what was asked for.
 */
#ifndef INTAKE_STORE_AMEND_H
#define INTAKE_STORE_AMEND_H
#include "zones/internet/store/application.h"

/* The applicant may find that an entry is right as it stands: the draft then holds "confirmed":
 * {"round","items"}, places as a finding names them (unit_code, fields.X, roles.X), for one round. */
SW_MUST_USE int amend_confirm(const struct application *a, json_t *draft, const json_t *items);
/* Only what was asked for may differ: ERR_STATE. With findings (array), everything asked for by its place has
 * to be changed too, or confirmed (not a material): ERR_SCHEMA, each open item added as {"key","zh","en"}.
 * draft: that the form was made of. */
SW_MUST_USE int amend_check(struct db_tx *tx, struct vault *v, const struct application *a,
	const json_t *draft, const json_t *form, json_t *findings, struct err_note *note);
/* [{"kind","code","text","done","confirmed"}], and the notice's text; done: changed or confirmed. New
 * reference. */
SW_MUST_USE int amend_tasks(struct db_tx *tx, struct vault *v, const struct application *a,
	const json_t *draft, const json_t *form, json_t **out, char text[static 601]);
#endif
