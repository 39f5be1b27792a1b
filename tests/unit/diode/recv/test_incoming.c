#include "common/base/id.h"
#include "diode/recv/incoming.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SYMBOL 64
#define K 8
#define M 3
#define META 20

struct rig {
	struct incoming_shared s;
	struct erasure *encoder;
	uint8_t *want, *got;
	size_t size;
	struct frame *f; /* every datagram of the object */
	uint8_t (*body)[SYMBOL];
	size_t n;
	unsigned seed;
};

static unsigned next(struct rig *r)
{
	r->seed = r->seed * 1103515245u + 12345u;
	return r->seed >> 16;
}

/* One block's datagrams. */
static void add_block(struct rig *r, const struct frame *like, size_t at)
{
	uint8_t data_room[K][SYMBOL] = {{0}}, repair_room[M][SYMBOL], *data[K], *repair[M];
	struct frame f = *like;
	memcpy(data_room, r->want + at, f.length);
	for (unsigned i = 0; i < K; i++)
		data[i] = data_room[i];
	for (unsigned i = 0; i < M; i++)
		repair[i] = repair_room[i];
	f.k = (uint8_t)(f.length == 0 ? 1 : (f.length + SYMBOL - 1) / SYMBOL);
	f.m = M;
	assert_int_equal(erasure_encode(r->encoder, f.k, f.m, SYMBOL, data, repair), 0);
	for (unsigned i = 0; i < f.k + (unsigned)M; i++) {
		f.index = (uint8_t)i;
		r->f[r->n] = f;
		memcpy(r->body[r->n++], i < f.k ? data_room[i] : repair_room[i - f.k], SYMBOL);
	}
}

static void rig_open(struct rig *r, size_t size, bool stream, size_t memory)
{
	*r = (struct rig){.size = size, .seed = (unsigned)size};
	assert_int_equal(pool_new(memory, &r->s.pool), 0);
	assert_int_equal(erasure_new(&r->s.erasure), 0);
	assert_int_equal(erasure_new(&r->encoder), 0);
	TAILQ_INIT(&r->s.begun);
	size_t blocks = size / (K * SYMBOL) + 2;
	r->want = malloc(size + 1);
	r->got = calloc(1, size + 1);
	r->f = calloc(blocks * (K + M), sizeof *r->f);
	r->body = calloc(blocks * (K + M), SYMBOL);
	for (size_t i = 0; i < size; i++)
		r->want[i] = (uint8_t)next(r);
	struct frame f = {.kind = FRAME_DATA,
		.suite = 1,
		.transfer = 1,
		.flags = stream ? FRAME_STREAM : 0,
		.meta = META,
		.symbol = SYMBOL,
		.k_full = K,
		.size = stream ? 0 : size};
	random_bytes(f.object.b, sizeof f.object.b);
	for (size_t at = 0; at < size; at += f.length, f.block++) {
		f.offset = at;
		f.length = (uint32_t)(size - at < K * SYMBOL ? size - at : K * SYMBOL);
		if (stream && at + f.length == size) {
			f.flags |= FRAME_LAST;
			f.size = size;
		}
		add_block(r, &f, at);
	}
}

static void rig_close(struct rig *r)
{
	assert_int_equal(pool_used(r->s.pool), 0);
	assert_true(TAILQ_EMPTY(&r->s.begun));
	pool_free(r->s.pool);
	erasure_free(r->s.erasure);
	erasure_free(r->encoder);
	free(r->want);
	free(r->got);
	free(r->f);
	free(r->body);
}

/* Gives datagram n and keeps what becomes complete. */
static int give(struct rig *r, struct incoming *i, size_t n, int64_t now)
{
	struct incoming_data d;
	int rc = incoming_add(i, &r->f[n], view_of(r->body[n], SYMBOL), now, &d);
	if (rc != 1)
		return rc;
	assert_true(d.offset + d.length <= r->size);
	memcpy(r->got + d.offset, d.p, d.length);
	pool_give(r->s.pool, d.p, d.room);
	return 1;
}

static void shuffle(struct rig *r)
{
	uint8_t body[SYMBOL];
	for (size_t i = r->n - 1; i > 0; i--) {
		size_t j = next(r) * (size_t)next(r) % (i + 1);
		struct frame f = r->f[i];
		r->f[i] = r->f[j];
		r->f[j] = f;
		memcpy(body, r->body[i], SYMBOL);
		memcpy(r->body[i], r->body[j], SYMBOL);
		memcpy(r->body[j], body, SYMBOL);
	}
}

/* In any order, doubled, with up to M of each block lost. */
static void test_loss_and_order(void **state)
{
	(void)state;
	static const size_t sizes[] = {
		META, SYMBOL, SYMBOL + 1, K * SYMBOL, K * SYMBOL + 1, 10 * K * SYMBOL - 5};
	for (size_t s = 0; s < 2 * sizeof sizes / sizeof *sizes; s++)
		for (unsigned lose = 0; lose <= M; lose++) {
			struct rig r;
			rig_open(&r, sizes[s / 2], s % 2, 1 << 20);
			shuffle(&r);
			struct incoming *i = incoming_new(&r.s, &r.f[0]);
			unsigned lost[16] = {0}, done = 0,
				 blocks = (unsigned)((r.size + K * SYMBOL - 1) / (K * SYMBOL));
			for (size_t n = 0; n < r.n; n++) {
				if (lost[r.f[n].block] < lose) {
					lost[r.f[n].block]++;
					continue;
				}
				int rc = give(&r, i, n, 1);
				assert_true(rc == 0 || rc == 1 || rc == ERR_DUPLICATE);
				done += rc == 1;
				assert_int_equal(give(&r, i, n, 1), ERR_DUPLICATE);
			}
			assert_int_equal(done, blocks);
			assert_true(incoming_complete(i));
			assert_int_equal(incoming_bytes_done(i), r.size);
			assert_memory_equal(r.got, r.want, r.size);
			assert_false(incoming_has_hole(i));
			incoming_free(i);
			rig_close(&r);
		}
}

static void test_too_much_lost(void **state)
{
	(void)state;
	struct rig r;
	uint64_t range[4][2];
	rig_open(&r, 3 * K * SYMBOL + 100, false, 1 << 20);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block != 1 || r.f[n].index > M) /* M + 1 of block 1 are lost */
			assert_true(give(&r, i, n, 1) != ERR_CONFLICT);
	assert_false(incoming_complete(i));
	assert_int_equal(incoming_blocks_done(i), 3);
	assert_int_equal(incoming_blocks_all(i), 4);
	assert_int_equal(incoming_missing(i, range, 4), 1);
	assert_true(range[0][0] == K * SYMBOL && range[0][1] == 2 * K * SYMBOL);
	/* A repeat brings one more symbol. */
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block == 1 && r.f[n].index == 2)
			assert_int_equal(give(&r, i, n, 1), 1);
	assert_true(incoming_complete(i));
	assert_memory_equal(r.got, r.want, r.size);
	incoming_free(i);
	rig_close(&r);
}

/* What disagrees with the first datagram, or with the block's first, takes no part. */
static void test_conflicts(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, 3 * K * SYMBOL, false, 1 << 20);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	assert_int_equal(give(&r, i, 0, 1), 0);
	struct frame good = r.f[1];
#define WRONG(field, value)                                                                                  \
	r.f[1] = good;                                                                                       \
	r.f[1].field = (value);                                                                              \
	assert_int_equal(give(&r, i, 1, 1), ERR_CONFLICT)
	WRONG(size, good.size + 1);
	WRONG(meta, META + 1);
	WRONG(symbol, SYMBOL / 2);
	WRONG(k_full, K + 1);
	WRONG(flags, FRAME_STREAM);
	WRONG(k, K - 1);
	WRONG(length, 1);
	WRONG(offset, 7);
	r.f[1] = good;
	assert_int_equal(give(&r, i, 1, 1), 0);
	incoming_free(i);
	rig_close(&r);
}

static void test_streams(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, 5 * K * SYMBOL + 9, true, 1 << 22);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block != 2)
			(void)!give(&r, i, n, 1);
	assert_true(incoming_has_hole(i));
	assert_false(incoming_complete(i));
	struct frame odd = {0};
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block == 2) {
			odd = r.f[n];
			r.f[n].block = 6; /* behind the end */
			assert_int_equal(give(&r, i, n, 1), ERR_CONFLICT);
			r.f[n] = odd;
			r.f[n].flags |= FRAME_LAST; /* another end */
			r.f[n].size = odd.offset + odd.length;
			assert_int_equal(give(&r, i, n, 1), ERR_CONFLICT);
			r.f[n] = odd;
			break;
		}
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block == 2)
			(void)!give(&r, i, n, 1);
	assert_true(incoming_complete(i));
	assert_false(incoming_has_hole(i));
	assert_memory_equal(r.got, r.want, r.size);
	incoming_free(i);
	rig_close(&r);
}

/* A long stream with a hole at its start: far ahead is refused, not kept. */
static void test_stream_window(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, 2 * K * SYMBOL, true, 1 << 22);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	r.f[0].block = 65535;
	r.f[0].offset = 1 << 30;
	assert_int_equal(give(&r, i, 0, 1), 0);
	r.f[0].block = 65536;
	assert_int_equal(give(&r, i, 0, 1), ERR_LIMIT);
	r.f[0].block = UINT32_MAX - 1;
	assert_int_equal(give(&r, i, 0, 1), ERR_LIMIT);
	incoming_free(i);
	rig_close(&r);
}

/* Passes with other numbers of repair symbols are the same code; none of its rows is known twice. */
static void test_other_repair(void **state)
{
	(void)state;
	struct rig r, more;
	rig_open(&r, 2 * K * SYMBOL, false, 1 << 20);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	assert_int_equal(give(&r, i, K, 1), 0); /* repair row 0 */
	more = r;
	for (unsigned m = M + 1; m < M + 5; m++) {
		uint8_t data_room[K][SYMBOL], repair_room[M + 5][SYMBOL], *data[K], *repair[M + 5];
		struct incoming_data d;
		struct frame f = r.f[0];
		memcpy(data_room, r.want, sizeof data_room);
		for (unsigned c = 0; c < K; c++)
			data[c] = data_room[c];
		for (unsigned c = 0; c < m; c++)
			repair[c] = repair_room[c];
		assert_int_equal(erasure_encode(r.encoder, K, m, SYMBOL, data, repair), 0);
		f.m = (uint8_t)m;
		f.index = K;
		assert_int_equal(incoming_add(i, &f, view_of(repair[0], SYMBOL), 1, &d), ERR_DUPLICATE);
		f.index = (uint8_t)(K + m - 1);
		assert_int_equal(incoming_add(i, &f, view_of(repair[m - 1], SYMBOL), 1, &d), 0);
	}
	assert_int_equal(give(&r, i, 0, 1), 0);
	assert_int_equal(give(&r, i, 1, 1), 0);
	assert_int_equal(give(&r, i, 2, 1), 1);
	assert_memory_equal(r.got, r.want, K * SYMBOL);
	incoming_free(i);
	assert_int_equal(more.size, r.size);
	rig_close(&r);
}

/* What is of no use is told by the numbers alone; and the map of what is done brings an object back. */
static void test_wants_and_restore(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, 100 * K * SYMBOL + 7, false, 1 << 20);
	struct incoming *i = incoming_new(&r.s, &r.f[0]), *back = NULL;
	for (size_t n = 0; n < r.n; n++) {
		bool give_it = r.f[n].block % 3 != 1;
		assert_true(incoming_wants(i, &r.f[n]) || give_it);
		if (!give_it)
			continue;
		bool wanted = incoming_wants(i, &r.f[n]);
		int rc = give(&r, i, n, 1);
		assert_int_equal(rc == ERR_DUPLICATE, !wanted);
		assert_false(incoming_wants(i, &r.f[n]));
	}
	back = incoming_new(&r.s, &r.f[0]);
	struct view map = incoming_map(i);
	assert_int_equal(incoming_restore(back, view_of(map.p, map.n - 1)), ERR_RANGE);
	assert_int_equal(incoming_restore(back, map), 0);
	assert_true(incoming_blocks_done(back) == incoming_blocks_done(i) &&
		    incoming_bytes_done(back) == incoming_bytes_done(i));
	incoming_free(i);
	uint64_t range[3][2];
	assert_int_equal(incoming_missing(back, range, 3), 3);
	assert_true(range[0][0] == K * SYMBOL && range[0][1] == 2 * K * SYMBOL);
	assert_true(range[2][0] == 7 * K * SYMBOL && range[2][1] == r.size);
	for (size_t n = 0; n < r.n; n++)
		if (r.f[n].block % 3 == 1)
			(void)!give(&r, back, n, 1);
	assert_true(incoming_complete(back));
	assert_memory_equal(r.got, r.want, r.size);
	incoming_free(back);
	/* A map that claims more blocks than there are. */
	back = incoming_new(&r.s, &r.f[0]);
	uint64_t full[2] = {UINT64_MAX, UINT64_MAX};
	assert_int_equal(incoming_restore(back, view_of(full, sizeof full)), ERR_RANGE);
	incoming_free(back);
	rig_close(&r);
}

static void test_memory(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, 100 * K * SYMBOL, false, 20000);
	struct incoming *i = incoming_new(&r.s, &r.f[0]);
	int rc = 0;
	size_t begun = 0;
	for (size_t n = 0; n < r.n; n += K + M) { /* one symbol of each block */
		rc = give(&r, i, n, (int64_t)n);
		if (rc != 0)
			break;
		begun++;
	}
	assert_int_equal(rc, ERR_NOSPACE);
	assert_true(begun > 5 && begun < 30);
	assert_true(pool_used(r.s.pool) <= 20000);
	assert_false(incoming_evict(&r.s, 0));
	assert_true(incoming_evict(&r.s, 1)); /* the first one, touched at 0 */
	assert_false(incoming_evict(&r.s, 1));
	assert_int_equal(give(&r, i, begun * (K + M), 1000), 0);
	incoming_free(i);
	/* An object whose bookkeeping alone does not fit is not begun. */
	struct frame huge = {.kind = FRAME_DATA,
		.size = FRAME_BLOCKS_MAX,
		.length = 1,
		.meta = 1,
		.symbol = 1,
		.k_full = 1,
		.k = 1};
	assert_null(incoming_new(&r.s, &huge));
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_loss_and_order),
		cmocka_unit_test(test_too_much_lost), cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_streams), cmocka_unit_test(test_stream_window),
		cmocka_unit_test(test_memory), cmocka_unit_test(test_other_repair),
		cmocka_unit_test(test_wants_and_restore)};
	return cmocka_run_group_tests_name("diode/incoming", tests, NULL, NULL);
}
