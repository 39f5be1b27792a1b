/* The log: what was appended stands, a torn end is mended, any other change is found. */
#include "common/audit/audit_log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/test-log.XXXXXX";
static char path[64];
static const struct suite *gm;
static struct sign_key *signer;
static struct trust *trust;

static int setup(void **state)
{
	(void)state;
	char f[4][64];
	gm = suite_by_name("gm");
	if (!mkdtemp(dir))
		return -1;
	static const char *const names[] = {"ca.key", "ca.pem", "key", "pem"};
	for (int i = 0; i < 4; i++)
		snprintf(f[i], sizeof f[i], "%s/%s", dir, names[i]);
	if (key_make_ca(gm, "extranet", 30, f[0], f[1], NULL) < 0 ||
		key_issue(f[0], f[1], CERT_SIGN, "extranet", 30, NULL, f[2], f[3], NULL) < 0 ||
		trust_load(f[1], &trust, NULL) < 0)
		return -1;
	return sign_key_load(f[2], f[3], NULL, &signer, NULL);
}
static int teardown(void **state)
{
	char command[64];
	(void)state;
	sign_key_free(signer);
	trust_free(trust);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}
static struct audit_log *opened(const char *name, int want)
{
	struct audit_log *l = NULL;
	struct err_note note = {0};
	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(audit_log_open(path, "test", gm, signer, &l, &note), want);
	return l;
}
static void append(struct audit_log *l, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(audit_log_append(l, "test.act", "subject", NULL, NULL), 0);
}
/* The file of the folder that holds entries and is not empty. */
static void tail(char out[static 96])
{
	snprintf(out, 96, "%s/tail", path);
	assert_int_equal(access(out, F_OK), 0);
}

static void test_append_and_reopen(void **state)
{
	(void)state;
	struct digest before, after;
	int64_t size = 0;
	struct audit_log *l = opened("plain", 0);
	append(l, 300); /* beyond one tile of 256 */
	audit_log_root(l, &before);
	audit_log_close(l);
	l = opened("plain", 0);
	assert_int_equal(audit_log_size(l), 300);
	audit_log_root(l, &after);
	assert_true(digest_eq(&before, &after));
	append(l, 1);
	audit_log_root(l, &after);
	assert_false(digest_eq(&before, &after));
	assert_int_equal(audit_log_checkpoint(l, NULL), 0);
	audit_log_close(l);
	assert_int_equal(audit_log_verify(path, gm, trust, &size, NULL), 0);
	assert_int_equal(size, 301);
}

static void test_torn_end_is_mended(void **state)
{
	char file[96];
	(void)state;
	struct audit_log *l = opened("torn", 0);
	append(l, 3);
	audit_log_close(l);
	tail(file);
	int fd = open(file, O_WRONLY | O_APPEND);
	assert_int_equal(file_write_all(fd, "\0\x50{\"action\":\"half", 17), 0);
	close(fd);
	l = opened("torn", 0);
	assert_int_equal(audit_log_size(l), 3);
	append(l, 1);
	assert_int_equal(audit_log_size(l), 4);
	audit_log_close(l);
}

static void test_one_writer(void **state)
{
	(void)state;
	struct audit_log *l = opened("alone", 0), *again = NULL;
	assert_true(audit_log_open(path, "test", gm, NULL, &again, NULL) < 0);
	audit_log_close(l);
}

/* Every byte of a finished tile, changed: found. */
static void test_change_is_found(void **state)
{
	char file[96], command[200];
	(void)state;
	struct audit_log *l = opened("changed", 0);
	append(l, 300);
	assert_int_equal(audit_log_checkpoint(l, NULL), 0);
	audit_log_close(l);
	snprintf(command, sizeof command, "find %s/tile/entries -type f | head -1", path);
	FILE *p = popen(command, "r");
	assert_non_null(fgets(file, sizeof file, p));
	pclose(p);
	file[strcspn(file, "\n")] = '\0';
	assert_int_equal(audit_log_verify(path, gm, trust, NULL, NULL), 0);
	struct buf b;
	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(AT_FDCWD, file, 1 << 20, &b), 0);
	for (size_t at = 5; at < b.n; at += b.n / 20) {
		uint8_t wrong = b.p[at] ^ 1;
		int fd = open(file, O_WRONLY);
		assert_int_equal(pwrite(fd, &wrong, 1, (off_t)at), 1);
		assert_true(audit_log_verify(path, gm, trust, NULL, NULL) < 0);
		assert_int_equal(pwrite(fd, &b.p[at], 1, (off_t)at), 1);
		close(fd);
	}
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_append_and_reopen),
		cmocka_unit_test(test_torn_end_is_mended), cmocka_unit_test(test_one_writer),
		cmocka_unit_test(test_change_is_found)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
