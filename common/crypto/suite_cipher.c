/* Counter mode and GCM: SM4 by libgcrypt, AES-256 by OpenSSL. */
#include "common/crypto/suite_impl.h"
#include <gcrypt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define STEP (1 << 30) /* OpenSSL counts in int */

struct ctr {
	gcry_cipher_hd_t gcry;
	EVP_CIPHER_CTX *evp;
};

static int open_gcry(const struct suite *s, const struct secret *key, int mode, gcry_cipher_hd_t *out)
{
	suite_init();
	gcry_cipher_hd_t h = NULL;
	if (gcry_cipher_open(&h, s->gcry_cipher, mode, 0) != 0)
		return ERR_NOMEM;
	if (gcry_cipher_setkey(h, key->b, key->n) != 0) {
		gcry_cipher_close(h);
		return ERR_CRYPTO;
	}
	*out = h;
	return 0;
}

int ctr_new(const struct suite *s, const struct secret *key, const uint8_t iv[static 16], struct ctr **out)
{
	REQUIRE(key->n == s->key_size);
	struct ctr *c = calloc(1, sizeof *c);
	int err = c ? 0 : ERR_NOMEM;
	if (!err && s->gcry_cipher) {
		err = open_gcry(s, key, GCRY_CIPHER_MODE_CTR, &c->gcry);
		if (!err && gcry_cipher_setctr(c->gcry, iv, 16) != 0)
			err = ERR_CRYPTO;
	} else if (!err) {
		c->evp = EVP_CIPHER_CTX_new();
		if (!c->evp)
			err = ERR_NOMEM;
		else if (EVP_EncryptInit_ex(c->evp, EVP_aes_256_ctr(), NULL, key->b, iv) != 1)
			err = ERR_CRYPTO;
	}
	if (err) {
		ERR_clear_error();
		ctr_free(c);
		return err;
	}
	*out = c;
	return 0;
}

int ctr_update(struct ctr *c, const uint8_t *in, uint8_t *out, size_t n)
{
	while (n) {
		size_t m = n < STEP ? n : STEP;
		int got = 0;
		if (c->gcry) {
			if (gcry_cipher_encrypt(c->gcry, out, m, in == out ? NULL : in, in == out ? 0 : m) !=
				0)
				return ERR_CRYPTO;
		} else if (EVP_EncryptUpdate(c->evp, out, &got, in, (int)m) != 1 || got != (int)m) {
			ERR_clear_error();
			return ERR_CRYPTO;
		}
		in += m;
		out += m;
		n -= m;
	}
	return 0;
}

void ctr_free(struct ctr *c)
{
	if (!c)
		return;
	gcry_cipher_close(c->gcry); /* wipes */
	EVP_CIPHER_CTX_free(c->evp);
	free(c);
}

static int gcry_begin(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, gcry_cipher_hd_t *out)
{
	gcry_cipher_hd_t h = NULL;
	int err = open_gcry(s, key, GCRY_CIPHER_MODE_GCM, &h);
	if (!err && gcry_cipher_setiv(h, nonce, 12) != 0)
		err = ERR_CRYPTO;
	if (!err && aad.n && gcry_cipher_authenticate(h, aad.p, aad.n) != 0)
		err = ERR_CRYPTO;
	if (err)
		gcry_cipher_close(h);
	else
		*out = h;
	return err;
}

static int gcry_seal(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, struct view plain, uint8_t *out)
{
	gcry_cipher_hd_t h = NULL;
	int err = gcry_begin(s, key, nonce, aad, &h);
	if (err)
		return err;
	bool same = plain.p == out;
	if (plain.n && gcry_cipher_encrypt(h, out, plain.n, same ? NULL : plain.p, same ? 0 : plain.n) != 0)
		err = ERR_CRYPTO;
	if (!err && gcry_cipher_gettag(h, out + plain.n, AEAD_TAG) != 0)
		err = ERR_CRYPTO;
	gcry_cipher_close(h);
	return err;
}

static int gcry_open(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, const uint8_t *sealed, size_t n, uint8_t *out)
{
	gcry_cipher_hd_t h = NULL;
	int err = gcry_begin(s, key, nonce, aad, &h);
	if (err)
		return err;
	uint8_t tag[AEAD_TAG];
	memcpy(tag, sealed + n, sizeof tag);
	bool same = sealed == out;
	if (n && gcry_cipher_decrypt(h, out, n, same ? NULL : sealed, same ? 0 : n) != 0)
		err = ERR_CRYPTO;
	if (!err && gcry_cipher_checktag(h, tag, sizeof tag) != 0)
		err = ERR_DIGEST;
	gcry_cipher_close(h);
	return err;
}

/* in and aad of at most INT_MAX bytes; tag is written when sealing and compared when opening. */
static int evp_run(const struct secret *key, const uint8_t nonce[static 12], struct view aad, struct view in,
	uint8_t *out, uint8_t tag[static AEAD_TAG], bool seal)
{
	int got = 0, err = ERR_CRYPTO;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	if (!c)
		return ERR_NOMEM;
	if (EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key->b, nonce, seal) != 1)
		goto out;
	if (aad.n && EVP_CipherUpdate(c, NULL, &got, aad.p, (int)aad.n) != 1)
		goto out;
	if (in.n && (EVP_CipherUpdate(c, out, &got, in.p, (int)in.n) != 1 || got != (int)in.n))
		goto out;
	if (!seal && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, AEAD_TAG, tag) != 1)
		goto out;
	uint8_t none[16];
	if (EVP_CipherFinal_ex(c, none, &got) != 1) {
		err = seal ? ERR_CRYPTO : ERR_DIGEST;
		goto out;
	}
	if (seal && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, AEAD_TAG, tag) != 1)
		goto out;
	err = 0;
out:
	if (err)
		ERR_clear_error();
	EVP_CIPHER_CTX_free(c);
	return err;
}

int aead_seal(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, struct view plain, uint8_t *out)
{
	REQUIRE(key->n == s->key_size && plain.n <= INT_MAX && aad.n <= INT_MAX);
	if (s->gcry_cipher)
		return gcry_seal(s, key, nonce, aad, plain, out);
	return evp_run(key, nonce, aad, plain, out, out + plain.n, true);
}

int aead_open(const struct suite *s, const struct secret *key, const uint8_t nonce[static 12],
	struct view aad, struct view sealed, uint8_t *out)
{
	REQUIRE(key->n == s->key_size && aad.n <= INT_MAX);
	if (sealed.n < AEAD_TAG || sealed.n > INT_MAX)
		return ERR_DIGEST;
	size_t n = sealed.n - AEAD_TAG;
	uint8_t tag[AEAD_TAG];
	memcpy(tag, sealed.p + n, sizeof tag);
	int err = s->gcry_cipher ? gcry_open(s, key, nonce, aad, sealed.p, n, out)
				 : evp_run(key, nonce, aad, view_of(sealed.p, n), out, tag, false);
	if (err && n)
		buf_wipe(out, n); /* nobody sees what was not authenticated */
	return err;
}
