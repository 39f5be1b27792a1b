/* The one form of certificate we accept, apart from who signed it. */
#ifndef SW_CRYPTO_CERT_FORM_H
#define SW_CRYPTO_CERT_FORM_H
#include "common/crypto/key.h"
#include "common/crypto/openssl.h"

#define CERT_FORM_NAME 257 /* 64 characters in UTF-8 and NUL */

struct cert {
	const struct suite *suite;
	enum cert_use use;
	X509 *x;
	EVP_PKEY *pub; /* of x */
	char zone[CERT_FORM_NAME], subject[CERT_FORM_NAME];
	char links[CERT_LINKS_MAX][16]; /* "" behind the last */
	char id[KEY_ID];
	struct wrap_ready *ready; /* recipients only */
};

/* The name of a link, as manifests have it. */
bool cert_form_link_ok(const char *s);
/* OU text of a use: "ca", "sign", "encrypt", "person", "seal". */
const char *cert_form_use(enum cert_use use);
/* Key usage bits put in by us. */
unsigned cert_form_usage(const struct suite *s, enum cert_use use);
/* Marks x so that signatures over it take the suite's signer id (SM2). */
SW_MUST_USE int cert_form_mark(const struct suite *s, X509 *x);
/* Suite of a public or private key and whether it is one for recipients; NULL when neither. `use` tells which
 * of the two is wanted. */
const struct suite *cert_form_suite(const EVP_PKEY *k, enum cert_use use);
/* Key id of a public key in a certificate. */
SW_MUST_USE int cert_form_key_id(const struct suite *s, const X509 *x, char out[static KEY_ID]);
/* Reads one DER certificate: version 3, names, key kind, extensions. ERR_CERT with the reason. */
SW_MUST_USE int cert_form_read(struct view der, struct cert **out, struct err_note *note);
/* The one certificate in a PEM text. */
SW_MUST_USE int cert_form_read_pem(struct view pem, struct cert **out, struct err_note *note);
/* Another one of the same content, for one more owner; NULL: no memory. */
struct cert *cert_form_share(const struct cert *c);
/* 0 when c->x carries a signature of `by`. */
SW_MUST_USE int cert_form_signed_by(const struct cert *c, const struct cert *by);
#endif
