/* What who signs an application answered before signing 询问笔录: record of common/workflow/record.h, kept
 * with each party that the person signs for. */
#ifndef INTAKE_STORE_ANSWERS_H
#define INTAKE_STORE_ANSWERS_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* signer: identity number of who answered. The newest takes the place of the one before. */
SW_MUST_USE int answers_put(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signer, const char *form_digest, const json_t *record);
/* The newest record of a party. *same: it was given for this form. ERR_NOTFOUND: none by this person. New
 * reference. */
SW_MUST_USE int answers_get(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signer, const char *form_digest, json_t **record, bool *same);
/* Into each of the signatures [{"party",…}] the "record" of its party for this form, where there is one. */
SW_MUST_USE int answers_join(struct db_tx *tx, struct vault *v, const char *application,
	const char *form_digest, json_t *signatures);
#endif
