/* Chunks keep their order through all steps, an error ends everything, and few chunks need no thread. */
#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_memory.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct run {
	int64_t seen[3]; /* chunks each step saw */
	int64_t sum;
	int64_t fail_at; /* chunk at which step 1 fails; -1: never */
	pthread_t producer;
	atomic_int foreign; /* steps run on another thread */
	bool started;
	bool wait; /* the producer waits in a step until somebody else took one */
};

static int step(struct run *r, int which, const struct bundle_chunk *c)
{
	if (!pthread_equal(pthread_self(), r->producer))
		atomic_fetch_add(&r->foreign, 1);
	else
		for (int i = 0; r->wait && i < 10000 && atomic_load(&r->foreign) == 0; i++)
			usleep(1000);
	assert_int_equal(c->n, 8);
	assert_int_equal(c->offset, 8 * r->seen[which]);
	r->seen[which]++;
	return 0;
}
static int step0(void *cookie, struct bundle_chunk *c)
{
	return step(cookie, 0, c);
}
static int step1(void *cookie, struct bundle_chunk *c)
{
	struct run *r = cookie;
	if (r->seen[1] == r->fail_at)
		return ERR_NOSPACE;
	for (size_t i = 0; i < 8; i++)
		c->out[i] = (uint8_t)~c->in[i];
	c->nout = 8;
	return step(r, 1, c);
}
static int step2(void *cookie, struct bundle_chunk *c)
{
	struct run *r = cookie;
	int64_t v = 0;
	memcpy(&v, c->out, 8);
	r->sum += ~v;
	return step(r, 2, c);
}
static int starting(void *cookie)
{
	struct run *r = cookie;
	assert_false(r->started);
	r->started = true;
	return 0;
}

static struct bundle_flow *begin(struct run *r)
{
	const struct bundle_flow_plan p = {.cap_in = 8,
		.cap_out = 8,
		.steps = {{step0, -1}, {step1, -1}, {step2, 1}},
		.nsteps = 3,
		.cookie = r,
		.starting = starting};
	struct bundle_flow *f = NULL;
	memset(r, 0, sizeof *r);
	r->fail_at = -1;
	r->producer = pthread_self();
	assert_int_equal(bundle_flow_new(&p, &f), 0);
	return f;
}

static int put(struct bundle_flow *f, int64_t v)
{
	struct bundle_chunk *c = NULL, *same = NULL;
	int err = bundle_flow_chunk(f, &c);
	if (err)
		return err;
	assert_int_equal(bundle_flow_chunk(f, &same), 0);
	assert_ptr_equal(c, same);
	memcpy(c->in, &v, 8);
	c->n = 8;
	return bundle_flow_put(f);
}

static void test_order(void **state)
{
	static const int64_t counts[] = {0, 1, 3, 4, 5, 16, 17, 1000};
	(void)state;
	for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
		struct run r;
		struct bundle_flow *f = begin(&r);
		for (int64_t i = 0; i < counts[k]; i++)
			assert_int_equal(put(f, i), 0);
		assert_int_equal(bundle_flow_drain(f), 0);
		for (int s = 0; s < 3; s++)
			assert_int_equal(r.seen[s], counts[k]);
		assert_int_equal(r.sum, counts[k] * (counts[k] - 1) / 2);
		assert_int_equal(r.started, counts[k] > 4);
		assert_true(counts[k] > 4 || atomic_load(&r.foreign) == 0);
		/* It goes on after a drain. */
		assert_int_equal(put(f, 7), 0);
		assert_int_equal(bundle_flow_drain(f), 0);
		assert_int_equal(r.seen[2], counts[k] + 1);
		bundle_flow_free(f);
	}
}

static void test_error(void **state)
{
	static const int64_t at[] = {0, 2, 5, 100};
	(void)state;
	for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
		struct run r;
		struct bundle_flow *f = begin(&r);
		int err = 0;
		r.fail_at = at[k];
		for (int64_t i = 0; i < 1000 && !err; i++)
			err = put(f, i);
		assert_true(err == ERR_NOSPACE);
		assert_int_equal(bundle_flow_drain(f), ERR_NOSPACE);
		assert_int_equal(r.seen[1], at[k]);
		assert_true(r.seen[2] <= at[k]);
		bundle_flow_free(f);
	}
}

/* With a second processor the producer is not alone. */
static void test_helped(void **state)
{
	struct run r;
	struct bundle_flow *f = begin(&r);
	(void)state;
	for (int64_t i = 0; i < 5; i++)
		assert_int_equal(put(f, i), 0);
	assert_int_equal(bundle_flow_drain(f), 0);
	r.wait = bundle_flow_processors() > 1;
	for (int64_t i = 0; i < 100; i++)
		assert_int_equal(put(f, i), 0);
	assert_int_equal(bundle_flow_drain(f), 0);
	assert_true(!r.wait || atomic_load(&r.foreign) > 0);
	bundle_flow_free(f);
}

/* Left in the middle: nothing hangs, nothing leaks. */
static void test_abandoned(void **state)
{
	struct run r;
	(void)state;
	bundle_flow_free(NULL);
	for (int64_t n = 0; n < 40; n++) {
		struct bundle_flow *f = begin(&r);
		struct bundle_chunk *c = NULL;
		for (int64_t i = 0; i < n; i++)
			assert_int_equal(put(f, i), 0);
		if (n % 2)
			assert_int_equal(bundle_flow_chunk(f, &c), 0);
		bundle_flow_free(f);
	}
}

#define LARGE_CHUNK ((size_t)256 << 10)
static int step_fill(void *cookie, struct bundle_chunk *c)
{
	(void)cookie;
	memset(c->out, 0x5a, LARGE_CHUNK);
	c->nout = LARGE_CHUNK;
	return 0;
}

static bool is_wiped(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* What the pool gives out again holds nothing secret of the stream before. */
static void test_wiped(void **state)
{
	(void)state;
	for (int open = 0; open < 2; open++)
		for (int chunks = 1; chunks < 4; chunks++) {
			struct bundle_pool *pool = NULL;
			struct bundle_flow *f = NULL;
			struct bundle_chunk *c = NULL;
			struct bundle_memory again[2];
			assert_int_equal(bundle_pool_new(&pool), 0);
			const struct bundle_flow_plan p = {.cap_in = LARGE_CHUNK,
				.cap_out = LARGE_CHUNK,
				.open_in = open,
				.steps = {{step_fill, -1}},
				.nsteps = 1,
				.pool = pool};
			assert_int_equal(bundle_flow_new(&p, &f), 0);
			for (int i = 0; i < chunks; i++) {
				assert_int_equal(bundle_flow_chunk(f, &c), 0);
				memset(c->in, 0x5a, LARGE_CHUNK);
				c->n = LARGE_CHUNK;
				assert_int_equal(bundle_flow_put(f), 0);
			}
			assert_int_equal(bundle_flow_drain(f), 0);
			bundle_flow_free(f);
			/* The first chunk's region and the others'; one chunk has none of those. */
			assert_int_equal(bundle_memory_new(pool, 2 * LARGE_CHUNK, &again[0]), 0);
			assert_int_equal(bundle_memory_new(pool, 14 * LARGE_CHUNK, &again[1]), 0);
			for (int i = 0; i < chunks; i++) {
				const uint8_t *in =
					i ? again[1].p + (size_t)(i - 1) * 2 * LARGE_CHUNK : again[0].p;
				assert_true(open || is_wiped(in, LARGE_CHUNK));
				assert_true(is_wiped(in + LARGE_CHUNK, LARGE_CHUNK));
			}
			bundle_memory_free(&again[0], 0);
			bundle_memory_free(&again[1], 0);
			bundle_pool_free(pool);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_wiped), cmocka_unit_test(test_order),
		cmocka_unit_test(test_helped), cmocka_unit_test(test_error),
		cmocka_unit_test(test_abandoned)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
