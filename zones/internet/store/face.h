/* Face comparisons of the parties of an application, as the service signed them. */
#ifndef INTAKE_STORE_FACE_H
#define INTAKE_STORE_FACE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

/* result: {"statement","signature","certificate"}. The newest takes the place of the one before. */
SW_MUST_USE int face_put(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *form_digest, bool matches, const json_t *result);
/* *matches: the newest one speaks of this form and matches. */
SW_MUST_USE int face_matches(
	struct db_tx *tx, const char *application, int n, const char *form_digest, bool *matches);
/* Into each of the signatures [{"party",…}] the face comparison of its party, where there is one of this
 * form. */
SW_MUST_USE int face_join(struct db_tx *tx, struct vault *v, const char *application, const char *form_digest,
	json_t *signatures);
#endif
