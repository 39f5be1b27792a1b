/* A content key for one recipient. */
#include "common/crypto/key_impl.h"
#include "common/crypto/suite_impl.h"
#include "common/crypto/wrap_ready.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define Z_SIZE 32
#define ENCAP_MAX 256

static const char INFO[] = "sanwang wrap 1";

static int wrap_apply(const struct suite *s, const uint8_t z[static Z_SIZE], struct view context,
	struct view in, uint8_t out[static SUITE_KEY_MAX])
{
	static const uint8_t iv[16];
	struct secret kek = {.n = s->key_size};
	struct ctr *c = NULL;
	int err = kdf(s, view_of(z, Z_SIZE), context, INFO, kek.b, kek.n);
	if (!err)
		err = ctr_new(s, &kek, iv, &c);
	if (!err)
		err = ctr_update(c, in.p, out, in.n);
	ctr_free(c);
	secret_wipe(&kek);
	return err;
}

/* z chosen, and encrypted under the recipient's SM2 key. */
static int encap_sm2(EVP_PKEY *to, uint8_t z[static Z_SIZE], struct buf *encap)
{
	uint8_t b[ENCAP_MAX];
	size_t n = sizeof b;
	int err = ERR_CRYPTO;
	random_bytes(z, Z_SIZE);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, to, NULL);
	if (c && EVP_PKEY_encrypt_init(c) == 1 && EVP_PKEY_encrypt(c, b, &n, z, Z_SIZE) == 1)
		err = buf_add(encap, b, n);
	EVP_PKEY_CTX_free(c);
	return err;
}

/* z agreed on between our private and the other's public key. */
static int agree(EVP_PKEY *mine, EVP_PKEY *other, uint8_t z[static Z_SIZE])
{
	size_t n = Z_SIZE;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL);
	bool ok = c && EVP_PKEY_derive_init(c) == 1 && EVP_PKEY_derive_set_peer(c, other) == 1 &&
		  EVP_PKEY_derive(c, z, &n) == 1 && n == Z_SIZE;
	EVP_PKEY_CTX_free(c);
	return ok ? 0 : ERR_CRYPTO;
}

static int encap_x25519(EVP_PKEY *to, uint8_t z[static Z_SIZE], struct buf *encap)
{
	uint8_t pub[Z_SIZE];
	size_t n = sizeof pub;
	EVP_PKEY *ephemeral = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	int err = ERR_CRYPTO;
	if (ephemeral && EVP_PKEY_get_raw_public_key(ephemeral, pub, &n) == 1 && n == sizeof pub)
		err = agree(ephemeral, to, z);
	if (!err)
		err = buf_add(encap, pub, sizeof pub);
	EVP_PKEY_free(ephemeral);
	return err;
}

static int encap_make(const struct cert *to, uint8_t z[static Z_SIZE], struct buf *encap)
{
	return to->suite->distinguish ? encap_sm2(to->pub, z, encap) : encap_x25519(to->pub, z, encap);
}

/* ---- one made ahead */

struct wrap_ready {
	pthread_mutex_t lock;
	bool full;
	uint8_t z[Z_SIZE];
	struct buf encap;
};

struct wrap_ready *wrap_ready_new(void)
{
	struct wrap_ready *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	REQUIRE(pthread_mutex_init(&r->lock, NULL) == 0);
	buf_init(&r->encap, ENCAP_MAX);
	return r;
}

void wrap_ready_free(struct wrap_ready *r)
{
	if (!r)
		return;
	(void)pthread_mutex_destroy(&r->lock);
	buf_wipe(r->z, sizeof r->z);
	buf_fini(&r->encap);
	free(r);
}

void wrap_prepare(const struct cert *to)
{
	struct wrap_ready *r = to->ready;
	if (!r)
		return;
	REQUIRE(pthread_mutex_lock(&r->lock) == 0);
	if (!r->full && encap_make(to, r->z, &r->encap) == 0)
		r->full = true;
	ERR_clear_error();
	REQUIRE(pthread_mutex_unlock(&r->lock) == 0);
}

/* Never the same one twice. */
static bool ready_take(struct wrap_ready *r, uint8_t z[static Z_SIZE], struct buf *encap)
{
	REQUIRE(pthread_mutex_lock(&r->lock) == 0);
	bool any = r->full && buf_add_view(encap, buf_view(&r->encap)) == 0;
	if (any)
		memcpy(z, r->z, Z_SIZE);
	r->full = false;
	buf_wipe(r->z, sizeof r->z);
	buf_reset(&r->encap);
	REQUIRE(pthread_mutex_unlock(&r->lock) == 0);
	return any;
}

int wrap_seal(const struct cert *to, struct view context, const struct secret *secret, struct buf *encap,
	struct buf *wrapped)
{
	const struct suite *s = to->suite;
	uint8_t z[Z_SIZE], w[SUITE_KEY_MAX];
	if (to->use != CERT_ENCRYPT)
		return ERR_CERT;
	REQUIRE(secret->n <= sizeof w);
	size_t before = encap->n;
	int err = ready_take(to->ready, z, encap) ? 0 : encap_make(to, z, encap);
	if (!err)
		err = wrap_apply(s, z, context, view_of(secret->b, secret->n), w);
	if (!err)
		err = buf_add(wrapped, w, secret->n);
	if (err) {
		ERR_clear_error();
		encap->n = encap->n < before ? encap->n : before;
	}
	buf_wipe(z, sizeof z);
	return err;
}

/* One DER value and nothing behind it: OpenSSL itself would not mind. */
static bool is_one_value(struct view v)
{
	const uint8_t *p = v.p;
	long len = 0;
	int tag = 0, class = 0;
	if (v.n == 0 || v.n > ENCAP_MAX || *p != (V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED))
		return false;
	int bad = ASN1_get_object(&p, &len, &tag, &class, (long)v.n);
	return !(bad & 0x81) && p + len == v.p + v.n;
}

static int decap_sm2(EVP_PKEY *key, struct view encap, uint8_t z[static Z_SIZE])
{
	uint8_t b[ENCAP_MAX];
	size_t n = sizeof b;
	if (!is_one_value(encap))
		return ERR_KEY;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool ok = c && EVP_PKEY_decrypt_init(c) == 1 && EVP_PKEY_decrypt(c, b, &n, encap.p, encap.n) == 1 &&
		  n == Z_SIZE;
	if (ok)
		memcpy(z, b, Z_SIZE);
	EVP_PKEY_CTX_free(c);
	buf_wipe(b, sizeof b);
	return ok ? 0 : ERR_KEY;
}

static int decap_x25519(EVP_PKEY *key, struct view encap, uint8_t z[static Z_SIZE])
{
	/* X25519 itself ignores the top bit: one key would have two texts. */
	if (encap.n != Z_SIZE || encap.p[Z_SIZE - 1] & 0x80)
		return ERR_KEY;
	EVP_PKEY *other = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, encap.p, encap.n);
	int err = other ? agree(key, other, z) : ERR_KEY;
	EVP_PKEY_free(other);
	return err ? ERR_KEY : 0;
}

int wrap_open(const struct open_key *k, struct view context, struct view encap, struct view wrapped,
	struct secret *out)
{
	const struct suite *s = k->pair.cert->suite;
	uint8_t z[Z_SIZE];
	struct secret got = {.n = s->key_size};
	if (wrapped.n != s->key_size)
		return ERR_KEY;
	int err = s->distinguish ? decap_sm2(k->pair.key, encap, z) : decap_x25519(k->pair.key, encap, z);
	if (!err)
		err = wrap_apply(s, z, context, wrapped, got.b);
	if (!err)
		*out = got;
	else
		ERR_clear_error();
	buf_wipe(z, sizeof z);
	secret_wipe(&got);
	return err;
}
