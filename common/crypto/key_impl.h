/* Inside of the keys; for common/crypto alone. */
#ifndef SW_CRYPTO_KEY_IMPL_H
#define SW_CRYPTO_KEY_IMPL_H
#include "common/crypto/cert_form.h"

/* A private key and its certificate, of either kind. */
struct key_pair {
	EVP_PKEY *key;
	struct cert *cert;
	struct buf cert_pem;
};
struct sign_key {
	struct key_pair pair;    /* key NULL when it is on a token */
	struct key_token *token; /* NULL: a file */
};
struct open_key {
	struct key_pair pair;
};
/* Readies c for a signature (or its check) with the suite's digest and signer id; Ed25519 takes neither. 1
 * when done, as OpenSSL says it. */
SW_MUST_USE int key_signature_begin(EVP_MD_CTX *c, const struct suite *s, EVP_PKEY *key, bool sign);
#endif
