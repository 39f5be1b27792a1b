/* 查询记录: what was asked over the portal and shown, and for the holder: who looked at the record. */
#ifndef REG_STORE_INQUIRY_H
#define REG_STORE_INQUIRY_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct inquiry {
	const char *id, *kind, *person_index, *person_mask, *purpose;
	const char *number, *digest; /* of a proof; "" none */
};
/* units: array of unit codes that the answer shows. */
SW_MUST_USE int inquiry_add(struct db_tx *tx, const struct inquiry *i, const json_t *units);
/* Questions of this person since an instant. */
SW_MUST_USE int inquiry_count(
	struct db_tx *tx, const struct vault_lookup *person, int64_t since_ms, int64_t *out);
/* Questions of a kind about a unit since an instant, also those it was not shown to. */
SW_MUST_USE int inquiry_count_unit(
	struct db_tx *tx, const char *unit, const char *kind, int64_t since_ms, int64_t *out);
/* Of a kind at all. */
SW_MUST_USE int inquiry_count_kind(struct db_tx *tx, const char *kind, int64_t since_ms, int64_t *out);
/* Was a proof of this number given, and with this digest? at: when. ERR_NOTFOUND. */
SW_MUST_USE int inquiry_proof(struct db_tx *tx, const char *number, const char *digest, char at[static 25]);
/* Who looked: [{"at","who","role","office","what","reason"}], newest first, at most 100: questions about
 * these units by others than `person`, and persons of the office who looked at the cases `numbers` in
 * full. */
SW_MUST_USE int inquiry_looks(struct db_tx *tx, const struct vault_lookup *person, const json_t *units,
	const json_t *numbers, json_t **out);
/* Cases in which a person, by kind and number of the document, whose look-up `person` is, is a party, newest
 * first, at most 20: array of numbers. */
SW_MUST_USE int inquiry_cases(struct db_tx *tx, const struct vault_lookup *person, const char *kind,
	const char *number, json_t **out);
/* Units and right rows that a person holds: [{"unit","table","row"}], at most 200. */
SW_MUST_USE int inquiry_held(struct db_tx *tx, const struct vault_lookup *person, json_t **out);
#endif
