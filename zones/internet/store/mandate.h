/* Statements of the authority (common/workflow/mandate.h) about the agents of an application, as it signed
 * them. */
#ifndef INTAKE_STORE_MANDATE_H
#define INTAKE_STORE_MANDATE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* result: {"statement","signature","certificate"}. The newest takes the place of the one before. */
SW_MUST_USE int mandate_put(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *form_digest, const json_t *result);
/* *held: the newest one of the party speaks of this form. */
SW_MUST_USE int mandate_held(
	struct db_tx *tx, const char *application, int n, const char *form_digest, bool *held);
/* Into each of the signatures [{"party",…}] the statement about its party, where there is one of this form.
 */
SW_MUST_USE int mandate_join(struct db_tx *tx, struct vault *v, const char *application,
	const char *form_digest, json_t *signatures);
#endif
