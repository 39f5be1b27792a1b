/* Column encryption and blind index. A data key per purpose, wrapped by the master key; every sealed value
 * names its key id, so keys can rotate. Sealed value: base64url text "v1.<key id>.<nonce‖ciphertext‖tag>".
 * Associated data: table, column, row id. Safe for use by several threads. */
#ifndef SW_CRYPTO_VAULT_H
#define SW_CRYPTO_VAULT_H
#include "common/base/json.h"
#include "common/crypto/suite.h"

struct vault;
/* The vault file (0600) holds the wrapped data and index keys; master: a file or a key on a token (master.h).
 * vault_init makes both, refuses to overwrite a file. */
SW_MUST_USE int vault_init(
	const struct suite *s, const char *master, const char *vault_file, struct err_note *note);
SW_MUST_USE int vault_open(
	const char *master, const char *vault_file, struct vault **out, struct err_note *note);
void vault_free(struct vault *v);
/* Appends the sealed text. */
SW_MUST_USE int vault_seal(struct vault *v, const char *table, const char *column, const char *row,
	struct view plain, struct buf *out);
/* Appends the plain value. ERR_KEY unknown key id, ERR_DIGEST tampered or moved to another row. */
SW_MUST_USE int vault_unseal(struct vault *v, const char *table, const char *column, const char *row,
	const char *sealed, struct buf *out);
/* Blind index of a normalised value (upper-case, no spaces) of `kind` ("id-number"): "VERSION:" and hex.
 * Version 1 is an HMAC of the value under the first index key, each later one an HMAC of the version before
 * it under its own key: a stored index is brought under a new key without the value, and says nothing to who
 * has only the earlier keys. */
SW_MUST_USE int vault_index(struct vault *v, const char *kind, const char *value, struct buf *out);
/* What rows with that value may hold: the newest version and, as a rotation may be under way, the one before
 * ("-" when there is none). Queries ask for both. */
#define VAULT_INDEX_TEXT 96
struct vault_lookup {
	char now[VAULT_INDEX_TEXT], before[VAULT_INDEX_TEXT];
};
SW_MUST_USE int vault_find(struct vault *v, const char *kind, const char *value, struct vault_lookup *out);
/* Whether a stored index is the value's, under the newest key or the one before. */
bool vault_index_is(const struct vault_lookup *l, const char *index);
/* Brings a stored index under the newest key. Appended. ERR_KEY: its version is unknown. */
SW_MUST_USE int vault_reindex(struct vault *v, const char *kind, const char *index, struct buf *out);
/* Wraps a file key for storing beside its name (blobs) and opens it again. */
SW_MUST_USE int vault_wrap_key(struct vault *v, const char *name, const struct secret *key, struct buf *out);
SW_MUST_USE int vault_unwrap_key(struct vault *v, const char *name, const char *wrapped, struct secret *key);

/* ---- rotation. The newest key of a purpose seals; the others only open, until every value was sealed anew.
 */
/* New data keys for columns and files, or with `index` a new key of the blind index. The vault file is
 * replaced whole before the keys are used. The caller begins no second index rotation before the first is
 * through (reseal.h): look-ups ask for two versions. */
SW_MUST_USE int vault_rotate(struct vault *v, bool index, struct err_note *note);
/* Whether a sealed value or wrapped key, or a blind index, is under the key now in use. */
bool vault_is_current(struct vault *v, const char *sealed);
bool vault_index_is_current(struct vault *v, const char *index);
/* Opens and seals again under the key now in use. Appended. */
SW_MUST_USE int vault_reseal(struct vault *v, const char *table, const char *column, const char *row,
	const char *sealed, struct buf *out);
SW_MUST_USE int vault_rewrap_key(struct vault *v, const char *name, const char *wrapped, struct buf *out);
/* Forgets the data keys but the ones in use: what they sealed can never be opened again. Index keys are kept:
 * each version is made of the one before. */
SW_MUST_USE int vault_prune(struct vault *v, struct err_note *note);
/* Wraps the vault's keys under another master key: a file that exists, or a key on a token (made if absent).
 */
SW_MUST_USE int vault_set_master(struct vault *v, const char *master, struct err_note *note);
/* Keys by purpose, oldest first: {"column":["id",…],"file":[…],"index":[…]}. New reference. */
SW_MUST_USE int vault_keys_json(struct vault *v, json_t **out);
#endif
