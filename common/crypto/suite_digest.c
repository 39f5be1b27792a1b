/* Digest, HMAC by libgcrypt (faster than OpenSSL 3.0 for SM3, equal for SHA-256); HKDF by OpenSSL. */
#include "common/crypto/suite_impl.h"
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_SIZE sizeof(((struct digest *)0)->b)
#define KDF_MAX 64

struct hasher {
	gcry_md_hd_t md;
};

int hasher_new(const struct suite *s, struct hasher **out)
{
	suite_init();
	struct hasher *h = malloc(sizeof *h);
	if (!h)
		return ERR_NOMEM;
	if (gcry_md_open(&h->md, s->gcry_md, 0) != 0) {
		free(h);
		return ERR_NOMEM;
	}
	*out = h;
	return 0;
}

void hasher_add(struct hasher *h, struct view v)
{
	if (v.n)
		gcry_md_write(h->md, v.p, v.n);
}

void hasher_get(struct hasher *h, struct digest *out)
{
	gcry_md_hd_t copy = NULL;
	REQUIRE(gcry_md_copy(&copy, h->md) == 0);
	const uint8_t *d = gcry_md_read(copy, 0);
	REQUIRE(d);
	memcpy(out->b, d, sizeof out->b);
	gcry_md_close(copy);
}

void hasher_reset(struct hasher *h)
{
	gcry_md_reset(h->md);
}

void hasher_free(struct hasher *h)
{
	if (!h)
		return;
	gcry_md_close(h->md);
	free(h);
}

/* Only read, though libgcrypt's type cannot say so. */
static gcry_buffer_t piece(struct view v)
{
	gcry_buffer_t b = {.len = v.n};
	memcpy(&b.data, &v.p, sizeof b.data);
	return b;
}

static void digest_pieces(
	const struct suite *s, unsigned flags, struct view a, struct view b, struct digest *out)
{
	suite_init();
	gcry_buffer_t io[2] = {piece(a), piece(b)};
	REQUIRE(gcry_md_hash_buffers(s->gcry_md, flags, out->b, io, 2) == 0);
}

void digest_of(const struct suite *s, struct view v, struct digest *out)
{
	suite_init();
	gcry_md_hash_buffer(s->gcry_md, out->b, v.n ? v.p : (const uint8_t *)"", v.n);
}

void digest_hex_of(const struct suite *s, struct view v, char out[static DIGEST_HEX])
{
	struct digest d;
	digest_of(s, v, &d);
	digest_hex(&d, out);
}

void digest_of2(const struct suite *s, struct view a, struct view b, struct digest *out)
{
	digest_pieces(s, 0, a.n ? a : view_of("", 0), b.n ? b : view_of("", 0), out);
}

void mac_of(const struct suite *s, struct view key, struct view v, struct digest *out)
{
	digest_pieces(s, GCRY_MD_FLAG_HMAC, key.n ? key : view_of("", 0), v.n ? v : view_of("", 0), out);
}

int kdf(const struct suite *s, struct view secret, struct view salt, const char *info, void *out, size_t n)
{
	REQUIRE(n > 0 && n <= KDF_MAX && secret.n > 0);
	uint8_t tmp[KDF_MAX];
	int err = ERR_CRYPTO;
	OSSL_PARAM p[5], *q = p;
	/* OpenSSL only reads them. */
	union {
		const void *in;
		void *p;
	} md = {s->md}, key = {secret.p}, slt = {salt.p}, inf = {info};
	EVP_KDF *alg = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *c = alg ? EVP_KDF_CTX_new(alg) : NULL;
	*q++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, md.p, 0);
	*q++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.p, secret.n);
	if (salt.n)
		*q++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, slt.p, salt.n);
	if (*info)
		*q++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, inf.p, strlen(info));
	*q = OSSL_PARAM_construct_end();
	if (c && EVP_KDF_derive(c, tmp, n, p) == 1) {
		memcpy(out, tmp, n);
		err = 0;
	}
	if (err)
		ERR_clear_error();
	EVP_KDF_CTX_free(c);
	EVP_KDF_free(alg);
	buf_wipe(tmp, sizeof tmp);
	return err;
}
