#include "tests/unit/common/crypto/office_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

void office_authority(const char *dir, const char *name)
{
	char f[2][96];
	snprintf(f[0], sizeof f[0], "%s/%s.key", dir, name);
	snprintf(f[1], sizeof f[1], "%s/%s.pem", dir, name);
	assert_int_equal(key_make_ca(suite_by_name("gm"), name, 30, f[0], f[1], NULL), 0);
}

struct sign_key *office_key(const char *dir, const char *ca, const char *name, enum cert_use use)
{
	char f[4][96];
	struct sign_key *k = NULL;
	snprintf(f[0], sizeof f[0], "%s/%s.key", dir, ca);
	snprintf(f[1], sizeof f[1], "%s/%s.pem", dir, ca);
	snprintf(f[2], sizeof f[2], "%s/%s.%s.key", dir, ca, name);
	snprintf(f[3], sizeof f[3], "%s/%s.%s.pem", dir, ca, name);
	assert_int_equal(key_issue(f[0], f[1], use, name, 30, NULL, f[2], f[3], NULL), 0);
	assert_int_equal(sign_key_load(f[2], f[3], NULL, &k, NULL), 0);
	return k;
}
