/* Applications: drafts, forms, rounds of correction, states. */
#ifndef INTAKE_STORE_APPLICATION_H
#define INTAKE_STORE_APPLICATION_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "common/db/db.h"

struct application {
	char id[37], owner[37], business[48], state[16], number[24], reason[300], updated_at[25];
	char batch[37]; /* that it is a row of; "" none */
	int64_t business_version, version;
	int64_t round; /* corrections 补正 asked for so far */
	bool frozen;
};
/* The application that this start made before; ERR_NOTFOUND. */
SW_MUST_USE int application_by_key(
	struct db_tx *tx, const char *owner, const char *key, struct application *out);
/* ERR_NOTFOUND. */
SW_MUST_USE int application_get(struct db_tx *tx, const char *id, struct application *out);
/* The open draft of a person for a business; ERR_NOTFOUND. */
SW_MUST_USE int application_open_draft(
	struct db_tx *tx, const char *owner, const char *business, struct application *out);
/* key: of the page that starts it, "" none; sealed: the draft, application_seal_draft. */
SW_MUST_USE int application_insert(
	struct db_tx *tx, const struct application *a, const char *key, struct view sealed);
SW_MUST_USE int application_draft(struct db_tx *tx, struct vault *v, const char *id, json_t **out);
/* The canonical form; empty buffer when not frozen. */
SW_MUST_USE int application_form(struct db_tx *tx, struct vault *v, const char *id, struct buf *out);
/* The same, and the digest that signatures and statements about it name. */
SW_MUST_USE int application_form_digest(struct db_tx *tx, struct vault *v, const struct suite *s,
	const char *id, struct buf *out, char hex[static DIGEST_HEX]);
/* Was it ever sent to the registry? */
bool application_handed_in(const struct application *a);
/* Whether the registry has it and has not decided, as far as it was told here. */
bool application_open(const struct application *a);
/* The form that stands at the registry, of one that was handed in, appended. */
SW_MUST_USE int application_standing(
	struct db_tx *tx, struct vault *v, const struct application *a, struct buf *out);
/* Whether a draft may be changed by who knows this version: 0, ERR_STATE (neither draft nor correction),
 * ERR_CONFLICT. */
SW_MUST_USE int application_may_save(const struct application *a, int64_t version);
/* What the column holds of a draft, for application_insert and application_put: made outside of the writer's
 * transaction. */
SW_MUST_USE int application_seal_draft(
	struct vault *v, const char *id, const json_t *draft, struct buf *sealed);
/* These need state draft or correction and the version: ERR_STATE, ERR_CONFLICT. */
SW_MUST_USE int application_put(struct db_tx *tx, struct application *a, int64_t version, struct view sealed);
SW_MUST_USE int application_renew(struct db_tx *tx, struct vault *v, struct application *a, int64_t version,
	int64_t business_version, const json_t *draft);
SW_MUST_USE int application_freeze(
	struct db_tx *tx, struct vault *v, struct application *a, int64_t version, struct view form);
/* Back to draft or correction (with the form that stood); signatures are dropped. */
SW_MUST_USE int application_thaw(struct db_tx *tx, struct vault *v, struct application *a);
/* 补正 is asked for: a new round, state correction, the form that stands is kept as the one before. */
SW_MUST_USE int application_correct(struct db_tx *tx, struct vault *v, struct application *a);
/* The form that stood when the correction was asked for, appended. */
SW_MUST_USE int application_before(struct db_tx *tx, struct vault *v, const char *id, struct buf *out);
SW_MUST_USE int application_set_state(
	struct db_tx *tx, struct application *a, const char *state, const char *number, const char *reason);
/* Those of an owner, and frozen ones in which the person is a party: rows for the list. */
SW_MUST_USE int application_list(
	struct db_tx *tx, const char *owner, const struct vault_lookup *person, json_t **out);

#endif
