/* PEM blocks and the private keys in them; strict: nothing but white space between and behind the blocks. */
#ifndef SW_CRYPTO_KEY_PEM_H
#define SW_CRYPTO_KEY_PEM_H
#include "common/crypto/openssl.h"
#include "common/crypto/suite.h"

#define KEY_PEM_MAX 65536 /* bytes of one file */

/* Takes the next block with this label off `rest`, appends its DER. ERR_NOTFOUND: only white space is left.
 * ERR_SYNTAX: anything else. */
SW_MUST_USE int key_pem_next(struct view *rest, const char *label, struct buf *der);
/* The one private key (PKCS#8, plain or by PBES2) in `pem`. ERR_KEY: the passphrase is missing or wrong.
 * ERR_SYNTAX, ERR_FORMAT, ERR_LIMIT (a costly key derivation). */
SW_MUST_USE int key_pem_private(
	struct view pem, const char *passphrase, EVP_PKEY **out, struct err_note *note);
/* Appends the PEM of a private key; passphrase NULL: plain. */
SW_MUST_USE int key_pem_write_private(EVP_PKEY *k, const char *passphrase, struct buf *out);
#endif
