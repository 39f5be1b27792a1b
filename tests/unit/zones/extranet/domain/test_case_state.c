/* What may be done in which state: every state against every act. */
#include "zones/extranet/domain/case_state.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ACTS (CASE_DO_BACK + 1)
static const struct case_needs both = {true, true}, none = {false, false};
static const struct case_has all = {true, true, true}, nothing = {false, false, false};

static void test_codes(void **state)
{
	(void)state;
	for (int i = 0; i < CASE_STATE_COUNT; i++) {
		enum case_state back;
		assert_int_equal(case_state_parse(case_state_code((enum case_state)i), &back), 0);
		assert_int_equal(back, i);
		assert_true(*case_state_zh((enum case_state)i) && *case_state_en((enum case_state)i));
	}
	enum case_state s;
	assert_int_equal(case_state_parse("unheard", &s), ERR_SYNTAX);
}

/* Nothing leads out of an ended case. */
static void test_ends(void **state)
{
	static const enum case_state ends[] = {CASE_REJECTED, CASE_ARCHIVED, CASE_WITHDRAWN, CASE_REFUSED};
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		for (int act = 0; act < ACTS; act++) {
			enum case_state to;
			assert_int_equal(
				case_state_next(ends[i], (enum case_action)act, both, all, &to, NULL),
				ERR_STATE);
		}
}

/* After 登簿 a case is neither withdrawn nor refused, and never entered twice. */
static void test_entered_is_entered(void **state)
{
	static const enum case_state entered[] = {CASE_ENTRY, CASE_CERTIFICATE, CASE_DELIVERED};
	static const enum case_action never[] = {
		CASE_DO_WITHDRAW, CASE_DO_REFUSE, CASE_DO_ENTER, CASE_DO_REVIEW, CASE_DO_TAX};
	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < sizeof never / sizeof *never; k++) {
			enum case_state to;
			assert_int_equal(
				case_state_next(entered[i], never[k], none, all, &to, NULL), ERR_STATE);
		}
}

static void test_gate_of_entry(void **state)
{
	enum case_state to;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(case_state_next(CASE_REVIEW, CASE_DO_ENTER, (struct case_needs){true, false},
				 nothing, &to, &note),
		ERR_TAX);
	assert_non_null(strstr(note.text, "完税"));
	assert_int_equal(case_state_next(CASE_REVIEW, CASE_DO_ENTER, (struct case_needs){false, true},
				 nothing, &to, &note),
		ERR_STATE);
	assert_int_equal(case_state_next(CASE_REVIEW, CASE_DO_ENTER, both, all, &to, &note), 0);
	assert_int_equal(to, CASE_ENTRY);
	assert_int_equal(case_state_next(CASE_ACCEPTED, CASE_DO_REVIEW, both,
				 (struct case_has){true, false, false}, &to, &note),
		ERR_STATE);
	assert_int_equal(case_state_next(CASE_ACCEPTED, CASE_DO_ENTER, none, all, &to, &note), ERR_STATE);
}

static void test_tax_once_and_only_where_due(void **state)
{
	enum case_state to;
	(void)state;
	assert_int_equal(case_state_next(CASE_ACCEPTED, CASE_DO_TAX, both, nothing, &to, NULL), 0);
	assert_int_equal(case_state_next(CASE_TAX, CASE_DO_TAX, both, all, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_ACCEPTED, CASE_DO_TAX, none, nothing, &to, NULL), ERR_STATE);
	assert_int_equal(
		case_state_next(CASE_ACCEPTED, CASE_DO_GRAPHICS, none, nothing, &to, NULL), ERR_STATE);
}

/* What was accepted stays accepted: a correction asked for then leads back to where it was. */
static void test_correction_after_acceptance(void **state)
{
	static const struct case_has tax = {true, false, true}, plain = {false, false, true};
	enum case_state to;
	(void)state;
	assert_int_equal(case_state_next(CASE_TAX, CASE_DO_CORRECT, both, tax, &to, NULL), 0);
	assert_int_equal(to, CASE_CORRECTION);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_RESUBMIT, both, tax, &to, NULL), 0);
	assert_int_equal(to, CASE_TAX);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_RESUBMIT, both, plain, &to, NULL), 0);
	assert_int_equal(to, CASE_ACCEPTED);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_RESUBMIT, both, nothing, &to, NULL), 0);
	assert_int_equal(to, CASE_SUBMITTED);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_ACCEPT, both, plain, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_REJECT, both, plain, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_CORRECTION, CASE_DO_REFUSE, both, plain, &to, NULL), 0);
	assert_int_equal(
		case_state_next(CASE_CORRECTION, CASE_DO_REFUSE, both, nothing, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_CADASTRAL, CASE_DO_CORRECT, both, plain, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_REVIEW, CASE_DO_CORRECT, both, all, &to, NULL), ERR_STATE);
}

/* One step back: what was collected decides where it stands. */
static void test_back(void **state)
{
	enum case_state to;
	(void)state;
	assert_int_equal(case_state_next(CASE_REVIEW, CASE_DO_BACK, none, all, &to, NULL), 0);
	assert_int_equal(to, CASE_CADASTRAL);
	assert_int_equal(case_state_next(CASE_TAX, CASE_DO_BACK, none, (struct case_has){false, false, true},
				 &to, NULL),
		0);
	assert_int_equal(to, CASE_ACCEPTED);
	assert_int_equal(case_state_next(CASE_SUBMITTED, CASE_DO_BACK, none, nothing, &to, NULL), ERR_STATE);
	assert_int_equal(case_state_next(CASE_ENTRY, CASE_DO_BACK, none, all, &to, NULL), ERR_STATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes), cmocka_unit_test(test_ends),
		cmocka_unit_test(test_entered_is_entered), cmocka_unit_test(test_gate_of_entry),
		cmocka_unit_test(test_correction_after_acceptance), cmocka_unit_test(test_back),
		cmocka_unit_test(test_tax_once_and_only_where_due)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
