#include "tests/unit/common/crypto/office_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

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

void office_service_begin(struct office_service *o, const char *name)
{
	char file[96];
	snprintf(o->dir, sizeof o->dir, "/tmp/test-service.XXXXXX");
	assert_non_null(mkdtemp(o->dir));
	office_authority(o->dir, name);
	office_authority(o->dir, "foreign");
	o->service = office_key(o->dir, name, name, CERT_SIGN);
	o->station = office_key(o->dir, name, "intaked", CERT_SIGN);
	o->stranger = office_key(o->dir, "foreign", name, CERT_SIGN);
	snprintf(file, sizeof file, "%s/%s.pem", o->dir, name);
	assert_int_equal(trust_load(file, &o->trust, NULL), 0);
}

void office_service_end(struct office_service *o)
{
	char command[64];
	sign_key_free(o->service);
	sign_key_free(o->station);
	sign_key_free(o->stranger);
	trust_free(o->trust);
	snprintf(command, sizeof command, "rm -rf %s", o->dir);
	assert_int_equal(system(command), 0);
}
