/* Applications with their parties, materials, progress and certificate. */
#ifndef INTAKE_STORE_APPLICATION_H
#define INTAKE_STORE_APPLICATION_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "common/db/db.h"

extern const struct db_schema intake_schema;

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

struct material {
	int64_t round; /* with which answer it came; 0: with the application */
	char id[37], code[48], name[160], media[64];
	struct blob_ref ref;
};
SW_MUST_USE int material_add(struct db_tx *tx, const char *application, const struct material *m);
/* Takes a material out of the form. What came with this round goes: *drop, and *was is its file, to be
 * removed after the commit. What was handed in before stays, with the round in which it went. ERR_NOTFOUND.
 */
SW_MUST_USE int material_remove(struct db_tx *tx, const char *application, const char *id, int64_t round,
	struct blob_ref *was, bool *drop);
/* Code of one that stands; ERR_NOTFOUND. */
SW_MUST_USE int material_code(
	struct db_tx *tx, const char *application, const char *id, char code[static 48]);
/* [{"code","old","new"}]: digests of what went in this round beside what came; "" none. New reference. */
SW_MUST_USE int material_replaced(struct db_tx *tx, const char *application, int64_t round, json_t **out);
/* n-th that stands, in order of id; ERR_NOTFOUND behind the last. */
SW_MUST_USE int material_at(struct db_tx *tx, const char *application, int64_t n, struct material *out);

SW_MUST_USE int progress_add(struct db_tx *tx, const char *application, const json_t *body);
SW_MUST_USE int progress_list(struct db_tx *tx, const char *application, json_t **out);
/* Items and text of the newest correction; ERR_NOTFOUND. New reference. */
SW_MUST_USE int progress_correction(
	struct db_tx *tx, const char *application, json_t **items, char note[static 601]);
/* State of the newest news; "" none. */
SW_MUST_USE int progress_state(struct db_tx *tx, const char *application, char state[static 16]);

struct certificate {
	char number[128], signature[512];
	char seal_certificate[8192];
	struct blob_ref ref;
};
SW_MUST_USE int certificate_add(struct db_tx *tx, struct vault *v, const char *application,
	const struct certificate *c, const char *text);
/* text appended; ERR_NOTFOUND. */
SW_MUST_USE int certificate_get(struct db_tx *tx, struct vault *v, const char *application,
	struct certificate *out, struct buf *text);
#endif
