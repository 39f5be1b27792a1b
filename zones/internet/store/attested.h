/* What other services signed about a party of an application, for one form: {"statement","signature",
 * "certificate"}, sealed, one row per party in the table of its kind (columns result, form_digest). */
#ifndef INTAKE_STORE_ATTESTED_H
#define INTAKE_STORE_ATTESTED_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct attested {
	const char *table, *key;      /* key: its member in a signature */
	const struct db_stmt *select; /* result by :application, :n, :digest */
};
/* The text of column result, appended. */
SW_MUST_USE int attested_seal(const struct attested *kind, struct vault *v, const char *application, int n,
	const json_t *result, struct buf *sealed);
/* *there: one of this form is there. */
SW_MUST_USE int attested_there(const struct attested *kind, struct db_tx *tx, const char *application, int n,
	const char *form_digest, bool *there);
/* Into each of the signatures [{"party",…}] what was signed about its party, where there is one of this form.
 */
SW_MUST_USE int attested_join(const struct attested *kind, struct db_tx *tx, struct vault *v,
	const char *application, const char *form_digest, json_t *signatures);
#endif
