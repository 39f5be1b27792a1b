/* What is asked of others for a case: how an answer stands by its time, and when it may be asked for again.
 */
#include "zones/extranet/domain/consult.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)

static void test_states(void **state)
{
	(void)state;
	const struct consult_kind *tax = consult_kind_find("tax");
	const struct {
		struct consult_facts f;
		enum consult_state want;
	} cases[] = {
		{{.asked_ms = 0, .now_ms = 0}, CONSULT_WAITING},
		{{.asked_ms = 0, .now_ms = 5 * DAY}, CONSULT_WAITING},
		{{.asked_ms = 0, .now_ms = 5 * DAY + 1}, CONSULT_LATE},
		{{.answered = true, .asked_ms = 0, .now_ms = 9 * DAY}, CONSULT_ANSWERED},
		{{.answered = true, .failed = true, .now_ms = DAY}, CONSULT_FAILED},
		{{.off = true, .asked_ms = 0, .now_ms = 9 * DAY}, CONSULT_OFF},
		{{.off = true, .answered = true, .now_ms = 9 * DAY}, CONSULT_ANSWERED},
	};
	assert_non_null(tax);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(cases[i].want, consult_judge(tax, &cases[i].f));
}

static void test_again(void **state)
{
	(void)state;
	const struct consult_kind *payment = consult_kind_find("payment"), *tax = consult_kind_find("tax"),
				  *national = consult_kind_find("national");
	assert_true(consult_again_possible(payment, CONSULT_WAITING));
	assert_true(consult_again_possible(payment, CONSULT_LATE));
	assert_false(consult_again_possible(payment, CONSULT_ANSWERED));
	assert_false(consult_again_possible(payment, CONSULT_OFF));
	assert_true(consult_again_possible(national, CONSULT_FAILED));
	assert_false(consult_again_possible(national, CONSULT_WAITING));
	assert_false(consult_again_possible(tax, CONSULT_LATE));
	assert_true(consult_again_possible(consult_kind_find("trade"), CONSULT_FAILED));
	assert_true(consult_again_possible(consult_kind_find("tax-push"), CONSULT_LATE));
	assert_false(consult_again_possible(consult_kind_find("trade"), CONSULT_ANSWERED));
	assert_null(consult_kind_find("nobody"));
}

static void test_words(void **state)
{
	(void)state;
	const struct consult_kind *k;
	size_t n = 0;
	for (; (k = consult_kind_at(n)) != NULL; n++) {
		assert_true(*k->zh && *k->en && *k->asked_zh && *k->asked_en);
		assert_ptr_equal(k, consult_kind_find(k->code));
	}
	assert_true(n >= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states), cmocka_unit_test(test_again), cmocka_unit_test(test_words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
