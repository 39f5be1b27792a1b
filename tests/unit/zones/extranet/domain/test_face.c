/* What registryd believes of a face comparison: whom and what it speaks of, that the faces match, who signed
 * it and when; a portal that changes any of it is refused. */
#include "tests/unit/common/crypto/office_keys.h"
#include "zones/extranet/domain/face.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORM "{\"application\":\"a\",\"fields\":{},\"statement\":\"s\"}"

static struct office_service office;
static char at[TIME_TEXT];

static int setup(void **state)
{
	(void)state;
	office_service_begin(&office, "face");
	time_text(time_now_ms(), at);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	office_service_end(&office);
	return 0;
}

/* The check of a statement as it should be, with one member replaced (NULL: none), by this key; `other`: of
 * the form that is asked about. */
static int check(const char *member, json_t *value, const struct sign_key *by, const char *form, bool tamper,
	struct face_fact *fact, struct err_note *note)
{
	char hex[DIGEST_HEX];
	struct buf text, sig, pem;
	buf_init(&text, 4096);
	buf_init(&sig, 1024);
	buf_init(&pem, 8192);
	digest_hex_of(sign_key_suite(by), view_str(FORM), hex);
	json_t *o = json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "face", "result", "match",
		"score", 96, "name", "张三", "id_kind", "1", "id_number", "110101199003070011", "form_digest",
		hex, "image_digest", hex, "issued", at, "nonce", uuid_new().s);
	assert_non_null(o);
	if (member)
		assert_int_equal(
			value ? json_object_set_new(o, member, value) : json_object_del(o, member), 0);
	assert_int_equal(json_canon(o, &text), 0);
	json_decref(o);
	assert_int_equal(sign_make_base64(by, buf_view(&text), &sig), 0);
	assert_int_equal(buf_add_view(&pem, sign_key_cert_pem(by)), 0);
	if (tamper)
		*strstr((char *)text.p, "96") = '8';
	const struct face_result r = {(const char *)text.p, (const char *)sig.p, (const char *)pem.p};
	const struct consent_person p = {"张三", "1", "110101199003070011"};
	int rc = face_check(office.trust, view_str(form), &r, &p, at, fact, note);
	buf_fini(&text);
	buf_fini(&sig);
	buf_fini(&pem);
	return rc;
}

static void believed(void **state)
{
	struct face_fact f = {.score = 0};
	struct err_note note = {0};
	(void)state;
	assert_int_equal(check(NULL, NULL, office.service, FORM, false, &f, &note), 0);
	assert_int_equal(f.score, 96);
	assert_string_equal(f.at, at);
	assert_true(uuid_valid(f.nonce.s));
}

static void refused(void **state)
{
	char old[TIME_TEXT], future[TIME_TEXT];
	(void)state;
	time_text(time_now_ms() - INT64_C(90000000), old);
	time_text(time_now_ms() + INT64_C(3600000), future);
	const struct {
		const char *member;
		json_t *value;
		int err;
	} v[] = {{"result", json_string("no-match"), ERR_REFUSED}, {"result", json_integer(1), ERR_SCHEMA},
		{"score", json_integer(101), ERR_SCHEMA}, {"iss", json_string("identity"), ERR_SIGNATURE},
		{"name", json_string("李四"), ERR_SIGNATURE},
		{"id_number", json_string("110101199003070038"), ERR_SIGNATURE},
		{"id_kind", json_string("2"), ERR_SIGNATURE},
		{"form_digest", json_string("00"), ERR_SIGNATURE},
		{"issued", json_string(old), ERR_SIGNATURE}, {"issued", json_string(future), ERR_SIGNATURE},
		{"issued", json_string("yesterday"), ERR_SCHEMA}, {"nonce", json_string("1"), ERR_SCHEMA},
		{"nonce", NULL, ERR_SCHEMA}, {"extra", json_string("x"), ERR_SCHEMA}};
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct face_fact f = {.score = -1};
		struct err_note note = {0};
		int rc = check(v[i].member, v[i].value, office.service, FORM, false, &f, &note);
		if (rc != v[i].err)
			fail_msg("%s (%zu): %s, %s", v[i].member, i, err_name(rc), note.text);
		assert_int_equal(f.score, -1);
	}
}

static void by_others(void **state)
{
	struct face_fact f;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(check(NULL, NULL, office.station, FORM, false, &f, &note), ERR_CERT);
	assert_int_equal(check(NULL, NULL, office.stranger, FORM, false, &f, &note), ERR_CERT);
	assert_int_equal(check(NULL, NULL, office.service, FORM, true, &f, &note), ERR_SIGNATURE);
	assert_int_equal(check(NULL, NULL, office.service, FORM " ", false, &f, &note), ERR_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believed),
		cmocka_unit_test(refused),
		cmocka_unit_test(by_others),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
