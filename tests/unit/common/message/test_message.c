/* A message's canonical bytes: exactly one form is accepted and it comes out again unchanged. */
#include "common/crypto/suite.h"
#include "common/message/catalogue.h"
#include "common/message/message.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEX "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define ATTACHMENT "{\"digest\":\"" HEX "\",\"media\":\"application/pdf\",\"name\":\"合同.pdf\",\"size\":7}"
#define KEY "{\"id\":\"110101001001GB00001F00010001\",\"kind\":\"unit\",\"n\":3}"
#define ID "01935d2c-7a10-7000-8000-000000000001"
#define REST                                                                                                 \
	"\"created\":\"2026-11-24T03:42:00.123Z\",\"dest\":\"extranet\",\"epoch\":2,\"id\":\"" ID            \
	"\",\"keys\":[" KEY "],\"origin\":\"internet\",\"suite\":\"gm\",\"tenant\":\"110101\","              \
	"\"type\":\"application.withdrawn\",\"version\":1}"
static const char good[] = "{\"attachments\":[" ATTACHMENT "],\"body\":{\"application\":\"" ID "\",\"z\":"
			   "\"€\"}," REST;

static void comes_out_unchanged(void **state)
{
	(void)state;
	struct message m;
	struct buf b;
	struct err_note note = {0};
	buf_init(&b, MESSAGE_BYTES_MAX);
	if (message_decode(view_str(good), &m, &note) < 0)
		fail_msg("%s", note.text);
	assert_string_equal(m.id.s, ID);
	assert_string_equal(m.type, "application.withdrawn");
	assert_string_equal(m.tenant, "110101");
	assert_string_equal(m.origin, "internet");
	assert_string_equal(m.dest, "extranet");
	assert_string_equal(m.suite, "gm");
	assert_int_equal(m.epoch, 2);
	assert_int_equal(m.version, 1);
	assert_int_equal(m.nkeys, 1);
	assert_string_equal(m.keys[0].kind, "unit");
	assert_int_equal(m.keys[0].n, 3);
	assert_int_equal(m.nattachments, 1);
	assert_string_equal(m.attachments[0].name, "合同.pdf");
	assert_int_equal(m.attachments[0].size, 7);
	assert_string_equal(json_str(m.body, "z"), "€");
	assert_int_equal(message_encode(&m, &b), 0);
	assert_true(view_eq(buf_view(&b), view_str(good)));

	/* By the digest that signatures and acknowledgements rest upon; it must never change. */
	char hex[DIGEST_HEX];
	digest_hex_of(suite_by_name("intl"), buf_view(&b), hex);
	assert_string_equal(hex, "40040c206d44eca4ede99c7ffc32aa3cac5d7241ad0e08306ebb0c81e42b0b3b");
	message_fini(&m);
	message_fini(&m); /* harmless twice */
	message_fini(NULL);
	buf_fini(&b);
}

/* The good one with one piece replaced. */
static void refused(const char *from, const char *to, int want, const char *says)
{
	char text[4096];
	const char *at = strstr(good, from);
	struct message m;
	struct err_note note = {0};
	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
	int rc = message_decode(view_str(text), &m, &note);
	if (rc != want)
		fail_msg("%s: %s (%s), wanted %s", to, err_name(rc), note.text, err_name(want));
	if (says && !strstr(note.text, says))
		fail_msg("%s: \"%s\" does not say %s", to, note.text, says);
	message_fini(&m);
}

static void other_forms_are_refused(void **state)
{
	(void)state;
	refused("{\"att", "{ \"att", ERR_SYNTAX, "canonical");
	refused("\"version\":1}", "\"version\":1}\n", ERR_SYNTAX, NULL);
	refused("\"€\"", "\"\\u20ac\"", ERR_SYNTAX, "canonical");
	refused("\"epoch\":2", "\"epoch\":2.0", ERR_RANGE, NULL);
	refused("\"version\":1}", "\"version\":1", ERR_SYNTAX, NULL);
	refused("\"version\":1}", "\"version\":1,\"version\":1}", ERR_SYNTAX, NULL);
	refused("\"version\":1}", "\"version\":1,\"w\":1}", ERR_SCHEMA, "w");
	refused("\"dest\":\"extranet\",", "", ERR_SCHEMA, "dest");
	refused("\"type\":\"application.withdrawn\",\"version\":1}",
		"\"version\":1,\"type\":\"application.withdrawn\"}", ERR_SYNTAX, "canonical");
	refused(good, "[]", ERR_SCHEMA, NULL);
	refused(good, "", ERR_SYNTAX, NULL);
	refused(good, "null", ERR_SCHEMA, NULL);
}

static void every_member_is_checked(void **state)
{
	(void)state;
	refused("\"id\":\"" ID "\",\"keys\"", "\"id\":\"01935d2c\",\"keys\"", ERR_SCHEMA, "id");
	refused("\"type\":\"application.withdrawn\"", "\"type\":\"Application\"", ERR_SCHEMA, "type");
	refused("\"type\":\"application.withdrawn\"", "\"type\":\"\"", ERR_SCHEMA, "type");
	refused("\"type\":\"application.withdrawn\"",
		"\"type\":\"a2345678901234567890123456789012345678901234567890\"", ERR_SCHEMA, "type");
	refused("\"version\":1", "\"version\":0", ERR_SCHEMA, "version");
	refused("\"version\":1", "\"version\":\"1\"", ERR_SCHEMA, "version");
	refused("\"tenant\":\"110101\"", "\"tenant\":\"11010\"", ERR_SCHEMA, "tenant");
	refused("\"tenant\":\"110101\"", "\"tenant\":\"11010a\"", ERR_SCHEMA, "tenant");
	refused("\"tenant\":\"110101\"", "\"tenant\":\"1101010\"", ERR_SCHEMA, "tenant");
	refused("2026-11-24T03:42:00.123Z", "2026-11-24 03:42:00.123Z", ERR_SCHEMA, "created");
	refused("\"origin\":\"internet\"", "\"origin\":\"../internet\"", ERR_SCHEMA, "origin");
	refused("\"dest\":\"extranet\"", "\"dest\":\"EXTRANET\"", ERR_SCHEMA, "dest");
	refused("\"epoch\":2", "\"epoch\":0", ERR_SCHEMA, "epoch");
	refused("\"epoch\":2", "\"epoch\":-1", ERR_SCHEMA, "epoch");
	refused("\"suite\":\"gm\"", "\"suite\":\"md5\"", ERR_SUITE, "suite");
	refused("\"n\":3", "\"n\":0", ERR_SCHEMA, "n");
	refused("\"kind\":\"unit\"", "\"kind\":\"Unit\"", ERR_SCHEMA, "keys[0]");
	refused("\"kind\":\"unit\"", "\"kind\":\"a2345678901234567\"", ERR_SCHEMA, "kind");
	refused("\"n\":3", "\"n\":3,\"o\":1", ERR_SCHEMA, "o");
	refused("[" KEY "]", "[" KEY "," KEY "]", ERR_SCHEMA, "keys[1]");
	refused("[" KEY "]", "{}", ERR_SCHEMA, "keys");
	refused("合同.pdf", "../a", ERR_SCHEMA, "attachments[0]");
	refused("合同.pdf", "a/b", ERR_SCHEMA, "attachments[0]");
	refused("合同.pdf", "a\\\\b", ERR_SCHEMA, "attachments[0]");
	refused("合同.pdf", "a\\tb", ERR_SCHEMA, "attachments[0]");
	refused("合同.pdf", "..", ERR_SCHEMA, "attachments[0]");
	refused("合同.pdf", "", ERR_SCHEMA, "attachments[0]");
	refused("\"size\":7", "\"size\":-1", ERR_SCHEMA, "size");
	refused(HEX, "66", ERR_SCHEMA, "attachments[0]");
	refused(HEX, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0", ERR_SCHEMA,
		"attachments[0]");
	refused("\"body\":{\"application\":\"" ID "\",\"z\":\"€\"}", "\"body\":[]", ERR_SCHEMA, "body");
}

#define HEAD(held, keys) "\"epoch\":2," held "\"id\":\"" ID "\",\"keys\":[" keys "]"
#define HELD "\"held\":{\"epoch\":1,\"seq\":40},"
#define OPENS(epoch, last, n)                                                                                \
	"{\"id\":\"x\",\"kind\":\"unit\",\"n\":" n ",\"opens\":{\"epoch\":" epoch ",\"n\":" last "}}"
/* Request and reply, the first number of a later epoch, the number that opens a generation: they come out
 * unchanged, in one form only. */
static void what_may_be_absent(void **state)
{
	static const struct {
		const char *from, *to;
		int want;
	} cases[] = {
		{KEY, "{\"after\":{\"epoch\":1,\"n\":7},\"id\":\"x\",\"kind\":\"unit\",\"n\":1}", 0},
		{KEY, "{\"after\":{\"epoch\":2,\"n\":7},\"id\":\"x\",\"kind\":\"unit\",\"n\":1}", ERR_SCHEMA},
		{KEY, "{\"after\":{\"epoch\":1,\"n\":0},\"id\":\"x\",\"kind\":\"unit\",\"n\":1}", ERR_SCHEMA},
		{KEY, "{\"after\":{\"epoch\":1,\"n\":7},\"id\":\"x\",\"kind\":\"unit\",\"n\":2}", ERR_SCHEMA},
		{KEY, "{\"after\":{\"epoch\":1},\"id\":\"x\",\"kind\":\"unit\",\"n\":1}", ERR_SCHEMA},
		{KEY, "{\"after\":1,\"id\":\"x\",\"kind\":\"unit\",\"n\":1}", ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("1", "7", "1")), 0},
		{HEAD("", KEY), HEAD(HELD, OPENS("2", "7", "8")), 0},
		{HEAD("", KEY), HEAD(HELD, OPENS("0", "0", "8")), 0},
		{HEAD("", KEY), HEAD(HELD, OPENS("2", "7", "9")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("2", "8", "8")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("1", "7", "8")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("0", "0", "1")), 0},
		{HEAD("", KEY), HEAD(HELD, OPENS("1", "0", "8")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("0", "7", "8")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, OPENS("3", "1", "1")), ERR_SCHEMA},
		{HEAD("", KEY),
			HEAD(HELD, "{\"after\":{\"epoch\":1,\"n\":7},\"id\":\"x\",\"kind\":\"unit\",\"n\":1,"
				   "\"opens\":{\"epoch\":1,\"n\":7}}"),
			ERR_SCHEMA},
		{HEAD("", KEY), HEAD("", OPENS("1", "7", "1")), ERR_SCHEMA},
		{HEAD("", KEY), HEAD(HELD, KEY), ERR_SCHEMA},
		{HEAD("", KEY), HEAD("\"held\":{\"epoch\":3,\"seq\":0},", OPENS("1", "7", "1")), ERR_SCHEMA},
		{"\"dest\"", "\"deadline\":\"2026-11-24T03:42:10.123Z\",\"dest\"", 0},
		{"\"dest\"", "\"deadline\":\"soon\",\"dest\"", ERR_SCHEMA},
		{"\"dest\"", "\"deadline\":\"\",\"dest\"", ERR_SCHEMA},
		{"\"attachments\":[" ATTACHMENT "]", "\"answers\":\"" ID "\",\"attachments\":[]", ERR_SCHEMA},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[4096];
		const char *at = strstr(good, cases[i].from);
		struct message m;
		struct buf b;
		struct err_note note = {0};
		buf_init(&b, MESSAGE_BYTES_MAX);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, cases[i].to,
			at + strlen(cases[i].from));
		int rc = message_decode(view_str(text), &m, &note);
		if (rc != cases[i].want)
			fail_msg("%s: %s %s", cases[i].to, err_name(rc), note.text);
		if (rc == 0) {
			assert_int_equal(message_encode(&m, &b), 0);
			assert_true(view_eq(buf_view(&b), view_str(text)));
		}
		message_fini(&m);
		buf_fini(&b);
	}
}

static void too_many_are_refused(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 16);
	for (int n = 16; n <= 17; n++) {
		const char *at = strstr(good, KEY);
		struct message m;
		buf_reset(&b);
		assert_int_equal(buf_add(&b, good, (size_t)(at - good)), 0);
		for (int i = 0; i < n; i++)
			assert_int_equal(
				buf_addf(&b, "%s{\"id\":\"%d\",\"kind\":\"unit\",\"n\":1}", i ? "," : "", i),
				0);
		assert_int_equal(buf_add_str(&b, at + strlen(KEY)), 0);
		struct err_note note = {0};
		int rc = message_decode(buf_view(&b), &m, &note);
		assert_true(n == 16 ? rc == 0 : rc == ERR_SCHEMA || rc == ERR_LIMIT);
		message_fini(&m);
	}
	buf_fini(&b);
	char *big = malloc(MESSAGE_BYTES_MAX + 2);
	struct message m;
	assert_non_null(big);
	memset(big, ' ', MESSAGE_BYTES_MAX + 1);
	assert_int_equal(message_decode(view_of(big, MESSAGE_BYTES_MAX + 1), &m, NULL), ERR_LIMIT);
	message_fini(&m);

	/* And none that is too large is made. */
	assert_int_equal(message_decode(view_str(good), &m, NULL), 0);
	memset(big, 'x', MESSAGE_BYTES_MAX);
	big[MESSAGE_BYTES_MAX] = 0;
	json_object_set_new(m.body, "z", json_string(big));
	buf_init(&b, 2 * MESSAGE_BYTES_MAX);
	assert_int_equal(buf_add_str(&b, "before"), 0);
	assert_int_equal(message_encode(&m, &b), ERR_LIMIT);
	assert_int_equal(b.n, 6);
	buf_fini(&b);
	message_fini(&m);
	free(big);
}

static void refusal_takes_the_place_of_its_message(void **state)
{
	(void)state;
	struct message m, r;
	struct buf b;
	struct catalogue *c = NULL;
	struct err_note note = {0};
	char where[256];
	memset(where, 'x', sizeof where - 1);
	where[sizeof where - 1] = 0;
	buf_init(&b, MESSAGE_BYTES_MAX);
	assert_int_equal(catalogue_load("conf/messages.yaml", &c, NULL), 0);
	assert_int_equal(message_decode(view_str(good), &m, NULL), 0);
	assert_int_equal(message_make_refusal(&m, ERR_SPATIAL, where, "gap-inner", &r), 0);
	assert_string_equal(r.id.s, m.id.s);
	assert_string_equal(r.type, "message.refused");
	assert_int_equal(r.nkeys, 1);
	assert_string_equal(r.keys[0].id, m.keys[0].id);
	assert_int_equal(r.keys[0].n, 3);
	assert_int_equal(r.epoch, 2);
	assert_int_equal(r.nattachments, 0);
	assert_string_equal(json_str(r.body, "message"), ID);
	assert_string_equal(json_str(r.body, "type"), "application.withdrawn");
	assert_string_equal(json_str(r.body, "reason"), "SPATIAL");
	assert_string_equal(json_str(r.body, "where"), where);
	assert_string_equal(json_str(r.body, "by"), "gap-inner");
	if (catalogue_check(c, &r, "gap", "internet", &note) < 0)
		fail_msg("%s", note.text);
	assert_int_equal(message_encode(&r, &b), 0);
	message_fini(&r);
	assert_int_equal(message_decode(buf_view(&b), &r, NULL), 0);
	message_fini(&r);
	message_fini(&m);
	catalogue_free(c);
	buf_fini(&b);
}

/* A note cut in the middle of a character (they are cut at 255 bytes) still makes a refusal. */
static void refusal_with_a_note_cut_short(void **state)
{
	(void)state;
	struct message m, r;
	struct buf b;
	buf_init(&b, MESSAGE_BYTES_MAX);
	assert_int_equal(message_decode(view_str(good), &m, NULL), 0);
	assert_int_equal(message_make_refusal(&m, ERR_SCHEMA, "body.姓\xe5\x90", "gap-inner", &r), 0);
	assert_int_equal(strncmp(json_str(r.body, "where"), "body.姓", 8), 0);
	assert_int_equal(message_encode(&r, &b), 0);
	message_fini(&r);
	message_fini(&m);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_out_unchanged),
		cmocka_unit_test(other_forms_are_refused),
		cmocka_unit_test(every_member_is_checked),
		cmocka_unit_test(what_may_be_absent),
		cmocka_unit_test(too_many_are_refused),
		cmocka_unit_test(refusal_takes_the_place_of_its_message),
		cmocka_unit_test(refusal_with_a_note_cut_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
