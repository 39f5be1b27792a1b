/* The two compiled-in suites. gm: SM3, SM2 with id 1234567812345678 (GB/T 32918), SM4-CTR/GCM (GB/T 32907;
 * libgcrypt), HKDF-SM3. intl: SHA-256, Ed25519, X25519, AES-256-CTR/GCM, HKDF-SHA-256. Nothing else is ever
 * negotiated. */
#ifndef SW_CRYPTO_SUITE_H
#define SW_CRYPTO_SUITE_H
#include "common/base/id.h"

struct suite;
const struct suite *suite_by_name(const char *name); /* "gm", "intl"; NULL when unknown */
const char *suite_name(const struct suite *s);
size_t suite_key_size(const struct suite *s); /* content key: gm 16, intl 32 bytes */
#define SUITE_KEY_MAX 32
struct secret {
	uint8_t b[SUITE_KEY_MAX];
	size_t n;
}; /* a symmetric key */
void secret_random(const struct suite *s, struct secret *out);
void secret_wipe(struct secret *k);

/* Digest, all at once and streaming. Running a digest cannot fail but for memory. */
struct hasher;
SW_MUST_USE int hasher_new(const struct suite *s, struct hasher **out);
void hasher_add(struct hasher *h, struct view v);
void hasher_get(struct hasher *h, struct digest *out); /* digest so far; adding may go on */
void hasher_reset(struct hasher *h);
void hasher_free(struct hasher *h);
void digest_of(const struct suite *s, struct view v, struct digest *out);
void digest_of2(const struct suite *s, struct view a, struct view b, struct digest *out); /* a || b */
void digest_hex_of(
	const struct suite *s, struct view v, char out[static DIGEST_HEX]); /* as digest_hex() writes it */

void mac_of(const struct suite *s, struct view key, struct view v, struct digest *out); /* HMAC */
/* HKDF (RFC 5869) of `secret` with salt and info text; n ≤ 64 bytes. */
SW_MUST_USE int kdf(
	const struct suite *s, struct view secret, struct view salt, const char *info, void *out, size_t n);

/* Counter mode; the whole 16-byte block is the big-endian counter, starting at iv. Seekable by building a new
 * one. in may equal out. */
struct ctr;
SW_MUST_USE int ctr_new(
	const struct suite *s, const struct secret *key, const uint8_t iv[static 16], struct ctr **out);
SW_MUST_USE int ctr_update(struct ctr *c, const uint8_t *in, uint8_t *out, size_t n);
void ctr_free(struct ctr *c);

/* AEAD (SM4-GCM or AES-256-GCM), 12-byte nonce, 16-byte tag behind the ciphertext. open: ERR_DIGEST when it
 * does not verify. */
#define AEAD_TAG 16
SW_MUST_USE int aead_seal(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, struct view plain, uint8_t *out);
SW_MUST_USE int aead_open(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, struct view sealed, uint8_t *out);
#endif
