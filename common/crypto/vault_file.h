/* The vault file: canonical JSON with wrapped keys, whole under a MAC of the master key. */
#ifndef SW_CRYPTO_VAULT_FILE_H
#define SW_CRYPTO_VAULT_FILE_H
#include "common/crypto/master.h"
#include "common/crypto/suite.h"

#define VAULT_FILE_ID 9 /* 8 hex digits, or a number for an index key; and NUL */
#define VAULT_FILE_KEYS 64
#define VAULT_FILE_MAX 65536

enum vault_purpose { VAULT_COLUMN, VAULT_FILE, VAULT_INDEX };
#define VAULT_PURPOSES 3

struct vault_key {
	enum vault_purpose purpose;
	char id[VAULT_FILE_ID];
	struct secret key;
};
struct vault_keys {
	const struct suite *suite;
	struct vault_key k[VAULT_FILE_KEYS]; /* the last of a purpose is the one in use */
	size_t n;
};

SW_MUST_USE int vault_file_encode(
	const struct vault_keys *v, const uint8_t master[static MASTER_SIZE], struct buf *out);
/* ERR_KEY: another master key, or the file was changed. ERR_SYNTAX, ERR_SCHEMA, ERR_SUITE. */
SW_MUST_USE int vault_file_decode(struct view text, const uint8_t master[static MASTER_SIZE],
	struct vault_keys *out, struct err_note *note);
#endif
