#include "diode/recv/former.h"
#include "diode/recv/recent.h"
#include "diode/recv/session.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WINDOW (UINT64_C(1) << 18)

struct sender {
	struct frame_id id;
	struct frame_mac *mac;
	uint8_t suite;
};

static int64_t began = 1792000000000; /* each session begins later */

static void sender_open(struct sender *s, struct frame_key *k)
{
	assert_int_equal(frame_key_session_new(k, began++, &s->id), 0);
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
	uint8_t *at = d;
	size_t size = sizeof d;
	frame_encode(&f, d);
	assert_int_equal(frame_key_seal(s->mac, &seq, &at, &size, 1), 0);
	if (flip >= 0)
		d[flip / 8] ^= (uint8_t)(1u << flip % 8);
	int err = frame_decode(view_of(d, sizeof d), &f, &body);
	if (err != 0)
		return err;
	struct session_item item = {.f = &f, .datagram = view_of(d, sizeof d)};
	session_admit(t, &item, 1, now);
	if (item.err == 0)
		*out = item.s;
	return item.err;
}

static void test_numbers(void **state)
{
	(void)state;
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct sender a;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
	sender_open(&a, k);
	assert_int_equal(hear(t, &a, 10, 1, -1, &s), 0);
	assert_true(s->from_start && s->highest == 10);
	assert_int_equal(hear(t, &a, 10, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, 0, 1, -1, &s), ERR_DUPLICATE); /* numbers begin at 1 */
	assert_int_equal(hear(t, &a, 15, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 12, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 12, 1, -1, &s), ERR_DUPLICATE);
	/* Around the window's edge. */
	assert_int_equal(hear(t, &a, 15 + WINDOW - 1, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 15, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, 14, 1, -1, &s), ERR_DUPLICATE); /* too old to tell */
	assert_int_equal(hear(t, &a, 16, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 16, 1, -1, &s), ERR_DUPLICATE);
	/* A jump far ahead forgets nothing it should not. */
	assert_int_equal(hear(t, &a, UINT64_C(1) << 40, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, (UINT64_C(1) << 40) - (WINDOW - 1), 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, (UINT64_C(1) << 40) - WINDOW, 1, -1, &s), ERR_DUPLICATE);
	assert_int_equal(hear(t, &a, UINT64_MAX, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, UINT64_MAX, 1, -1, &s), ERR_DUPLICATE);
	frame_mac_free(a.mac);
	session_table_free(t);
	frame_key_free(k);
}

/* What did not come in time is lost; what came late is not; what leaves the window is settled before. */
static void test_lost(void **state)
{
	(void)state;
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct sender a, late;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
	sender_open(&a, k);
	assert_int_equal(hear(t, &a, 1, 1, -1, &s), 0);
	assert_int_equal(hear(t, &a, 10, 1, -1, &s), 0);
	session_settle(t, 10, false);
	session_settle(t, 900, false);
	assert_int_equal(s->lost, 0); /* there is still time */
	session_settle(t, 1100, false);
	assert_int_equal(s->lost, 8);
	assert_int_equal(hear(t, &a, 5, 1100, -1, &s), 0);
	assert_int_equal(s->lost, 7);
	/* Numbers of datagrams nobody looked at, late and ahead of those heard; once each. */
	struct frame f = {.session = a.id};
	for (int i = 0; i < 2; i++)
		for (f.seq = 2; f.seq <= 14; f.seq += 3) /* of 5 there is more: it was heard */
			session_spare(t, &f);
	assert_int_equal(s->surplus, 10);
	assert_int_equal(s->lost, 5);
	/* A sender that spreads its blocks over five seconds is waited for so long. */
	s->beat.spread = 5000;
	assert_int_equal(hear(t, &a, 20, 2000, -1, &s), 0);
	session_settle(t, 2000, false);
	session_settle(t, 7000, false);
	assert_int_equal(s->lost, 5);
	session_settle(t, 8100, false);
	assert_int_equal(s->lost, 5 + 7);
	assert_int_equal(hear(t, &a, 20 + WINDOW + 5, 9000, -1, &s), 0);
	assert_int_equal(s->lost, 5 + 7 + 5); /* 21 … 25 left the window */
	assert_int_equal(hear(t, &a, 20 + 3 * WINDOW, 9000, -1, &s), 0);
	session_settle(t, 9000, true);
	session_settle(t, 15000, true);
	assert_int_equal(s->lost, 5 + 7 + 3 * WINDOW - 2);
	/* One that is heard from its middle on: what came before is not ours to miss. */
	sender_open(&late, k);
	assert_int_equal(hear(t, &late, 5000, 9000, -1, &s), 0);
	assert_false(s->from_start);
	assert_int_equal(hear(t, &late, 6000, 9000, -1, &s), 0);
	assert_int_equal(hear(t, &late, 4000, 9000, -1, &s), 0);
	session_settle(t, 9100, false);
	session_settle(t, 20000, false);
	assert_int_equal(s->lost, 0);
	assert_int_equal(hear(t, &late, 6003, 20000, -1, &s), 0);
	session_settle(t, 20000, true);
	session_settle(t, 20001, true);
	assert_int_equal(s->lost, 2);
	assert_int_equal(hear(t, &late, 5500, 20002, -1, &s), 0); /* nor does it make up for what is lost */
	assert_int_equal(s->lost, 2);
	assert_int_equal(hear(t, &late, 6001, 20002, -1, &s), 0);
	assert_int_equal(s->lost, 1);
	frame_mac_free(a.mac);
	frame_mac_free(late.mac);
	session_table_free(t);
	frame_key_free(k);
}

/* A batch: forged ones, the same one twice and others of an unknown session among true ones. */
static void test_batch(void **state)
{
	(void)state;
	enum { N = 200, SIZE = FRAME_OVERHEAD + 40 };
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct sender a, b;
	static uint8_t d[N][SIZE];
	struct frame f[N];
	struct session_item item[N];
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
	sender_open(&a, k);
	sender_open(&b, k);
	for (size_t i = 0; i < N; i++) {
		struct view body;
		const struct sender *s = i % 7 == 3 ? &b : &a;
		uint64_t seq = i % 10 == 9 ? i : i + 1; /* each tenth is the one before again */
		uint8_t *at = d[i];
		size_t size = SIZE;
		f[i] = (struct frame){
			.kind = FRAME_BEAT, .suite = 1, .session = s->id, .seq = seq, .symbol = 40};
		frame_encode(&f[i], d[i]);
		assert_int_equal(frame_key_seal(s->mac, &seq, &at, &size, 1), 0);
		if (i % 5 == 2)
			d[i][90] ^= 1;
		assert_int_equal(frame_decode(view_of(d[i], SIZE), &f[i], &body), 0);
		item[i] = (struct session_item){.f = &f[i], .datagram = view_of(d[i], SIZE)};
	}
	session_admit(t, item, N, 1);
	for (size_t i = 0; i < N; i++) {
		bool twice = i % 10 == 9 && (i % 7 == 3) == ((i - 1) % 7 == 3);
		assert_int_equal(item[i].err, i % 5 == 2 ? ERR_DIGEST : twice ? ERR_DUPLICATE : 0);
		if (item[i].err == 0)
			assert_true(frame_id_eq(&item[i].s->id, &f[i].session));
	}
	session_admit(t, item, N, 1);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(item[i].err, i % 5 == 2 ? ERR_DIGEST : ERR_DUPLICATE);
	frame_mac_free(a.mac);
	frame_mac_free(b.mac);
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
	assert_int_equal(session_table_new(suite_by_name("intl"), k, &t), 0);
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

static int judge(struct session_table *t, const struct sender *s, uint64_t seq, int64_t now, bool genuine)
{
	uint8_t d[FRAME_OVERHEAD + 40] = {0};
	struct frame f = {.kind = FRAME_BEAT, .suite = s->suite, .session = s->id, .seq = seq, .symbol = 40};
	uint8_t *at = d;
	size_t size = sizeof d;
	frame_encode(&f, d);
	assert_int_equal(frame_key_seal(s->mac, &seq, &at, &size, 1), 0);
	d[FRAME_HEAD] ^= genuine ? 0 : 1;
	return session_judge(t, &f, view_of(d, sizeof d), now);
}

/* What a flood's datagrams are told at a glance, and that it notes nothing. Under the number of a session of
 * which nothing genuine was heard only a thousand keys a second are made. */
static void test_judge(void **state)
{
	(void)state;
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct sender a, many;
	struct session *s = NULL;
	assert_int_equal(frame_key_load(suite_by_name("intl"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("intl"), k, &t), 0);
	sender_open(&a, k);
	assert_int_equal(judge(t, &a, 5, 1, false), 0); /* unknown: to be looked at in earnest */
	assert_int_equal(hear(t, &a, 5, 1, 8 * FRAME_HEAD, &s), ERR_DIGEST);
	assert_int_equal(judge(t, &a, 5, 1, false), ERR_DIGEST);
	assert_int_equal(judge(t, &a, 5, 1, true), 0);
	assert_null(session_at(t, 0));
	assert_int_equal(hear(t, &a, 5, 1, -1, &s), 0);
	assert_int_equal(judge(t, &a, 5, 1, true), ERR_DUPLICATE);
	assert_int_equal(judge(t, &a, 6, 1, false), ERR_DIGEST);
	assert_int_equal(judge(t, &a, 6, 1, true), 0);
	assert_int_equal(hear(t, &a, 6, 1, -1, &s), 0);
	struct sender bogus = a;
	bogus.id.b[0] ^= 1;
	assert_int_equal(hear(t, &bogus, 1, 1, -1, &s), ERR_KEY);
	assert_int_equal(judge(t, &bogus, 1, 1, true), ERR_KEY);
	int limited = 0;
	for (int i = 0; i < 1200; i++) {
		sender_open(&many, k);
		int err = hear(t, &many, 1, 5000, 8 * FRAME_HEAD, &s);
		assert_true(err == ERR_DIGEST || err == ERR_LIMIT);
		limited += err == ERR_LIMIT;
		if (i == 1199) {
			assert_int_equal(judge(t, &many, 1, 5000, false), ERR_LIMIT);
			assert_int_equal(hear(t, &many, 1, 6000, -1, &s), 0);
		}
		frame_mac_free(many.mac);
	}
	assert_int_equal(limited, 200);
	assert_int_equal(hear(t, &a, 7, 6000, -1, &s), 0);
	frame_mac_free(a.mac);
	session_table_free(t);
	frame_key_free(k);
}

/* Two thousand sessions leave the newest sixteen open; the counts of the others are kept, and nothing of
 * theirs is heard again, whether they are remembered or began before all that are. So it stays after a
 * restart. */
static void test_bound(void **state)
{
	(void)state;
	enum { ALL = 2000 };
	struct frame_key *k = NULL;
	struct session_table *t = NULL;
	struct session *s = NULL;
	static struct sender a[ALL];
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &k, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
	for (int i = 0; i < ALL; i++) {
		sender_open(&a[i], k);
		assert_int_equal(hear(t, &a[i], 100, i, -1, &s), 0);
		assert_false(s->from_start);
		session_settle(t, i, true);
		session_settle(t, i, true);
		assert_int_equal(hear(t, &a[i], 103, i, -1, &s), 0);
	}
	size_t n = 0;
	for (const struct session *x; (x = session_at(t, n)) != NULL; n++)
		assert_true(x->last >= ALL - SESSION_MAX);
	assert_int_equal(n, SESSION_MAX);
	session_settle(t, ALL, true);
	session_settle(t, ALL, true);
	assert_int_equal(session_lost_total(t), 2 * ALL);
	assert_int_equal(session_heard_total(t), 2 * ALL);
	json_t *kept = session_table_keep(t);
	assert_non_null(kept);
	assert_int_equal(json_array_size(json_object_get(kept, "sessions")), SESSION_MAX + FORMER_MAX);
	for (int again = 0; again < 2; again++) {
		for (int i = 0; i < ALL; i++) {
			int err = hear(t, &a[i], 103, ALL + 1, -1, &s);
			assert_int_equal(err,
				i < ALL - FORMER_MAX - (again ? 0 : SESSION_MAX) ? ERR_EPOCH : ERR_DUPLICATE);
		}
		session_table_free(t);
		t = NULL;
		assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
		assert_int_equal(session_table_restore(t, kept), 0);
	}
	/* One that goes on after the restart is heard, from where it was. */
	assert_int_equal(hear(t, &a[ALL - 1], 104, ALL + 1, -1, &s), 0);
	assert_false(s->from_start);
	assert_int_equal(hear(t, &a[ALL - 1], 103, ALL + 1, -1, &s), ERR_DUPLICATE);
	json_decref(kept);
	session_table_free(t);
	/* What is no such list is refused. */
	static const char *const bad[] = {"{}", "{\"floor\":1}", "{\"floor\":1,\"sessions\":[1]}",
		"{\"floor\":1,\"sessions\":[[\"00\",\"1\"]]}",
		"{\"floor\":1,\"sessions\":[[\"000102030405060708090a0b0c0d0e0f\",\"x\"]]}",
		"{\"floor\":1,\"sessions\":[[\"000102030405060708090a0b0c0d0e0f\",\"-1\"]]}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_t *o = NULL;
		assert_int_equal(json_parse(view_str(bad[i]), 1000, &o, NULL), 0);
		assert_int_equal(session_table_new(suite_by_name("gm"), k, &t), 0);
		assert_int_equal(session_table_restore(t, o), ERR_SCHEMA);
		session_table_free(t);
		json_decref(o);
	}
	for (int i = 0; i < ALL; i++)
		frame_mac_free(a[i].mac);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_lost),
		cmocka_unit_test(test_batch), cmocka_unit_test(test_forgery), cmocka_unit_test(test_judge),
		cmocka_unit_test(test_bound), cmocka_unit_test(test_recent)};
	return cmocka_run_group_tests_name("diode/session", tests, NULL, NULL);
}
