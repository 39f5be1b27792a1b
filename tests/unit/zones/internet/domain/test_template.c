/* What the desk may say, and what of a case number may stand in a short message. */
#include "zones/internet/domain/template.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_known(void **state)
{
	(void)state;
	assert_true(template_known("sign"));
	assert_true(template_known("done"));
	assert_false(template_known("accepted")); /* only the office's news say that */
	assert_false(template_known(""));
}

static void test_news(void **state)
{
	(void)state;
	assert_string_equal(template_of_state("accepted"), "accepted");
	assert_string_equal(template_of_state("correction"), "correct");
	assert_string_equal(template_of_state("rejected"), "closed");
	assert_string_equal(template_of_state("refused"), "closed");
	assert_null(template_of_state("review"));
	assert_null(template_of_state(""));
}

static void test_tail(void **state)
{
	static const struct {
		const char *number, *tail;
	} cases[] = {
		{"1101012026112700042", "0042"},
		{"0042", "0042"},
		{"042", ""},
		{"", ""},
		{"11010120261127张三", ""},
	};
	char tail[TEMPLATE_TAIL];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		template_tail(cases[i].number, tail);
		assert_string_equal(tail, cases[i].tail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known), cmocka_unit_test(test_news), cmocka_unit_test(test_tail)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
