/* Signing and recipient keys, X.509 certificates below a zone's CA, signatures, key wrapping.
 * Key id: first 16 hex digits of the digest over the DER SubjectPublicKeyInfo. */
#ifndef SW_CRYPTO_KEY_H
#define SW_CRYPTO_KEY_H
#include "common/crypto/suite.h"
#include "common/crypto/trust.h"
#include <stdbool.h>

#define KEY_ID 17
struct sign_key; /* private signing key with its certificate */
struct open_key; /* private key that opens what was wrapped to it, with its certificate */
struct cert;     /* a checked certificate */

/* What a certificate is for; stands in its subject: O=zone, OU=use, CN=station or person. A signer of bundles
 * has a further OU for each link it may sign on. */
enum cert_use { CERT_CA, CERT_SIGN, CERT_ENCRYPT, CERT_PERSON, CERT_SEAL };
#define CERT_LINKS_MAX 4

/* A "pkcs11:" URI (key_token.h), or private key PEM (PKCS#8, file mode 0600, else ERR_DENIED) and certificate
 * PEM. passphrase may be NULL; of a token it is the person's PIN (ERR_KEY: not taken, ERR_BUSY: the token is
 * open already), NULL takes the PIN that the URI points to. The suite follows from the key. */
SW_MUST_USE int sign_key_load(const char *key_file, const char *cert_file, const char *passphrase,
	struct sign_key **out, struct err_note *note);
SW_MUST_USE int sign_key_from_pem(struct view key_pem, struct view cert_pem, const char *passphrase,
	struct sign_key **out, struct err_note *note);
const struct suite *sign_key_suite(const struct sign_key *k);
const char *sign_key_id(const struct sign_key *k);
struct view sign_key_cert_pem(const struct sign_key *k);
const char *sign_key_subject(const struct sign_key *k); /* CN */
void sign_key_free(struct sign_key *k);
/* Detached signature over `v` (SM2-SM3: DER; Ed25519: 64 bytes), appended. */
SW_MUST_USE int sign_make(const struct sign_key *k, struct view v, struct buf *sig);
/* The same in base64, appended. */
SW_MUST_USE int sign_make_base64(const struct sign_key *k, struct view v, struct buf *sig);

SW_MUST_USE int open_key_load(
	const char *key_file, const char *cert_file, struct open_key **out, struct err_note *note);
const char *open_key_id(const struct open_key *k);
const struct suite *open_key_suite(const struct open_key *k);
void open_key_free(struct open_key *k);

/* Checks one PEM certificate against the pinned CA: signature, use, validity at `at_ms` (0: not checked).
 * ERR_CERT with the reason. Whether a signer was revoked is asked apart (trust_judge, by the bundle's
 * number); the key of a recipient, a person or a seal is judged here by the time: ERR_REVOKED. */
SW_MUST_USE int cert_check(const struct trust *t, struct view pem, enum cert_use use, int64_t at_ms,
	struct cert **out, struct err_note *note);
/* The certificate of a service that signs statements: for signing, of this name, not revoked at that time.
 * ERR_CERT, ERR_REVOKED. */
SW_MUST_USE int cert_check_service(const struct trust *t, struct view pem, const char *name, int64_t at_ms,
	struct cert **out, struct err_note *note);
/* A certificate named in the configuration: the file itself is the pin, no CA is asked (the recipient of a
 * one-way link). Use and form are checked. */
SW_MUST_USE int cert_load_pinned(
	const char *file, enum cert_use use, struct cert **out, struct err_note *note);
/* The same from memory: nobody vouches for it. */
SW_MUST_USE int cert_from_pem(struct view pem, enum cert_use use, struct cert **out, struct err_note *note);
const char *cert_subject(const struct cert *c); /* CN: station or person */
const char *cert_zone(const struct cert *c);    /* O */
enum cert_use cert_use(const struct cert *c);
/* Link i the certificate may sign bundles on; NULL behind the last one. */
const char *cert_link(const struct cert *c, size_t i);
bool cert_signs(const struct cert *c, const char *link);
int64_t cert_ends_ms(const struct cert *c); /* end of its validity */
const char *cert_key_id(const struct cert *c);
const struct suite *cert_suite(const struct cert *c);
/* SHA-independent identity of the certificate: digest of its DER by its own suite. */
void cert_digest(const struct cert *c, struct digest *out);
void cert_free(struct cert *c);
/* 0 or ERR_SIGNATURE. */
SW_MUST_USE int cert_verify(const struct cert *c, struct view v, struct view sig);
/* The same of a signature in base64. */
SW_MUST_USE int cert_verify_base64(const struct cert *c, struct view v, const char *sig);

/* Encapsulates `secret` for a recipient. encap: gm SM2 ciphertext (DER) of 32 random bytes z; intl ephemeral
 * X25519 public key, z = shared secret. KEK = HKDF(z, salt = context, info "sanwang wrap 1"); wrapped =
 * CTR(KEK, iv 0, secret). No integrity of its own: bind a commitment elsewhere. */
SW_MUST_USE int wrap_seal(const struct cert *to, struct view context, const struct secret *secret,
	struct buf *encap, struct buf *wrapped);
/* Works out ahead what the next wrap_seal for this recipient needs that does not depend on its secret: a z
 * and its encap, used once, wiped. Most of the cost of a small bundle; for a thread that has nothing else to
 * do. */
void wrap_prepare(const struct cert *to);
SW_MUST_USE int wrap_open(const struct open_key *k, struct view context, struct view encap,
	struct view wrapped, struct secret *out);

/* Issuing (swbundle keygen and tests). Writes KEY (0600) and CERT; refuses to overwrite. Serial random,
 * validity in days. */
SW_MUST_USE int key_make_ca(const struct suite *s, const char *zone, int days, const char *key_file,
	const char *cert_file, struct err_note *note);
/* A signer of bundles on these links ([a-z][a-z0-9-]{0,14}, none twice, NULL behind the last one). */
SW_MUST_USE int key_issue_signer(const char *ca_key, const char *ca_cert, const char *station,
	const char *const *links, int days, const char *key_file, const char *cert_file,
	struct err_note *note);
/* passphrase NULL or the PKCS#8 encryption passphrase of the new key (persons). */
SW_MUST_USE int key_issue(const char *ca_key, const char *ca_cert, enum cert_use use, const char *subject,
	int days, const char *passphrase, const char *key_file, const char *cert_file, struct err_note *note);
#endif
