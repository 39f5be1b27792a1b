/* What registryd believes of a payment: the platform's signature over each statement of its receipt, and
 * nothing the portal says. */
#include "common/message/paid.h"
#include "tests/unit/common/crypto/office_keys.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD                                                                                                 \
	"{\"amount_cents\":8000,\"at\":\"%s\",\"iss\":\"payment\",\"kind\":\"payment\",\"order\":\"N-JF1\"," \
	"\"payment\":\"P1\"}"
static struct office_service office;
static char at[TIME_TEXT];

static int setup(void **state)
{
	(void)state;
	office_service_begin(&office, "payment");
	time_text(time_now_ms(), at);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	office_service_end(&office);
	return 0;
}

/* Signs `text`, then hands in `told` with that signature. */
static int check(const struct sign_key *k, const char *text, const char *told, struct paid *out)
{
	struct buf b64, pem;
	struct err_note note = {0};
	buf_init(&b64, 1024);
	buf_init(&pem, 16384);
	assert_int_equal(sign_make_base64(k, view_str(text), &b64), 0);
	assert_int_equal(buf_add(&pem, sign_key_cert_pem(k).p, sign_key_cert_pem(k).n), 0);
	int rc = paid_check(office.trust, told, (const char *)b64.p, (const char *)pem.p, out, &note);
	assert_true(rc == 0 || *note.text);
	buf_fini(&b64);
	buf_fini(&pem);
	return rc;
}

static void test_good(void **state)
{
	struct paid r;
	char text[300];
	(void)state;
	snprintf(text, sizeof text, GOOD, at);
	assert_int_equal(check(office.service, text, text, &r), 0);
	assert_string_equal(r.order, "N-JF1");
	assert_string_equal(r.payment, "P1");
	assert_int_equal(r.amount_cents, 8000);
	assert_false(r.refund);
}

static void test_not_the_platform(void **state)
{
	struct paid r;
	char text[300];
	(void)state;
	snprintf(text, sizeof text, GOOD, at);
	assert_int_equal(check(office.station, text, text, &r), ERR_CERT);
	assert_int_equal(check(office.stranger, text, text, &r), ERR_CERT);
}

/* Any byte of the receipt changed on its way is refused. */
static void test_each_byte(void **state)
{
	struct paid r;
	char text[300], told[300];
	(void)state;
	snprintf(text, sizeof text, GOOD, at);
	for (size_t i = 0; text[i]; i++) {
		memcpy(told, text, sizeof told);
		told[i] = told[i] == '1' ? '2' : '1';
		assert_true(check(office.service, text, told, &r) < 0);
	}
}

static void test_schema(void **state)
{
	static const char *const bad[] = {"[]", "{}", "x",
		"{\"amount_cents\":8000,\"at\":\"%s\",\"iss\":\"identity\",\"kind\":\"payment\",\"order\":"
		"\"N\",\"payment\":\"P\"}",
		"{\"amount_cents\":8000,\"at\":\"%s\",\"iss\":\"payment\",\"kind\":\"gift\",\"order\":\"N\","
		"\"payment\":\"P\"}",
		"{\"amount_cents\":0,\"at\":\"%s\",\"iss\":\"payment\",\"kind\":\"payment\",\"order\":\"N\","
		"\"payment\":\"P\"}",
		"{\"amount_cents\":8000,\"at\":\"%s\",\"iss\":\"payment\",\"kind\":\"payment\",\"order\":"
		"\"\",\"payment\":\"P\"}",
		"{\"amount_cents\":8000,\"at\":\"yesterday\",\"iss\":\"payment\",\"kind\":\"payment\","
		"\"order\":\"N\",\"payment\":\"P\"}",
		"{\"amount_cents\":8000,\"at\":\"%s\",\"extra\":1,\"iss\":\"payment\",\"kind\":\"payment\","
		"\"order\":\"N\",\"payment\":\"P\"}"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct paid r;
		char text[400];
		const char *place = strstr(bad[i], "%s");
		if (place)
			snprintf(text, sizeof text, "%.*s%s%s", (int)(place - bad[i]), bad[i], at, place + 2);
		else
			snprintf(text, sizeof text, "%s", bad[i]);
		assert_true(check(office.service, text, text, &r) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
		cmocka_unit_test(test_not_the_platform), cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_schema)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
