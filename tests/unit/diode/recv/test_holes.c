#include "diode/recv/holes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hole hole_of(uint8_t id, uint64_t (*range)[2], size_t n)
{
	struct hole h = {.id = {.b = {id}}, .size = 100, .n = n, .range = range};
	h.name[0] = (char)('a' + id);
	return h;
}

static void test_list(void **state)
{
	(void)state;
	struct holes *h = NULL;
	uint64_t range[2][2] = {{0, 10}, {20, 30}};
	assert_int_equal(holes_new(2, &h), 0);
	struct hole a = hole_of(1, range, 2), b = hole_of(2, range, 1), c = hole_of(3, NULL, 0);
	assert_true(holes_put(h, &a));
	range[1][1] = 99; /* it has its own copy */
	assert_true(holes_put(h, &b));
	assert_false(holes_put(h, &c)); /* no room: counted */
	assert_int_equal(holes_count(h), 2);
	assert_int_equal(holes_more(h), 1);
	const struct hole *got = holes_find(h, &a.id);
	assert_non_null(got);
	assert_int_equal(got->n, 2);
	assert_int_equal(got->range[1][1], 30);
	/* The same object: replaced, and it takes no further room. */
	a.n = 1;
	assert_true(holes_put(h, &a));
	assert_int_equal(holes_count(h), 2);
	assert_int_equal(holes_find(h, &a.id)->n, 1);
	holes_remove(h, &c.id);
	holes_remove(h, &a.id);
	assert_null(holes_find(h, &a.id));
	assert_int_equal(holes_count(h), 1);
	assert_memory_equal(holes_at(h, 0)->id.b, b.id.b, sizeof b.id.b);
	assert_true(holes_put(h, &c));
	assert_non_null(holes_find(h, &c.id));
	holes_free(h);
}

/* Against a plain table, in random order. */
static void test_many(void **state)
{
	(void)state;
	struct holes *h = NULL;
	bool there[200] = {false};
	size_t n = 0;
	uint64_t random = 7;
	assert_int_equal(holes_new(200, &h), 0);
	for (int step = 0; step < 20000; step++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		uint8_t id = (uint8_t)((random >> 40) % 200);
		struct hole x = hole_of(id, NULL, 0);
		if ((random >> 60 & 1) != 0) {
			assert_true(holes_put(h, &x));
			n += !there[id];
			there[id] = true;
		} else {
			holes_remove(h, &x.id);
			n -= there[id];
			there[id] = false;
		}
		assert_int_equal(holes_count(h), n);
		assert_int_equal(holes_find(h, &x.id) != NULL, there[id]);
	}
	for (size_t i = 0; i < n; i++)
		assert_true(there[holes_at(h, i)->id.b[0]]);
	holes_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_list), cmocka_unit_test(test_many)};
	return cmocka_run_group_tests_name("diode/holes", tests, NULL, NULL);
}
