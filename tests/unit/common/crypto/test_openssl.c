/* The stock `openssl` command and we agree, in both directions and both suites. */
#include "common/crypto/key.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[64];
	const struct suite *suite;
	bool gm;
	const char *md, *md_option, *cipher;
};

static int setup(void **state, const char *suite)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err_note note = {.text = ""};
	assert_non_null(f);
	strcpy(f->dir, "/tmp/swssl.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(chdir(f->dir), 0);
	f->suite = suite_by_name(suite);
	f->gm = strcmp(suite, "gm") == 0;
	f->md = f->gm ? "SM3" : "SHA256";
	f->md_option = f->gm ? "-sm3" : "-sha256";
	f->cipher = f->gm ? "-sm4-ctr" : "-aes-256-ctr";
	assert_int_equal(key_make_ca(f->suite, "extranet", 100, "ca.key", "ca.pem", &note), 0);
	assert_int_equal(
		key_issue("ca.key", "ca.pem", CERT_SIGN, "registryd", 90, NULL, "s.key", "s.pem", &note), 0);
	assert_int_equal(
		key_issue("ca.key", "ca.pem", CERT_ENCRYPT, "registryd", 90, NULL, "e.key", "e.pem", &note),
		0);
	*state = f;
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
	struct fixture *f = *state;
	DIR *d = opendir(".");
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.')
			(void)unlink(e->d_name);
	(void)closedir(d);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

/* openssl with these words; its standard output, which the caller releases. NULL words are left out. */
#define WORDS_MAX 32
static int openssl_status(struct view in, struct buf *out, const char *const words[static WORDS_MAX])
{
	const char *argv[WORDS_MAX + 2] = {"openssl"};
	struct buf err;
	size_t n = 1;
	int status = -1;
	for (size_t i = 0; i < WORDS_MAX; i++)
		if (words[i])
			argv[n++] = words[i];
	buf_init(out, 1 << 20);
	buf_init(&err, 1 << 16);
	assert_int_equal(proc_run(argv, in, 60000, out, &err, &status), 0);
	if (status)
		print_message("openssl %s: %s\n", argv[1], err.p ? (char *)err.p : "");
	buf_fini(&err);
	return status;
}
#define OPENSSL(in, out, ...)                                                                                \
	assert_int_equal(openssl_status(in, out, (const char *const[WORDS_MAX]){__VA_ARGS__}), 0)

static const char *hex(const void *p, size_t n, char out[static 129])
{
	struct buf b;
	assert_true(n <= 64);
	buf_init(&b, 129);
	assert_int_equal(hex_add(&b, view_of(p, n)), 0);
	(void)snprintf(out, 129, "%s", (char *)b.p);
	buf_fini(&b);
	return out;
}

static void save(const char *name, struct view v)
{
	assert_int_equal(file_write(AT_FDCWD, name, 0600, v, "test"), 0);
}

static void load(const char *name, struct buf *b)
{
	buf_init(b, 1 << 16);
	assert_int_equal(file_read(AT_FDCWD, name, 1 << 16, b), 0);
}

static void test_digest(void **state)
{
	const struct fixture *f = *state;
	struct digest d;
	struct buf out;
	char want[129], option[160];
	digest_of(f->suite, view_str("不动产登记"), &d);
	OPENSSL(view_str("不动产登记"), &out, "dgst", f->md_option, "-binary");
	assert_true(view_eq(buf_view(&out), view_of(d.b, sizeof d.b)));
	buf_fini(&out);
	mac_of(f->suite, view_str("key of the mac"), view_str("不动产登记"), &d);
	(void)snprintf(option, sizeof option, "hexkey:%s", hex("key of the mac", 14, want));
	OPENSSL(view_str("不动产登记"), &out, "mac", "-binary", "-digest", f->md, "-macopt", option, "HMAC");
	assert_true(view_eq(buf_view(&out), view_of(d.b, sizeof d.b)));
	buf_fini(&out);
}

static void run_ctr(
	const struct fixture *f, struct view key, const uint8_t iv[16], struct view in, struct buf *out)
{
	char k[129], i[129];
	OPENSSL(in, out, "enc", f->cipher, "-K", hex(key.p, key.n, k), "-iv", hex(iv, 16, i));
}

static void test_ctr(void **state)
{
	const struct fixture *f = *state;
	static const size_t sizes[] = {1, 16, 17, 100000};
	uint8_t iv[16], *plain = malloc(100000), *ours = malloc(100000);
	struct secret key;
	struct buf out;
	struct ctr *c = NULL;
	random_bytes(plain, 100000);
	random_bytes(iv, sizeof iv);
	memset(iv + 8, 0xff, 8); /* the counter carries into the upper half */
	secret_random(f->suite, &key);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(ctr_new(f->suite, &key, iv, &c), 0);
		assert_int_equal(ctr_update(c, plain, ours, sizes[i]), 0);
		ctr_free(c);
		run_ctr(f, view_of(key.b, key.n), iv, view_of(plain, sizes[i]), &out);
		assert_true(view_eq(buf_view(&out), view_of(ours, sizes[i])));
		buf_fini(&out);
	}
	free(plain);
	free(ours);
}

static void run_kdf(const struct fixture *f, struct view key, struct view salt, const char *info,
	const char *n, struct buf *out)
{
	char k[129], s[129], md[32], kopt[160], sopt[160], iopt[160];
	(void)snprintf(md, sizeof md, "digest:%s", f->md);
	(void)snprintf(kopt, sizeof kopt, "hexkey:%s", hex(key.p, key.n, k));
	(void)snprintf(sopt, sizeof sopt, "hexsalt:%s", hex(salt.p, salt.n, s));
	(void)snprintf(iopt, sizeof iopt, "info:%s", info);
	OPENSSL(view_str(""), out, "kdf", "-binary", "-keylen", n, "-kdfopt", md, "-kdfopt", kopt, "-kdfopt",
		sopt, "-kdfopt", iopt, "HKDF");
}

static void test_kdf(void **state)
{
	const struct fixture *f = *state;
	struct buf out;
	uint8_t ours[64];
	assert_int_equal(
		kdf(f->suite, view_str("a secret"), view_str("salt"), "sanwang wrap 1", ours, 64), 0);
	run_kdf(f, view_str("a secret"), view_str("salt"), "sanwang wrap 1", "64", &out);
	assert_true(view_eq(buf_view(&out), view_of(ours, 64)));
	buf_fini(&out);
}

static void test_signature(void **state)
{
	const struct fixture *f = *state;
	static const char text[] = "{\"format\":1}";
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	struct cert *c = NULL;
	struct buf sig, out;
	buf_init(&sig, 256);
	assert_int_equal(sign_key_load("s.key", "s.pem", NULL, &k, &note), 0);
	assert_int_equal(cert_load_pinned("s.pem", CERT_SIGN, &c, &note), 0);
	assert_int_equal(sign_make(k, view_str(text), &sig), 0);
	save("text", view_str(text));
	save("sig", buf_view(&sig));
	OPENSSL(view_str(""), &out, "x509", "-in", "s.pem", "-noout", "-pubkey");
	save("s.pub", buf_view(&out));
	buf_fini(&out);
	if (f->gm) {
		OPENSSL(view_str(""), &out, "dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-verify",
			"s.pub", "-signature", "sig", "text");
		buf_fini(&out);
		OPENSSL(view_str(""), &out, "dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-sign",
			"s.key", "text");
	} else {
		OPENSSL(view_str(""), &out, "pkeyutl", "-verify", "-pubin", "-inkey", "s.pub", "-rawin",
			"-in", "text", "-sigfile", "sig");
		buf_fini(&out);
		OPENSSL(view_str(""), &out, "pkeyutl", "-sign", "-inkey", "s.key", "-rawin", "-in", "text");
	}
	assert_int_equal(cert_verify(c, view_str(text), buf_view(&out)), 0);
	buf_fini(&out);
	/* Without the signer id SM2 signatures are others. */
	if (f->gm) {
		OPENSSL(view_str(""), &out, "dgst", "-sm3", "-sigopt", "distid:ALICE", "-sign", "s.key",
			"text");
		assert_int_equal(cert_verify(c, view_str(text), buf_view(&out)), ERR_SIGNATURE);
		buf_fini(&out);
	}
	sign_key_free(k);
	cert_free(c);
	buf_fini(&sig);
}

static void test_wrap_opened(void **state)
{
	const struct fixture *f = *state;
	static const uint8_t iv[16];
	static const uint8_t frame[] = {
		0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00};
	struct err_note note = {.text = ""};
	struct cert *to = NULL;
	struct secret key;
	struct buf encap, wrapped, peer, z, kek, out;
	char n[8];
	buf_init(&encap, 256);
	buf_init(&wrapped, 64);
	buf_init(&peer, 64);
	secret_random(f->suite, &key);
	assert_int_equal(cert_load_pinned("e.pem", CERT_ENCRYPT, &to, &note), 0);
	assert_int_equal(wrap_seal(to, view_str("identity"), &key, &encap, &wrapped), 0);
	if (f->gm) {
		save("encap", buf_view(&encap));
		OPENSSL(view_str(""), &z, "pkeyutl", "-decrypt", "-inkey", "e.key", "-in", "encap");
	} else {
		assert_int_equal(buf_add(&peer, frame, sizeof frame), 0);
		assert_int_equal(buf_add_view(&peer, buf_view(&encap)), 0);
		save("peer", buf_view(&peer));
		OPENSSL(view_str(""), &z, "pkeyutl", "-derive", "-inkey", "e.key", "-peerform", "DER",
			"-peerkey", "peer");
	}
	assert_int_equal(z.n, 32);
	(void)snprintf(n, sizeof n, "%zu", key.n);
	run_kdf(f, buf_view(&z), view_str("identity"), "sanwang wrap 1", n, &kek);
	run_ctr(f, buf_view(&kek), iv, buf_view(&wrapped), &out);
	assert_true(view_eq(buf_view(&out), view_of(key.b, key.n)));
	cert_free(to);
	buf_fini(&encap);
	buf_fini(&wrapped);
	buf_fini(&peer);
	buf_fini(&z);
	buf_fini(&kek);
	buf_fini(&out);
}

static void test_wrap_made(void **state)
{
	const struct fixture *f = *state;
	static const uint8_t iv[16];
	struct err_note note = {.text = ""};
	struct open_key *k = NULL;
	struct secret key, got;
	struct buf encap, wrapped, z, kek, out;
	char n[8];
	secret_random(f->suite, &key);
	assert_int_equal(open_key_load("e.key", "e.pem", &k, &note), 0);
	if (f->gm) {
		buf_init(&z, 32);
		uint8_t r[32];
		random_bytes(r, sizeof r);
		assert_int_equal(buf_add(&z, r, sizeof r), 0);
		save("z", buf_view(&z));
		OPENSSL(view_str(""), &encap, "pkeyutl", "-encrypt", "-certin", "-inkey", "e.pem", "-in",
			"z");
	} else {
		OPENSSL(view_str(""), &out, "genpkey", "-algorithm", "X25519", "-out", "eph.key");
		buf_fini(&out);
		OPENSSL(view_str(""), &out, "x509", "-in", "e.pem", "-noout", "-pubkey");
		save("e.pub", buf_view(&out));
		buf_fini(&out);
		OPENSSL(view_str(""), &z, "pkeyutl", "-derive", "-inkey", "eph.key", "-peerkey", "e.pub");
		OPENSSL(view_str(""), &out, "pkey", "-in", "eph.key", "-pubout", "-outform", "DER");
		assert_int_equal(out.n, 44);
		buf_init(&encap, 32);
		assert_int_equal(buf_add(&encap, out.p + 12, 32), 0);
		buf_fini(&out);
	}
	(void)snprintf(n, sizeof n, "%zu", key.n);
	run_kdf(f, buf_view(&z), view_str("identity"), "sanwang wrap 1", n, &kek);
	run_ctr(f, buf_view(&kek), iv, view_of(key.b, key.n), &wrapped);
	assert_int_equal(wrap_open(k, view_str("identity"), buf_view(&encap), buf_view(&wrapped), &got), 0);
	assert_memory_equal(got.b, key.b, key.n);
	open_key_free(k);
	buf_fini(&encap);
	buf_fini(&wrapped);
	buf_fini(&z);
	buf_fini(&kek);
}

static void test_certificates(void **state)
{
	const struct fixture *f = *state;
	static const char ext[] = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
				  "subjectKeyIdentifier=hash\n";
	struct err_note note = {.text = ""};
	struct trust *t = NULL;
	struct cert *c = NULL;
	struct buf out, pem, der;
	char want[DIGEST_HEX];
	struct digest d;
	const char *id = "distid:1234567812345678";
	/* Ours before openssl, strictly and with the zone's CA alone. */
	static const char *const ours[] = {"s.pem", "e.pem"};
	for (size_t i = 0; i < 2; i++) {
		OPENSSL(view_str(""), &out, "verify", "-x509_strict", "-no-CAfile", "-no-CApath",
			"-no-CAstore", f->gm ? "-vfyopt" : NULL, f->gm ? id : NULL, "-trusted", "ca.pem",
			ours[i]);
		buf_fini(&out);
	}
	/* openssl's before us. */
	OPENSSL(view_str(""), &out, "genpkey", "-algorithm", f->gm ? "SM2" : "ED25519", "-out", "x.key");
	buf_fini(&out);
	OPENSSL(view_str(""), &out, "req", "-new", "-key", "x.key", "-subj", "/O=extranet/OU=sign/CN=by hand",
		"-out", "x.csr", f->gm ? "-sm3" : NULL, f->gm ? "-sigopt" : NULL, f->gm ? id : NULL);
	buf_fini(&out);
	save("ext", view_str(ext));
	OPENSSL(view_str(""), &out, "x509", "-req", "-in", "x.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
		"-days", "9", "-extfile", "ext", "-out", "x.pem", f->gm ? "-sm3" : NULL,
		f->gm ? "-vfyopt" : NULL, f->gm ? id : NULL, f->gm ? "-sigopt" : NULL, f->gm ? id : NULL);
	buf_fini(&out);
	load("x.pem", &pem);
	assert_int_equal(trust_load("ca.pem", &t, &note), 0);
	int err = cert_check(t, buf_view(&pem), CERT_SIGN, time_now_ms(), &c, &note);
	if (err)
		fail_msg("%s %s", err_name(err), note.text);
	assert_string_equal(cert_subject(c), "by hand");
	/* Identity and key id as anyone can reckon them. */
	OPENSSL(view_str(""), &der, "x509", "-in", "x.pem", "-outform", "DER");
	OPENSSL(buf_view(&der), &out, "dgst", f->md_option, "-binary");
	cert_digest(c, &d);
	assert_true(view_eq(buf_view(&out), view_of(d.b, sizeof d.b)));
	buf_fini(&der);
	buf_fini(&out);
	OPENSSL(view_str(""), &der, "pkey", "-in", "x.key", "-pubout", "-outform", "DER");
	digest_of(f->suite, buf_view(&der), &d);
	digest_hex(&d, want);
	want[KEY_ID - 1] = '\0';
	assert_string_equal(cert_key_id(c), want);
	buf_fini(&der);
	struct sign_key *k = NULL;
	assert_int_equal(sign_key_load("x.key", "x.pem", NULL, &k, &note), 0);
	sign_key_free(k);
	cert_free(c);
	trust_free(t);
	buf_fini(&pem);
}

/* The same key, but its 200,000 rounds say 8,388,607. */
static void costly(void)
{
	static const uint8_t rounds[] = {2, 3, 0x03, 0x0d, 0x40};
	struct buf der, pem;
	OPENSSL(view_str(""), &der, "asn1parse", "-in", "q.key", "-noout", "-out", "/dev/stdout");
	uint8_t *at = memmem(der.p, der.n, rounds, sizeof rounds);
	assert_non_null(at);
	memset(at + 2, 0xff, 3);
	at[2] = 0x7f;
	buf_init(&pem, 4096);
	assert_int_equal(buf_add_str(&pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), 0);
	assert_int_equal(b64_add(&pem, buf_view(&der)), 0);
	assert_int_equal(buf_add_str(&pem, "\n-----END ENCRYPTED PRIVATE KEY-----\n"), 0);
	save("q.key", buf_view(&pem));
	buf_fini(&der);
	buf_fini(&pem);
}

static void test_passphrase(void **state)
{
	const struct fixture *f = *state;
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	struct buf out, plain;
	(void)f;
	assert_int_equal(key_issue("ca.key", "ca.pem", CERT_PERSON, "李审核", 9, "correct horse", "p.key",
				 "p.pem", &note),
		0);
	OPENSSL(view_str(""), &plain, "pkey", "-in", "p.key", "-passin", "pass:correct horse");
	save("plain.key", buf_view(&plain));
	/* Opened and locked again by openssl in the ways it knows. */
	static const struct {
		const char *words[4];
	} cases[] = {
		{{"-v2", "aes-256-cbc"}},
		{{"-v2", "sm4-cbc", "-v2prf", "hmacWithSHA256"}},
		{{"-scrypt"}},
		{{"-v2", "aes-256-cbc", "-iter", "200000"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *const *w = cases[i].words;
		(void)unlink("q.key");
		OPENSSL(view_str(""), &out, "pkcs8", "-topk8", "-in", "plain.key", "-passout",
			"pass:correct horse", "-out", "q.key", w[0], w[1], w[2], w[3]);
		buf_fini(&out);
		if (sign_key_load("q.key", "p.pem", "correct horse", &k, &note) != 0)
			fail_msg("%s %s: %s", w[0], w[1] ? w[1] : "", note.text);
		sign_key_free(k);
	}
	costly();
	assert_int_equal(sign_key_load("q.key", "p.pem", "correct horse", &k, &note), ERR_LIMIT);
	buf_fini(&plain);
}

#define BOTH(test)                                                                                           \
	{#test " gm", test, setup_gm, teardown, NULL},                                                       \
	{                                                                                                    \
#test " intl", test, setup_intl, teardown, NULL                                              \
	}
int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(test_digest), BOTH(test_ctr), BOTH(test_kdf),
		BOTH(test_signature), BOTH(test_wrap_opened), BOTH(test_wrap_made), BOTH(test_certificates),
		BOTH(test_passphrase)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
