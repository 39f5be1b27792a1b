/* What registryd believes of a party's consent: each statement of the token, both signatures, the time; a
 * portal that forges any of them is refused. */
#include "common/crypto/revocation.h"
#include "tests/unit/common/crypto/office_keys.h"
#include "zones/extranet/domain/consent.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORM "{\"application\":\"a\",\"fields\":{},\"statement\":\"s\"}"

static struct office_service office;
static struct sign_key *person, *other_person;
static char at[TIME_TEXT];

static int setup(void **state)
{
	(void)state;
	office_service_begin(&office, "identity");
	person = office_key(office.dir, "identity", "zhang", CERT_PERSON);
	other_person = office_key(office.dir, "identity", "wang", CERT_PERSON);
	time_text(time_now_ms(), at);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	sign_key_free(person);
	sign_key_free(other_person);
	office_service_end(&office);
	return 0;
}

static char *base64(const struct sign_key *k, struct view v)
{
	struct buf text;
	buf_init(&text, 1024);
	assert_int_equal(sign_make_base64(k, v, &text), 0);
	char *out = strdup((const char *)text.p);
	buf_fini(&text);
	return out;
}
static char *pem_of(const struct sign_key *k)
{
	struct view v = sign_key_cert_pem(k);
	return strndup((const char *)v.p, v.n);
}

/* A consent as it should be, with one member of the token replaced (NULL: none). */
struct made {
	char *token, *token_signature, *platform_pem, *person_pem, *signature;
};
static struct made make(
	const char *member, json_t *value, const struct sign_key *by, const struct sign_key *who)
{
	struct made m;
	struct digest d;
	struct cert *c = NULL;
	char form[DIGEST_HEX], cert[DIGEST_HEX], from[TIME_TEXT], to[TIME_TEXT];
	struct buf text;
	buf_init(&text, 4096);
	m.person_pem = pem_of(who);
	m.platform_pem = pem_of(by);
	assert_int_equal(cert_check(office.trust, view_str(m.person_pem), CERT_PERSON, 0, &c, NULL), 0);
	cert_digest(c, &d);
	digest_hex(&d, cert);
	cert_free(c);
	digest_of(suite_by_name("gm"), view_str(FORM), &d);
	digest_hex(&d, form);
	time_text(time_now_ms() - 60000, from);
	time_text(time_now_ms() + 240000, to);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "identity", "name", "张三",
		"id_kind", "1", "id_number", "110101199001010011", "form_digest", form, "person_certificate",
		cert, "purpose", "application", "issued", from, "expires", to, "nonce", uuid_new().s);
	if (member)
		json_object_set_new(o, member, value);
	assert_int_equal(json_canon(o, &text), 0);
	json_decref(o);
	m.token = strdup((const char *)text.p);
	m.token_signature = base64(by, buf_view(&text));
	m.signature = base64(who, view_str(FORM));
	buf_fini(&text);
	return m;
}
static void made_free(struct made *m)
{
	free(m->token);
	free(m->token_signature);
	free(m->platform_pem);
	free(m->person_pem);
	free(m->signature);
}
static int check(const struct made *m, const char *form, const char *when, struct err_note *note)
{
	const struct consent_signature s = {
		m->signature, m->person_pem, m->token, m->token_signature, m->platform_pem};
	const struct consent_person p = {"张三", "1", "110101199001010011"};
	struct uuid nonce;
	struct digest cert;
	return consent_check(office.trust, view_str(form), &s, &p, when, &nonce, &cert, note);
}

static void test_good(void **state)
{
	(void)state;
	struct err_note note = {0};
	struct made m = make(NULL, NULL, office.service, person);
	if (check(&m, FORM, at, &note) != 0)
		fail_msg("%s", note.text);
	/* One character of the form that was not shown to the person. */
	assert_int_equal(check(&m, "{\"application\":\"b\",\"fields\":{},\"statement\":\"s\"}", at, &note),
		ERR_SIGNATURE);
	made_free(&m);
}

static void test_each_statement_counts(void **state)
{
	(void)state;
	static const struct {
		const char *member, *value;
		int err;
	} wrong[] = {{"iss", "intaked", ERR_SIGNATURE}, {"purpose", "query", ERR_SIGNATURE},
		{"name", "李四", ERR_SIGNATURE}, {"id_kind", "3", ERR_SIGNATURE},
		{"id_number", "110101199001010038", ERR_SIGNATURE}, {"form_digest", "00", ERR_SIGNATURE},
		{"person_certificate", "00", ERR_SIGNATURE},
		{"expires", "2020-01-01T00:00:00.000Z", ERR_SIGNATURE}, {"issued", "soon", ERR_SCHEMA},
		{"nonce", "1", ERR_SCHEMA}, {"extra", "x", ERR_SCHEMA}};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct err_note note = {0};
		struct made m = make(wrong[i].member, json_string(wrong[i].value), office.service, person);
		int rc = check(&m, FORM, at, &note);
		if (rc != wrong[i].err)
			fail_msg("%s: %s %s", wrong[i].member, err_name(rc), note.text);
		made_free(&m);
	}
	struct made m = make("name", json_integer(3), office.service, person);
	assert_int_equal(check(&m, FORM, at, NULL), ERR_SCHEMA);
	made_free(&m);
}

static void swap(char **a, char **b)
{
	char *t = *a;
	*a = *b;
	*b = t;
}

static void test_who_signed(void **state)
{
	(void)state;
	struct err_note note = {0};
	/* A station of the same authority is not the platform. */
	struct made m = make(NULL, NULL, office.station, person);
	assert_int_equal(check(&m, FORM, at, &note), ERR_CERT);
	made_free(&m);
	/* Another person's signature, or certificate, under this person's token. */
	m = make(NULL, NULL, office.service, person);
	struct made w = make(NULL, NULL, office.service, other_person);
	swap(&m.signature, &w.signature);
	assert_int_equal(check(&m, FORM, at, &note), ERR_SIGNATURE);
	swap(&m.signature, &w.signature);
	swap(&m.person_pem, &w.person_pem);
	assert_int_equal(check(&m, FORM, at, &note), ERR_SIGNATURE);
	made_free(&w);
	made_free(&m);
	/* A platform of another authority. */
	m = make(NULL, NULL, office.stranger, person);
	assert_int_equal(check(&m, FORM, at, &note), ERR_CERT);
	made_free(&m);
	/* What is no signature at all. */
	m = make(NULL, NULL, office.service, person);
	free(m.signature);
	m.signature = strdup("%%%");
	assert_int_equal(check(&m, FORM, at, &note), ERR_SIGNATURE);
	made_free(&m);
}

static void test_time(void **state)
{
	(void)state;
	struct made m = make(NULL, NULL, office.service, person);
	assert_int_equal(check(&m, FORM, "yesterday", NULL), ERR_SCHEMA);
	char later[TIME_TEXT], early[TIME_TEXT];
	time_text(time_now_ms() + 300000, later);
	time_text(time_now_ms() - 60000 - 590000, early);
	assert_int_equal(check(&m, FORM, later, NULL), ERR_SIGNATURE);
	/* Ten minutes of clock difference are no fault, but the platform's certificate must have been valid.
	 */
	int rc = check(&m, FORM, early, NULL);
	assert_true(rc == 0 || rc == ERR_CERT);
	made_free(&m);
}

/* The platform's key was stolen, and its authority says so: what it states counts no more, whenever it says
 * it did. */
static void test_a_revoked_platform(void **state)
{
	char f[2][96];
	struct err_note note = {.text = ""};
	struct revocation_list l;
	struct revocation r = {.ngood = 0};
	struct sign_key *ca = NULL;
	struct buf file;
	(void)state;
	struct made m = make(NULL, NULL, office.service, person);
	assert_int_equal(check(&m, FORM, at, &note), 0);
	revocation_init(&l);
	strcpy(l.zone, "identity");
	strcpy(l.suite, "gm");
	strcpy(l.issued, at);
	l.number = 1;
	(void)snprintf(r.key, sizeof r.key, "%s", sign_key_id(office.service));
	(void)snprintf(r.at, sizeof r.at, "%s", at);
	strcpy(r.reason, "compromised");
	assert_int_equal(revocation_put(&l, &r), 0);
	(void)snprintf(f[0], sizeof f[0], "%s/identity.key", office.dir);
	(void)snprintf(f[1], sizeof f[1], "%s/identity.pem", office.dir);
	assert_int_equal(sign_key_load(f[0], f[1], NULL, &ca, NULL), 0);
	buf_init(&file, REVOCATION_BYTES_MAX);
	assert_int_equal(revocation_sign(&l, ca, &file, &note), 0);
	assert_int_equal(trust_revoke(office.trust, buf_view(&file), &note), 0);
	assert_int_equal(check(&m, FORM, at, &note), ERR_REVOKED);
	made_free(&m);
	buf_fini(&file);
	revocation_fini(&l);
	sign_key_free(ca);
}

/* A signature that a portal held back ends; one that was long on its way counts. */
static void test_held_back(void **state)
{
	const int64_t day = INT64_C(86400000), made = INT64_C(1764201600000);
	char when[TIME_TEXT];
	struct err_note note = {.text = ""};
	(void)state;
	time_text(made, when);
	assert_int_equal(consent_fresh(when, made, &note), 0);
	assert_int_equal(consent_fresh(when, made - day, &note), 0);
	assert_int_equal(consent_fresh(when, made + CONSENT_DAYS * day, &note), 0);
	assert_int_equal(consent_fresh(when, made + CONSENT_DAYS * day + 1, &note), ERR_SIGNATURE);
	assert_int_equal(consent_fresh("yesterday", made, &note), ERR_SCHEMA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
		cmocka_unit_test(test_each_statement_counts), cmocka_unit_test(test_who_signed),
		cmocka_unit_test(test_time), cmocka_unit_test(test_held_back),
		cmocka_unit_test(test_a_revoked_platform)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
