/* The master key under which a vault's keys are wrapped: 32 bytes in a file (mode 0600), or a secret key that
 * never leaves its PKCS#11 token, named by a URI (token.h). Of the token's key 32 bytes are derived by
 * CKM_SHA256_HMAC over a fixed text, whatever the vault's suite. */
#ifndef SW_CRYPTO_MASTER_H
#define SW_CRYPTO_MASTER_H
#include "common/base/buf.h"

#define MASTER_SIZE 32

/* ERR_KEY: not 32 bytes, or the token has no such key; as file_read_secret, token_open. The caller wipes. */
SW_MUST_USE int master_read(const char *name, uint8_t out[static MASTER_SIZE], struct err_note *note);
/* A file is made and never overwritten (ERR_EXISTS). On a token the key is made, sensitive and never to be
 * taken out; one that is there already (a site's own ceremony) is taken. `made`: something new is there. */
SW_MUST_USE int master_make(const char *name, bool *made, struct err_note *note);
#endif
