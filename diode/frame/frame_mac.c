#include "diode/frame/frame_mac.h"
#include "diode/frame/wire.h"
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 16

struct frame_mac {
	gcry_cipher_hd_t gcm;  /* without g */
	gcry_cipher_hd_t many; /* with g: the cipher alone, over many blocks at once */
	const struct ghash *g;
	struct ghash_key *h;
};

static int open_cipher(const struct suite *s, const struct secret *key, int mode, gcry_cipher_hd_t *out)
{
	int cipher = strcmp(suite_name(s), "gm") == 0 ? GCRY_CIPHER_SM4 : GCRY_CIPHER_AES256;
	if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
		if (gcry_check_version(NULL) == NULL)
			return ERR_CRYPTO;
		gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	}
	return gcry_cipher_open(out, cipher, mode, 0) == 0 && gcry_cipher_setkey(*out, key->b, key->n) == 0
		       ? 0
		       : ERR_CRYPTO;
}

/* out[i] = the cipher's image of in[i], n <= FRAME_MAC_MANY. The library is fast over many blocks in some
 * modes only; one of them is decryption in cipher feedback: P[i] = C[i] xor E(C[i - 1]), with our blocks as C
 * from the initial vector on. */
static int encrypt(struct frame_mac *m, uint8_t (*in)[BLOCK], unsigned n, uint8_t (*out)[BLOCK])
{
	static const uint8_t END[BLOCK];
	uint8_t c[FRAME_MAC_MANY][BLOCK];
	memcpy(c, in + 1, (n - 1) * (size_t)BLOCK);
	memcpy(c[n - 1], END, BLOCK);
	if (gcry_cipher_setiv(m->many, in[0], BLOCK) != 0 ||
		gcry_cipher_decrypt(m->many, out, n * (size_t)BLOCK, c, n * (size_t)BLOCK) != 0)
		return ERR_CRYPTO;
	for (unsigned i = 0; i + 1 < n; i++)
		for (unsigned j = 0; j < BLOCK; j++)
			out[i][j] ^= c[i][j];
	return 0;
}

static int open_parts(struct frame_mac *m, const struct suite *s, const struct secret *key)
{
	uint8_t zero[BLOCK] = {0}, h[BLOCK];
	int err = open_cipher(s, key, GCRY_CIPHER_MODE_CFB, &m->many);
	if (err == 0)
		err = encrypt(m, &zero, 1, &h);
	if (err == 0)
		err = ghash_key_new(m->g, h, &m->h);
	buf_wipe(h, sizeof h);
	return err;
}

int frame_mac_new(
	const struct suite *s, const struct secret *key, const struct ghash *g, struct frame_mac **out)
{
	struct frame_mac *m = calloc(1, sizeof *m);
	if (m == NULL)
		return ERR_NOMEM;
	m->g = g;
	int err = g != NULL ? open_parts(m, s, key) : open_cipher(s, key, GCRY_CIPHER_MODE_GCM, &m->gcm);
	if (err != 0) {
		frame_mac_free(m);
		return err;
	}
	*out = m;
	return 0;
}

static int by_library(struct frame_mac *m, const uint8_t nonce[static FRAME_NONCE], struct view v,
	uint8_t tag[static FRAME_TAG])
{
	return gcry_cipher_setiv(m->gcm, nonce, FRAME_NONCE) == 0 &&
			       gcry_cipher_authenticate(m->gcm, v.p, v.n) == 0 &&
			       gcry_cipher_gettag(m->gcm, tag, FRAME_TAG) == 0
		       ? 0
		       : ERR_CRYPTO;
}

/* The counter block that masks the hash. */
static void counter(uint8_t out[static BLOCK], const uint8_t nonce[static FRAME_NONCE])
{
	memcpy(out, nonce, FRAME_NONCE);
	wire_put32(out + FRAME_NONCE, 1);
}

static void finish(
	struct frame_mac *m, struct view v, const uint8_t pad[static BLOCK], uint8_t tag[static FRAME_TAG])
{
	ghash_run(m->g, m->h, v, tag);
	for (size_t i = 0; i < BLOCK; i++)
		tag[i] ^= pad[i];
}

int frame_mac_make(struct frame_mac *m, const uint8_t nonce[static FRAME_NONCE], struct view v,
	uint8_t tag[static FRAME_TAG])
{
	uint8_t block[BLOCK], pad[BLOCK];
	if (m->g == NULL)
		return by_library(m, nonce, v, tag);
	counter(block, nonce);
	if (encrypt(m, &block, 1, &pad) != 0)
		return ERR_CRYPTO;
	finish(m, v, pad, tag);
	return 0;
}

static void nonce_of(uint64_t number, uint8_t nonce[static FRAME_NONCE])
{
	memset(nonce, 0, 4);
	wire_put64(nonce + 4, number);
}

int frame_mac_many(struct frame_mac *m, const uint64_t *number, const struct view *v, unsigned n,
	uint8_t (*tag)[FRAME_TAG])
{
	uint8_t nonce[FRAME_NONCE], block[FRAME_MAC_MANY][BLOCK], pad[FRAME_MAC_MANY][BLOCK];
	int err = 0;
	REQUIRE(n <= FRAME_MAC_MANY);
	for (unsigned i = 0; err == 0 && i < n; i++) {
		nonce_of(number[i], nonce);
		if (m->g != NULL)
			counter(block[i], nonce);
		else
			err = by_library(m, nonce, v[i], tag[i]);
	}
	if (m->g == NULL || n == 0)
		return err;
	if (encrypt(m, block, n, pad) != 0)
		return ERR_CRYPTO;
	for (unsigned i = 0; i < n; i++)
		finish(m, v[i], pad[i], tag[i]);
	return 0;
}

void frame_mac_free(struct frame_mac *m)
{
	if (m == NULL)
		return;
	if (m->gcm != NULL)
		gcry_cipher_close(m->gcm);
	if (m->many != NULL)
		gcry_cipher_close(m->many);
	ghash_key_free(m->h);
	free(m);
}
