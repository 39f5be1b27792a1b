/* A session on a PKCS#11 token, for key_token and master. The token and the object on it are named by a URI
 * (RFC 7512): pkcs11:token=NAME;object=LABEL?module-path=FILE&pin-source=file:FILE. The module is loaded from
 * the path in the URI, the PIN read from a file that only its owner can read. */
#ifndef SW_CRYPTO_TOKEN_H
#define SW_CRYPTO_TOKEN_H
#include "common/base/buf.h"
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#define TOKEN_ATTRIBUTES 8

struct token {
	CK_FUNCTION_LIST *module;
	CK_SESSION_HANDLE session;
	P11KitUri *uri;
	bool ready, open;
};

/* Logged in; write: objects may be made. pin NULL: from the file that the URI names; else a person's, and the
 * URI must name none. ERR_CONFIG, ERR_KEY (also a person's PIN that is not taken), ERR_DENIED (the PIN of
 * the file is not taken, or locked) with what is wrong; ERR_BUSY: somebody is logged in on this token
 * already, so that a person's PIN could not be tried. What was opened is closed by token_close in any case.
 */
SW_MUST_USE int token_open(
	struct token *t, const char *uri, const char *pin, bool write, struct err_note *note);
void token_close(struct token *t);
/* The one object of the class that fits the URI. ERR_NOTFOUND none, ERR_KEY more than one. */
SW_MUST_USE int token_find(
	struct token *t, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *out, struct err_note *note);
/* What the URI says of the object (label, id) into `to`; gives their number. */
size_t token_named(struct token *t, CK_ATTRIBUTE to[static TOKEN_ATTRIBUTES]);
#endif
