/* How many versions of businesses are published: a designer's are refused before the daemon, or a portal,
 * could not take the configured ones any more. */
#include "zones/extranet/store/flows_impl.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void room_is_kept(void **state)
{
	struct flows *f = calloc(1, sizeof *f);
	(void)state;
	assert_non_null(f);
	assert_true(flows_room(f));
	f->n = FLOWS_VERSIONS_MAX - FLOWS_CONFIGURED_ROOM - 1;
	assert_true(flows_room(f));
	f->n++;
	assert_false(flows_room(f));
	f->n = FLOWS_VERSIONS_MAX;
	assert_false(flows_room(f));
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(room_is_kept)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
