#include "common/crypto/key_pem.h"
#include "common/crypto/key_kind.h"
#include <string.h>

#define DER_MAX 16384
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 5
#define SCRYPT_MAX 1048576 /* N times r times p; OpenSSL limits the memory, N times r, itself */
#define PBKDF2_MAX 1000000 /* rounds */

static const char PLAIN[] = "PRIVATE KEY";
static const char ENCRYPTED[] = "ENCRYPTED PRIVATE KEY";

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool starts(struct view v, const char *prefix)
{
	size_t n = strlen(prefix);
	return v.n >= n && memcmp(v.p, prefix, n) == 0;
}

static int decode_body(struct view body, struct buf *der)
{
	struct buf text;
	buf_init(&text, KEY_PEM_MAX);
	int err = body.n <= KEY_PEM_MAX ? buf_reserve(&text, body.n + 1) : ERR_LIMIT;
	for (size_t i = 0; i < body.n && !err; i++)
		if (!blank(body.p[i]))
			err = buf_add(&text, &body.p[i], 1);
	if (!err)
		err = text.n ? b64_parse(buf_view(&text), der) : ERR_SYNTAX;
	buf_fini(&text);
	return err;
}

int key_pem_next(struct view *rest, const char *label, struct buf *der)
{
	char begin[64], end[64];
	(void)snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	(void)snprintf(end, sizeof end, "-----END %s-----", label);
	struct view v = *rest;
	while (v.n && blank(*v.p))
		v = view_of(v.p + 1, v.n - 1);
	if (!v.n)
		return ERR_NOTFOUND;
	if (!starts(v, begin))
		return ERR_SYNTAX;
	v = view_of(v.p + strlen(begin), v.n - strlen(begin));
	const uint8_t *stop = memmem(v.p, v.n, end, strlen(end));
	if (!stop)
		return ERR_SYNTAX;
	int err = decode_body(view_of(v.p, (size_t)(stop - v.p)), der);
	if (err)
		return err;
	stop += strlen(end);
	*rest = view_of(stop, v.n - (size_t)(stop - v.p));
	return 0;
}

static bool pbkdf2_ok(const PBKDF2PARAM *p)
{
	int64_t n = 0;
	return p && ASN1_INTEGER_get_int64(&n, p->iter) == 1 && n > 0 && n <= PBKDF2_MAX;
}

static bool scrypt_ok(const SCRYPT_PARAMS *p)
{
	int64_t left = SCRYPT_MAX;
	if (!p)
		return false;
	const ASN1_INTEGER *const factors[] = {p->costParameter, p->blockSize, p->parallelizationParameter};
	for (size_t i = 0; i < 3; i++) {
		int64_t n = 0;
		if (ASN1_INTEGER_get_int64(&n, factors[i]) != 1 || n <= 0 || n > left)
			return false;
		left /= n;
	}
	return true;
}

/* A foreign key file must not keep us busy. */
static bool cost_ok(const X509_ALGOR *outer)
{
	const ASN1_OBJECT *kind = NULL;
	bool ok = false;
	X509_ALGOR_get0(&kind, NULL, NULL, outer);
	if (OBJ_obj2nid(kind) != NID_pbes2)
		return false;
	PBE2PARAM *pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), outer->parameter);
	if (!pbe)
		return false;
	int nid = OBJ_obj2nid(pbe->keyfunc->algorithm);
	if (nid == NID_id_pbkdf2) {
		PBKDF2PARAM *p =
			ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbe->keyfunc->parameter);
		ok = pbkdf2_ok(p);
		PBKDF2PARAM_free(p);
	} else if (nid == NID_id_scrypt) {
		SCRYPT_PARAMS *p =
			ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), pbe->keyfunc->parameter);
		ok = scrypt_ok(p);
		SCRYPT_PARAMS_free(p);
	}
	PBE2PARAM_free(pbe);
	return ok;
}

static int decrypt(struct view der, const char *passphrase, PKCS8_PRIV_KEY_INFO **out, struct err_note *note)
{
	int err = 0;
	const uint8_t *p = der.p;
	const X509_ALGOR *alg = NULL;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)der.n);
	if (!sig || p != der.p + der.n) {
		err = err_set(note, ERR_SYNTAX, "private key: not PKCS#8");
		goto out;
	}
	X509_SIG_get0(sig, &alg, NULL);
	if (!cost_ok(alg))
		err = err_set(note, ERR_LIMIT,
			"private key: encryption is not PBES2 with scrypt or PBKDF2 of a sane cost");
	else if (!passphrase)
		err = err_set(note, ERR_KEY, "private key: a passphrase is needed");
	else if (!(*out = PKCS8_decrypt(sig, passphrase, (int)strlen(passphrase))))
		err = err_set(note, ERR_KEY, "private key: the passphrase does not open it");
out:
	X509_SIG_free(sig);
	return err;
}

/* Of a kind we have: only then OpenSSL computes with it. */
static int take(const PKCS8_PRIV_KEY_INFO *info, EVP_PKEY **out, struct err_note *note)
{
	const X509_ALGOR *alg = NULL;
	EVP_PKEY *k = NULL;
	REQUIRE(PKCS8_pkey_get0(NULL, NULL, NULL, &alg, info) == 1);
	int err = key_kind_check(alg, ERR_FORMAT, "private key", note);
	if (!err && !(k = EVP_PKCS82PKEY(info)))
		err = err_set(note, ERR_FORMAT, "private key: broken");
	if (!err)
		*out = k;
	return err;
}

int key_pem_private(struct view pem, const char *passphrase, EVP_PKEY **out, struct err_note *note)
{
	struct buf der;
	buf_init(&der, DER_MAX);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	struct view rest = pem;
	bool plain = false;
	int err = key_pem_next(&rest, ENCRYPTED, &der);
	if (err == ERR_SYNTAX) {
		plain = true;
		buf_reset(&der);
		err = key_pem_next(&rest, PLAIN, &der);
	}
	for (size_t i = 0; i < rest.n && !err; i++)
		err = blank(rest.p[i]) ? 0 : ERR_TRAILING;
	if (err) {
		err = err_set(note, err == ERR_NOTFOUND ? ERR_SYNTAX : err,
			"private key: not one PKCS#8 key in PEM form");
		goto out;
	}
	if (plain) {
		const uint8_t *p = der.p;
		info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)der.n);
		if (!info || p != der.p + der.n)
			err = err_set(note, ERR_SYNTAX, "private key: not PKCS#8");
	} else {
		err = decrypt(buf_view(&der), passphrase, &info, note);
	}
	if (!err)
		err = take(info, out, note);
out:
	if (err)
		ERR_clear_error();
	PKCS8_PRIV_KEY_INFO_free(info); /* wipes */
	buf_fini(&der);
	return err;
}

static X509_SIG *encrypt(PKCS8_PRIV_KEY_INFO *info, const char *passphrase)
{
	uint8_t salt[16];
	random_bytes(salt, sizeof salt);
	X509_ALGOR *pbe = PKCS5_pbe2_set_scrypt(
		EVP_aes_256_cbc(), salt, sizeof salt, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	X509_SIG *sig = pbe ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, pbe) : NULL;
	if (!sig)
		X509_ALGOR_free(pbe);
	return sig;
}

int key_pem_write_private(EVP_PKEY *k, const char *passphrase, struct buf *out)
{
	X509_SIG *sig = NULL;
	int err = ERR_CRYPTO;
	char *text = NULL;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k);
	BIO *b = BIO_new(BIO_s_mem());
	if (!info || !b)
		goto out;
	if (passphrase) {
		sig = encrypt(info, passphrase);
		if (!sig || PEM_write_bio_PKCS8(b, sig) != 1)
			goto out;
	} else if (PEM_write_bio_PKCS8_PRIV_KEY_INFO(b, info) != 1) {
		goto out;
	}
	long n = BIO_get_mem_data(b, &text);
	err = n > 0 ? buf_add(out, text, (size_t)n) : ERR_CRYPTO;
out:
	if (err)
		ERR_clear_error();
	X509_SIG_free(sig);
	PKCS8_PRIV_KEY_INFO_free(info);
	BIO_free(b); /* wipes */
	return err;
}
