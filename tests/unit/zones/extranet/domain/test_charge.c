/* The registration fee of a case: every state against every act; what it is reckoned from; the table by the
 * day; the payment platform's receipt, whole and bent. */
#include "zones/extranet/domain/charge.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_moves(void **state)
{
	static const struct {
		enum charge_state from;
		enum charge_act act;
		enum charge_state to;
	} good[] = {{CHARGE_DUE, CHARGE_DO_PAY, CHARGE_PAID}, {CHARGE_ASKED, CHARGE_DO_PAY, CHARGE_PAID},
		{CHARGE_CANCELLED, CHARGE_DO_PAY, CHARGE_REFUND}, {CHARGE_DUE, CHARGE_DO_ASK, CHARGE_ASKED},
		{CHARGE_ASKED, CHARGE_DO_WAIVE, CHARGE_WAIVED}, {CHARGE_ASKED, CHARGE_DO_KEEP, CHARGE_DUE},
		{CHARGE_REFUND, CHARGE_DO_REFUND, CHARGE_REFUNDED}};
	size_t n = 0;
	(void)state;
	for (int from = 0; from < CHARGE_STATE_COUNT; from++)
		for (int act = 0; act < CHARGE_ACT_COUNT; act++) {
			enum charge_state to, want = CHARGE_STATE_COUNT;
			for (size_t i = 0; i < sizeof good / sizeof *good; i++)
				if ((int)good[i].from == from && (int)good[i].act == act)
					want = good[i].to;
			if (act == CHARGE_DO_END)
				continue;
			int rc = charge_next((enum charge_state)from, (enum charge_act)act, &to, NULL);
			assert_int_equal(rc, want == CHARGE_STATE_COUNT ? ERR_STATE : 0);
			if (rc == 0) {
				assert_int_equal(to, want);
				n++;
			}
		}
	assert_int_equal(n, sizeof good / sizeof *good);
}

/* A case that ends owes nothing, and nobody's money is kept. */
static void test_end(void **state)
{
	(void)state;
	for (int from = 0; from < CHARGE_STATE_COUNT; from++) {
		enum charge_state to, again;
		assert_int_equal(charge_next((enum charge_state)from, CHARGE_DO_END, &to, NULL), 0);
		assert_true(to != CHARGE_DUE && to != CHARGE_ASKED && to != CHARGE_PAID);
		assert_int_equal(from == CHARGE_PAID, to == CHARGE_REFUND && from != CHARGE_REFUND);
		assert_int_equal(charge_next(to, CHARGE_DO_END, &again, NULL), 0);
		assert_int_equal(again, to);
	}
	assert_true(
		charge_settled(CHARGE_FREE) && charge_settled(CHARGE_WAIVED) && charge_settled(CHARGE_PAID));
	assert_false(
		charge_settled(CHARGE_DUE) || charge_settled(CHARGE_ASKED) || charge_settled(CHARGE_REFUND));
}

static struct charge_facts facts(const char *entry, const char *form, const char *rows)
{
	static struct business b;
	snprintf(b.entry, sizeof b.entry, "%s", entry);
	json_t *f = json_loads(form, 0, NULL), *r = json_loads(rows, 0, NULL);
	assert_true(f && r);
	struct charge_facts out = charge_facts(&b, f, r);
	json_decref(f);
	json_decref(r);
	return out;
}

static void test_facts(void **state)
{
	static const char *const empty = "{}", *const flat =
						       "{\"h\":[{\"ghyt\":\"住宅\",\"zl\":\"\",\"jzmj\":1}]}";
	static const struct {
		const char *entry, *form, *rows;
		int64_t pieces;
		bool dwelling;
	} cases[] = {
		{"first", "{\"fields\":{\"use\":\"住宅\"}}", empty, 1, true},
		{"first", "{\"fields\":{\"use\":\"非住宅\"}}", empty, 1, false},
		{"first", "{\"fields\":{\"use\":\"商业\"}}", flat, 1, false},
		{"first", "{\"fields\":{\"use\":\"农村宅基地\"}}", empty, 1, true},
		{"transfer", "{\"fields\":{}}", flat, 1, true},
		{"transfer", "{\"fields\":{}}", empty, 1, false},
		{"mortgage", "{\"fields\":{\"units\":\"A|1|2\\nB|1|2\"}}", flat, 3, true},
		{"split", "{\"fields\":{\"units\":\"A|1|2\\nB|1|2\"}}", flat, 2, true},
		{"merge", "{\"fields\":{\"units\":\"A\\nB\"}}", flat, 1, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct charge_facts f = facts(cases[i].entry, cases[i].form, cases[i].rows);
		assert_int_equal(f.pieces, cases[i].pieces);
		assert_int_equal(f.dwelling, cases[i].dwelling);
	}
}

/* The shipped table, by the day of the acceptance. */
static int64_t cost(const char *business, const char *date, int64_t pieces, int64_t copies, bool dwelling,
	const char *relief, char why[static FEE_CODE])
{
	static const char codes[][FEE_CODE] = {"registration", "extra-copy"};
	const char *const reliefs[] = {relief, NULL};
	struct fee_table *t = NULL;
	struct err_note note = {0};
	struct fee_line lines[FEE_LINES_MAX];
	size_t n = 0;
	int64_t sum = 0;
	assert_int_equal(fee_load("conf/businesses/fees.yaml", &t, &note), 0);
	const struct fee_facts f = {business, date, pieces, copies, dwelling, reliefs};
	assert_int_equal(fee_reckon(t, codes, 2, &f, lines, &n, &note), 0);
	json_t *list = charge_lines(lines, n, &sum);
	assert_int_equal(json_array_size(list), n);
	snprintf(why, FEE_CODE, "%s", n ? lines[0].relief : "");
	json_decref(list);
	fee_free(t);
	return sum;
}

static void test_table(void **state)
{
	static const struct {
		const char *business, *date;
		int64_t pieces, copies;
		bool dwelling;
		const char *relief;
		int64_t cents;
		const char *why;
	} cases[] = {
		{"transfer-existing-flat", "2026-11-27", 1, 1, true, NULL, 8000, ""},
		{"transfer-existing-flat", "2026-11-27", 1, 1, false, NULL, 55000, ""},
		{"transfer-existing-flat", "2026-11-27", 2, 3, true, NULL, 2 * 8000 + 4 * 1000, ""},
		{"transfer-existing-flat", "2026-11-27", 1, 3, false, "small-enterprise", 2000,
			"small-enterprise"},
		{"objection", "2026-11-27", 1, 1, true, NULL, 4000, "objection-half"},
		{"change-address", "2019-06-30", 1, 1, true, NULL, 4000, "correction-half"},
		{"change-address", "2019-07-01", 1, 1, true, NULL, 0, "correction-free"},
		{"change-address", "2019-06-30", 1, 1, true, "address-by-authority", 0,
			"address-by-authority"},
		{"seizure", "2026-11-27", 1, 1, false, NULL, 0, "seizure-free"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[FEE_CODE];
		assert_int_equal(cost(cases[i].business, cases[i].date, cases[i].pieces, cases[i].copies,
					 cases[i].dwelling, cases[i].relief, why),
			cases[i].cents);
		assert_string_equal(why, cases[i].why);
	}
}

static void test_claimable(void **state)
{
	struct fee_table *t = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(fee_load("conf/businesses/fees.yaml", &t, &note), 0);
	assert_true(fee_relief_claimable(t, "small-enterprise", "transfer-existing-flat", "2026-11-27"));
	assert_true(fee_relief_claimable(t, "address-by-authority", "change-address", "2026-11-27"));
	assert_false(fee_relief_claimable(t, "address-by-authority", "transfer-existing-flat", "2026-11-27"));
	assert_false(fee_relief_claimable(t, "small-enterprise", "transfer-existing-flat", "2016-04-30"));
	assert_false(
		fee_relief_claimable(t, "objection-half", "objection", "2026-11-27")); /* applies by itself */
	assert_false(fee_relief_claimable(t, "unheard", "objection", "2026-11-27"));
	fee_free(t);
}

static void test_yuan(void **state)
{
	char s[32];
	(void)state;
	charge_yuan(8005, s, sizeof s);
	assert_string_equal(s, "80.05");
	charge_yuan(0, s, sizeof s);
	assert_string_equal(s, "0.00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_moves), cmocka_unit_test(test_end),
		cmocka_unit_test(test_facts), cmocka_unit_test(test_table), cmocka_unit_test(test_claimable),
		cmocka_unit_test(test_yuan)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
