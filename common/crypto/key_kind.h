/* Which kinds of key the suites have, told by the algorithm identifier that stands beside a key. Asked before
 * OpenSSL is given the key: of other kinds it computes with what a stranger chose (a curve spelled out). */
#ifndef SW_CRYPTO_KEY_KIND_H
#define SW_CRYPTO_KEY_KIND_H
#include "common/crypto/openssl.h"
#include "common/crypto/suite.h"

/* SM2 by the name of its curve (RFC 5480 section 2.1.1, GB/T 33560), Ed25519 and X25519 (RFC 8410 section 3)
 * without parameters; anything else gives `err`, and the note says of `what` which kind of key it has. */
SW_MUST_USE int key_kind_check(const X509_ALGOR *alg, int err, const char *what, struct err_note *note);
/* The algorithm identifier of the key in the DER of a certificate of version 2 or 3, of which nothing else is
 * looked at; NULL: the bytes have not that form. The caller frees it. */
X509_ALGOR *key_kind_of_certificate(struct view der);
#endif
