/* What the sources of common/crypto know about a suite; not for others. */
#ifndef SW_CRYPTO_SUITE_IMPL_H
#define SW_CRYPTO_SUITE_IMPL_H
#include "common/crypto/openssl.h"
#include "common/crypto/suite.h"

struct suite {
	const char *name;
	uint8_t byte; /* in envelopes */
	size_t key_size;
	int gcry_md;             /* libgcrypt's number of the digest */
	int gcry_cipher;         /* libgcrypt's number of the cipher; 0: OpenSSL's */
	const char *md;          /* OpenSSL's name of the digest */
	const char *sign_key;    /* OpenSSL's key type for signatures */
	const char *open_key;    /* OpenSSL's key type for recipients */
	int sig_nid;             /* X.509 signature algorithm */
	const char *distinguish; /* signer id (SM2), or NULL */
};
/* NULL when no suite has that byte. */
const struct suite *suite_by_byte(uint8_t b);
/* Readies libgcrypt, once for the process and before any other thread of ours uses it. */
void suite_init(void);
#endif
