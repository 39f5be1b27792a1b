/* Numbers that who stole a key may write to leave the zone none: an epoch so far ahead that no later one can
 * be told; so many epochs that there is room for no other. */
#include "common/exchange/acked.h"
#include "common/exchange/stream.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LAST_NUMBER ((INT64_C(1) << 53) - 1)

static enum stream_verdict judge(struct stream *s, enum manifest_kind kind, int64_t epoch, int64_t seq)
{
	static struct manifest m; /* large */
	const struct digest identity = {{(uint8_t)(epoch + seq)}};
	enum stream_verdict v = STREAM_WAIT;
	manifest_init(&m);
	m.kind = kind;
	m.epoch = epoch;
	m.seq = seq;
	m.statement.last_seq = sequence_highest(&s->v[s->n - 1].s);
	m.statement.previous_epoch = m.statement.last_seq ? s->v[s->n - 1].epoch : 0;
	const struct stream_arrival a = {.m = &m, .identity = &identity, .now = 1};
	assert_int_equal(stream_judge(s, &a, &v), 0);
	return v;
}

static void test_an_epoch_too_far_ahead(void **state)
{
	static const int64_t far[] = {LAST_NUMBER, INT64_C(1) << 40, 2 + STREAM_EPOCH_JUMP};
	struct stream s = {0};
	(void)state;
	assert_int_equal(stream_begin(&s), 0);
	assert_int_equal(judge(&s, MANIFEST_MESSAGES, 1, 1), STREAM_TAKE);
	for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
		assert_int_equal(judge(&s, MANIFEST_EPOCH, far[i], 1), STREAM_FAR);
		assert_int_equal(judge(&s, MANIFEST_MESSAGES, far[i], 7), STREAM_FAR);
	}
	/* The link runs, and the zone's own next epoch is taken. */
	assert_int_equal(s.held, STREAM_RUNS);
	assert_int_equal(judge(&s, MANIFEST_MESSAGES, 1, 2), STREAM_TAKE);
	stream_fini(&s);
	assert_int_equal(stream_begin(&s), 0);
	assert_int_equal(judge(&s, MANIFEST_EPOCH, 1 + STREAM_EPOCH_JUMP, 1), STREAM_TAKE);
	assert_int_equal(judge(&s, MANIFEST_EPOCH, 1 + 2 * STREAM_EPOCH_JUMP, 1), STREAM_TAKE);
	stream_fini(&s);
}

static void test_an_ack_of_an_epoch_too_far_ahead(void **state)
{
	static struct manifest_ack a; /* large */
	const struct acked_link l = {.epoch = 3, .seq = 9};
	const struct acked_at at = {.life = 1, .seq = 1};
	(void)state;
	memset(&a, 0, sizeof a);
	a.known = 1;
	a.epoch = LAST_NUMBER;
	assert_int_equal(acked_judge(&l, &a, &at), ACKED_FALSE);
	a.known = 0;
	a.epoch = 4 + STREAM_EPOCH_JUMP;
	assert_int_equal(acked_judge(&l, &a, &at), ACKED_FALSE);
	/* A machine that was rolled back by less goes on behind what its peer knows. */
	a.known = 1;
	a.epoch = 3 + STREAM_EPOCH_JUMP;
	assert_int_equal(acked_judge(&l, &a, &at), ACKED_DIVERGED);
	assert_int_equal(acked_next_epoch(&l, &a), 4 + STREAM_EPOCH_JUMP);
	a.epoch = 3;
	assert_int_equal(acked_judge(&l, &a, &at), ACKED_NEWS);
}

/* Epochs one behind the other, each by a right statement: they are not used up before an officer was asked.
 */
static void test_epochs_one_after_the_other(void **state)
{
	struct stream s = {0};
	int64_t epoch = 1, asked = 0;
	(void)state;
	assert_int_equal(stream_begin(&s), 0);
	assert_int_equal(judge(&s, MANIFEST_MESSAGES, 1, 1), STREAM_TAKE);
	while (epoch < 3 * STREAM_EPOCHS_FREE) {
		enum stream_verdict v = judge(&s, MANIFEST_EPOCH, epoch + 1, 1);
		if (v == STREAM_BEYOND) {
			assert_int_equal(s.n % STREAM_EPOCHS_FREE, 0);
			assert_int_equal(judge(&s, MANIFEST_EPOCH, epoch + 1, 1), STREAM_WAIT);
			assert_int_equal(stream_release(&s), 0);
			asked++;
			v = judge(&s, MANIFEST_EPOCH, epoch + 1, 1);
		}
		assert_int_equal(v, STREAM_TAKE);
		epoch++;
	}
	assert_int_equal(s.n, 3 * STREAM_EPOCHS_FREE);
	assert_int_equal(asked, 3);
	stream_fini(&s);
}

static enum stream_verdict close_number(struct stream *s, int64_t epoch, int64_t seq)
{
	const struct manifest_void x = {.epoch = epoch, .seq = seq};
	enum stream_verdict v = STREAM_WAIT;
	assert_int_equal(stream_void(s, &x, NULL, 1, &v), 0);
	return v;
}

/* A bundle can close numbers of many epochs: they do not fill the table either. */
static void test_closing_begins_no_epochs(void **state)
{
	struct stream s = {0};
	(void)state;
	assert_int_equal(stream_begin(&s), 0);
	assert_int_equal(judge(&s, MANIFEST_MESSAGES, 1, 1), STREAM_TAKE);
	assert_int_equal(close_number(&s, 1, 3), STREAM_TAKE);
	assert_int_equal(sequence_has(&stream_find(&s, 1)->s, 3), 1);
	assert_int_equal(close_number(&s, 2, 1), STREAM_TAKE);
	assert_int_equal(s.n, 1);
	/* One whose chain of statements is not here: earlier ones may have been. */
	struct stream_epoch *e = NULL;
	assert_int_equal(stream_add(&s, 900, &e), 0);
	for (int64_t epoch = 2; epoch < 900; epoch++)
		assert_int_equal(close_number(&s, epoch, 1), STREAM_TAKE);
	assert_int_equal(s.n, STREAM_EPOCHS_FREE - 1);
	stream_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_epoch_too_far_ahead),
		cmocka_unit_test(test_an_ack_of_an_epoch_too_far_ahead),
		cmocka_unit_test(test_epochs_one_after_the_other),
		cmocka_unit_test(test_closing_begins_no_epochs),
	};
	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
