/* Published vectors of both suites, and the seams: pieces, seeking, tampering. */
#include "common/crypto/suite.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct view hex(const char *text, struct buf *b)
{
	buf_init(b, 4096);
	assert_int_equal(hex_parse(text, b), 0);
	return buf_view(b);
}

static void assert_hex(const void *p, size_t n, const char *want)
{
	struct buf b;
	buf_init(&b, 8192);
	assert_int_equal(hex_add(&b, view_of(p, n)), 0);
	assert_string_equal(b.p ? (char *)b.p : "", want);
	buf_fini(&b);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(suite_name(suite_by_name("gm")), "gm");
	assert_string_equal(suite_name(suite_by_name("intl")), "intl");
	assert_int_equal(suite_key_size(suite_by_name("gm")), 16);
	assert_int_equal(suite_key_size(suite_by_name("intl")), 32);
	static const char *const unknown[] = {"", "GM", "gm ", "none", "gm,intl"};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
		assert_null(suite_by_name(unknown[i]));
}

static void test_digest(void **state)
{
	(void)state;
	/* GB/T 32905; FIPS 180-2. */
	static const struct {
		const char *suite, *message, *digest;
	} cases[] = {
		{"gm", "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
		{"gm", "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
			"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
		{"gm", "", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"},
		{"intl", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"intl", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"intl", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct suite *s = suite_by_name(cases[i].suite);
		struct view m = view_str(cases[i].message);
		struct digest d, half;
		struct hasher *h = NULL;
		digest_of(s, m, &d);
		assert_hex(d.b, sizeof d.b, cases[i].digest);
		for (size_t cut = 0; cut <= m.n; cut++) {
			digest_of2(s, view_of(m.p, cut), view_of(m.p + cut, m.n - cut), &d);
			assert_hex(d.b, sizeof d.b, cases[i].digest);
		}
		assert_int_equal(hasher_new(s, &h), 0);
		for (int round = 0; round < 2; round++) {
			hasher_add(h, view_of(m.p, m.n / 2));
			hasher_get(h, &half);
			digest_of(s, view_of(m.p, m.n / 2), &d);
			assert_true(digest_eq(&half, &d));
			hasher_add(h, view_of(m.p + m.n / 2, m.n - m.n / 2));
			hasher_get(h, &d);
			assert_hex(d.b, sizeof d.b, cases[i].digest);
			hasher_reset(h);
		}
		hasher_free(h);
	}
	hasher_free(NULL);
}

static void test_mac(void **state)
{
	(void)state;
	/* RFC 4231 1, 2 and 6; GM/T 0042-style HMAC-SM3 agrees with OpenSSL's (test_openssl). */
	static const struct {
		const char *key, *data, *mac;
	} cases[] = {
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
			"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
			"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf k, v;
		struct digest d;
		mac_of(suite_by_name("intl"), hex(cases[i].key, &k), hex(cases[i].data, &v), &d);
		assert_hex(d.b, sizeof d.b, cases[i].mac);
		buf_fini(&k);
		buf_fini(&v);
	}
	struct digest a, b;
	uint8_t key[131];
	memset(key, 0xaa, sizeof key);
	mac_of(suite_by_name("intl"), view_of(key, sizeof key),
		view_str("Test Using Larger Than Block-Size Key - Hash Key First"), &a);
	assert_hex(a.b, sizeof a.b, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	mac_of(suite_by_name("gm"), view_str("k"), view_str(""), &a);
	mac_of(suite_by_name("gm"), view_str("k"), view_str("x"), &b);
	assert_false(digest_eq(&a, &b));
}

static void test_kdf(void **state)
{
	(void)state;
	/* RFC 5869, A.1 and A.3. */
	static const struct {
		const char *salt, *info, *okm;
	} cases[] = {
		{"000102030405060708090a0b0c", "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9",
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718586"
			"5"},
		{"", "",
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c"
			"8"},
	};
	uint8_t ikm[22], out[64];
	memset(ikm, 0x0b, sizeof ikm);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf salt;
		assert_int_equal(kdf(suite_by_name("intl"), view_of(ikm, sizeof ikm),
					 hex(cases[i].salt, &salt), cases[i].info, out, 42),
			0);
		assert_hex(out, 42, cases[i].okm);
		buf_fini(&salt);
	}
	/* The construction itself, on the other suite: PRK = HMAC(salt, IKM), T1 = HMAC(PRK, info ‖ 1). */
	const struct suite *gm = suite_by_name("gm");
	struct digest prk, t1;
	mac_of(gm, view_str("salt"), view_of(ikm, sizeof ikm), &prk);
	mac_of(gm, view_of(prk.b, sizeof prk.b), view_str("sanwang\x01"), &t1);
	assert_int_equal(kdf(gm, view_of(ikm, sizeof ikm), view_str("salt"), "sanwang", out, 32), 0);
	assert_memory_equal(out, t1.b, 32);
}

static void load_key(struct secret *k, const char *text)
{
	struct buf b;
	struct view v = hex(text, &b);
	memcpy(k->b, v.p, v.n);
	k->n = v.n;
	buf_fini(&b);
}

static void test_ctr(void **state)
{
	(void)state;
	/* GB/T 32907 example 1 as the key stream's first block; draft-ribose-cfrg-sm4; SP 800-38A F.5.5. */
	static const struct {
		const char *suite, *key, *iv, *plain, *cipher;
	} cases[] = {
		{"gm", "0123456789abcdeffedcba9876543210", "0123456789abcdeffedcba9876543210",
			"00000000000000000000000000000000", "681edf34d206965e86b3e94f536e4246"},
		{"gm", "0123456789abcdeffedcba9876543210", "000102030405060708090a0b0c0d0e0f",
			"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
			"eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb",
			"ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
			"f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514"},
		{"intl", "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
			"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
			"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
			"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
			"601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
			"2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct suite *s = suite_by_name(cases[i].suite);
		struct secret key;
		struct buf iv, p;
		uint8_t out[64];
		load_key(&key, cases[i].key);
		hex(cases[i].iv, &iv);
		hex(cases[i].plain, &p);
		/* Cut anywhere, in place or not. */
		for (size_t cut = 0; cut <= p.n; cut++) {
			struct ctr *c = NULL;
			assert_int_equal(ctr_new(s, &key, iv.p, &c), 0);
			memcpy(out, p.p, p.n);
			assert_int_equal(ctr_update(c, p.p, out, cut), 0);
			assert_int_equal(ctr_update(c, out + cut, out + cut, p.n - cut), 0);
			assert_hex(out, p.n, cases[i].cipher);
			ctr_free(c);
		}
		buf_fini(&iv);
		buf_fini(&p);
	}
	ctr_free(NULL);
}

/* The whole block counts: a carry through all 16 bytes, and a start in the middle. */
static void test_ctr_seek(void **state)
{
	(void)state;
	static const char *const suites[] = {"gm", "intl"};
	for (size_t i = 0; i < 2; i++) {
		const struct suite *s = suite_by_name(suites[i]);
		struct secret key;
		uint8_t iv[16], zero[16] = {0}, all[48] = {0}, part[32] = {0};
		struct ctr *c = NULL;
		secret_random(s, &key);
		memset(iv, 0xff, sizeof iv);
		assert_int_equal(ctr_new(s, &key, iv, &c), 0);
		assert_int_equal(ctr_update(c, all, all, sizeof all), 0);
		ctr_free(c);
		assert_int_equal(ctr_new(s, &key, zero, &c), 0);
		assert_int_equal(ctr_update(c, part, part, sizeof part), 0);
		ctr_free(c);
		assert_memory_equal(all + 16, part, sizeof part);
		secret_wipe(&key);
	}
}

static void test_aead(void **state)
{
	(void)state;
	/* RFC 8998 A.1; McGrew and Viega, test case 16. */
	static const struct {
		const char *suite, *key, *nonce, *aad, *plain, *sealed;
	} cases[] = {
		{"gm", "0123456789abcdeffedcba9876543210", "00001234567800000000abcd",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
			"eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
			"17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
			"d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
			"83de3541e4c2b58177e065a9bf7b62ec"},
		{"intl", "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
			"cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
			"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
			"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
			"76fc6ece0f4e1768cddf8853bb2d551b"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct suite *s = suite_by_name(cases[i].suite);
		struct secret key;
		struct buf nonce, aad, p;
		uint8_t out[80], back[64];
		load_key(&key, cases[i].key);
		hex(cases[i].nonce, &nonce);
		hex(cases[i].aad, &aad);
		hex(cases[i].plain, &p);
		assert_int_equal(aead_seal(s, &key, nonce.p, buf_view(&aad), buf_view(&p), out), 0);
		assert_hex(out, p.n + AEAD_TAG, cases[i].sealed);
		struct view sealed = view_of(out, p.n + AEAD_TAG);
		assert_int_equal(aead_open(s, &key, nonce.p, buf_view(&aad), sealed, back), 0);
		assert_memory_equal(back, p.p, p.n);
		/* Every byte of everything counts; nothing is left of what did not verify. */
		for (size_t j = 0; j < sealed.n; j++) {
			out[j] ^= 0x10;
			memset(back, 0x55, sizeof back);
			assert_int_equal(
				aead_open(s, &key, nonce.p, buf_view(&aad), sealed, back), ERR_DIGEST);
			for (size_t k = 0; k < p.n; k++)
				assert_int_equal(back[k], 0);
			out[j] ^= 0x10;
		}
		for (size_t j = 0; j < aad.n; j++)
			assert_int_equal(
				aead_open(s, &key, nonce.p, view_of(aad.p, j), sealed, back), ERR_DIGEST);
		for (size_t j = 0; j < sealed.n; j++)
			assert_int_equal(aead_open(s, &key, nonce.p, buf_view(&aad), view_of(out, j), back),
				ERR_DIGEST);
		nonce.p[0] ^= 1;
		assert_int_equal(aead_open(s, &key, nonce.p, buf_view(&aad), sealed, back), ERR_DIGEST);
		/* In place, and empty. */
		assert_int_equal(aead_seal(s, &key, nonce.p, view_of("", 0), buf_view(&p), out), 0);
		memcpy(back, p.p, p.n);
		uint8_t same[80];
		memcpy(same, p.p, p.n);
		assert_int_equal(aead_seal(s, &key, nonce.p, view_of("", 0), view_of(same, p.n), same), 0);
		assert_memory_equal(same, out, p.n + AEAD_TAG);
		assert_int_equal(
			aead_open(s, &key, nonce.p, view_of("", 0), view_of(same, p.n + AEAD_TAG), same), 0);
		assert_memory_equal(same, p.p, p.n);
		assert_int_equal(aead_seal(s, &key, nonce.p, view_of("", 0), view_of("", 0), out), 0);
		assert_int_equal(
			aead_open(s, &key, nonce.p, view_of("", 0), view_of(out, AEAD_TAG), back), 0);
		buf_fini(&nonce);
		buf_fini(&aad);
		buf_fini(&p);
	}
}

static void *hash_often(void *arg)
{
	const struct suite *s = suite_by_name(arg);
	struct digest a, b;
	digest_of(s, view_str("abc"), &a);
	for (int i = 0; i < 500; i++) {
		digest_of(s, view_str("abc"), &b);
		if (!digest_eq(&a, &b))
			return NULL;
	}
	return arg;
}

static void test_threads(void **state)
{
	(void)state;
	char gm[] = "gm", intl[] = "intl";
	pthread_t t[8];
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hash_often, i % 2 ? gm : intl), 0);
	for (size_t i = 0; i < 8; i++) {
		void *ok = NULL;
		assert_int_equal(pthread_join(t[i], &ok), 0);
		assert_non_null(ok);
	}
}

static void test_secret(void **state)
{
	(void)state;
	struct secret a, b, zero = {.n = 0};
	secret_random(suite_by_name("gm"), &a);
	secret_random(suite_by_name("gm"), &b);
	assert_int_equal(a.n, 16);
	assert_memory_not_equal(a.b, b.b, 16);
	secret_wipe(&a);
	assert_memory_equal(a.b, zero.b, sizeof zero.b);
	secret_wipe(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads), cmocka_unit_test(test_names),
		cmocka_unit_test(test_digest), cmocka_unit_test(test_mac), cmocka_unit_test(test_kdf),
		cmocka_unit_test(test_ctr), cmocka_unit_test(test_ctr_seek), cmocka_unit_test(test_aead),
		cmocka_unit_test(test_secret)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
