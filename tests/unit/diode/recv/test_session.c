#include "diode/recv/recent.h"
#include "diode/recv/session.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sender {
	struct frame_id id;
	struct frame_mac *mac;
	uint8_t suite;
};

static void sender_open(struct sender *s, struct frame_key *k)
{
	assert_int_equal(frame_key_session_new(k, &s->id), 0);
	assert_int_equal(frame_key_session_mac(k, &s->id, &s->mac), 0);
	s->suite = frame_key_suite(k);
}

/* A sealed heartbeat with this number; returns what the table says. */
static int hear(struct session_table *t, const struct sender *s, uint64_t seq, int64_t now, int flip,
	struct session **out)
{
	uint8_t d[FRAME_OVERHEAD + 40] = {0};
	struct frame f = {.kind = FRAME_BEAT, .suite = s->suite, .session = s->id, .seq = seq, .symbol = 40};
	struct view body;
	frame_encode(&f, d);
	assert_int_equal(frame_key_seal(s->mac, seq, d, sizeof d), 0);
	if (flip >= 0)
		d[flip / 8] ^= (uint8_t)(1u << flip % 8);
	int err = frame_decode(view_of(d, sizeof d), &f, &body);
	return err != 0 ? err : session_admit(t, &f, view_of(d, sizeof d), now, out);
}

static void test_numbers(void **state)
{
	(void)state;
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct sender a;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(k, &t), 0);
	sender_open(&a, k);
	assert_int_equal(hear(t, &a, 10, 1, -1, &s), 0);
	assert_true(s->from_start && s->first == 10 && s->highest == 10);
	assert_int_equal(hear(t, &a, 10, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, 15, 1, -1, &s), 0);
	assert_int_equal(session_lost(s), 4);
	assert_int_equal(hear(t, &a, 12, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 12, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(session_lost(s), 3);
	assert_int_equal(hear(t, &a, 5, 1, -1, &s), 0); /* before the first one heard */
	assert_true(s->first == 5 && session_lost(s) == 7);
	/* Around the window's edge. */
	assert_int_equal(hear(t, &a, 15 + 65535, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 15, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, 14, 1, -1, &s), ERR_DUPLICATE); /* too old to tell */
	assert_int_equal(hear(t, &a, 16, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 16, 1, -1, &s), ERR_DUPLICATE);
	/* A jump far ahead forgets nothing it should not. */
	assert_int_equal(hear(t, &a, UINT64_C(1) << 40, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, (UINT64_C(1) << 40) - 65535, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, (UINT64_C(1) << 40) - 65536, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, UINT64_MAX, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, UINT64_MAX, 1, -1, &s), ERR_DUPLICATE);
	frame_mac_free(a.mac);
	session_table_free(t);
	frame_key_free(k);
}

/* Every flipped bit is refused, and a refused datagram marks no number as heard. */
static void test_forgery(void **state)
{
	(void)state;
	struct frame_key *k = NULL, *other = NULL;
	struct session_table *t = NULL;
	struct sender a, b;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("intl"), NULL, &k, NULL), 0);
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &other, NULL), 0);
	assert_int_equal(session_table_new(k, &t), 0);
	sender_open(&a, k);
	sender_open(&b, other);
	assert_int_equal(hear(t, &b, 1, 1, -1, &s), ERR_SUITE);
	b.suite = a.suite; /* claims ours */
	assert_int_equal(hear(t, &b, 1, 1, -1, &s), ERR_KEY);
	for (int bit = 0; bit < 8 * (FRAME_OVERHEAD + 40); bit++)
		if (hear(t, &a, 2, 1, bit, &s) == 0)
			fail_msg("bit %d", bit);
	assert_null(session_at(t, 0));
	assert_int_equal(hear(t, &a, 1, 1, -1, &s), 0);
	for (int bit = 0; bit < 8 * (FRAME_OVERHEAD + 40); bit++)
		if (hear(t, &a, 2, 1, bit, &s) == 0)
			fail_msg("bit %d", bit);
	assert_int_equal(hear(t, &a, 2, 1, -1, &s), 0);
	assert_int_equal(s->heard, 2);
	frame_mac_free(a.mac);
	frame_mac_free(b.mac);
	session_table_free(t);
	frame_key_free(k);
	frame_key_free(other);
}

/* A hundred sessions leave the newest sixteen; the count of the lost is kept. */
static void test_bound(void **state)
{
	(void)state;
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(k, &t), 0);
	for (int i = 0; i < 100; i++) {
		struct sender a;
		sender_open(&a, k);
		assert_int_equal(hear(t, &a, 100, i, -1, &s), 0);
		assert_false(s->from_start);
		assert_int_equal(hear(t, &a, 103, i, -1, &s), 0);
		frame_mac_free(a.mac);
	}
	size_t n = 0;
	for (const struct session *x; (x = session_at(t, n)) != NULL; n++)
		assert_true(x->last >= 100 - SESSION_MAX);
	assert_int_equal(n, SESSION_MAX);
	assert_int_equal(session_lost_total(t), 200);
	session_table_free(t);
	frame_key_free(k);
}

static struct frame_id id_of(uint32_t n)
{
	struct frame_id id = {{0}};
	memcpy(id.b, &n, sizeof n);
	return id;
}

static void test_recent(void **state)
{
	(void)state;
	struct recent *r = NULL;
	struct frame_id id;
	assert_int_equal(recent_new(100, &r), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		id = id_of(i);
		assert_false(recent_has(r, &id));
		recent_add(r, &id);
		recent_add(r, &id);
		assert_true(recent_has(r, &id));
		for (uint32_t j = i < 150 ? 0 : i - 150; j <= i; j++) {
			id = id_of(j);
			assert_int_equal(recent_has(r, &id), i - j < 100);
		}
	}
	for (uint32_t i = 950; i < 1000; i += 2) {
		id = id_of(i);
		recent_remove(r, &id);
		recent_remove(r, &id);
		assert_false(recent_has(r, &id));
	}
	id = id_of(5000);
	recent_remove(r, &id);
	for (uint32_t i = 2000; i < 2100; i++) {
		id = id_of(i);
		recent_add(r, &id);
	}
	for (uint32_t i = 900; i < 2100; i++) {
		id = id_of(i);
		assert_int_equal(recent_has(r, &id), i >= 2000);
	}
	recent_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_forgery),
		cmocka_unit_test(test_bound), cmocka_unit_test(test_recent)};
	return cmocka_run_group_tests_name("diode/session", tests, NULL, NULL);
}
