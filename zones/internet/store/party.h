/* Who signs for the parties of a frozen form, and who has. */
#ifndef INTAKE_STORE_PARTY_H
#define INTAKE_STORE_PARTY_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

SW_MUST_USE int party_drop_all(struct db_tx *tx, const char *application);
#define PARTIES_MAX 20
/* id_index: of who signs; principal_index: of the party where another signs for it, "" else. */
SW_MUST_USE int party_add(struct db_tx *tx, const char *application, int n, const char *role,
	const char *id_index, bool signs, const char *principal_index);
/* Numbers of the parties for which this person signs, itself among them. */
SW_MUST_USE int party_signs_for(struct db_tx *tx, const char *application, const struct vault_lookup *person,
	int out[static PARTIES_MAX], size_t *n);
/* *found: parties that are this person and for whom another signs. */
SW_MUST_USE int party_principal(
	struct db_tx *tx, const char *application, const struct vault_lookup *person, int64_t *found);
/* Number of the party for which this person signs, one that waits first; ERR_NOTFOUND. */
SW_MUST_USE int party_find(
	struct db_tx *tx, const char *application, const struct vault_lookup *person, int *n);
SW_MUST_USE int party_sign(
	struct db_tx *tx, struct vault *v, const char *application, int n, const char *signature_json);
/* *same: whether exactly this was stored as the party's signature. */
SW_MUST_USE int party_has_signed(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signature_json, int64_t *same);
SW_MUST_USE int party_unsigned(struct db_tx *tx, const char *application, int64_t *out);
/* [{"n","role","signs","signed_at"}] */
SW_MUST_USE int party_list(struct db_tx *tx, const char *application, json_t **out);
/* [{"party",…what the platform gave}] */
SW_MUST_USE int party_signatures(struct db_tx *tx, struct vault *v, const char *application, json_t **out);
#endif
