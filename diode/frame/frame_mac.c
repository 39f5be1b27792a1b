#include "diode/frame/frame_mac.h"
#include "common/crypto/openssl.h"
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

struct frame_mac {
	EVP_CIPHER_CTX *aes;  /* intl */
	gcry_cipher_hd_t sm4; /* gm */
};

static int open_aes(struct frame_mac *m, const struct secret *key)
{
	m->aes = EVP_CIPHER_CTX_new();
	if (m->aes == NULL)
		return ERR_NOMEM;
	REQUIRE(key->n == 32);
	return EVP_EncryptInit_ex(m->aes, EVP_aes_256_gcm(), NULL, key->b, NULL) == 1 ? 0 : ERR_CRYPTO;
}

static int open_sm4(struct frame_mac *m, const struct secret *key)
{
	if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
		if (gcry_check_version(NULL) == NULL)
			return ERR_CRYPTO;
		gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	}
	REQUIRE(key->n == 16);
	if (gcry_cipher_open(&m->sm4, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM, 0) != 0)
		return ERR_CRYPTO;
	return gcry_cipher_setkey(m->sm4, key->b, key->n) == 0 ? 0 : ERR_CRYPTO;
}

int frame_mac_new(const struct suite *s, const struct secret *key, struct frame_mac **out)
{
	struct frame_mac *m = calloc(1, sizeof *m);
	if (m == NULL)
		return ERR_NOMEM;
	int err = strcmp(suite_name(s), "gm") == 0 ? open_sm4(m, key) : open_aes(m, key);
	if (err != 0) {
		frame_mac_free(m);
		return err;
	}
	*out = m;
	return 0;
}

int frame_mac_make(
	struct frame_mac *m, const uint8_t nonce[static 12], struct view v, uint8_t tag[static FRAME_TAG])
{
	if (m->aes == NULL)
		return gcry_cipher_setiv(m->sm4, nonce, 12) == 0 &&
				       gcry_cipher_authenticate(m->sm4, v.p, v.n) == 0 &&
				       gcry_cipher_gettag(m->sm4, tag, FRAME_TAG) == 0
			       ? 0
			       : ERR_CRYPTO;
	int n = 0;
	uint8_t none[16];
	return EVP_EncryptInit_ex(m->aes, NULL, NULL, NULL, nonce) == 1 &&
			       (v.n == 0 || EVP_EncryptUpdate(m->aes, NULL, &n, v.p, (int)v.n) == 1) &&
			       EVP_EncryptFinal_ex(m->aes, none, &n) == 1 &&
			       EVP_CIPHER_CTX_ctrl(m->aes, EVP_CTRL_GCM_GET_TAG, FRAME_TAG, tag) == 1
		       ? 0
		       : ERR_CRYPTO;
}

void frame_mac_free(struct frame_mac *m)
{
	if (m == NULL)
		return;
	EVP_CIPHER_CTX_free(m->aes);
	if (m->sm4 != NULL)
		gcry_cipher_close(m->sm4);
	free(m);
}
