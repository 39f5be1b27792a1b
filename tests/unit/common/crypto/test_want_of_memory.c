/* Whichever allocations fail while a certificate or a signature is checked: a good one is taken or told to be
 * tried again, never refused as if it were forged; a bad one is never taken.
 * Tree: both: allocations fail on demand in the plain one alone */
#include "common/crypto/key.h"
#include "common/crypto/trust.h"
#include "tests/fault/calls.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define EVERY_MAX 4000
static const char *const files[] = {"ca.key", "ca.pem", "s.key", "s.pem"};
static const char text[] = "application 申请";

struct checking {
	struct trust *trust;
	struct buf pem, sig;
};

static void checking_begin(struct checking *k, const char *suite)
{
	struct err_note note = {.text = ""};
	struct sign_key *key = NULL;
	buf_init(&k->pem, 8192);
	buf_init(&k->sig, 256);
	assert_int_equal(key_make_ca(suite_by_name(suite), "extranet", 100, files[0], files[1], &note), 0);
	assert_int_equal(
		key_issue(files[0], files[1], CERT_SIGN, "registryd", 90, NULL, files[2], files[3], &note),
		0);
	assert_int_equal(sign_key_load(files[2], files[3], NULL, &key, &note), 0);
	assert_int_equal(sign_make(key, view_str(text), &k->sig), 0);
	assert_int_equal(buf_add_view(&k->pem, sign_key_cert_pem(key)), 0);
	sign_key_free(key);
}

/* The whole way of a statement: trust, certificate, signature. */
static int check(const struct checking *k, const char *said)
{
	struct trust *t = NULL;
	struct cert *c = NULL;
	int rc = trust_load(files[1], &t, NULL);
	if (rc == 0)
		rc = cert_check(t, buf_view(&k->pem), CERT_SIGN, time_now_ms(), &c, NULL);
	if (rc == 0)
		rc = cert_verify(c, view_str(said), buf_view(&k->sig));
	cert_free(c);
	trust_free(t);
	return rc;
}

static void one_suite(const char *suite)
{
	struct checking k;
	unsigned short_of = 0, whole = 0;
	checking_begin(&k, suite);
	assert_int_equal(check(&k, text), 0);
	assert_int_equal(check(&k, "another"), ERR_SIGNATURE);
	for (unsigned n = 1; n <= EVERY_MAX && whole < 3; n++) {
		calls_fail(CALLS_MALLOC, n);
		int good = check(&k, text);
		calls_fail(CALLS_MALLOC, n);
		int bad = check(&k, "another");
		calls_fail(CALLS_MALLOC, 0);
		if (good != 0 && good != ERR_NOMEM)
			print_error("%s: every %u-th fails: %s\n", suite, n, err_name(good));
		assert_true(good == 0 || good == ERR_NOMEM);
		assert_true(bad == ERR_SIGNATURE || bad == ERR_NOMEM);
		short_of += good == ERR_NOMEM;
		whole = good == 0 && bad == ERR_SIGNATURE ? whole + 1 : 0;
	}
	assert_true(short_of > 20);
	assert_int_equal(whole, 3);
	buf_fini(&k.sig);
	buf_fini(&k.pem);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		assert_int_equal(unlink(files[i]), 0);
}

static void never_forged(void **state)
{
	char dir[] = "/tmp/swmemory.XXXXXX";
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("# left out: the sanitizer's own malloc does not fail on demand\n");
	return;
#endif
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	one_suite("gm");
	one_suite("intl");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(never_forged)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
