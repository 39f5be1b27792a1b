/* The balance of blanks in a month is that of their steps, whatever they went through; the China Standard
 * Time decides the month. */
#include "burner/paper/stock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* "MM-DDTHH state …" of one blank in 2026. */
static void blank_add(json_t *list, const char *steps)
{
	json_t *all = json_array();
	char at[32], state[16];
	int n = 0;
	for (const char *p = steps; sscanf(p, " %5[0-9-]T%2[0-9] %15s%n", at, at + 8, state, &n) == 3;
		p += n) {
		char time[32];
		(void)snprintf(time, sizeof time, "2026-%sT%s:30:00.000Z", at, at + 8);
		json_array_append_new(all,
			json_pack("{s:s,s:s,s:s,s:s}", "at", time, "by", "he", "note", "", "state", state));
	}
	json_array_append_new(list, json_pack("{s:o}", "steps", all));
}

static void month(const json_t *list, const char *name, const char *want)
{
	char text[256], got[64];
	struct stock s;
	stock_count(list, name, &s);
	(void)snprintf(got, sizeof got, "%d %d %d %d %d %d %d", (int)s.before, (int)s.registered,
		(int)s.erased, (int)s.used, (int)s.scrap, (int)s.voided, (int)s.left);
	assert_string_equal(got, want);
	assert_int_equal(s.before + s.registered + s.erased - s.used - s.scrap - s.voided, s.left);
	stock_text(list, name, text);
	assert_non_null(strstr(text, "月末结存 left"));
}

static void test_balance(void **state)
{
	(void)state;
	json_t *list = json_array();
	month(list, "2026-11", "0 0 0 0 0 0 0");
	blank_add(list, "10-05T01 blank");
	blank_add(list, "10-05T01 blank 11-02T01 used");
	blank_add(list, "10-05T01 blank 10-06T01 used 11-03T01 blank 11-04T01 used 12-01T01 blank");
	blank_add(list, "11-05T01 blank 11-05T02 scrap");
	blank_add(list, "11-05T01 blank 11-06T01 void 11-07T01 used");
	blank_add(list, "11-08T01 blank 12-08T01 scrap");
	blank_add(list, "12-05T01 blank");
	/* Half past midnight of the first of December in China. */
	blank_add(list, "11-30T16 blank");
	month(list, "2026-09", "0 0 0 0 0 0 0");
	month(list, "2026-10", "0 3 0 1 0 0 2");
	month(list, "2026-11", "2 3 1 2 1 1 2");
	month(list, "2026-12", "2 2 1 0 1 0 4");
	month(list, "2027-01", "4 0 0 0 0 0 4");
	json_decref(list);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_balance)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
