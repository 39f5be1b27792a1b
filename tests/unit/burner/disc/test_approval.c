/* Two different persons of the intranet signed exactly these bytes, or it does not count. */
#include "tests/unit/burner/world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUITES 2
static struct world *worlds[SUITES];
#define TEXT "{\"disc\":\"D-20261124-0001\"}"

static int setup(void **state)
{
	(void)state;
	worlds[0] = world_new("gm");
	worlds[1] = world_new("intl");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < SUITES; i++)
		world_free(worlds[i]);
	return 0;
}

enum who { NOBODY, HE, LIN, TAO, HE_AGAIN_OTHER_KEY, STRANGER };
static const struct sign_key *key(const struct world *w, enum who who)
{
	const struct sign_key *k[] = {NULL, w->he, w->lin, w->tao, w->he2, w->stranger};
	return k[who];
}

static void put(
	struct approvals *a, const struct sign_key *k, const char *signs, const struct sign_key *shows)
{
	struct buf sig;
	buf_init(&sig, APPROVAL_SIG_MAX);
	assert_int_equal(sign_make(k, view_str(signs), &sig), 0);
	assert_int_equal(approvals_put(a, buf_view(&sig), sign_key_cert_pem(shows), NULL), 0);
	buf_fini(&sig);
}

static const struct {
	const char *name;
	enum who first, second;
	const char *second_signs;
	enum who second_shows; /* whose certificate lies beside it */
	bool foreign_trust;
	int verify, enough;
} CASES[] = {
	{"two persons", HE, LIN, TEXT, LIN, false, 0, 0},
	{"one person", HE, NOBODY, NULL, NOBODY, false, 0, ERR_APPROVAL},
	{"the same twice", HE, HE, TEXT, HE, false, ERR_APPROVAL, 0},
	{"the same person by another key", HE, HE_AGAIN_OTHER_KEY, TEXT, HE_AGAIN_OTHER_KEY, false,
		ERR_APPROVAL, 0},
	{"somebody of another zone", LIN, STRANGER, TEXT, STRANGER, false, ERR_CERT, 0},
	{"under another zone's authority", HE, LIN, TEXT, LIN, true, ERR_CERT, 0},
	{"another disc's signature", HE, LIN, "{\"disc\":\"D-20261124-0002\"}", LIN, false, ERR_SIGNATURE, 0},
	{"somebody else's certificate beside it", HE, LIN, TEXT, TAO, false, ERR_SIGNATURE, 0},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < SUITES * sizeof CASES / sizeof *CASES; i++) {
		const struct world *w = worlds[i % SUITES];
		size_t c = i / SUITES;
		struct approvals a = {.n = 0};
		struct err_note note = {0};
		put(&a, key(w, CASES[c].first), TEXT, key(w, CASES[c].first));
		if (CASES[c].second)
			put(&a, key(w, CASES[c].second), CASES[c].second_signs,
				key(w, CASES[c].second_shows));
		int rc = approvals_verify(&a, view_str(TEXT), CASES[c].foreign_trust ? w->foreign : w->trust,
			time_now_ms(), &note);
		if (rc != CASES[c].verify)
			fail_msg("%s: %s (%s)", CASES[c].name, err_name(rc), note.text);
		if (rc == 0)
			assert_int_equal(approvals_enough(&a, &note), CASES[c].enough);
		approvals_fini(&a);
	}
}

/* Every single bit of a signature, of the bytes signed, and of the certificate counts. */
static void test_every_byte(void **state)
{
	const struct world *w = worlds[1];
	(void)state;
	struct approvals good = {.n = 0};
	put(&good, w->he, TEXT, w->he);
	for (size_t i = 0; i < good.v[0].sig.n + sizeof TEXT - 1; i++) {
		struct approvals a = {.n = 0};
		char text[] = TEXT;
		struct buf *sig = NULL;
		assert_int_equal(
			approvals_put(&a, buf_view(&good.v[0].sig), buf_view(&good.v[0].pem), NULL), 0);
		sig = &a.v[0].sig;
		if (i < sig->n)
			sig->p[i] ^= (uint8_t)(1u << (i % 8));
		else
			text[i - sig->n] ^= 1;
		assert_int_equal(
			approvals_verify(&a, view_str(text), w->trust, time_now_ms(), NULL), ERR_SIGNATURE);
		approvals_fini(&a);
	}
	approvals_fini(&good);
}

static void test_forged(void **state)
{
	const struct world *w = worlds[0];
	static const char noise[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
	const struct {
		struct view sig, pem;
		int want;
	} c[] = {{view_str(""), sign_key_cert_pem(w->he), ERR_SIGNATURE},
		{view_str("signed, he"), sign_key_cert_pem(w->he), ERR_SIGNATURE},
		{view_str("x"), view_str(""), ERR_CERT}, {view_str("x"), view_str(noise), ERR_CERT},
		{view_str("x"), view_str("he"), ERR_CERT}};
	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct approvals a = {.n = 0};
		assert_int_equal(approvals_put(&a, c[i].sig, c[i].pem, NULL), 0);
		int rc = approvals_verify(&a, view_str(TEXT), w->trust, time_now_ms(), NULL);
		if (rc != c[i].want)
			fail_msg("forgery %zu: %s", i, err_name(rc));
		approvals_fini(&a);
	}
}

/* A certificate of a person that is not valid now: only the time of import counts. */
static void test_validity(void **state)
{
	const struct world *w = worlds[0];
	const int64_t day = INT64_C(86400000), now = time_now_ms();
	const struct {
		int64_t at;
		int want;
	} c[] = {{now, 0}, {now + 364 * day, 0}, {now + 366 * day, ERR_CERT}, {now - 30 * day, ERR_CERT}};
	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct approvals a = {.n = 0};
		put(&a, w->he, TEXT, w->he);
		assert_int_equal(approvals_verify(&a, view_str(TEXT), w->trust, c[i].at, NULL), c[i].want);
		approvals_fini(&a);
	}
}

static void test_limits(void **state)
{
	struct approvals a = {.n = 0};
	static char large[APPROVAL_PEM_MAX + 1];
	(void)state;
	memset(large, 'x', sizeof large);
	assert_int_equal(approvals_put(&a, view_str("s"), view_of(large, sizeof large), NULL), ERR_LIMIT);
	approvals_fini(&a);
	for (size_t i = 0; i < APPROVALS_MAX; i++)
		assert_int_equal(approvals_put(&a, view_str("s"), view_str("p"), NULL), 0);
	assert_int_equal(approvals_put(&a, view_str("s"), view_str("p"), NULL), ERR_LIMIT);
	approvals_fini(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
		cmocka_unit_test(test_every_byte), cmocka_unit_test(test_forged),
		cmocka_unit_test(test_validity), cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
