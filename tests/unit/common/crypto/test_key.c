/* Keys and certificates: what is issued is accepted, and nothing else. */
#include "common/crypto/key.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/openssl.h"
#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY 86400L

/* One zone's files in a folder that is the current one while a test runs. */
struct zone {
	char dir[64];
	const struct suite *suite;
	struct trust *trust;
};

static void load(const char *name, struct buf *b)
{
	buf_init(b, 1 << 16);
	assert_int_equal(file_read(AT_FDCWD, name, 1 << 16, b), 0);
}

static void issue(enum cert_use use, const char *cn, const char *name, const char *passphrase)
{
	char key[64], pem[64];
	struct err_note note = {.text = ""};
	(void)snprintf(key, sizeof key, "%s.key", name);
	(void)snprintf(pem, sizeof pem, "%s.pem", name);
	assert_int_equal(key_issue("ca.key", "ca.pem", use, cn, 365, passphrase, key, pem, &note), 0);
}

static int setup(void **state, const char *suite)
{
	struct zone *z = calloc(1, sizeof *z);
	struct err_note note = {.text = ""};
	assert_non_null(z);
	strcpy(z->dir, "/tmp/swkey.XXXXXX");
	assert_non_null(mkdtemp(z->dir));
	assert_int_equal(chdir(z->dir), 0);
	z->suite = suite_by_name(suite);
	assert_int_equal(key_make_ca(z->suite, "extranet", 3650, "ca.key", "ca.pem", &note), 0);
	assert_int_equal(trust_load("ca.pem", &z->trust, &note), 0);
	*state = z;
	return 0;
}

static int setup_gm(void **state)
{
	return setup(state, "gm");
}

static int setup_intl(void **state)
{
	return setup(state, "intl");
}

static int teardown(void **state)
{
	struct zone *z = *state;
	DIR *d = opendir(".");
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.')
			(void)unlink(e->d_name);
	(void)closedir(d);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(z->dir), 0);
	trust_free(z->trust);
	free(z);
	return 0;
}

static void test_sign(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	struct cert *c = NULL;
	struct buf sig;
	buf_init(&sig, 256);
	issue(CERT_SIGN, "registryd", "s", NULL);
	assert_int_equal(sign_key_load("s.key", "s.pem", NULL, &k, &note), 0);
	assert_ptr_equal(sign_key_suite(k), z->suite);
	assert_string_equal(sign_key_subject(k), "registryd");
	assert_int_equal(cert_check(z->trust, sign_key_cert_pem(k), CERT_SIGN, time_now_ms(), &c, &note), 0);
	assert_string_equal(cert_subject(c), "registryd");
	assert_string_equal(cert_zone(c), "extranet");
	assert_string_equal(cert_key_id(c), sign_key_id(k));
	assert_int_equal(strlen(cert_key_id(c)), KEY_ID - 1);
	assert_ptr_equal(cert_suite(c), z->suite);
	assert_int_equal(sign_make(k, view_str("application 申请"), &sig), 0);
	assert_int_equal(cert_verify(c, view_str("application 申请"), buf_view(&sig)), 0);
	assert_int_equal(cert_verify(c, view_str("application 申清"), buf_view(&sig)), ERR_SIGNATURE);
	assert_int_equal(cert_verify(c, view_str(""), buf_view(&sig)), ERR_SIGNATURE);
	struct buf text;
	buf_init(&text, 512);
	assert_int_equal(sign_make_base64(k, view_str("application 申请"), &text), 0);
	assert_int_equal(cert_verify_base64(c, view_str("application 申请"), (const char *)text.p), 0);
	assert_int_equal(
		cert_verify_base64(c, view_str("application 申清"), (const char *)text.p), ERR_SIGNATURE);
	buf_fini(&text);
	/* Any flipped bit, any shorter or longer signature. */
	for (size_t i = 0; i < sig.n; i++) {
		sig.p[i] ^= 1;
		assert_int_equal(cert_verify(c, view_str("application 申请"), buf_view(&sig)), ERR_SIGNATURE);
		sig.p[i] ^= 1;
		assert_int_equal(
			cert_verify(c, view_str("application 申请"), view_of(sig.p, i)), ERR_SIGNATURE);
	}
	assert_int_equal(buf_add(&sig, "", 1), 0);
	assert_int_equal(cert_verify(c, view_str("application 申请"), buf_view(&sig)), ERR_SIGNATURE);
	/* The empty message can be signed too. */
	buf_reset(&sig);
	assert_int_equal(sign_make(k, view_str(""), &sig), 0);
	assert_int_equal(cert_verify(c, view_str(""), buf_view(&sig)), 0);
	cert_free(c);
	sign_key_free(k);
	buf_fini(&sig);
}

static void test_uses(void **state)
{
	struct zone *z = *state;
	static const enum cert_use uses[] = {CERT_SIGN, CERT_ENCRYPT, CERT_PERSON, CERT_SEAL};
	struct err_note note = {.text = ""};
	struct cert *c = NULL;
	for (size_t i = 0; i < 4; i++) {
		char name[16], file[32];
		struct buf pem;
		(void)snprintf(name, sizeof name, "u%zu", i);
		(void)snprintf(file, sizeof file, "%s.pem", name);
		issue(uses[i], "张小丰", name, NULL);
		load(file, &pem);
		for (size_t j = 0; j < 4; j++) {
			int err = cert_check(z->trust, buf_view(&pem), uses[j], time_now_ms(), &c, &note);
			assert_int_equal(err, i == j ? 0 : ERR_CERT);
			if (!err) {
				assert_string_equal(cert_subject(c), "张小丰");
				cert_free(c);
			}
			err = cert_load_pinned(file, uses[j], &c, &note);
			assert_int_equal(err, i == j ? 0 : ERR_CERT);
			if (!err)
				cert_free(c);
		}
		assert_int_equal(cert_check(z->trust, buf_view(&pem), CERT_CA, 0, &c, &note), ERR_CERT);
		buf_fini(&pem);
	}
	struct buf ca;
	load("ca.pem", &ca);
	assert_int_equal(cert_check(z->trust, buf_view(&ca), CERT_CA, 0, &c, &note), ERR_CERT);
	assert_int_equal(cert_check(z->trust, buf_view(&ca), CERT_SIGN, 0, &c, &note), ERR_CERT);
	buf_fini(&ca);
	/* A key for recipients signs nothing, and one for signatures opens nothing. */
	struct sign_key *s = NULL;
	struct open_key *o = NULL;
	assert_int_equal(sign_key_load("u1.key", "u1.pem", NULL, &s, &note), ERR_CERT);
	assert_int_equal(open_key_load("u0.key", "u0.pem", &o, &note), ERR_CERT);
}

static void test_validity(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct buf pem;
	struct cert *c = NULL;
	issue(CERT_SIGN, "registryd", "s", NULL);
	load("s.pem", &pem);
	int64_t now = time_now_ms();
	const struct {
		int64_t at;
		int want;
	} cases[] = {{now, 0}, {0, 0}, {now - 2 * DAY * 1000, ERR_CERT}, {now + 364 * DAY * 1000, 0},
		{now + 366 * DAY * 1000, ERR_CERT}, {now + 5000 * DAY * 1000, ERR_CERT}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(cert_check(z->trust, buf_view(&pem), CERT_SIGN, cases[i].at, &c, &note),
			cases[i].want);
		if (!cases[i].want)
			cert_free(c);
	}
	buf_fini(&pem);
}

static void test_wrap(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct open_key *k = NULL;
	struct cert *c = NULL;
	struct secret in, out;
	struct buf encap, wrapped, again;
	buf_init(&encap, 256);
	buf_init(&wrapped, 64);
	buf_init(&again, 256);
	issue(CERT_ENCRYPT, "registryd", "e", NULL);
	assert_int_equal(open_key_load("e.key", "e.pem", &k, &note), 0);
	assert_int_equal(cert_load_pinned("e.pem", CERT_ENCRYPT, &c, &note), 0);
	assert_string_equal(open_key_id(k), cert_key_id(c));
	assert_ptr_equal(open_key_suite(k), z->suite);
	secret_random(z->suite, &in);
	assert_int_equal(wrap_seal(c, view_str("identity"), &in, &encap, &wrapped), 0);
	assert_int_equal(wrapped.n, suite_key_size(z->suite));
	assert_memory_not_equal(wrapped.p, in.b, in.n);
	assert_int_equal(wrap_open(k, view_str("identity"), buf_view(&encap), buf_view(&wrapped), &out), 0);
	assert_int_equal(out.n, in.n);
	assert_memory_equal(out.b, in.b, in.n);
	/* Bound to its context. */
	assert_int_equal(wrap_open(k, view_str("other"), buf_view(&encap), buf_view(&wrapped), &out), 0);
	assert_memory_not_equal(out.b, in.b, in.n);
	/* Wrong lengths; data behind the encapsulation. */
	assert_int_equal(
		wrap_open(k, view_str("identity"), buf_view(&encap), view_of(wrapped.p, wrapped.n - 1), &out),
		ERR_KEY);
	for (size_t i = 0; i < encap.n; i++)
		assert_int_equal(
			wrap_open(k, view_str("identity"), view_of(encap.p, i), buf_view(&wrapped), &out),
			ERR_KEY);
	assert_int_equal(buf_add_view(&again, buf_view(&encap)), 0);
	assert_int_equal(buf_add(&again, "", 1), 0);
	assert_int_equal(
		wrap_open(k, view_str("identity"), buf_view(&again), buf_view(&wrapped), &out), ERR_KEY);
	/* A point of small order, or none on the curve. */
	memset(encap.p, 0, encap.n);
	assert_int_equal(
		wrap_open(k, view_str("identity"), buf_view(&encap), buf_view(&wrapped), &out), ERR_KEY);
	/* Two wraps of one key differ. */
	buf_reset(&encap);
	buf_reset(&again);
	buf_reset(&wrapped);
	assert_int_equal(wrap_seal(c, view_str("identity"), &in, &encap, &wrapped), 0);
	buf_reset(&wrapped);
	assert_int_equal(wrap_seal(c, view_str("identity"), &in, &again, &wrapped), 0);
	assert_false(view_eq(buf_view(&encap), buf_view(&again)));
	cert_free(c);
	issue(CERT_SIGN, "registryd", "s", NULL);
	assert_int_equal(cert_load_pinned("s.pem", CERT_SIGN, &c, &note), 0);
	assert_int_equal(wrap_seal(c, view_str("identity"), &in, &encap, &wrapped), ERR_CERT);
	cert_free(c);
	open_key_free(k);
	secret_wipe(&in);
	secret_wipe(&out);
	buf_fini(&encap);
	buf_fini(&wrapped);
	buf_fini(&again);
}

static void test_person(void **state)
{
	(void)state;
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	struct buf key, cert;
	issue(CERT_PERSON, "李审核", "p", "open sesame");
	issue(CERT_PERSON, "王复审", "q", NULL);
	load("p.key", &key);
	load("p.pem", &cert);
	assert_non_null(strstr((char *)key.p, "BEGIN ENCRYPTED PRIVATE KEY"));
	assert_int_equal(sign_key_load("p.key", "p.pem", "open sesame", &k, &note), 0);
	assert_string_equal(sign_key_subject(k), "李审核");
	sign_key_free(k);
	assert_int_equal(sign_key_from_pem(buf_view(&key), buf_view(&cert), "open sesame", &k, &note), 0);
	sign_key_free(k);
	assert_int_equal(sign_key_load("p.key", "p.pem", NULL, &k, &note), ERR_KEY);
	assert_int_equal(sign_key_load("p.key", "p.pem", "", &k, &note), ERR_KEY);
	assert_int_equal(sign_key_load("p.key", "p.pem", "open sesam", &k, &note), ERR_KEY);
	assert_int_equal(sign_key_load("p.key", "q.pem", "open sesame", &k, &note), ERR_KEY);
	assert_non_null(strstr(note.text, "does not belong"));
	assert_int_equal(sign_key_load("q.key", "q.pem", "not needed", &k, &note), 0);
	sign_key_free(k);
	/* Data behind the key, two keys, half a key. */
	assert_int_equal(buf_add_str(&key, "x"), 0);
	assert_int_equal(
		sign_key_from_pem(buf_view(&key), buf_view(&cert), "open sesame", &k, &note), ERR_TRAILING);
	assert_int_equal(
		sign_key_from_pem(view_of(key.p, key.n / 2), buf_view(&cert), "open sesame", &k, &note),
		ERR_SYNTAX);
	assert_int_equal(
		sign_key_from_pem(view_str(""), buf_view(&cert), "open sesame", &k, &note), ERR_SYNTAX);
	buf_fini(&key);
	buf_fini(&cert);
}

static void test_files(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	struct stat st;
	issue(CERT_SIGN, "registryd", "s", NULL);
	assert_int_equal(stat("s.key", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat("ca.key", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Nothing is overwritten, neither file is touched. */
	assert_int_equal(key_issue("ca.key", "ca.pem", CERT_SIGN, "x", 10, NULL, "s.key", "new.pem", &note),
		ERR_EXISTS);
	assert_int_equal(key_issue("ca.key", "ca.pem", CERT_SIGN, "x", 10, NULL, "new.key", "s.pem", &note),
		ERR_EXISTS);
	assert_int_equal(key_make_ca(z->suite, "x", 10, "ca.key", "new.pem", &note), ERR_EXISTS);
	assert_int_equal(access("new.key", F_OK), -1);
	assert_int_equal(access("new.pem", F_OK), -1);
	/* Others may not read a key. */
	assert_int_equal(chmod("s.key", 0640), 0);
	assert_int_equal(sign_key_load("s.key", "s.pem", NULL, &k, &note), ERR_DENIED);
	assert_int_equal(sign_key_load("none.key", "s.pem", NULL, &k, &note), ERR_NOTFOUND);
	/* Bad requests. */
	const struct {
		const char *cn;
		int days, want;
	} bad[] = {{"", 10, ERR_RANGE}, {"a\nb", 10, ERR_RANGE}, {"x", 0, ERR_RANGE}, {"x", 40000, ERR_RANGE},
		{"12345678901234567890123456789012345678901234567890123456789012345", 10, ERR_CRYPTO},
		{"\xff\xfe", 10, ERR_CRYPTO}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(key_issue("ca.key", "ca.pem", CERT_SIGN, bad[i].cn, bad[i].days, NULL,
					 "b.key", "b.pem", &note),
			bad[i].want);
	/* One who is no CA issues nothing. */
	assert_int_equal(chmod("s.key", 0600), 0);
	assert_int_equal(
		key_issue("s.key", "s.pem", CERT_SIGN, "x", 10, NULL, "b.key", "b.pem", &note), ERR_CERT);
	assert_int_equal(
		key_issue("ca.key", "ca.pem", CERT_CA, "x", 10, NULL, "b.key", "b.pem", &note), ERR_CERT);
	assert_int_equal(access("b.key", F_OK), -1);
	struct trust *t = NULL;
	assert_int_equal(trust_load("s.pem", &t, &note), ERR_CERT);
	assert_int_equal(trust_load("none.pem", &t, &note), ERR_NOTFOUND);
}

/* A certificate made freely: NULL is what a good one for signatures has, NONE leaves it out. */
#define NONE "-"
struct forgery {
	const char *what;
	const char *o, *ou, *cn, *ou2, *place;
	const char *bc, *ku, *unknown; /* extensions; unknown: OID of a critical one */
	const char *key;               /* key type */
	const char *said;              /* in the note when it is refused */
	enum { BY_CA, BY_LEAF, BY_OTHER, BY_SELF } by;
	bool v1, accept;
	bool explicit_curve; /* parameters of the curve spelled out */
};

static const char *given(const char *value, const char *good)
{
	return !value ? good : strcmp(value, NONE) == 0 ? NULL : value;
}

static EVP_PKEY *read_key(const char *file)
{
	FILE *f = fopen(file, "re");
	assert_non_null(f);
	EVP_PKEY *k = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	(void)fclose(f);
	assert_non_null(k);
	return k;
}

static X509 *read_cert(const char *file)
{
	FILE *f = fopen(file, "re");
	assert_non_null(f);
	X509 *x = PEM_read_X509(f, NULL, NULL, NULL);
	(void)fclose(f);
	assert_non_null(x);
	return x;
}

static void add_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static void add_unknown(X509 *x, const char *oid)
{
	static const unsigned char null[] = {5, 0};
	ASN1_OBJECT *o = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *v = ASN1_OCTET_STRING_new();
	assert_int_equal(ASN1_OCTET_STRING_set(v, null, 2), 1);
	X509_EXTENSION *e = X509_EXTENSION_create_by_OBJ(NULL, o, 1, v);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(v);
	ASN1_OBJECT_free(o);
}

static void add_name(X509_NAME *n, const char *field, const char *value)
{
	if (value)
		assert_int_equal(X509_NAME_add_entry_by_txt(
					 n, field, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0),
			1);
}

static void forge_sign(X509 *x, const struct suite *s, EVP_PKEY *by)
{
	bool gm = strcmp(suite_name(s), "gm") == 0;
	EVP_PKEY_CTX *p = NULL;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit_ex(c, &p, gm ? "SM3" : NULL, NULL, NULL, by, NULL), 1);
	if (gm)
		assert_int_equal(EVP_PKEY_CTX_set1_id(p, "1234567812345678", 16), 1);
	assert_true(X509_sign_ctx(x, c) > 0);
	EVP_MD_CTX_free(c);
}

static EVP_PKEY *make_key(const char *kind, bool explicit_curve)
{
	EVP_PKEY *k = strcmp(kind, "RSA") == 0     ? EVP_RSA_gen(2048)
		      : strcmp(kind, "P-256") == 0 ? EVP_EC_gen(kind)
						   : EVP_PKEY_Q_keygen(NULL, NULL, kind);
	assert_non_null(k);
	if (explicit_curve)
		assert_int_equal(EVP_PKEY_set_utf8_string_param(
					 k, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_EXPLICIT),
			1);
	return k;
}

static void forge(const struct zone *z, const struct forgery *f, struct buf *out)
{
	static const char *const keys[] = {"ca.key", "s.key", "other.key"};
	static const char *const certs[] = {"ca.pem", "s.pem", "ca.pem"};
	bool gm = strcmp(suite_name(z->suite), "gm") == 0;
	EVP_PKEY *k = make_key(f->key ? f->key : gm ? "SM2" : "ED25519", f->explicit_curve);
	EVP_PKEY *by = f->by == BY_SELF ? NULL : read_key(keys[f->by]);
	X509 *issuer = f->by == BY_SELF ? NULL : read_cert(certs[f->by]);
	X509 *x = X509_new();
	char *text = NULL;
	assert_non_null(x);
	assert_int_equal(X509_set_version(x, f->v1 ? X509_VERSION_1 : X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 7), 1);
	X509_NAME *n = X509_get_subject_name(x);
	add_name(n, "O", given(f->o, "extranet"));
	add_name(n, "OU", given(f->ou, "sign"));
	add_name(n, "OU", f->ou2);
	add_name(n, "CN", given(f->cn, "x"));
	add_name(n, "L", f->place);
	assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer : x)), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), -DAY));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), DAY));
	assert_int_equal(X509_set_pubkey(x, k), 1);
	const char *bc = given(f->bc, "critical,CA:FALSE"), *ku = given(f->ku, "critical,digitalSignature");
	if (bc)
		add_ext(x, NID_basic_constraints, bc);
	if (ku)
		add_ext(x, NID_key_usage, ku);
	if (f->unknown)
		add_unknown(x, f->unknown);
	forge_sign(x, z->suite, by ? by : k);
	BIO *b = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_X509(b, x), 1);
	long len = BIO_get_mem_data(b, &text);
	assert_int_equal(buf_add(out, text, (size_t)len), 0);
	BIO_free(b);
	X509_free(x);
	X509_free(issuer);
	EVP_PKEY_free(by);
	EVP_PKEY_free(k);
}

/* A CA certificate that does not stand on its own signature is no pin. */
static void test_forged_ca(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	static const struct forgery cases[] = {
		{.what = "self-signed",
			.bc = "critical,CA:TRUE,pathlen:0",
			.ku = "critical,keyCertSign",
			.by = BY_SELF,
			.accept = true},
		{.what = "by another",
			.bc = "critical,CA:TRUE,pathlen:0",
			.ku = "critical,keyCertSign",
			.by = BY_CA},
		{.what = "intermediate below it",
			.bc = "critical,CA:TRUE,pathlen:1",
			.ku = "critical,keyCertSign",
			.by = BY_SELF},
		{.what = "no CA", .bc = "critical,CA:FALSE", .ku = "critical,keyCertSign", .by = BY_SELF},
		{.what = "signs no certificates",
			.bc = "critical,CA:TRUE,pathlen:0",
			.ku = "critical,cRLSign",
			.by = BY_SELF},
		{.what = "signs documents",
			.bc = "critical,CA:TRUE,pathlen:0",
			.ku = "critical,keyCertSign,digitalSignature",
			.by = BY_SELF},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct forgery f = cases[i];
		struct trust *t = NULL;
		struct buf pem;
		buf_init(&pem, 8192);
		f.ou = "ca";
		f.cn = "extranet CA";
		forge(z, &f, &pem);
		int err = trust_from_pem(buf_view(&pem), &t, &note);
		if (err != (f.accept ? 0 : ERR_CERT))
			fail_msg("%s: %s %s", f.what, err_name(err), note.text);
		if (!err)
			trust_free(t);
		buf_fini(&pem);
	}
}

static void test_forged(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	bool gm = strcmp(suite_name(z->suite), "gm") == 0;
	const struct forgery cases[] = {
		{.what = "good", .accept = true},
		{.what = "signed by a leaf", .by = BY_LEAF},
		{.what = "by a CA of the same name", .by = BY_OTHER},
		{.what = "self-signed", .by = BY_SELF},
		{.what = "other zone", .o = "intranet"},
		{.what = "no zone", .o = NONE},
		{.what = "use unknown", .ou = "signs"},
		{.what = "other use", .ou = "seal"},
		{.what = "two uses", .ou2 = "seal"},
		{.what = "a link", .ou2 = "gap", .accept = true},
		{.what = "a link in capitals", .ou2 = "Gap"},
		{.what = "a link of sixteen", .ou2 = "abcdefghijklmnop"},
		{.what = "a seal with a link", .ou = "seal", .ou2 = "gap"},
		{.what = "no name", .cn = NONE},
		{.what = "control character", .cn = "a\tb"},
		{.what = "a further name part", .place = "Beijing"},
		{.what = "no constraints", .bc = NONE},
		{.what = "constraints not critical", .bc = "CA:FALSE"},
		{.what = "a CA", .bc = "critical,CA:TRUE"},
		{.what = "no key usage", .ku = NONE},
		{.what = "key usage not critical", .ku = "digitalSignature"},
		{.what = "signs certificates", .ku = "critical,digitalSignature,keyCertSign"},
		{.what = "signs and opens", .ku = "critical,digitalSignature,keyEncipherment"},
		{.what = "opens only", .ku = "critical,keyAgreement"},
		{.what = "non-repudiation too",
			.ku = "critical,digitalSignature,nonRepudiation",
			.accept = true},
		{.what = "unknown critical extension", .unknown = "1.2.156.99999.1"},
		{.what = "key of another suite", .key = gm ? "ED25519" : "SM2"},
		{.what = "key not for signatures", .key = "X25519"},
		{.what = "curve spelled out", .key = "SM2", .explicit_curve = true, .said = "spelled out"},
		{.what = "another curve spelled out",
			.key = "P-256",
			.explicit_curve = true,
			.said = "spelled out"},
		{.what = "another curve", .key = "P-256", .said = "prime256v1"},
		{.what = "RSA", .key = "RSA", .said = "rsaEncryption"},
		{.what = "Ed448", .key = "ED448", .said = "ED448"},
		{.what = "version 1", .v1 = true, .bc = NONE, .ku = NONE},
	};
	issue(CERT_SIGN, "registryd", "s", NULL);
	assert_int_equal(key_make_ca(z->suite, "extranet", 10, "other.key", "other.pem", &note), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf pem;
		struct cert *c = NULL;
		buf_init(&pem, 8192);
		forge(z, &cases[i], &pem);
		int err = cert_check(z->trust, buf_view(&pem), CERT_SIGN, time_now_ms(), &c, &note);
		if (err != (cases[i].accept ? 0 : ERR_CERT))
			fail_msg("%s: %s %s", cases[i].what, err_name(err), note.text);
		if (cases[i].said && !strstr(note.text, cases[i].said))
			fail_msg("%s: %s", cases[i].what, note.text);
		cert_free(c);
		buf_fini(&pem);
	}
}

/* The key's kind is judged before OpenSSL is given the certificate: the damage behind the key, by which
 * OpenSSL refuses it, is never come to. */
static void test_kind_first(void **state)
{
	struct zone *z = *state;
	static const uint8_t constraints[] = {6, 3, 0x55, 0x1d, 0x13};
	const struct forgery cases[] = {{.said = "not one X.509 version 3 certificate"},
		{.key = "SM2", .explicit_curve = true, .said = "spelled out"},
		{.key = "P-256", .explicit_curve = true, .said = "spelled out"},
		{.key = "RSA", .said = "rsaEncryption"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err_note note = {.text = ""};
		struct cert *c = NULL;
		struct buf pem, der;
		buf_init(&pem, 8192);
		buf_init(&der, 8192);
		forge(z, &cases[i], &pem);
		struct view rest = buf_view(&pem);
		assert_int_equal(key_pem_next(&rest, "CERTIFICATE", &der), 0);
		uint8_t *oid = memmem(der.p, der.n, constraints, sizeof constraints);
		assert_non_null(oid);
		*oid = V_ASN1_OCTET_STRING;
		buf_reset(&pem);
		assert_int_equal(buf_add_str(&pem, "-----BEGIN CERTIFICATE-----\n"), 0);
		assert_int_equal(b64_add(&pem, buf_view(&der)), 0);
		assert_int_equal(buf_add_str(&pem, "\n-----END CERTIFICATE-----\n"), 0);
		assert_int_equal(
			cert_check(z->trust, buf_view(&pem), CERT_SIGN, time_now_ms(), &c, &note), ERR_CERT);
		if (!strstr(note.text, cases[i].said))
			fail_msg("%s, not: %s", note.text, cases[i].said);
		buf_fini(&pem);
		buf_fini(&der);
	}
}

static void private_refused(EVP_PKEY *k, X509_SIG *sealed, int want, const char *said)
{
	struct err_note note = {.text = ""};
	struct sign_key *out = NULL;
	struct buf cert;
	char *text = NULL;
	BIO *b = BIO_new(BIO_s_mem());
	load("s.pem", &cert);
	assert_int_equal(k ? PEM_write_bio_PKCS8PrivateKey(b, k, NULL, NULL, 0, NULL, NULL)
			   : PEM_write_bio_PKCS8(b, sealed),
		1);
	long n = BIO_get_mem_data(b, &text);
	int err = sign_key_from_pem(view_of(text, (size_t)n), buf_view(&cert), "passphrase", &out, &note);
	if (err != want || !strstr(note.text, said))
		fail_msg("%s %s, not: %s", err_name(err), note.text, said);
	BIO_free(b);
	buf_fini(&cert);
}

/* Private keys of other kinds, and those that cost too much to open. */
static void test_private_kinds(void **state)
{
	(void)state;
	static const struct {
		const char *kind;
		bool explicit_curve;
		const char *said;
	} kinds[] = {{"SM2", true, "spelled out"}, {"P-256", true, "spelled out"},
		{"P-256", false, "prime256v1"}, {"RSA", false, "rsaEncryption"}};
	static const struct {
		int rounds; /* PBKDF2; 0: scrypt */
		uint64_t n, r, p;
		int want;
		const char *said;
	} costs[] = {{1000, 0, 0, 0, ERR_KEY, "passphrase"}, {1000001, 0, 0, 0, ERR_LIMIT, "sane cost"},
		{0, 1024, 8, 1, ERR_KEY, "passphrase"}, {0, 16384, 8, 9, ERR_LIMIT, "sane cost"},
		{0, 8, 1, 200000, ERR_LIMIT, "sane cost"}};
	issue(CERT_SIGN, "registryd", "s", NULL);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		EVP_PKEY *k = make_key(kinds[i].kind, kinds[i].explicit_curve);
		private_refused(k, NULL, ERR_FORMAT, kinds[i].said);
		EVP_PKEY_free(k);
	}
	for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
		X509_SIG *sealed = X509_SIG_new();
		X509_ALGOR *alg = NULL, *pbe;
		ASN1_OCTET_STRING *bytes = NULL;
		assert_non_null(sealed);
		pbe = costs[i].rounds ? PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), costs[i].rounds, NULL, 0, NULL,
						NID_hmacWithSHA256)
				      : PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, costs[i].n,
						costs[i].r, costs[i].p);
		assert_non_null(pbe);
		X509_SIG_getm(sealed, &alg, &bytes);
		assert_int_equal(X509_ALGOR_copy(alg, pbe), 1);
		assert_int_equal(ASN1_OCTET_STRING_set(bytes, (const uint8_t *)"sixteen octets..", 16), 1);
		private_refused(NULL, sealed, costs[i].want, costs[i].said);
		X509_ALGOR_free(pbe);
		X509_SIG_free(sealed);
	}
}

/* The text around and in a good certificate. */
static void test_hostile_pem(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct buf good, ca;
	struct cert *c = NULL;
	issue(CERT_SIGN, "registryd", "s", NULL);
	load("s.pem", &good);
	load("ca.pem", &ca);
	const char *g = (const char *)good.p;
	const struct {
		const char *what, *before, *text, *behind;
		int want;
	} cases[] = {
		{"good", "", g, "", 0},
		{"white space", "", g, "\n \r\n", 0},
		{"nothing", "", "", "", ERR_CERT},
		{"text before", "subject=x\n", g, "", ERR_CERT},
		{"text behind", "", g, "x", ERR_CERT},
		{"twice", "", g, g, ERR_CERT},
		{"the CA behind it", "", g, (const char *)ca.p, ERR_CERT},
		{"the CA before it", (const char *)ca.p, g, "", ERR_CERT},
		{"begin only", "", "-----BEGIN CERTIFICATE-----\n", "", ERR_CERT},
		{"empty", "", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "", ERR_CERT},
		{"not base64", "", "-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n", "",
			ERR_CERT},
		{"not DER", "", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n", "",
			ERR_CERT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b;
		buf_init(&b, 1 << 16);
		assert_int_equal(buf_addf(&b, "%s%s%s", cases[i].before, cases[i].text, cases[i].behind), 0);
		int err = cert_check(z->trust, buf_view(&b), CERT_SIGN, 0, &c, &note);
		if (err != cases[i].want)
			fail_msg("%s: %s %s", cases[i].what, err_name(err), note.text);
		if (!err)
			cert_free(c);
		buf_fini(&b);
	}
	/* No flipped bit of the DER gives an accepted certificate. */
	X509 *x = read_cert("s.pem");
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	X509_free(x);
	for (int i = 0; i < n; i++) {
		struct buf b;
		buf_init(&b, 1 << 16);
		der[i] ^= 1 << (i % 8);
		assert_int_equal(buf_add_str(&b, "-----BEGIN CERTIFICATE-----\n"), 0);
		assert_int_equal(b64_add(&b, view_of(der, (size_t)n)), 0);
		assert_int_equal(buf_add_str(&b, "\n-----END CERTIFICATE-----\n"), 0);
		assert_int_equal(cert_check(z->trust, buf_view(&b), CERT_SIGN, 0, &c, &note), ERR_CERT);
		der[i] ^= 1 << (i % 8);
		buf_fini(&b);
	}
	OPENSSL_free(der);
	buf_fini(&good);
	buf_fini(&ca);
}

/* The same certificate in other bytes: its outer length in three octets where two are enough. */
static void test_not_der(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	struct cert *c = NULL;
	struct buf bytes, pem;
	unsigned char *der = NULL;
	issue(CERT_SIGN, "registryd", "s", NULL);
	X509 *x = read_cert("s.pem");
	int n = i2d_X509(x, &der);
	X509_free(x);
	assert_true(n > 260 && der[1] == 0x82);
	buf_init(&bytes, 8192);
	buf_init(&pem, 8192);
	const uint8_t head[] = {0x30, 0x83, 0, der[2], der[3]};
	assert_int_equal(buf_add(&bytes, head, sizeof head), 0);
	assert_int_equal(buf_add(&bytes, der + 4, (size_t)n - 4), 0);
	assert_int_equal(buf_add_str(&pem, "-----BEGIN CERTIFICATE-----\n"), 0);
	assert_int_equal(b64_add(&pem, buf_view(&bytes)), 0);
	assert_int_equal(buf_add_str(&pem, "\n-----END CERTIFICATE-----\n"), 0);
	assert_int_equal(cert_check(z->trust, buf_view(&pem), CERT_SIGN, 0, &c, &note), ERR_CERT);
	OPENSSL_free(der);
	buf_fini(&bytes);
	buf_fini(&pem);
}

/* Rotation: two CAs of one zone in one file; CAs of two zones or suites are not one zone's trust. */
static void test_trust(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	const struct suite *other = suite_by_name(strcmp(suite_name(z->suite), "gm") == 0 ? "intl" : "gm");
	struct buf one, two, zone, foreign, all, leaf;
	struct trust *t = NULL;
	struct cert *c = NULL;
	assert_int_equal(key_make_ca(z->suite, "extranet", 10, "ca2.key", "ca2.pem", &note), 0);
	assert_int_equal(key_make_ca(z->suite, "intranet", 10, "ca3.key", "ca3.pem", &note), 0);
	assert_int_equal(key_make_ca(other, "extranet", 10, "ca4.key", "ca4.pem", &note), 0);
	load("ca.pem", &one);
	load("ca2.pem", &two);
	load("ca3.pem", &zone);
	load("ca4.pem", &foreign);
	buf_init(&all, 1 << 16);
	assert_int_equal(buf_addf(&all, "%s\n%s", (char *)one.p, (char *)two.p), 0);
	assert_int_equal(trust_from_pem(buf_view(&all), &t, &note), 0);
	assert_ptr_equal(trust_suite(t), z->suite);
	assert_int_equal(
		key_issue("ca2.key", "ca2.pem", CERT_SIGN, "b", 365, NULL, "b.key", "b.pem", &note), 0);
	issue(CERT_SIGN, "a", "a", NULL);
	static const char *const leaves[] = {"a.pem", "b.pem"};
	for (size_t i = 0; i < 2; i++) {
		load(leaves[i], &leaf);
		assert_int_equal(cert_check(t, buf_view(&leaf), CERT_SIGN, time_now_ms(), &c, &note), 0);
		cert_free(c);
		/* Never valid longer than its CA. */
		int64_t late = time_now_ms() + 11 * DAY * 1000;
		assert_int_equal(
			cert_check(t, buf_view(&leaf), CERT_SIGN, late, &c, &note), i == 0 ? 0 : ERR_CERT);
		if (i == 0)
			cert_free(c);
		buf_fini(&leaf);
	}
	trust_free(t);
	/* A leaf of the other suite below a CA of the same names. */
	assert_int_equal(
		key_issue("ca4.key", "ca4.pem", CERT_SIGN, "f", 365, NULL, "f.key", "f.pem", &note), 0);
	load("f.pem", &leaf);
	assert_int_equal(cert_check(z->trust, buf_view(&leaf), CERT_SIGN, 0, &c, &note), ERR_CERT);
	assert_non_null(strstr(note.text, "suite"));
	const struct view bad[][2] = {{buf_view(&one), buf_view(&zone)}, {buf_view(&one), buf_view(&foreign)},
		{buf_view(&one), buf_view(&leaf)}, {buf_view(&one), view_str("x")},
		{view_str(""), view_str("")}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		buf_reset(&all);
		assert_int_equal(buf_add_view(&all, bad[i][0]), 0);
		assert_int_equal(buf_add_view(&all, bad[i][1]), 0);
		assert_int_equal(trust_from_pem(buf_view(&all), &t, &note), ERR_CERT);
	}
	buf_fini(&leaf);
	buf_fini(&all);
	buf_fini(&one);
	buf_fini(&two);
	buf_fini(&zone);
	buf_fini(&foreign);
}

/* The links of a signer stand in its subject, at most four, none twice. */
static void test_links(void **state)
{
	struct zone *z = *state;
	struct err_note note = {.text = ""};
	static const char *const good[] = {"gap", "diode", "level", "disc", NULL};
	static const char *const bad[][6] = {{NULL}, {"gap", "gap", NULL}, {"Gap", NULL}, {"", NULL},
		{"sign", NULL}, {"a b", NULL}, {"a", "b", "c", "d", "e", NULL}, {"abcdefghijklmnop", NULL}};
	struct cert *c = NULL;
	struct buf pem;
	assert_int_equal(
		key_issue_signer("ca.key", "ca.pem", "extranet", good, 10, "l.key", "l.pem", &note), 0);
	load("l.pem", &pem);
	assert_int_equal(cert_check(z->trust, buf_view(&pem), CERT_SIGN, time_now_ms(), &c, &note), 0);
	for (size_t i = 0; i < 5; i++)
		assert_true(good[i] ? strcmp(cert_link(c, i), good[i]) == 0 : cert_link(c, i) == NULL);
	assert_true(cert_signs(c, "level") && !cert_signs(c, "ga") && !cert_signs(c, "gapp") &&
		    !cert_signs(c, ""));
	assert_int_equal(cert_use(c), CERT_SIGN);
	int64_t left = cert_ends_ms(c) - time_now_ms();
	assert_true(left > INT64_C(9) * 86400000 && left <= INT64_C(10) * 86400000);
	cert_free(c);
	buf_fini(&pem);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		note.text[0] = '\0';
		assert_true(key_issue_signer(
				    "ca.key", "ca.pem", "extranet", bad[i], 10, "m.key", "m.pem", &note) < 0);
		assert_true(note.text[0] != '\0');
		assert_int_equal(access("m.key", F_OK), -1);
	}
	/* Without links it signs what is no bundle. */
	issue(CERT_SIGN, "extranet", "n", NULL);
	assert_int_equal(cert_load_pinned("n.pem", CERT_SIGN, &c, &note), 0);
	assert_true(!cert_link(c, 0) && !cert_signs(c, "gap"));
	cert_free(c);
}

#define BOTH(test)                                                                                           \
	{#test " gm", test, setup_gm, teardown, NULL},                                                       \
	{                                                                                                    \
#test " intl", test, setup_intl, teardown, NULL                                              \
	}
int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(test_sign), BOTH(test_uses), BOTH(test_validity),
		BOTH(test_wrap), BOTH(test_person), BOTH(test_files), BOTH(test_forged),
		BOTH(test_hostile_pem), BOTH(test_links), BOTH(test_trust), BOTH(test_forged_ca),
		BOTH(test_not_der), BOTH(test_kind_first), BOTH(test_private_kinds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
