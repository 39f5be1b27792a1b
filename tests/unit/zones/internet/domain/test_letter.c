/* Letters: which addresses are taken (none that brings a header or a command of its own), their masks, and
 * that a letter is text that any reader opens and says nothing of a person. */
#include "zones/internet/domain/letter.h"

#include "common/base/id.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void addresses(void **state)
{
	static const char *const good[] = {"a@b.cn", "zhang.san+bdc@mail.example.com", "x_1%2-3@a-b.example"};
	static const char *const bad[] = {"", "a", "@b.cn", "a@", "a@b", "a b@c.cn",
		"a@b.cn\r\nRCPT TO:<c@d.cn>", "a@b.cn>", "<a@b.cn", "a@@b.cn", "a@b..cn", "a@.cn", "a@b.cn.",
		"a@-b.cn", "-a@b.cn", ".a@b.cn", "张@b.cn", "a@例.cn", "a\"@b.cn", "a@b.cn,c@d.cn"};
	char most[200];
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(letter_address_good(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(letter_address_good(bad[i]));
	memset(most, 'a', sizeof most);
	memcpy(most + 122, "@b.cn", 6);
	assert_true(letter_address_good(most));
	memcpy(most + 122, "a@b.cn", 7);
	assert_false(letter_address_good(most));
}

static void masks(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 256);
	assert_int_equal(letter_address_mask("zhang@example.cn", &b), 0);
	assert_string_equal((const char *)b.p, "z***@example.cn");
	buf_fini(&b);
	buf_init(&b, 256);
	assert_int_equal(letter_address_mask("", &b), 0);
	assert_string_equal((const char *)b.p, "");
	buf_fini(&b);
}

/* The body of a letter, decoded. */
static void body_of(const struct buf *letter, struct buf *out)
{
	const char *p = strstr((const char *)letter->p, "\r\n\r\n");
	struct buf b64;
	buf_init(&b64, 65536);
	assert_non_null(p);
	for (p += 4; *p; p++)
		if (*p != '\r' && *p != '\n')
			assert_int_equal(buf_add(&b64, p, 1), 0);
	assert_int_equal(b64_parse(buf_view(&b64), out), 0);
	buf_fini(&b64);
}

static void letters(void **state)
{
	static const char *const templates[] = {"code-mail", "application-sign", "application-correct",
		"application-pay", "application-window", "application-delay", "application-done",
		"application-accepted", "application-closed", "application-suspended",
		"application-delivered"};
	(void)state;
	for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
		json_t *words = i == 0 ? json_pack("{s:s,s:s}", "code", "012345", "minutes", "5")
				       : json_pack("{s:s}", "tail", "0042");
		const struct letter l = {"01936000-0000-7000-8000-000000000001", "no-reply@portal.example.cn",
			"z@example.cn", templates[i], words, "Tue, 24 Nov 2026 03:42:00 +0000"};
		struct buf text, body;
		buf_init(&text, 65536);
		buf_init(&body, 65536);
		assert_int_equal(letter_make(&l, &text), 0);
		const char *s = (const char *)text.p;
		assert_non_null(strstr(
			s, "Message-ID: <01936000-0000-7000-8000-000000000001@portal.example.cn>\r\n"));
		assert_non_null(strstr(s, "\r\nTo: <z@example.cn>\r\n"));
		assert_non_null(strstr(s, "\r\nSubject: =?UTF-8?B?"));
		for (const char *p = s, *end; *p; p = end + 2) {
			end = strstr(p, "\r\n");
			assert_non_null(end);
			assert_true(end - p <= 78);
			for (; p < end; p++)
				assert_true(*p >= ' ' && *p < 0x7f);
		}
		body_of(&text, &body);
		assert_non_null(strstr((const char *)body.p, i == 0 ? "012345" : "0042"));
		assert_null(strstr((const char *)body.p, "%s"));
		buf_fini(&text);
		buf_fini(&body);
		json_decref(words);
	}
}

static void without_number(void **state)
{
	json_t *words = json_pack("{s:s}", "tail", "");
	const struct letter l = {"01936000-0000-7000-8000-000000000001", "a@b.cn", "z@example.cn",
		"application-accepted", words, "Tue, 24 Nov 2026 03:42:00 +0000"};
	const struct letter unknown = {l.id, l.from, l.to, "application-gossip", words, l.date};
	struct buf text, body;
	(void)state;
	buf_init(&text, 65536);
	buf_init(&body, 65536);
	assert_int_equal(letter_make(&l, &text), 0);
	body_of(&text, &body);
	assert_non_null(strstr((const char *)body.p, "您的申请已受理"));
	assert_int_equal(letter_make(&unknown, &text), ERR_NOTFOUND);
	buf_fini(&text);
	buf_fini(&body);
	json_decref(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(masks),
		cmocka_unit_test(letters), cmocka_unit_test(without_number)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
