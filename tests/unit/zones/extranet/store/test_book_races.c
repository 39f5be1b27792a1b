/* Two registrars, two cases of one unit, and a court's seizure that arrives between review and entry: each
 * registrar's case passes its review, then both entries and the seizure go for the book at once, from three
 * threads. Whatever order they fall in, it is one that could have been: at most one sale, none behind the
 * seizure, and the book says what the answers said. SW_RACES: how many (short without); SW_BACKEND.
 * */
#include "tests/unit/common/db/backend.h"
#include "tests/unit/zones/extranet/store/book_office.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PEOPLE 6
#define RACES_A_UNIT 100

struct racer {
	struct order o;
	int rc, wait_us; /* after the start, so that every order of arrival is seen */
	pthread_barrier_t *start;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct timespec pause = {0, r->wait_us * 1000L};
	pthread_barrier_wait(r->start);
	if (r->wait_us)
		nanosleep(&pause, NULL);
	r->rc = order_do(&r->o);
	return NULL;
}

static struct order seizure_of(const char *kind, const char *unit, int doc)
{
	struct order o = order_new(kind, unit);
	char from[DAY_TEXT], to[DAY_TEXT], text[32];
	day_text(book_today(), from);
	day_text(book_today() + 100, to);
	snprintf(text, sizeof text, "doc%d", doc);
	order_text(&o, "court", "法院");
	order_text(&o, "document_no", text);
	order_text(&o, "seizure_no", text);
	order_text(&o, "term_from", from);
	order_text(&o, "term_to", to);
	return o;
}

static struct order sale_of(const char *unit, int from, int to)
{
	struct order o = order_new("transfer", unit);
	order_party(&o, "obligor", from);
	order_party(&o, "holder", to);
	return o;
}

/* Who won, from the answers alone; every refusal has a reason that fits. */
static int winner(const struct racer r[3])
{
	assert_int_equal(r[2].rc, 0);
	for (int i = 0; i < 2; i++) {
		if (r[i].rc == 0)
			continue;
		assert_int_equal(r[i].rc, ERR_BLOCKED);
		bool seized = strstr(r[i].o.codes, "SEIZED") != NULL,
		     sold = strstr(r[i].o.codes, "NOT-HOLDER") != NULL;
		assert_true(seized || sold);
		/* Not the holder any more: only when the other sale was entered. */
		if (sold)
			assert_int_equal(r[1 - i].rc, 0);
	}
	assert_false(r[0].rc == 0 && r[1].rc == 0);
	return r[0].rc == 0 ? 0 : r[1].rc == 0 ? 1 : 2;
}

static int one_race(const char *unit, int owner, int doc, int *won)
{
	struct racer r[3];
	pthread_t t[3];
	pthread_barrier_t start;
	int buyer[2] = {(owner + 1) % PEOPLE, (owner + 2) % PEOPLE};
	char want[BOOK_TEXT], says[BOOK_TEXT], to[DAY_TEXT];
	pthread_barrier_init(&start, NULL, 3);
	for (int i = 0; i < 3; i++) {
		r[i] = (struct racer){.rc = 0, .wait_us = (int)book_any(400), .start = &start};
		r[i].o = i < 2 ? sale_of(unit, owner, buyer[i]) : seizure_of("seizure", unit, doc);
		assert_int_equal(order_review(&r[i].o), 0);
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&start);
	*won = winner(r);
	owner = *won < 2 ? buyer[*won] : owner;
	day_text(book_today() + 100, to);
	snprintf(want, sizeof want,
		"owner id%d, 0 mortgages, 0 pre-notices, 0 objections, 1 seizures, doc%d until %s", owner,
		doc, to);
	book_says(unit, NULL, book_today(), says);
	assert_string_equal(says, want);
	struct order o = seizure_of("seizure-release", unit, doc);
	assert_int_equal(order_do(&o), 0);
	return owner;
}

static void test_races(void **state)
{
	int n = getenv("SW_RACES") ? atoi(getenv("SW_RACES")) : 120, owner = 0, won[3] = {0, 0, 0}, who;
	char unit[29];
	(void)state;
	for (int i = 0; i < n; i++) {
		if (i % RACES_A_UNIT == 0) {
			book_unit_code(i / RACES_A_UNIT, unit);
			struct order o = order_first(unit, owner = 0);
			assert_int_equal(order_do(&o), 0);
		}
		owner = one_race(unit, owner, i + 1, &who);
		won[who]++;
	}
	print_message(
		"%d races: the first registrar won %d, the second %d, the seizure came before both %d\n", n,
		won[0], won[1], won[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_races), cmocka_unit_test(book_is_sound)};
	return backend_run(tests, book_office_open, book_office_close);
}
