/* Kinds of entry: every shipped business fits its kind; one that does not is named. */
#include "zones/extranet/domain/entry_kind.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_codes(void **state)
{
	bool acts[ENTRY_ACT_COUNT] = {false};
	(void)state;
	for (size_t i = 0; entry_kind_at(i); i++) {
		const struct entry_kind *k = entry_kind_at(i);
		assert_ptr_equal(entry_kind_find(k->code), k);
		assert_true(*k->zh && *k->en && k->registration_type % 100 == 0);
		acts[k->act] = true;
	}
	for (size_t i = 0; i < ENTRY_ACT_COUNT; i++)
		assert_true(acts[i]);
	assert_null(entry_kind_find("unheard"));
}

static void test_shipped(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; business_at(s, i); i++)
		if (entry_kind_fits(business_at(s, i), &note) < 0)
			fail_msg("%s", note.text);
	business_free(s);
}

static void test_misfits(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *good = business_find(s, "transfer-existing-flat");
	assert_non_null(good);
	static const struct {
		const char *entry, *ended, *says;
		int type;
	} cases[] = {
		{"unheard", "transferor", "unknown", 200},
		{"transfer", "transferor", "registration_type", 300},
		{"transfer", "", "present holders", 200},
		{"transfer-court", "transferor", "has none", 200},
		{"transfer-court", "", "needs court", 200},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct business b = *good;
		strcpy(b.entry, cases[i].entry);
		strcpy(b.ended_role, cases[i].ended);
		b.registration_type = cases[i].type;
		assert_int_equal(entry_kind_fits(&b, &note), ERR_CONFIG);
		assert_non_null(strstr(note.text, cases[i].says));
	}
	business_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes), cmocka_unit_test(test_shipped), cmocka_unit_test(test_misfits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
