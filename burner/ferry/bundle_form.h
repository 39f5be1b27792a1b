/* Is a file a bundle? */
#ifndef SW_BURNER_BUNDLE_FORM_H
#define SW_BURNER_BUNDLE_FORM_H
#include "common/crypto/key.h"

/* Members, manifest, and the signature of the certificate that lies in it, below `t` when that is given. What
 * is sealed inside is its receiver's business. Reading begins at 0, the position is left alone. ERR_FORMAT,
 * ERR_MEMBER, ERR_SIGNATURE, ERR_CERT, ERR_TRUNCATED, ERR_TRAILING …, each under `name`. */
SW_MUST_USE int bundle_form(
	int fd, int64_t size, const char *name, const struct trust *t, struct err_note *note);
#endif
