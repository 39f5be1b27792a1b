/* What registryd believes of a power of attorney: whom and what it speaks of, who stated it and when, and
 * that it covers the application; a portal that changes any of it is refused. */
#include "tests/unit/common/crypto/office_keys.h"
#include "zones/extranet/domain/authority.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORM "{\"application\":\"a\",\"fields\":{},\"statement\":\"s\"}"
#define UNIT "110101001001GB00001F00010001"

static struct office_service office;
static char at[TIME_TEXT];

static int setup(void **state)
{
	(void)state;
	office_service_begin(&office, "authority");
	time_text(time_now_ms(), at);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	office_service_end(&office);
	return 0;
}

/* The check of a statement as it should be, with one member replaced (NULL: none), by this key. */
static int check(const char *member, json_t *value, const struct sign_key *by, const char *form, bool tamper,
	struct err_note *note)
{
	char hex[DIGEST_HEX];
	struct buf text, raw, sig, pem;
	struct mandate m;
	json_t *statement = NULL;
	buf_init(&text, 4096);
	buf_init(&raw, 512);
	buf_init(&sig, 1024);
	buf_init(&pem, 8192);
	digest_hex_of(sign_key_suite(by), view_str(FORM), hex);
	json_t *agent = json_pack(
		       "{s:s,s:s,s:s}", "name", "李四", "id_kind", "1", "id_number", "110101199003070038"),
	       *principal = json_pack(
		       "{s:s,s:s,s:s}", "name", "张三", "id_kind", "1", "id_number", "110101199003070011"),
	       *party = json_deep_copy(principal), *signer = json_deep_copy(agent);
	json_object_set_new(signer, "kind", json_string("power"));
	json_object_set_new(party, "agent", signer);
	json_t *o = json_pack("{s:s,s:s,s:s,s:o,s:o,s:[s],s:[s],s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "authority",
		"kind", "power", "power", uuid_new().s, "principal", principal, "agent", agent, "businesses",
		"transfer-existing-flat", "units", UNIT, "from", "2020-01-01", "until", "2099-12-31",
		"revoked", "", "form_digest", hex, "issued", at, "nonce", uuid_new().s);
	assert_non_null(o);
	if (member)
		assert_int_equal(json_object_set_new(o, member, value), 0);
	assert_int_equal(json_canon(o, &text), 0);
	json_decref(o);
	assert_int_equal(sign_make(by, buf_view(&text), &raw), 0);
	assert_int_equal(b64_add(&sig, buf_view(&raw)), 0);
	assert_int_equal(buf_add_view(&pem, sign_key_cert_pem(by)), 0);
	if (tamper)
		memcpy(strstr((char *)text.p, "2099"), "2199", 4);
	const struct authority_result r = {(const char *)text.p, (const char *)sig.p, (const char *)pem.p};
	const struct authority_case c = {party, "transfer-existing-flat", UNIT, view_str(form), at};
	int rc = authority_check(office.trust, &r, &c, &statement, &m, note);
	if (rc == 0)
		assert_string_equal(m.kind, "power");
	assert_true((statement != NULL) == (rc == 0));
	json_decref(statement);
	json_decref(party);
	buf_fini(&text);
	buf_fini(&raw);
	buf_fini(&sig);
	buf_fini(&pem);
	return rc;
}

static void believed(void **state)
{
	struct err_note note = {0};
	(void)state;
	assert_int_equal(check(NULL, NULL, office.service, FORM, false, &note), 0);
	assert_int_equal(check("businesses", json_pack("[s]", "*"), office.service, FORM, false, &note), 0);
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
		const char *says;
	} v[] = {{"revoked", json_string(at), ERR_REFUSED, "revoked"},
		{"until", json_string("2020-02-01"), ERR_REFUSED, "not valid on"},
		{"from", json_string("2098-02-01"), ERR_REFUSED, "not valid on"},
		{"businesses", json_pack("[s]", "mortgage"), ERR_REFUSED, "does not cover this business"},
		{"businesses", json_array(), ERR_REFUSED, "does not cover this business"},
		{"units", json_pack("[s]", "110101001001GB00001F00010002"), ERR_REFUSED,
			"does not cover this unit"},
		{"issued", json_string(old), ERR_SIGNATURE, "not of the day"},
		{"issued", json_string(future), ERR_SIGNATURE, "not of the day"},
		{"form_digest", json_string("00"), ERR_SIGNATURE, "another form"},
		{"principal", json_pack("{s:s,s:s,s:s}", "name", "王五", "id_kind", "1", "id_number", "1"),
			ERR_SIGNATURE, "another's"}};
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct err_note note = {0};
		int rc = check(v[i].member, v[i].value, office.service, FORM, false, &note);
		if (rc != v[i].err || !strstr(note.text, v[i].says))
			fail_msg("%s (%zu): %s, %s", v[i].member, i, err_name(rc), note.text);
	}
}

static void by_others(void **state)
{
	struct err_note note = {0};
	(void)state;
	assert_int_equal(check(NULL, NULL, office.station, FORM, false, &note), ERR_CERT);
	assert_int_equal(check(NULL, NULL, office.stranger, FORM, false, &note), ERR_CERT);
	assert_int_equal(check(NULL, NULL, office.service, FORM, true, &note), ERR_SIGNATURE);
	assert_int_equal(check(NULL, NULL, office.service, FORM " ", false, &note), ERR_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believed), cmocka_unit_test(refused), cmocka_unit_test(by_others)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
