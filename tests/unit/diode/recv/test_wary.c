#include "diode/recv/wary.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FLOOD 50000

/* Some refused datagrams are no flood; many are, as long as they last. */
static void test_begins_and_ends(void **state)
{
	(void)state;
	struct wary w = {0};
	wary_look(&w, 100, 1000);
	assert_false(w.on);
	assert_false(wary_skip(&w));
	wary_look(&w, 100 + FLOOD, 1001); /* at once, not when the window ends */
	assert_true(w.on);
	wary_look(&w, 200 + FLOOD, 1400);
	assert_true(w.on);
	wary_look(&w, 300 + FLOOD, 1600);
	assert_false(w.on);
	/* as many, but slowly */
	for (int i = 0; i < 1000; i++)
		wary_look(&w, w.refused + 100, 2000 + 20 * i);
	assert_false(w.on);
}

/* Most messages go unread, some are taken all the same; while those hold nothing genuine it stays so. */
static void test_probes(void **state)
{
	(void)state;
	struct wary w = {0};
	unsigned skipped = 0;
	wary_look(&w, FLOOD, 0);
	for (int i = 0; i < 1000; i++) {
		skipped += wary_skip(&w);
		wary_keep(&w);
		wary_genuine(&w, 0); /* of a message whose first was genuine, too */
	}
	assert_true(w.on);
	assert_in_range(skipped, 900, 990);
}

/* A genuine one behind a worthless one: each is looked at again, until it may be tried anew. */
static void test_mixed(void **state)
{
	(void)state;
	struct wary w = {0};
	wary_look(&w, FLOOD, 0);
	while (wary_skip(&w))
		;
	wary_genuine(&w, 0);
	assert_false(w.on);
	wary_look(&w, 2 * FLOOD, 500);
	assert_false(w.on);
	wary_look(&w, 3 * FLOOD, 3600000);
	assert_true(w.on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_begins_and_ends),
		cmocka_unit_test(test_probes), cmocka_unit_test(test_mixed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
