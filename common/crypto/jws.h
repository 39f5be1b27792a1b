/* Signed tokens of OpenID Connect (RFC 7515, compact form) against a provider's published keys (JWKS, RFC
 * 7517): RS256, PS256, ES256. A token without a signature or with a shared-secret one is refused by its
 * header. */
#ifndef SW_CRYPTO_JWS_H
#define SW_CRYPTO_JWS_H
#include "common/base/json.h"

#define JWS_TOKEN_MAX 32768
/* The payload, once the signature verifies under the one key of `jwks` that the header names (kid, or the
 * only key of that kind). New reference. ERR_SYNTAX, ERR_SCHEMA: no such token; ERR_KEY: no key for it;
 * ERR_SIGNATURE. */
SW_MUST_USE int jws_open(const char *token, const json_t *jwks, json_t **payload, struct err_note *note);
#endif
