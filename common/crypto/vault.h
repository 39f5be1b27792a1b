/* Column encryption and blind index. A data key per purpose, wrapped by the master key; every sealed value
 * names its key id, so keys can rotate. Sealed value: base64url text "v1.<key id>.<nonce‖ciphertext‖tag>".
 * Associated data: table, column, row id. Safe for use by several threads. */
#ifndef SW_CRYPTO_VAULT_H
#define SW_CRYPTO_VAULT_H
#include "common/base/json.h"
#include "common/crypto/suite.h"

struct vault;
/* The vault file (0600) holds the wrapped data and index keys; the master key file (0600) 32 random bytes.
 * vault_init makes both, refuses to overwrite. */
SW_MUST_USE int vault_init(
	const struct suite *s, const char *master_file, const char *vault_file, struct err_note *note);
SW_MUST_USE int vault_open(
	const char *master_file, const char *vault_file, struct vault **out, struct err_note *note);
void vault_free(struct vault *v);
/* Appends the sealed text. */
SW_MUST_USE int vault_seal(struct vault *v, const char *table, const char *column, const char *row,
	struct view plain, struct buf *out);
/* Appends the plain value. ERR_KEY unknown key id, ERR_DIGEST tampered or moved to another row. */
SW_MUST_USE int vault_unseal(struct vault *v, const char *table, const char *column, const char *row,
	const char *sealed, struct buf *out);
/* Blind index of a normalised value (upper-case, no spaces): hex of HMAC under the index key of `kind`
 * ("name", "id-number"), prefixed by its version "1:". */
SW_MUST_USE int vault_index(struct vault *v, const char *kind, const char *value, struct buf *out);
/* Wraps a file key for storing beside its name (blobs) and opens it again. */
SW_MUST_USE int vault_wrap_key(struct vault *v, const char *name, const struct secret *key, struct buf *out);
SW_MUST_USE int vault_unwrap_key(struct vault *v, const char *name, const char *wrapped, struct secret *key);

/* ---- rotation. The newest key of a purpose seals; the others only open, until every value was sealed anew.
 */
/* New data keys for columns and files, and with `index` for the blind index too (only while nothing else
 * runs: values indexed before are not found by it). The vault file is replaced whole before the keys are
 * used. */
SW_MUST_USE int vault_rotate(struct vault *v, bool index, struct err_note *note);
/* Whether a sealed value or wrapped key is under the key now in use. */
bool vault_is_current(struct vault *v, const char *sealed);
/* Opens and seals again under the key now in use. Appended. */
SW_MUST_USE int vault_reseal(struct vault *v, const char *table, const char *column, const char *row,
	const char *sealed, struct buf *out);
SW_MUST_USE int vault_rewrap_key(struct vault *v, const char *name, const char *wrapped, struct buf *out);
/* Forgets every key but the ones in use: what they sealed can never be opened again. */
SW_MUST_USE int vault_prune(struct vault *v, struct err_note *note);
/* Wraps the vault's keys under the master key in another file, which must exist. */
SW_MUST_USE int vault_set_master(struct vault *v, const char *master_file, struct err_note *note);
/* Keys by purpose, oldest first: {"column":["id",…],"file":[…],"index":[…]}. New reference. */
SW_MUST_USE int vault_keys_json(struct vault *v, json_t **out);
#endif
