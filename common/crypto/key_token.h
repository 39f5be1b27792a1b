/* A signing key that never leaves its token (PKCS#11), named by a URI (RFC 7512):
 * pkcs11:token=NAME;object=LABEL?module-path=FILE&pin-source=file:FILE
 * The module is loaded from the path in the URI, the PIN read from a file that only its owner can read. */
#ifndef SW_CRYPTO_KEY_TOKEN_H
#define SW_CRYPTO_KEY_TOKEN_H
#include "common/base/buf.h"

struct key_token;
/* Does the name of a key file mean a token? */
bool key_token_is(const char *name);
/* Opens a session and finds the one private key. pin and errors: as token_open has them (token.h). */
SW_MUST_USE int key_token_open(
	const char *uri, const char *pin, struct key_token **out, struct err_note *note);
void key_token_close(struct key_token *t);
/* Ed25519 over v, appended; several threads may ask. ERR_CRYPTO. */
SW_MUST_USE int key_token_sign(struct key_token *t, struct view v, struct buf *sig);
#endif
