/* Files in pieces: in order, whole, of one size; nobody keeps others out by what he holds. */
#include "zones/internet/store/pieces.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MB (INT64_C(1) << 20)

static struct digest key_of(int n)
{
	struct digest d;
	memset(&d, 0, sizeof d);
	memcpy(d.b, &n, sizeof n);
	return d;
}

/* One byte of file n of this owner, at this place. */
static int one_byte(
	struct pieces *p, const char *owner, int n, int64_t size, int64_t offset, int64_t at, int64_t *have)
{
	struct digest key = key_of(n);
	return pieces_add(p, owner, &key, size, offset, view_str("x"), at, have);
}

static void test_order(void **state)
{
	struct pieces *p = NULL;
	struct digest key = key_of(1);
	struct buf out;
	int64_t have = -1;
	(void)state;
	assert_int_equal(pieces_new(100 * MB, &p), 0);
	assert_int_equal(one_byte(p, "a", 1, 3, 1, 1, &have), 0); /* before it is begun */
	assert_int_equal(have, 0);
	assert_int_equal(one_byte(p, "a", 1, 3, 0, 1, &have), 0);
	assert_int_equal(one_byte(p, "a", 1, 3, 0, 1, &have), 0); /* again */
	assert_int_equal(have, 1);
	assert_int_equal(one_byte(p, "a", 1, 3, 2, 1, &have), 0); /* too early */
	assert_int_equal(have, 1);
	assert_int_equal(one_byte(p, "a", 1, 9, 1, 1, &have), ERR_SCHEMA); /* of another size */
	assert_int_equal(pieces_take(p, &key, &out), ERR_STATE);
	assert_int_equal(pieces_add(p, "a", &key, 3, 1, view_str("xyz"), 1, &have), ERR_SCHEMA); /* beyond */
	assert_int_equal(pieces_add(p, "a", &key, 3, 1, view_str("yz"), 1, &have), 0);
	assert_int_equal(have, 3);
	assert_int_equal(pieces_take(p, &key, &out), 0);
	assert_true(view_eq(buf_view(&out), view_str("xyz")));
	buf_fini(&out);
	assert_int_equal(pieces_take(p, &key, &out), ERR_NOTFOUND); /* whoever comes second */
	assert_int_equal(one_byte(p, "a", 2, 0, 0, 1, &have), ERR_SCHEMA);
	assert_int_equal(one_byte(p, "a", 2, 5, -1, 1, &have), ERR_SCHEMA);
	assert_int_equal(one_byte(p, "a", 3, 5, 0, 1, &have), 0);
	key = key_of(3);
	assert_int_equal(pieces_have(p, &key, 1800001), 1);
	assert_int_equal(pieces_have(p, &key, 1800002), 0); /* left for half an hour */
	pieces_free(p);
}

/* Who begins a thousand and ends none has four, the newest, and is not locked out by what was left. */
static void test_left(void **state)
{
	struct pieces *p = NULL;
	int64_t have = 0;
	(void)state;
	assert_int_equal(pieces_new(100 * MB, &p), 0);
	for (int n = 0; n < 1000; n++)
		assert_int_equal(one_byte(p, "a", n, 20 * MB, 0, n, &have), 0);
	for (int n = 0; n < 1000; n++) {
		struct digest key = key_of(n);
		assert_int_equal(pieces_have(p, &key, 1000), n >= 996);
	}
	pieces_free(p);
}

/* Five persons who hold all the memory, and keep touching it, do not keep out a sixth; who comes takes from
 * nobody that holds no more than himself. */
static void test_shares(void **state)
{
	struct pieces *p = NULL;
	int64_t have = 0;
	char owner[8];
	(void)state;
	assert_int_equal(pieces_new(100 * MB, &p), 0);
	for (int n = 0; n < 20; n++) {
		snprintf(owner, sizeof owner, "p%d", n / 4);
		assert_int_equal(one_byte(p, owner, n, 5 * MB, 0, 100 - n, &have), 0);
	}
	assert_int_equal(one_byte(p, "me", 50, 5 * MB, 0, 101, &have), 0);
	struct digest first = key_of(0), gone = key_of(3);
	assert_int_equal(pieces_have(p, &first, 102), 1);
	assert_int_equal(pieces_have(p, &gone, 102), 0); /* the quietest of the first that held most */
	assert_int_equal(one_byte(p, "me", 51, 90 * MB, 0, 103, &have), ERR_LIMIT);
	assert_int_equal(pieces_have(p, &first, 104), 1);
	pieces_free(p);
}

/* All places taken by small files: again by who holds the most. */
static void test_places(void **state)
{
	struct pieces *p = NULL;
	int64_t have = 0;
	char owner[8];
	(void)state;
	assert_int_equal(pieces_new(100 * MB, &p), 0);
	for (int n = 0; n < 256; n++) {
		snprintf(owner, sizeof owner, "p%d", n / 4);
		assert_int_equal(one_byte(p, owner, n, 2, 0, n, &have), 0);
	}
	for (int n = 300; n < 303; n++)
		assert_int_equal(one_byte(p, "me", n, 2, 0, n, &have), 0);
	assert_int_equal(one_byte(p, "me", 299, 2, 0, 400, &have), ERR_LIMIT);
	pieces_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_left),
		cmocka_unit_test(test_shares), cmocka_unit_test(test_places)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
