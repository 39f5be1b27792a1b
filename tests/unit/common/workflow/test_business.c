/* The shipped businesses load; a wrong definition is refused with its file. */
#include "common/workflow/business.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_shipped(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *transfer = business_find(s, "transfer-existing-flat"),
			      *first = business_find(s, "first-registration");
	assert_non_null(transfer);
	assert_non_null(first);
	assert_true(transfer->needs_tax && !transfer->needs_cadastral);
	assert_true(!first->needs_tax && first->needs_cadastral);
	assert_string_equal(transfer->holder_role, "transferee");
	assert_string_equal(transfer->entry, "transfer");
	assert_string_equal(first->entry, "first");
	assert_non_null(business_role_find(transfer, "transferor"));
	assert_null(business_role_find(transfer, "nobody"));
	assert_null(business_find(s, "unheard"));
	business_free(s);
}

/* One line of a good definition changed. */
static void test_wrong_ones(void **state)
{
	static const char *const edits[] = {"s/^code: .*/code: \"a b\"/",
		"s/^holder_role: .*/holder_role: nobody/", "s/^needs_tax: .*/needs_tax: perhaps/",
		"s/^legal_days: .*/legal_days: -1/", "$ a unheard_key: 1", "$ a entry: Not A Kind",
		"s/^registration_type: .*/registration_type: 777/", "/^roles:/,/^fields:/d"};
	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		char dir[] = "/tmp/test-business.XXXXXX", command[512];
		struct business_set *s = NULL;
		struct err_note note = {0};
		assert_non_null(mkdtemp(dir));
		snprintf(command, sizeof command,
			"sed '%s' conf/businesses/transfer-existing-flat.yaml > "
			"%s/transfer-existing-flat.yaml",
			edits[i], dir);
		assert_int_equal(system(command), 0);
		int rc = business_load(dir, &s, &note);
		if (rc == 0)
			fail_msg("taken: %s", edits[i]);
		assert_non_null(strstr(note.text, "transfer-existing-flat.yaml"));
		snprintf(command, sizeof command, "rm -rf %s", dir);
		assert_int_equal(system(command), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped), cmocka_unit_test(test_wrong_ones)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
