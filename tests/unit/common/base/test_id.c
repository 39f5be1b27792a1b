#include "common/base/id.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void digests(void **state)
{
	(void)state;
	struct digest d, back, zero = {{0}};
	char hex[DIGEST_HEX];
	for (int i = 0; i < 32; i++)
		d.b[i] = (uint8_t)(i * 8 + 7);
	digest_hex(&d, hex);
	assert_string_equal(hex, "070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7ff");
	assert_int_equal(digest_parse(hex, &back), 0);
	assert_true(digest_eq(&d, &back));
	back.b[31] ^= 1;
	assert_false(digest_eq(&d, &back));
	assert_true(digest_is_zero(&zero));
	assert_false(digest_is_zero(&d));
	static const char *const bad[] = {"", "07",
		"070F171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7ff",
		"070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7f",
		"070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7fff",
		"070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7fg"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(digest_parse(bad[i], &back), ERR_SYNTAX);
}

static void uuids(void **state)
{
	(void)state;
	char before[13], now[13];
	snprintf(before, sizeof before, "%012llx", (unsigned long long)time_now_ms());
	struct uuid a = uuid_new(), b = uuid_new();
	assert_true(uuid_valid(a.s));
	assert_int_equal(a.s[14], '7');
	assert_non_null(strchr("89ab", a.s[19]));
	assert_string_not_equal(a.s, b.s);
	/* the first 48 bits are the time */
	snprintf(now, sizeof now, "%.8s%.4s", a.s, a.s + 9);
	assert_true(strcmp(before, now) <= 0);
	static const char *const bad[] = {"", "0192f0c4-7d7a-7e0e-9d0a-1f2e3d4c5b6",
		"0192F0C4-7d7a-7e0e-9d0a-1f2e3d4c5b6a", "0192f0c4-7d7a-7e0e-9d0a-1f2e3d4c5b6a0",
		"0192f0c47d7a7e0e9d0a1f2e3d4c5b6a", "0192f0c4-7d7a-7e0e-9d0a-1f2e3d4c5b6g"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(uuid_valid(bad[i]));
	assert_true(uuid_valid("0192f0c4-7d7a-7e0e-9d0a-1f2e3d4c5b6a"));
}

static void hex_text(void **state)
{
	(void)state;
	struct buf b, back;
	buf_init(&b, 100);
	buf_init(&back, 100);
	assert_int_equal(hex_add(&b, view_of("\x00\xff\x1a", 3)), 0);
	assert_string_equal((char *)b.p, "00ff1a");
	assert_int_equal(hex_parse((char *)b.p, &back), 0);
	assert_true(view_eq(buf_view(&back), view_of("\x00\xff\x1a", 3)));
	static const char *const bad[] = {"0", "0g", "AB", " 0", "00f"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(hex_parse(bad[i], &back), ERR_SYNTAX);
	assert_int_equal(back.n, 3);
	buf_fini(&b);
	buf_fini(&back);
}

static void times(void **state)
{
	(void)state;
	static const struct {
		int64_t ms;
		const char *text, *cst;
	} cases[] = {{0, "1970-01-01T00:00:00.000Z", "1970-01-01"},
		{1795491720123, "2026-11-24T03:42:00.123Z", "2026-11-24"},
		{1795507199999, "2026-11-24T07:59:59.999Z", "2026-11-24"},
		{1795535999999, "2026-11-24T15:59:59.999Z", "2026-11-24"},
		{1795536000000, "2026-11-24T16:00:00.000Z", "2026-11-25"},
		{951782400000, "2000-02-29T00:00:00.000Z", "2000-02-29"},
		{253402300799999, "9999-12-31T23:59:59.999Z", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[TIME_TEXT], date[11];
		int64_t back = -1;
		time_text(cases[i].ms, text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(time_parse(text, &back), 0);
		assert_int_equal(back, cases[i].ms);
		if (cases[i].cst) {
			time_date_cst(cases[i].ms, date);
			assert_string_equal(date, cases[i].cst);
		}
	}
	static const char *const bad[] = {"", "2026-11-24T03:42:00Z", "2026-11-24T03:42:00.123", "2026-11-24",
		"2026-11-24T03:42:00.123+", "2026-11-24 03:42:00.123Z", "2026-13-24T03:42:00.123Z",
		"2026-02-29T03:42:00.123Z", "2026-11-24T24:00:00.000Z", "2026-11-24T03:60:00.000Z",
		"2026-11-24T03:42:60.000Z", "2026-00-24T03:42:00.123Z", "2026-11-00T03:42:00.123Z",
		"1969-12-31T23:59:59.999Z", "2026-11-24T03:42:00.1 3Z", "2026-11-24T03:42:00.123Z "};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int64_t ms = 5;
		if (time_parse(bad[i], &ms) != ERR_SYNTAX || ms != 5)
			fail_msg("%s was taken", bad[i]);
	}
	/* Every day, and no other one, is where the C library has it. */
	for (int year = 1970; year < 2401; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 0; day <= 32; day++) {
				char text[64];
				struct tm t = {.tm_year = year - 1900,
					.tm_mon = month - 1,
					.tm_mday = day,
					.tm_hour = 12};
				int64_t want = (int64_t)timegm(&t) * 1000 + 7, ms = 5;
				bool exists = t.tm_mon == month - 1 && t.tm_mday == day;
				(void)snprintf(
					text, sizeof text, "%04d-%02d-%02dT12:00:00.007Z", year, month, day);
				int rc = time_parse(text, &ms);
				if (rc != (exists ? 0 : ERR_SYNTAX) || ms != (exists ? want : 5))
					fail_msg("%s: %d, %lld", text, rc, (long long)ms);
			}
	int64_t a = time_mono_ms(), b = time_mono_ms();
	assert_true(a <= b);
	assert_true(time_now_ms() > 1700000000000);
}

static void randomness(void **state)
{
	(void)state;
	uint8_t a[600] = {0}, b[600] = {0};
	random_bytes(a, sizeof a);
	random_bytes(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	/* also past the first 256 bytes that one call gives at most */
	assert_memory_not_equal(a + 560, b + 560, 40);
	random_bytes(a, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(uuids),
		cmocka_unit_test(hex_text),
		cmocka_unit_test(times),
		cmocka_unit_test(randomness),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
