#include "common/crypto/envelope.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CHUNK 65536u
#define HEAD 44u /* with a key kept elsewhere */
#define BIG (5u * CHUNK)

struct fixture {
	char dir[64];
	const struct suite *suite;
	struct open_key *open, *other;
	struct cert *to;
};

static const char *const FILES[] = {"ca.key", "ca.pem", "e.key", "e.pem", "o.key", "o.pem"};

static int setup(void **state, const char *suite)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err_note note = {.text = ""};
	assert_non_null(f);
	strcpy(f->dir, "/tmp/swenv.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(chdir(f->dir), 0);
	f->suite = suite_by_name(suite);
	assert_int_equal(key_make_ca(f->suite, "intranet", 10, FILES[0], FILES[1], &note), 0);
	assert_int_equal(
		key_issue(FILES[0], FILES[1], CERT_ENCRYPT, "e", 10, NULL, FILES[2], FILES[3], &note), 0);
	assert_int_equal(
		key_issue(FILES[0], FILES[1], CERT_ENCRYPT, "o", 10, NULL, FILES[4], FILES[5], &note), 0);
	assert_int_equal(open_key_load(FILES[2], FILES[3], &f->open, &note), 0);
	assert_int_equal(open_key_load(FILES[4], FILES[5], &f->other, &note), 0);
	assert_int_equal(cert_load_pinned(FILES[3], CERT_ENCRYPT, &f->to, &note), 0);
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
	for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
		assert_int_equal(unlink(FILES[i]), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(f->dir), 0);
	open_key_free(f->open);
	open_key_free(f->other);
	cert_free(f->to);
	free(f);
	return 0;
}

static int collect(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

static void plain_of(size_t n, struct buf *out)
{
	buf_init(out, BIG + 1);
	assert_int_equal(buf_reserve(out, n + 1), 0);
	for (size_t i = 0; i < n; i++)
		out->p[i] = (uint8_t)(i * 7 + (i >> 9));
	out->n = n;
}

static void seal(
	const struct fixture *f, const struct secret *key, struct view plain, size_t step, struct buf *out)
{
	struct envelope_writer *w = NULL;
	buf_init(out, BIG + 4096);
	assert_int_equal(envelope_writer_new(f->suite, key ? NULL : f->to, key, collect, out, &w), 0);
	for (size_t i = 0; i < plain.n; i += step)
		assert_int_equal(
			envelope_write(w, view_of(plain.p + i, plain.n - i < step ? plain.n - i : step)), 0);
	assert_int_equal(envelope_finish(w), 0);
	envelope_writer_free(w);
}

static int open_all(
	const struct open_key *k, const struct secret *key, struct view in, size_t step, struct buf *out)
{
	struct envelope_reader *r = NULL;
	buf_init(out, BIG + 4096);
	assert_int_equal(envelope_reader_new(k, key, collect, out, &r), 0);
	int err = 0;
	for (size_t i = 0; i < in.n && !err; i += step)
		err = envelope_read(r, view_of(in.p + i, in.n - i < step ? in.n - i : step));
	if (!err)
		err = envelope_read_finish(r);
	envelope_reader_free(r);
	return err;
}

static void test_sizes(void **state)
{
	const struct fixture *f = *state;
	static const size_t sizes[] = {
		0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK - 1};
	static const size_t steps[] = {1000, CHUNK, CHUNK + AEAD_TAG, CHUNK + 1, 1 << 20};
	struct secret key;
	secret_random(f->suite, &key);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (size_t j = 0; j < sizeof steps / sizeof steps[0]; j++)
			for (int own = 0; own < 2; own++) {
				struct buf plain, sealed, back;
				plain_of(sizes[i], &plain);
				seal(f, own ? &key : NULL, buf_view(&plain), steps[j], &sealed);
				assert_true(envelope_is(buf_view(&sealed)));
				size_t chunks = sizes[i] ? (sizes[i] + CHUNK - 1) / CHUNK : 1;
				if (own)
					assert_int_equal(sealed.n, HEAD + sizes[i] + chunks * AEAD_TAG);
				assert_int_equal(
					open_all(own ? NULL : f->open, own ? &key : NULL, buf_view(&sealed),
						steps[sizeof steps / sizeof steps[0] - 1 - j], &back),
					0);
				assert_true(view_eq(buf_view(&plain), buf_view(&back)));
				buf_fini(&plain);
				buf_fini(&sealed);
				buf_fini(&back);
			}
	secret_wipe(&key);
}

static void test_keys(void **state)
{
	const struct fixture *f = *state;
	struct buf plain, sealed, own, back;
	struct secret key, wrong;
	struct envelope_writer *w = NULL;
	const struct suite *other = suite_by_name(strcmp(suite_name(f->suite), "gm") == 0 ? "intl" : "gm");
	secret_random(f->suite, &key);
	secret_random(f->suite, &wrong);
	plain_of(100, &plain);
	seal(f, NULL, buf_view(&plain), 100, &sealed);
	seal(f, &key, buf_view(&plain), 100, &own);
	const struct {
		const struct open_key *k;
		const struct secret *key;
		const struct buf *in;
		int want;
	} cases[] = {{f->open, NULL, &sealed, 0}, {f->other, NULL, &sealed, ERR_KEY},
		{NULL, &key, &sealed, ERR_KEY}, {NULL, &key, &own, 0}, {NULL, &wrong, &own, ERR_KEY},
		{f->open, NULL, &own, ERR_KEY}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
			open_all(cases[i].k, cases[i].key, buf_view(cases[i].in), 33, &back), cases[i].want);
		assert_int_equal(back.n, cases[i].want ? 0 : 100);
		buf_fini(&back);
	}
	secret_random(other, &wrong);
	assert_int_equal(open_all(NULL, &wrong, buf_view(&own), 33, &back), ERR_KEY);
	buf_fini(&back);
	assert_int_equal(envelope_writer_new(other, f->to, NULL, collect, &back, &w), ERR_SUITE);
	buf_fini(&plain);
	buf_fini(&sealed);
	buf_fini(&own);
}

/* What is cut, moved or added is seen, and only whole authenticated chunks come out before. */
static void test_damage(void **state)
{
	const struct fixture *f = *state;
	static const size_t S = CHUNK + AEAD_TAG;
	struct buf plain, good, bad, back;
	struct secret key;
	secret_random(f->suite, &key);
	plain_of(2 * CHUNK + 50, &plain);
	seal(f, &key, buf_view(&plain), 1 << 20, &good);
	assert_int_equal(good.n, HEAD + 2 * S + 50 + AEAD_TAG);
	const struct {
		const char *what;
		struct view parts[4];
		int want;
		size_t out;
	} cases[] = {
		{"nothing", {{good.p, 0}}, ERR_TRUNCATED, 0},
		{"half a head", {{good.p, 20}}, ERR_TRUNCATED, 0},
		{"head only", {{good.p, HEAD}}, ERR_TRUNCATED, 0},
		{"half a tag", {{good.p, HEAD + 5}}, ERR_TRUNCATED, 0},
		{"one chunk of three", {{good.p, HEAD + S}}, ERR_TRUNCATED, 0},
		{"two chunks of three", {{good.p, HEAD + 2 * S}}, ERR_TRUNCATED, CHUNK},
		{"cut in the second", {{good.p, HEAD + S + 100}}, ERR_DIGEST, CHUNK},
		{"cut in the last", {{good.p, good.n - 1}}, ERR_DIGEST, 2 * CHUNK},
		{"byte behind", {{good.p, good.n}, {good.p, 1}}, ERR_DIGEST, 2 * CHUNK},
		{"chunks swapped",
			{{good.p, HEAD}, {good.p + HEAD + S, S}, {good.p + HEAD, S},
				{good.p + HEAD + 2 * S, 66}},
			ERR_DIGEST, 0},
		{"chunk twice", {{good.p, HEAD + S}, {good.p + HEAD, good.n - HEAD}}, ERR_DIGEST, CHUNK},
		{"chunk left out", {{good.p, HEAD + S}, {good.p + HEAD + 2 * S, 66}}, ERR_DIGEST, CHUNK},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_init(&bad, BIG + 4096);
		for (size_t j = 0; j < 4; j++)
			assert_int_equal(buf_add_view(&bad, cases[i].parts[j]), 0);
		int err = open_all(NULL, &key, buf_view(&bad), 9999, &back);
		if (err != cases[i].want || back.n != cases[i].out)
			fail_msg("%s: %s, %zu bytes", cases[i].what, err_name(err), back.n);
		assert_memory_equal(back.p ? back.p : good.p, back.p ? plain.p : good.p, back.n);
		buf_fini(&bad);
		buf_fini(&back);
	}
	/* A file that ends with a full chunk, and something behind it. */
	struct buf full;
	seal(f, &key, view_of(plain.p, CHUNK), 1 << 20, &full);
	assert_int_equal(buf_add_str(&full, "x"), 0);
	assert_int_equal(open_all(NULL, &key, buf_view(&full), 9999, &back), ERR_TRAILING);
	assert_int_equal(back.n, 0);
	buf_fini(&back);
	buf_fini(&full);
	buf_fini(&plain);
	buf_fini(&good);
	secret_wipe(&key);
}

static void test_flips(void **state)
{
	const struct fixture *f = *state;
	struct buf plain, sealed, back;
	plain_of(40, &plain);
	seal(f, NULL, buf_view(&plain), 40, &sealed);
	for (size_t i = 0; i < sealed.n; i++) {
		sealed.p[i] ^= 0x04;
		int err = open_all(f->open, NULL, buf_view(&sealed), 64, &back);
		/* The highest bits of an X25519 key alone mean nothing (RFC 7748); we flip none of them. */
		if (err == 0)
			fail_msg("byte %zu of %zu may change", i, sealed.n);
		assert_true(err == ERR_FORMAT || err == ERR_KEY || err == ERR_DIGEST || err == ERR_TRUNCATED);
		assert_int_equal(back.n, 0);
		buf_fini(&back);
		sealed.p[i] ^= 0x04;
	}
	assert_false(envelope_is(view_of(sealed.p, 7)));
	assert_false(envelope_is(view_str("%PDF-1.7 ...")));
	assert_false(envelope_is(view_of("SWE1\x03\0\0\0", 8)));
	assert_false(envelope_is(view_of("SWE1\x01\0\1\0", 8)));
	assert_true(envelope_is(view_of("SWE1\x01\0\0\0", 8)));
	buf_fini(&plain);
	buf_fini(&sealed);
}

static int refuse(void *cookie, struct view v)
{
	int *left = cookie;
	(void)v;
	return (*left)-- > 0 ? 0 : ERR_NOSPACE;
}

/* A failing sink stops both for good. */
static void test_sink(void **state)
{
	const struct fixture *f = *state;
	struct envelope_writer *w = NULL;
	struct envelope_reader *r = NULL;
	struct buf plain, sealed;
	int left = 0;
	plain_of(3 * CHUNK, &plain);
	assert_int_equal(envelope_writer_new(f->suite, f->to, NULL, refuse, &left, &w), ERR_NOSPACE);
	left = 2;
	assert_int_equal(envelope_writer_new(f->suite, f->to, NULL, refuse, &left, &w), 0);
	assert_int_equal(envelope_write(w, buf_view(&plain)), ERR_NOSPACE);
	left = 9;
	assert_int_equal(envelope_write(w, buf_view(&plain)), ERR_NOSPACE);
	assert_int_equal(envelope_finish(w), ERR_NOSPACE);
	assert_int_equal(left, 9);
	envelope_writer_free(w);
	envelope_writer_free(NULL);
	seal(f, NULL, buf_view(&plain), 1 << 20, &sealed);
	left = 1;
	assert_int_equal(envelope_reader_new(f->open, NULL, refuse, &left, &r), 0);
	assert_int_equal(envelope_read(r, buf_view(&sealed)), ERR_NOSPACE);
	left = 9;
	assert_int_equal(envelope_read(r, buf_view(&sealed)), ERR_NOSPACE);
	assert_int_equal(envelope_read_finish(r), ERR_NOSPACE);
	assert_int_equal(left, 9);
	envelope_reader_free(r);
	envelope_reader_free(NULL);
	buf_fini(&plain);
	buf_fini(&sealed);
}

#define BOTH(test)                                                                                           \
	{#test " gm", test, setup_gm, teardown, NULL},                                                       \
	{                                                                                                    \
#test " intl", test, setup_intl, teardown, NULL                                              \
	}
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_sizes), BOTH(test_keys), BOTH(test_damage), BOTH(test_flips), BOTH(test_sink)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
