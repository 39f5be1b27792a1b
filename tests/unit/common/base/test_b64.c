/* base64 in both alphabets: RFC 4648's examples, all lengths, and nothing that is another text of the same.
 */
#include "common/base/b64.h"
#include "common/base/id.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

typedef int adding(struct buf *out, struct view v);
typedef int parsing(struct view text, struct buf *out);

static void round_trip(adding *add, parsing *parse, struct view plain, const char *text)
{
	struct buf b, back;
	buf_init(&b, 1000);
	buf_init(&back, 1000);
	assert_int_equal(add(&b, plain), 0);
	if (text)
		assert_true(view_eq(buf_view(&b), view_str(text)));
	assert_int_equal(b.p[b.n], 0);
	assert_int_equal(parse(buf_view(&b), &back), 0);
	assert_true(view_eq(buf_view(&back), plain));
	/* Both append. */
	assert_int_equal(parse(buf_view(&b), &back), 0);
	assert_int_equal(back.n, 2 * plain.n);
	buf_fini(&b);
	buf_fini(&back);
}

static void refuse(parsing *parse, const char *const *bad)
{
	struct buf back;
	buf_init(&back, 100);
	assert_int_equal(buf_add_str(&back, "kept"), 0);
	for (size_t i = 0; bad[i]; i++) {
		if (parse(view_str(bad[i]), &back) != ERR_SYNTAX)
			fail_msg("%s was taken", bad[i]);
		assert_true(view_eq(buf_view(&back), view_str("kept")));
	}
	assert_int_equal(parse(view_of("Zg\0=", 4), &back), ERR_SYNTAX);
	buf_fini(&back);
}

/* RFC 4648 §10 */
static void test_examples(void **state)
{
	(void)state;
	static const struct {
		const char *plain, *text, *url;
	} cases[] = {{"", "", ""}, {"f", "Zg==", "Zg"}, {"fo", "Zm8=", "Zm8"}, {"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"}, {"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"}, {"\xfb\xff", "+/8=", "-_8"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		round_trip(b64_add, b64_parse, view_str(cases[i].plain), cases[i].text);
		round_trip(b64url_add, b64url_parse, view_str(cases[i].plain), cases[i].url);
	}
}

static void test_lengths(void **state)
{
	uint8_t bytes[256];
	(void)state;
	random_bytes(bytes, sizeof bytes);
	for (size_t n = 0; n < sizeof bytes; n++) {
		round_trip(b64_add, b64_parse, view_of(bytes, n), NULL);
		round_trip(b64url_add, b64url_parse, view_of(bytes, n), NULL);
	}
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"Z", "Zg",
		"Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm-_",
		"=g==", "Z=g=", NULL};
	static const char *const bad_url[] = {
		"Z", "Zm9vY", "Zg==", "Zm8=", "Zh", "Zm9", "Zm+/", "Zm 9", "Zm9v\n", "Zm9v====", NULL};
	(void)state;
	refuse(b64_parse, bad);
	refuse(b64url_parse, bad_url);
}

/* What does not fit is not begun. */
static void test_limit(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 4);
	assert_int_equal(b64_add(&b, view_str("foob")), ERR_LIMIT);
	assert_int_equal(b64url_parse(view_str("Zm9vYmE"), &b), ERR_LIMIT);
	assert_int_equal(b.n, 0);
	assert_int_equal(b64url_parse(view_str("Zm9vYg"), &b), 0);
	assert_int_equal(b.n, 4);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_limit)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
