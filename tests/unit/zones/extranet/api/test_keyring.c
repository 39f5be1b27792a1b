/* Registrars' signing keys: in a file behind a passphrase, or on a token (SoftHSM) behind its PIN; opened by
 * nobody else, wrong ones are told and counted, what is opened signs, a token opened anew is closed
 * elsewhere, and what nobody uses any more is closed by itself. */
#include "zones/extranet/api/keyring.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

/* SoftHSM ends its own memory by itself: what it keeps is not ours to look for. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static char folder[] = "/tmp/test-keyring.XXXXXX";
static struct trust *authority;
static struct keyring *ring;

static const char *path(const char *name)
{
	static char text[4][300];
	static int n;
	char *t = text[n++ & 3];
	snprintf(t, sizeof text[0], "%s/%s", folder, name);
	return t;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* The token of a person, the key brought onto it; nothing of it stays in a file. */
static int token_make(const char *user, const char *pin)
{
	char command[1500], key[64];
	snprintf(key, sizeof key, "%s.plain", user);
	snprintf(command, sizeof command,
		"{ softhsm2-util --init-token --free --label %s --so-pin 5555 --pin %s && softhsm2-util "
		"--import %s "
		"--token %s --label person --id 01 --pin %s && rm %s; } > %s 2>&1",
		user, pin, path(key), user, pin, path(key), path("softhsm.log"));
	return system(command);
}

static void issue(const char *user, const char *passphrase, const char *key)
{
	char pem[64];
	struct err_note note = {0};
	snprintf(pem, sizeof pem, "%s.person.pem", user);
	if (key_issue(path("ca.key"), path("ca.pem"), CERT_PERSON, user, 30, passphrase, path(key), path(pem),
		    &note) < 0)
		fail_msg("%s", note.text);
}

static int set_up(void **state)
{
	(void)state;
	char text[400];
	if (!mkdtemp(folder) ||
		key_make_ca(suite_by_name("intl"), "extranet", 30, path("ca.key"), path("ca.pem"), NULL) < 0)
		return -1;
	snprintf(text, sizeof text, "directories.tokendir = %s\nlog.level = ERROR\n", path("tokens"));
	put("softhsm.conf", text);
	snprintf(text, sizeof text, "mkdir %s", path("tokens"));
	if (system(text) != 0 || setenv("SOFTHSM2_CONF", path("softhsm.conf"), 1) != 0)
		return -1;
	issue("zhang", NULL, "zhang.plain");
	issue("li", NULL, "li.plain");
	issue("wang", "a passphrase", "wang.person.key");
	if (token_make("zhang", "7351") != 0 || token_make("li", "8462") != 0)
		return -1;
	put("zhang.person.token", "pkcs11:token=zhang;object=person?module-path=" MODULE "\n");
	put("li.person.token", "pkcs11:token=li;object=person?module-path=" MODULE "\n");
	if (trust_load(path("ca.pem"), &authority, NULL) < 0)
		return -1;
	return keyring_new(folder, authority, KEYRING_IDLE_MS, &ring);
}

static int tear_down(void **state)
{
	(void)state;
	char command[400];
	keyring_free(ring);
	trust_free(authority);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static int opens(const char *session, const char *user, const char *secret)
{
	struct err_note note = {0};
	int rc = keyring_open(ring, session, user, secret, &note);
	if (rc < 0 && secret[0] && strstr(note.text, secret))
		fail_msg("the secret is told: %s", note.text);
	return rc;
}

static int signs(const char *session, const char *user)
{
	static const char text[] = "a decision";
	struct keyring_key *key = NULL;
	struct buf sig;
	struct err_note note = {0};
	int rc = keyring_take(ring, session, user, &key, &note);
	if (rc < 0)
		return rc;
	buf_init(&sig, 256);
	assert_string_equal(sign_key_subject(keyring_key(key)), user);
	assert_int_equal(sign_make(keyring_key(key), view_str(text), &sig), 0);
	assert_int_equal(cert_verify(keyring_cert(key), view_str(text), buf_view(&sig)), 0);
	assert_int_equal(cert_verify(keyring_cert(key), view_str("another"), buf_view(&sig)), ERR_SIGNATURE);
	keyring_give(ring, key);
	buf_fini(&sig);
	return 0;
}

static void test_file(void **state)
{
	(void)state;
	assert_int_equal(signs("w", "wang"), ERR_LOCKED);
	assert_int_equal(opens("w", "wang", "another"), ERR_KEY);
	assert_int_equal(opens("w", "wang", "a passphrase"), 0);
	assert_int_equal(signs("w", "wang"), 0);
	assert_int_equal(signs("w", "zhang"), ERR_LOCKED);
	assert_int_equal(signs("other", "wang"), ERR_LOCKED);
	assert_int_equal(opens("w", "nobody", "x"), ERR_NOTFOUND);
	assert_int_equal(opens("w", "../wang", "a passphrase"), ERR_NOTFOUND);
	keyring_close(ring, "w");
	assert_int_equal(signs("w", "wang"), ERR_LOCKED);
}

static void test_token(void **state)
{
	(void)state;
	assert_int_equal(opens("z", "zhang", "0000"), ERR_KEY);
	assert_int_equal(signs("z", "zhang"), ERR_LOCKED);
	assert_int_equal(opens("z", "zhang", "7351"), 0);
	assert_int_equal(signs("z", "zhang"), 0);
	/* Another person's token is another one: neither PIN nor login of the first opens it. */
	assert_int_equal(opens("l", "li", "7351"), ERR_KEY);
	assert_int_equal(signs("l", "li"), ERR_LOCKED);
	assert_int_equal(opens("l", "li", "8462"), 0);
	assert_int_equal(signs("l", "li"), 0);
	assert_int_equal(signs("z", "zhang"), 0);
	/* Again in the same session; then in another one, where a wrong PIN is as wrong as before. */
	assert_int_equal(opens("z", "zhang", "7351"), 0);
	assert_int_equal(opens("z2", "zhang", "0000"), ERR_KEY);
	assert_int_equal(signs("z", "zhang"), ERR_LOCKED);
	assert_int_equal(opens("z2", "zhang", "7351"), 0);
	assert_int_equal(signs("z2", "zhang"), 0);
	assert_int_equal(signs("z", "zhang"), ERR_LOCKED);
	keyring_close(ring, "z2");
	keyring_close(ring, "l");
	assert_int_equal(signs("l", "li"), ERR_LOCKED);
}

static void test_token_used(void **state)
{
	struct keyring_key *key = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(opens("z", "zhang", "7351"), 0);
	assert_int_equal(keyring_take(ring, "z", "zhang", &key, &note), 0);
	assert_int_equal(opens("z2", "zhang", "7351"), ERR_BUSY);
	keyring_give(ring, key);
	assert_int_equal(opens("z2", "zhang", "7351"), 0);
	keyring_close(ring, "z2");
}

/* Nobody asks the ring for anything: that the token was given up is seen from outside, where it can be opened
 * again. */
static void test_idle(void **state)
{
	struct keyring *brief = NULL;
	struct sign_key *key = NULL;
	struct err_note note = {0};
	const char *const uri = "pkcs11:token=zhang;object=person?module-path=" MODULE;
	(void)state;
	assert_int_equal(keyring_new(folder, authority, 300, &brief), 0);
	assert_int_equal(keyring_open(brief, "z", "zhang", "7351", &note), 0);
	assert_int_equal(sign_key_load(uri, path("zhang.person.pem"), "7351", &key, &note), ERR_BUSY);
	int rc = ERR_BUSY;
	for (int64_t end = time_mono_ms() + 20000; rc == ERR_BUSY && time_mono_ms() < end; usleep(20000))
		rc = sign_key_load(uri, path("zhang.person.pem"), "7351", &key, &note);
	assert_int_equal(rc, 0);
	sign_key_free(key);
	keyring_free(brief);
}

static void test_wrong_files(void **state)
{
	(void)state;
	put("li.person.token",
		"pkcs11:token=li;object=person?module-path=" MODULE "&pin-source=file:/tmp/pin");
	assert_int_equal(opens("l", "li", "8462"), ERR_CONFIG);
	put("li.person.token", "/etc/passwd");
	assert_int_equal(opens("l", "li", "8462"), ERR_CONFIG);
	put("li.person.token", "pkcs11:token=lost;object=person?module-path=" MODULE);
	assert_int_equal(opens("l", "li", "8462"), ERR_KEY);
	/* The key of somebody else behind one's own name. */
	put("li.person.token", "pkcs11:token=zhang;object=person?module-path=" MODULE);
	assert_int_equal(opens("l", "li", "7351"), ERR_KEY);
}

static void test_guessing(void **state)
{
	(void)state;
	int rc = 0;
	for (int i = 0; i < 6 && rc != ERR_RATE; i++)
		rc = opens("z", "zhang", "1111");
	assert_int_equal(rc, ERR_RATE);
	assert_int_equal(opens("z", "zhang", "7351"), ERR_RATE);
	assert_int_equal(opens("w", "wang", "a passphrase"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_file), cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_used), cmocka_unit_test(test_idle),
		cmocka_unit_test(test_wrong_files), cmocka_unit_test(test_guessing)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
