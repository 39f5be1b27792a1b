#include "common/crypto/key_impl.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/key_token.h"
#include "common/crypto/openssl_failed.h"
#include "common/crypto/suite_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define SIG_MAX 128

/* ---- loading */

static void pair_fini(struct key_pair *p)
{
	EVP_PKEY_free(p->key); /* wipes */
	cert_free(p->cert);
	buf_fini(&p->cert_pem);
}

/* True when the private part belongs to the certificate's public part. */
static bool fits(const struct key_pair *p)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, p->key, NULL);
	bool ok = c && EVP_PKEY_eq(p->key, p->cert->pub) == 1 && EVP_PKEY_pairwise_check(c) == 1;
	EVP_PKEY_CTX_free(c);
	ERR_clear_error();
	return ok;
}

static int pair_from_pem(struct view key_pem, struct view cert_pem, const char *passphrase,
	struct key_pair *p, struct err_note *note)
{
	buf_init(&p->cert_pem, KEY_PEM_MAX);
	int err = cert_form_read_pem(cert_pem, &p->cert, note);
	if (!err)
		err = buf_add_view(&p->cert_pem, cert_pem);
	if (!err)
		err = key_pem_private(key_pem, passphrase, &p->key, note);
	if (!err && !fits(p))
		err = err_set(note, ERR_KEY, "private key does not belong to the certificate of \"%.60s\"",
			p->cert->subject);
	if (err)
		pair_fini(p);
	return err;
}

static int pair_load(const char *key_file, const char *cert_file, const char *passphrase, struct key_pair *p,
	struct err_note *note)
{
	struct buf key, cert;
	struct err_note inner = {.text = ""};
	buf_init(&key, KEY_PEM_MAX);
	buf_init(&cert, KEY_PEM_MAX);
	int err = file_read_secret(key_file, KEY_PEM_MAX, &key, note);
	if (!err && (err = file_read(AT_FDCWD, cert_file, KEY_PEM_MAX, &cert)) != 0)
		(void)err_set(note, err, "%s: cannot be read", cert_file);
	if (!err) {
		err = pair_from_pem(buf_view(&key), buf_view(&cert), passphrase, p, &inner);
		if (err)
			(void)err_set(note, err, "%.150s, %s with %s", inner.text, key_file, cert_file);
	}
	buf_fini(&key);
	buf_fini(&cert);
	return err;
}

static int sign_key_of(struct key_pair *p, struct sign_key **out, struct err_note *note)
{
	struct sign_key *k = calloc(1, sizeof *k);
	int err = k ? 0 : ERR_NOMEM;
	if (p->cert->use == CERT_ENCRYPT)
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\" is for \"encrypt\", not for signatures", p->cert->subject);
	if (err) {
		free(k);
		pair_fini(p);
		return err;
	}
	k->pair = *p;
	*out = k;
	return 0;
}

/* What the token signs must be what the certificate verifies: the key cannot be compared otherwise. */
static int try_token(const struct sign_key *k, struct err_note *note)
{
	struct buf sig;
	const struct view text = view_str("sanwang token key");
	buf_init(&sig, SIG_MAX);
	int err = sign_make(k, text, &sig);
	if (!err)
		err = cert_verify(k->pair.cert, text, buf_view(&sig));
	if (err && err != ERR_NOMEM)
		err = err_set(note, ERR_KEY,
			"the key on the token does not belong to the certificate of \"%.60s\"",
			k->pair.cert->subject);
	buf_fini(&sig);
	return err;
}

static int load_from_token(
	const char *uri, const char *cert_file, const char *pin, struct sign_key **out, struct err_note *note)
{
	struct key_pair p = {.key = NULL};
	struct key_token *token = NULL;
	struct sign_key *k = NULL;
	buf_init(&p.cert_pem, KEY_PEM_MAX);
	int err = file_read(AT_FDCWD, cert_file, KEY_PEM_MAX, &p.cert_pem);
	if (err)
		err = err_set(note, err, "%s: cannot be read", cert_file);
	else
		err = cert_form_read_pem(buf_view(&p.cert_pem), &p.cert, note);
	/* PKCS#11 has no mechanism for SM2. */
	if (!err && p.cert->suite->distinguish)
		err = err_set(note, ERR_SUITE, "%s: a key of suite %s cannot be on a token", cert_file,
			p.cert->suite->name);
	if (!err)
		err = key_token_open(uri, pin, &token, note);
	if (err) {
		pair_fini(&p);
		return err;
	}
	err = sign_key_of(&p, &k, note);
	if (err) {
		key_token_close(token);
		return err;
	}
	k->token = token;
	err = try_token(k, note);
	if (err)
		sign_key_free(k);
	else
		*out = k;
	return err;
}

int sign_key_load(const char *key_file, const char *cert_file, const char *passphrase, struct sign_key **out,
	struct err_note *note)
{
	struct key_pair p = {.key = NULL};
	if (key_token_is(key_file))
		return load_from_token(key_file, cert_file, passphrase, out, note);
	int err = pair_load(key_file, cert_file, passphrase, &p, note);
	return err ? err : sign_key_of(&p, out, note);
}

int sign_key_from_pem(struct view key_pem, struct view cert_pem, const char *passphrase,
	struct sign_key **out, struct err_note *note)
{
	struct key_pair p = {.key = NULL};
	int err = pair_from_pem(key_pem, cert_pem, passphrase, &p, note);
	return err ? err : sign_key_of(&p, out, note);
}

const struct suite *sign_key_suite(const struct sign_key *k)
{
	return k->pair.cert->suite;
}

const char *sign_key_id(const struct sign_key *k)
{
	return k->pair.cert->id;
}

struct view sign_key_cert_pem(const struct sign_key *k)
{
	return buf_view(&k->pair.cert_pem);
}

const char *sign_key_subject(const struct sign_key *k)
{
	return k->pair.cert->subject;
}

void sign_key_free(struct sign_key *k)
{
	if (!k)
		return;
	key_token_close(k->token);
	pair_fini(&k->pair);
	free(k);
}

int open_key_load(const char *key_file, const char *cert_file, struct open_key **out, struct err_note *note)
{
	struct open_key *k = calloc(1, sizeof *k);
	if (!k)
		return ERR_NOMEM;
	int err = pair_load(key_file, cert_file, NULL, &k->pair, note);
	if (!err && k->pair.cert->use != CERT_ENCRYPT) {
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\" is for \"%s\", not for \"encrypt\", %s",
			k->pair.cert->subject, cert_form_use(k->pair.cert->use), cert_file);
		pair_fini(&k->pair);
	}
	if (err)
		free(k);
	else
		*out = k;
	return err;
}

const char *open_key_id(const struct open_key *k)
{
	return k->pair.cert->id;
}

const struct suite *open_key_suite(const struct open_key *k)
{
	return k->pair.cert->suite;
}

void open_key_free(struct open_key *k)
{
	if (!k)
		return;
	pair_fini(&k->pair);
	free(k);
}

int key_signature_begin(EVP_MD_CTX *c, const struct suite *s, EVP_PKEY *key, bool sign)
{
	EVP_PKEY_CTX *p = NULL; /* owned by c */
	const char *md = s->distinguish ? s->md : NULL;
	int ok = sign ? EVP_DigestSignInit_ex(c, &p, md, NULL, NULL, key, NULL)
		      : EVP_DigestVerifyInit_ex(c, &p, md, NULL, NULL, key, NULL);
	/* Only now: OpenSSL 3.0 refuses the id among the parameters of the init call. */
	if (ok == 1 && s->distinguish)
		ok = EVP_PKEY_CTX_set1_id(p, s->distinguish, (int)strlen(s->distinguish));
	return ok;
}

int sign_make(const struct sign_key *k, struct view v, struct buf *sig)
{
	uint8_t b[SIG_MAX];
	size_t n = sizeof b;
	if (k->token)
		return key_token_sign(k->token, v, sig);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int err = c ? ERR_CRYPTO : ERR_NOMEM;
	if (c && key_signature_begin(c, k->pair.cert->suite, k->pair.key, true) == 1 &&
		EVP_DigestSign(c, b, &n, v.p, v.n) == 1)
		err = buf_add(sig, b, n);
	if (err)
		ERR_clear_error();
	EVP_MD_CTX_free(c);
	return err;
}

int sign_make_base64(const struct sign_key *k, struct view v, struct buf *sig)
{
	struct buf raw;
	buf_init(&raw, SIG_MAX);
	int err = sign_make(k, v, &raw);
	if (!err)
		err = b64_add(sig, buf_view(&raw));
	buf_fini(&raw);
	return err;
}

int cert_verify(const struct cert *c, struct view v, struct view sig)
{
	openssl_watch();
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	if (!m)
		return ERR_NOMEM;
	bool good = c->use != CERT_ENCRYPT && key_signature_begin(m, c->suite, c->pub, false) == 1 &&
		    EVP_DigestVerify(m, sig.p, sig.n, v.p, v.n) == 1;
	int err = openssl_failed(ERR_SIGNATURE);
	if (good)
		err = 0;
	EVP_MD_CTX_free(m);
	return err;
}

int cert_verify_base64(const struct cert *c, struct view v, const char *sig)
{
	struct buf raw;
	buf_init(&raw, 1024);
	int err = b64_parse(view_str(sig), &raw);
	if (err < 0 && err != ERR_NOMEM)
		err = ERR_SIGNATURE;
	if (!err)
		err = cert_verify(c, v, buf_view(&raw));
	buf_fini(&raw);
	return err;
}
