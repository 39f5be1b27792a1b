#include "diode/recv/link.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TICK 500 /* ms between two looks */

struct line {
	struct link l;
	struct link_sample s;
	int64_t now;
};

/* Ticks until the state is as wanted; returns after how many ms, or fails. */
static int64_t until(struct line *x, enum link_state want, void (*meanwhile)(struct line *))
{
	for (int64_t began = x->now; x->now - began <= 10000; x->now += TICK) {
		if (meanwhile != NULL)
			meanwhile(x);
		(void)link_tick(&x->l, &x->s, x->now);
		if (x->l.state == want)
			return x->now - began;
	}
	fail_msg("never %s, but %s", link_state_name(want), link_state_name(x->l.state));
	return -1;
}

static void beats(struct line *x)
{
	static const struct frame_beat B = {.every = 500};
	x->s.genuine++;
	link_heard(&x->l, x->now);
	link_beat(&x->l, &B);
}

static void data(struct line *x)
{
	beats(x);
	x->s.genuine += 100;
	x->s.data += 100;
}

static void lossy(struct line *x)
{
	data(x);
	x->s.lost += 1;
}

static void strangers(struct line *x)
{
	x->s.refused += 10;
}

static void objects_lost(struct line *x)
{
	beats(x);
	x->s.missed++;
}

static void last(struct line *x)
{
	static const struct frame_beat B = {.every = 500, .flags = FRAME_BEAT_LAST};
	link_heard(&x->l, x->now);
	link_beat(&x->l, &B);
	x->s.genuine++;
}

/* Each state from each other one within three seconds: that is what the half second of a tick leaves. */
static void test_within_three_seconds(void **state)
{
	(void)state;
	static const struct {
		enum link_state is;
		void (*by)(struct line *);
	} STATES[] = {{LINK_SILENT, beats}, {LINK_RECEIVING, data}, {LINK_LOSS, lossy}, {LINK_DEAD, NULL},
		{LINK_NOISE, strangers}, {LINK_LOSS, objects_lost}, {LINK_ENDED, last}};
	for (size_t a = 0; a < sizeof STATES / sizeof *STATES; a++)
		for (size_t b = 0; b < sizeof STATES / sizeof *STATES; b++) {
			struct line x = {.now = 1000};
			/* A sender that has ended and falls silent has ended: nothing tells a dead fibre
			 * then. */
			bool quiet = STATES[a].is == LINK_ENDED &&
				     (STATES[b].is == LINK_DEAD || STATES[b].is == LINK_NOISE);
			link_init(&x.l, x.now);
			(void)until(&x, LINK_SILENT, beats);
			(void)until(&x, STATES[a].is, STATES[a].by);
			x.now += TICK;
			if (quiet)
				continue;
			int64_t took = until(&x, STATES[b].is, STATES[b].by);
			if (took > 3000)
				fail_msg("%s after %s took %d ms", link_state_name(STATES[b].is),
					link_state_name(STATES[a].is), (int)took);
		}
}

static void test_from_nothing(void **state)
{
	(void)state;
	struct line x = {.now = 1000};
	link_init(&x.l, x.now);
	assert_false(link_tick(&x.l, &x.s, x.now));
	assert_int_equal(x.l.state, LINK_WAITING);
	/* Long silence before the first datagram is no dead fibre: nobody was there yet. */
	x.now += 60000;
	assert_false(link_tick(&x.l, &x.s, x.now));
	assert_int_equal(x.l.state, LINK_WAITING);
	assert_true(until(&x, LINK_NOISE, strangers) <= 3000);
	assert_true(until(&x, LINK_RECEIVING, data) <= 3000);
	/* The change is told once, with its time. */
	x.now += TICK;
	data(&x);
	assert_false(link_tick(&x.l, &x.s, x.now));
	assert_true(x.l.since < x.now);
}

/* A slow heartbeat is waited for, but never longer than what keeps the three seconds. */
static void test_slow_beats(void **state)
{
	(void)state;
	struct line x = {.now = 1000};
	struct frame_beat b = {.every = 60000};
	link_init(&x.l, x.now);
	link_heard(&x.l, x.now);
	link_beat(&x.l, &b);
	assert_true(until(&x, LINK_DEAD, NULL) <= 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_within_three_seconds),
		cmocka_unit_test(test_from_nothing), cmocka_unit_test(test_slow_beats)};
	return cmocka_run_group_tests_name("diode/link", tests, NULL, NULL);
}
