/* 撤回: what a portal that was taken over can bring, and that nothing of it takes an application back: no
 * signature, one of two, a stranger's, one of another application, one from before a correction, one twice.
 */
#include "common/message/withdrawal.h"
#include "tests/unit/common/crypto/office_keys.h"
#include "zones/extranet/domain/withdrawal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define APPLICATION "01936000-0000-7000-8000-000000000001"
#define FORM "1111111111111111111111111111111111111111111111111111111111111111"

static const struct person {
	const char *name, *number;
} seller = {"张三", "110101199001010011"}, buyer = {"王五", "110101199001010038"},
  stranger = {"李四", "110101199001010054"};
static struct office_service office;
static struct sign_key *key;
static struct business business;
static json_t *form; /* seller, buyer; the buyer acts for a child too; a bank that does not sign */
static char at[TIME_TEXT];

static json_t *party(const char *role, const struct person *p)
{
	return json_pack(
		"{s:s,s:s,s:s,s:s}", "role", role, "name", p->name, "id_kind", "1", "id_number", p->number);
}

static int setup(void **state)
{
	static const struct person child = {"王小小", "110101201805120033"}, bank = {"示例", "1"};
	(void)state;
	office_service_begin(&office, "identity");
	key = office_key(office.dir, "identity", "person", CERT_PERSON);
	time_text(time_now_ms(), at);
	snprintf(business.roles[0].code, sizeof business.roles[0].code, "transferor");
	snprintf(business.roles[1].code, sizeof business.roles[1].code, "transferee");
	snprintf(business.roles[2].code, sizeof business.roles[2].code, "bank");
	business.roles[0].signs = business.roles[1].signs = true;
	business.nroles = 3;
	json_t *minor = party("transferee", &child), *guardian = party("", &buyer);
	json_object_set_new(guardian, "kind", json_string("guardian"));
	json_object_set_new(minor, "agent", guardian);
	form = json_pack("{s:[o,o,o,o]}", "parties", party("transferor", &seller), party("bank", &bank),
		party("transferee", &buyer), minor);
	return form ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(form);
	sign_key_free(key);
	office_service_end(&office);
	return 0;
}

static json_t *signed_by(const struct sign_key *k, struct view text, const char *member)
{
	struct buf b64;
	buf_init(&b64, 1024);
	assert_int_equal(sign_make_base64(k, text, &b64), 0);
	json_t *o = json_pack("{s:s}", member, (const char *)b64.p);
	buf_fini(&b64);
	return o;
}

/* What the identity platform gives a person for a text. */
static json_t *consent(const struct person *p, const char *text, const struct sign_key *platform)
{
	struct digest d;
	struct cert *c = NULL;
	char hex[DIGEST_HEX], cert[DIGEST_HEX], from[TIME_TEXT], to[TIME_TEXT];
	struct view own = sign_key_cert_pem(key), theirs = sign_key_cert_pem(platform);
	struct buf token;
	char *pem = strndup((const char *)own.p, own.n);
	buf_init(&token, 4096);
	assert_int_equal(cert_check(office.trust, view_str(pem), CERT_PERSON, 0, &c, NULL), 0);
	cert_digest(c, &d);
	digest_hex(&d, cert);
	cert_free(c);
	digest_of(suite_by_name("gm"), view_str(text), &d);
	digest_hex(&d, hex);
	time_text(time_now_ms() - 60000, from);
	time_text(time_now_ms() + 240000, to);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "identity", "name", p->name,
		"id_kind", "1", "id_number", p->number, "form_digest", hex, "person_certificate", cert,
		"purpose", "application", "issued", from, "expires", to, "nonce", uuid_new().s);
	assert_int_equal(json_canon(o, &token), 0);
	json_decref(o);
	o = signed_by(key, view_str(text), "signature");
	json_t *by = signed_by(platform, buf_view(&token), "token_signature");
	json_object_update(o, by);
	json_object_set_new(o, "token", json_string((const char *)token.p));
	json_object_set_new(o, "certificate", json_string(pem));
	json_object_set_new(o, "token_certificate", json_stringn((const char *)theirs.p, theirs.n));
	json_decref(by);
	buf_fini(&token);
	free(pem);
	return o;
}

static char *text_of(const char *application, const char *digest)
{
	struct buf text;
	buf_init(&text, WITHDRAWAL_TEXT + 1);
	assert_int_equal(withdrawal_text(application, digest, &text), 0);
	char *out = strdup((const char *)text.p);
	buf_fini(&text);
	return out;
}

static void add(json_t *list, int n, json_t *one)
{
	json_t *own = json_copy(one);
	json_object_set_new(own, "party", json_integer(n));
	json_array_append_new(list, own);
}

static int check(const json_t *signatures, struct withdrawal_signer *out, size_t *n, struct err_note *note)
{
	char *text = text_of(APPLICATION, FORM);
	const struct withdrawal_case c = {office.trust, &business, form, view_str(text), at};
	int rc = withdrawal_check(&c, signatures, out, n, note);
	free(text);
	return rc;
}

/* One of two, in the place of the other; NULL: nothing there. */
static int check_with(json_t *first, json_t *second, struct err_note *note)
{
	struct withdrawal_signer out[WITHDRAWAL_SIGNERS_MAX];
	json_t *list = json_array();
	size_t n = 77;
	if (first)
		add(list, 0, first);
	if (second) {
		add(list, 2, second);
		add(list, 3, second);
	}
	int rc = check(list, out, &n, note);
	assert_true(rc == 0 || n == 77);
	json_decref(list);
	return rc;
}

static void test_all_who_signed(void **state)
{
	(void)state;
	struct withdrawal_signer out[WITHDRAWAL_SIGNERS_MAX];
	struct err_note note = {0};
	char *text = text_of(APPLICATION, FORM);
	json_t *a = consent(&seller, text, office.service), *b = consent(&buyer, text, office.service),
	       *list = json_array();
	size_t n = 0;
	add(list, 3, b);
	add(list, 0, a);
	add(list, 2, b);
	if (check(list, out, &n, &note) != 0)
		fail_msg("%s", note.text);
	assert_int_equal(n, 3);
	assert_int_equal(out[0].party, 0);
	assert_int_equal(out[1].party, 2);
	assert_int_equal(out[2].party, 3);
	assert_false(out[1].again);
	assert_true(out[2].again);
	assert_string_equal(out[1].nonce.s, out[2].nonce.s);
	assert_string_not_equal(out[0].nonce.s, out[1].nonce.s);
	/* Beside them a stranger's, or one of theirs twice. */
	json_t *s = consent(&stranger, text, office.service);
	add(list, 1, s);
	assert_int_equal(check(list, out, &n, &note), ERR_SIGNATURE);
	json_array_remove(list, 3);
	assert_int_equal(check(list, out, &n, &note), 0);
	add(list, 0, a);
	assert_int_equal(check(list, out, &n, &note), ERR_SIGNATURE);
	json_decref(s);
	json_decref(a);
	json_decref(b);
	json_decref(list);
	free(text);
}

static void test_what_a_portal_brings(void **state)
{
	(void)state;
	struct err_note note = {0};
	char *text = text_of(APPLICATION, FORM),
	     *other = text_of("01936000-0000-7000-8000-000000000002", FORM),
	     *before =
		     text_of(APPLICATION, "2222222222222222222222222222222222222222222222222222222222222222");
	json_t *a = consent(&seller, text, office.service), *b = consent(&buyer, text, office.service);
	assert_int_equal(check_with(a, b, &note), 0);
	/* Nobody, one of them, the other. */
	assert_int_equal(check_with(NULL, NULL, &note), ERR_SIGNATURE);
	assert_int_equal(check_with(a, NULL, &note), ERR_SIGNATURE);
	assert_non_null(strstr(note.text, "party 2 has not signed"));
	assert_int_equal(check_with(NULL, b, &note), ERR_SIGNATURE);
	assert_non_null(strstr(note.text, "party 0 has not signed"));
	const struct {
		const struct person *p;
		const char *text;
		const struct sign_key *platform;
		int err;
	} wrong[] = {{&stranger, text, office.service, ERR_SIGNATURE},
		{&buyer, text, office.service, ERR_SIGNATURE},
		{&seller, other, office.service, ERR_SIGNATURE},
		{&seller, before, office.service, ERR_SIGNATURE}, {&seller, text, office.stranger, ERR_CERT},
		{&seller, text, office.station, ERR_CERT},
		{&seller, "{\"act\":\"withdraw\"}", office.service, ERR_SIGNATURE}};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		json_t *one = consent(wrong[i].p, wrong[i].text, wrong[i].platform);
		if (check_with(one, b, &note) != wrong[i].err)
			fail_msg("%zu: %s", i, note.text);
		json_decref(one);
	}
	/* The person's token with a signature over something else. */
	json_t *o = consent(&seller, other, office.service);
	json_object_set(a, "signature", json_object_get(o, "signature"));
	assert_int_equal(check_with(a, b, &note), ERR_SIGNATURE);
	json_decref(o);
	json_decref(a);
	json_decref(b);
	free(text);
	free(other);
	free(before);
}

static void test_a_business_nobody_signs(void **state)
{
	(void)state;
	struct withdrawal_signer out[WITHDRAWAL_SIGNERS_MAX];
	struct err_note note = {0};
	size_t n = 0;
	json_t *list = json_array();
	business.roles[0].signs = business.roles[1].signs = false;
	assert_int_equal(check(list, out, &n, &note), ERR_SIGNATURE);
	business.roles[0].signs = business.roles[1].signs = true;
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_who_signed),
		cmocka_unit_test(test_what_a_portal_brings), cmocka_unit_test(test_a_business_nobody_signs)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
