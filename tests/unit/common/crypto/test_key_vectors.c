/* Published vectors of the public-key parts: GB/T 32918.5 (SM2), RFC 8032 (Ed25519), RFC 7748 (X25519). */
#include "common/crypto/key.h"
#include "common/crypto/openssl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct view hex(const char *text, struct buf *b)
{
	buf_init(b, 4096);
	assert_int_equal(hex_parse(text, b), 0);
	return buf_view(b);
}

static void add_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

/* A certificate that says what `key` is; signed by anyone, for nobody asks here. */
static void certificate(EVP_PKEY *key, bool gm, const char *use, const char *usage, struct buf *pem)
{
	EVP_PKEY *by = EVP_PKEY_Q_keygen(NULL, NULL, gm ? "SM2" : "ED25519");
	X509 *x = X509_new();
	BIO *b = BIO_new(BIO_s_mem());
	const char *const name[] = {"O", "extranet", "OU", use, "CN", "vector"};
	char *text = NULL;
	assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
	for (size_t i = 0; i < 6; i += 2)
		assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), name[i], MBSTRING_UTF8,
					 (const unsigned char *)name[i + 1], -1, -1, 0),
			1);
	assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(x)), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 1000));
	assert_int_equal(X509_set_pubkey(x, key), 1);
	add_ext(x, NID_basic_constraints, "critical,CA:FALSE");
	add_ext(x, NID_key_usage, usage);
	assert_true(X509_sign(x, by, gm ? EVP_sm3() : NULL) > 0);
	assert_int_equal(PEM_write_bio_X509(b, x), 1);
	long n = BIO_get_mem_data(b, &text);
	buf_init(pem, 8192);
	assert_int_equal(buf_add(pem, text, (size_t)n), 0);
	BIO_free(b);
	X509_free(x);
	EVP_PKEY_free(by);
}

static void private_pem(EVP_PKEY *key, struct buf *pem)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *text = NULL;
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(b, key, NULL, NULL, 0, NULL, NULL), 1);
	long n = BIO_get_mem_data(b, &text);
	buf_init(pem, 8192);
	assert_int_equal(buf_add(pem, text, (size_t)n), 0);
	BIO_free(b);
}

/* The certificate as a checked one, by way of a file, for only a pinned one needs no CA. */
static struct cert *pinned(const struct buf *pem, enum cert_use use)
{
	char file[] = "/tmp/swvec.XXXXXX";
	struct err_note note = {.text = ""};
	struct cert *c = NULL;
	int fd = mkstemp(file);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, pem->p, pem->n), 0);
	(void)close(fd);
	if (cert_load_pinned(file, use, &c, &note) != 0)
		fail_msg("%s", note.text);
	assert_int_equal(unlink(file), 0);
	return c;
}

static void test_ed25519(void **state)
{
	(void)state;
	/* RFC 8032, 7.1, tests 1 to 3. */
	static const struct {
		const char *key, *pub, *message, *sig;
	} cases[] = {
		{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
			"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
		{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
			"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
		{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
			"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
			"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
	};
	for (size_t i = 0; i < 3; i++) {
		struct buf raw, message, want, key, cert, sig;
		struct err_note note = {.text = ""};
		struct sign_key *k = NULL;
		struct view v = hex(cases[i].key, &raw);
		EVP_PKEY *p = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, v.p, v.n);
		assert_non_null(p);
		private_pem(p, &key);
		certificate(p, false, "sign", "critical,digitalSignature", &cert);
		buf_init(&sig, 64);
		assert_int_equal(sign_key_from_pem(buf_view(&key), buf_view(&cert), NULL, &k, &note), 0);
		assert_int_equal(sign_make(k, hex(cases[i].message, &message), &sig), 0);
		assert_true(view_eq(buf_view(&sig), hex(cases[i].sig, &want)));
		struct cert *c = pinned(&cert, CERT_SIGN);
		assert_int_equal(cert_verify(c, buf_view(&message), buf_view(&want)), 0);
		cert_free(c);
		sign_key_free(k);
		EVP_PKEY_free(p);
		buf_fini(&raw);
		buf_fini(&message);
		buf_fini(&want);
		buf_fini(&key);
		buf_fini(&cert);
		buf_fini(&sig);
	}
}

static void test_sm2(void **state)
{
	(void)state;
	/* GB/T 32918.5, A.2: "message digest", id 1234567812345678, r and s as DER. */
	static const char pub[] = "04"
				  "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
				  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
	static const char sig[] = "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
				  "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
	struct buf point, der, cert;
	struct view v = hex(pub, &point);
	char group[] = "SM2";
	uint8_t octets[65];
	memcpy(octets, v.p, sizeof octets);
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof octets),
		OSSL_PARAM_construct_end()};
	EVP_PKEY *p = NULL;
	EVP_PKEY_CTX *x = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	assert_int_equal(EVP_PKEY_fromdata_init(x), 1);
	assert_int_equal(EVP_PKEY_fromdata(x, &p, EVP_PKEY_PUBLIC_KEY, params), 1);
	certificate(p, true, "sign", "critical,digitalSignature", &cert);
	struct cert *c = pinned(&cert, CERT_SIGN);
	assert_int_equal(cert_verify(c, view_str("message digest"), hex(sig, &der)), 0);
	assert_int_equal(cert_verify(c, view_str("message digesT"), buf_view(&der)), ERR_SIGNATURE);
	cert_free(c);
	EVP_PKEY_CTX_free(x);
	EVP_PKEY_free(p);
	buf_fini(&point);
	buf_fini(&der);
	buf_fini(&cert);
}

static void save_temp(char *file, const struct buf *b)
{
	int fd = mkstemp(file); /* 0600 */
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, b->p, b->n), 0);
	(void)close(fd);
}

static void test_x25519(void **state)
{
	(void)state;
	/* RFC 7748, 6.1: Bob opens what Alice's public key encapsulates; K is their shared secret. */
	static const uint8_t iv[16];
	const struct suite *s = suite_by_name("intl");
	char key_file[] = "/tmp/swvec.XXXXXX", cert_file[] = "/tmp/swvec.XXXXXX";
	struct buf bob, alice, shared, key, cert;
	struct err_note note = {.text = ""};
	struct open_key *k = NULL;
	struct secret want, kek = {.n = 32}, got;
	struct ctr *c = NULL;
	uint8_t wrapped[32];
	struct view v = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", &bob);
	hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", &alice);
	hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", &shared);
	EVP_PKEY *p = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, v.p, v.n);
	assert_non_null(p);
	private_pem(p, &key);
	certificate(p, false, "encrypt", "critical,keyAgreement", &cert);
	save_temp(key_file, &key);
	save_temp(cert_file, &cert);
	assert_int_equal(open_key_load(key_file, cert_file, &k, &note), 0);
	secret_random(s, &want);
	assert_int_equal(kdf(s, buf_view(&shared), view_str("ctx"), "sanwang wrap 1", kek.b, kek.n), 0);
	assert_int_equal(ctr_new(s, &kek, iv, &c), 0);
	assert_int_equal(ctr_update(c, want.b, wrapped, sizeof wrapped), 0);
	ctr_free(c);
	assert_int_equal(
		wrap_open(k, view_str("ctx"), buf_view(&alice), view_of(wrapped, sizeof wrapped), &got), 0);
	assert_memory_equal(got.b, want.b, 32);
	open_key_free(k);
	assert_int_equal(unlink(key_file), 0);
	assert_int_equal(unlink(cert_file), 0);
	EVP_PKEY_free(p);
	buf_fini(&bob);
	buf_fini(&alice);
	buf_fini(&shared);
	buf_fini(&key);
	buf_fini(&cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ed25519), cmocka_unit_test(test_sm2), cmocka_unit_test(test_x25519)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
