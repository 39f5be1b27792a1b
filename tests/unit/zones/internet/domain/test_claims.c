/* An ID token signs in exactly the person it names, at this portal, now, for the sign-in that asked. */
#include "zones/internet/domain/claims.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BASE                                                                                                 \
	"{\"iss\":\"https://"                                                                                \
	"id\",\"aud\":\"portal\",\"exp\":2000,\"iat\":1000,\"nonce\":\"n\",\"acr\":\"high\","                \
	"\"name\":\"张三\",\"id_number\":\"110101200002290026\"}"

static int checked(const char *change, const char *value)
{
	const struct claims_want w = {"https://id", "portal", "n", "high higher", "id_number", 1500};
	struct claims_person p;
	struct err_note note = {0};
	json_t *t = NULL, *v = NULL;
	assert_int_equal(json_parse(view_str(BASE), 4096, &t, NULL), 0);
	if (value) {
		char wrapped[256];
		snprintf(wrapped, sizeof wrapped, "{\"v\":%s}", value);
		assert_int_equal(json_parse(view_str(wrapped), 4096, &v, NULL), 0);
		json_object_set(t, change, json_object_get(v, "v"));
	} else if (change) {
		json_object_del(t, change);
	}
	int rc = claims_check(t, &w, &p, &note);
	if (rc == 0)
		assert_string_equal(p.number, "110101200002290026");
	else
		assert_true(note.text[0]);
	json_decref(t);
	json_decref(v);
	return rc;
}

static void taken(void **state)
{
	(void)state;
	assert_int_equal(checked(NULL, NULL), 0);
	assert_int_equal(checked("aud", "[\"portal\"]"), 0);
	assert_int_equal(checked("acr", "\"higher\""), 0);
	assert_int_equal(checked("exp", "1400"), 0); /* within the clocks' difference */
}

static void refused(void **state)
{
	static const struct {
		const char *claim, *value;
	} rows[] = {{"iss", NULL}, {"iss", "\"https://id/\""}, {"aud", NULL}, {"aud", "\"other\""},
		{"aud", "[\"other\"]"}, {"aud", "[\"portal\",\"other\"]"}, {"azp", "\"other\""},
		{"exp", NULL}, {"exp", "1380"}, {"exp", "\"2000\""}, {"iat", NULL}, {"iat", "1621"},
		{"nbf", "1621"}, {"nonce", NULL}, {"nonce", "\"\""}, {"nonce", "\"m\""}, {"acr", NULL},
		{"acr", "\"low\""}, {"acr", "\"hig\""}, {"acr", "\"high higher\""}, {"id_number", NULL},
		{"id_number", "\"110101200002290027\""}, {"name", NULL}, {"name", "\"\""}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(checked(rows[i].claim, rows[i].value), ERR_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(taken), cmocka_unit_test(refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
