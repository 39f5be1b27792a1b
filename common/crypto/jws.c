#include "common/crypto/jws.h"

#include "common/base/id.h"
#include "common/crypto/openssl.h"
#include <string.h>

enum alg { ALG_NONE, ALG_RS256, ALG_PS256, ALG_ES256 };

static int part_json(struct view part, json_t **out, struct err_note *note)
{
	struct buf text;
	buf_init(&text, JWS_TOKEN_MAX);
	int rc = b64url_parse(part, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), JWS_TOKEN_MAX, out, note);
	if (rc == 0 && !json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		rc = ERR_SCHEMA;
	}
	buf_fini(&text);
	return rc < 0 ? err_set(note, rc, "token: a part is no JSON object") : 0;
}

static enum alg alg_of(const char *name)
{
	return strcmp(name, "RS256") == 0   ? ALG_RS256
	       : strcmp(name, "PS256") == 0 ? ALG_PS256
	       : strcmp(name, "ES256") == 0 ? ALG_ES256
					    : ALG_NONE;
}

/* ---- keys */
static bool key_fits(const json_t *k, enum alg alg, const char *kid)
{
	const char *kty = json_str(k, "kty"), *use = json_str(k, "use"), *own = json_str(k, "alg");
	if (strcmp(kty, alg == ALG_ES256 ? "EC" : "RSA") != 0 || (*use && strcmp(use, "sig") != 0))
		return false;
	if (*own && alg_of(own) != alg)
		return false;
	if (alg == ALG_ES256 && strcmp(json_str(k, "crv"), "P-256") != 0)
		return false;
	return !*kid || strcmp(json_str(k, "kid"), kid) == 0;
}

static const json_t *key_find(const json_t *jwks, enum alg alg, const char *kid)
{
	const json_t *found = NULL, *k;
	size_t i;
	json_array_foreach(json_object_get(jwks, "keys"), i, k)
	{
		if (!key_fits(k, alg, kid))
			continue;
		if (found)
			return NULL; /* which one is not said */
		found = k;
	}
	return found;
}

static int number_get(const json_t *k, const char *name, struct buf *out)
{
	return b64url_parse(view_str(json_str(k, name)), out);
}

static EVP_PKEY *key_build(const char *type, OSSL_PARAM_BLD *bld)
{
	OSSL_PARAM *params = bld ? OSSL_PARAM_BLD_to_param(bld) : NULL;
	EVP_PKEY_CTX *ctx = params ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
	EVP_PKEY *key = NULL;
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *key_rsa(const json_t *k)
{
	struct buf n, e;
	EVP_PKEY *key = NULL;
	buf_init(&n, 1024);
	buf_init(&e, 16);
	if (number_get(k, "n", &n) == 0 && number_get(k, "e", &e) == 0 && n.n >= 256 && e.n > 0) {
		OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
		BIGNUM *bn = BN_bin2bn(n.p, (int)n.n, NULL), *be = BN_bin2bn(e.p, (int)e.n, NULL);
		if (bld && bn && be && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn) == 1 &&
			OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, be) == 1)
			key = key_build("RSA", bld);
		OSSL_PARAM_BLD_free(bld);
		BN_free(bn);
		BN_free(be);
	}
	buf_fini(&n);
	buf_fini(&e);
	return key;
}

static EVP_PKEY *key_ec(const json_t *k)
{
	struct buf point;
	EVP_PKEY *key = NULL;
	buf_init(&point, 128);
	if (buf_add(&point, "\x04", 1) == 0 && number_get(k, "x", &point) == 0 && point.n == 33 &&
		number_get(k, "y", &point) == 0 && point.n == 65) {
		OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
		if (bld &&
			OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
			OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1)
			key = key_build("EC", bld);
		OSSL_PARAM_BLD_free(bld);
	}
	buf_fini(&point);
	return key;
}

/* ---- signatures */
/* r and s side by side, as the standard has them, made what the library reads. */
static int ec_signature(struct view raw, struct buf *out)
{
	ECDSA_SIG *sig = raw.n == 64 ? ECDSA_SIG_new() : NULL;
	BIGNUM *r = sig ? BN_bin2bn(raw.p, 32, NULL) : NULL,
	       *s = sig ? BN_bin2bn(raw.p + 32, 32, NULL) : NULL;
	unsigned char *der = NULL;
	int rc = ERR_SIGNATURE;
	if (r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL;
		int n = i2d_ECDSA_SIG(sig, &der);
		rc = n > 0 ? buf_add(out, der, (size_t)n) : ERR_SIGNATURE;
	}
	OPENSSL_free(der);
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return rc;
}

static int verify(EVP_PKEY *key, enum alg alg, struct view signed_part, struct view sig)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	bool good = md && EVP_DigestVerifyInit(md, &ctx, EVP_sha256(), NULL, key) == 1;
	if (good && alg == ALG_PS256)
		good = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	good = good && EVP_DigestVerify(md, sig.p, sig.n, signed_part.p, signed_part.n) == 1;
	EVP_MD_CTX_free(md);
	return good ? 0 : ERR_SIGNATURE;
}

static int check(const json_t *jwk, enum alg alg, struct view signed_part, struct view sig_part)
{
	struct buf raw, der;
	EVP_PKEY *key = alg == ALG_ES256 ? key_ec(jwk) : key_rsa(jwk);
	buf_init(&raw, 1024);
	buf_init(&der, 256);
	int rc = !key ? ERR_KEY : b64url_parse(sig_part, &raw);
	if (rc == 0 && alg == ALG_ES256)
		rc = ec_signature(buf_view(&raw), &der);
	if (rc == 0)
		rc = verify(key, alg, signed_part, buf_view(alg == ALG_ES256 ? &der : &raw));
	EVP_PKEY_free(key);
	buf_fini(&raw);
	buf_fini(&der);
	return rc == ERR_KEY || rc == ERR_NOMEM ? rc : rc < 0 ? ERR_SIGNATURE : 0;
}

int jws_open(const char *token, const json_t *jwks, json_t **payload, struct err_note *note)
{
	const char *dot = strchr(token, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;
	json_t *head = NULL, *body = NULL;
	if (!second || strchr(second + 1, '.') || strlen(token) > JWS_TOKEN_MAX)
		return err_set(note, ERR_SYNTAX, "token: not three parts");
	int rc = part_json(view_of(token, (size_t)(dot - token)), &head, note);
	enum alg alg = rc == 0 ? alg_of(json_str(head, "alg")) : ALG_NONE;
	if (rc == 0 && (alg == ALG_NONE || json_object_get(head, "crit")))
		rc = err_set(note, ERR_SCHEMA, "token: signed by none of RS256, PS256, ES256");
	const json_t *jwk = rc == 0 ? key_find(jwks, alg, json_str(head, "kid")) : NULL;
	if (rc == 0 && !jwk)
		rc = err_set(note, ERR_KEY, "token: the provider has no one key for it");
	if (rc == 0 &&
		(rc = check(jwk, alg, view_of(token, (size_t)(second - token)), view_str(second + 1))) < 0)
		rc = err_set(note, rc, "token: %s", err_text(rc));
	if (rc == 0)
		rc = part_json(view_of(dot + 1, (size_t)(second - dot - 1)), &body, note);
	json_decref(head);
	if (rc == 0)
		*payload = body;
	return rc;
}
