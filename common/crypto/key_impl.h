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
	struct key_pair pair;
};
struct open_key {
	struct key_pair pair;
};
#endif
