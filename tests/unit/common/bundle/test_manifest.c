#include "common/bundle/manifest.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct manifest *m, enum manifest_kind kind)
{
	manifest_init(m);
	m->kind = kind;
	strcpy(m->link, "gap");
	strcpy(m->from, "internet");
	strcpy(m->to, "gap-outer");
	m->epoch = 2;
	m->seq = kind == MANIFEST_EPOCH ? 1 : 17;
	memset(m->prev.b, 0x11, sizeof m->prev.b);
	strcpy(m->created, "2026-11-24T03:42:00.123Z");
	strcpy(m->suite, "gm");
	strcpy(m->key, "0123456789abcdef");
	memset(m->payload_digest.b, 0x22, sizeof m->payload_digest.b);
	m->payload_size = 4096;
	m->payload_plain = 9728;
	memset(m->key_commitment.b, 0x33, sizeof m->key_commitment.b);
	if (kind == MANIFEST_MESSAGES) {
		strcpy(m->counts[0].type, "application.submitted");
		m->counts[0].n = 2;
		strcpy(m->counts[1].type, "application.withdrawn");
		m->counts[1].n = 1;
		m->ncounts = 2;
		memset(m->root.b, 0x44, sizeof m->root.b);
	}
	if (kind == MANIFEST_VOID) {
		m->voids[0] = (struct manifest_void){1, 40, m->prev};
		m->voids[1] = (struct manifest_void){2, 16, m->prev};
		m->nvoids = 2;
	}
	if (kind == MANIFEST_EPOCH) {
		m->statement.previous_epoch = 1;
		m->statement.last_seq = 40;
		m->statement.last = m->prev;
	}
	strcpy(m->ack.peer, "extranet");
	m->ack.epoch = 1;
	m->ack.contiguous = 10;
	m->ack.head.b[0] = 7;
	m->ack.known = 20;
	m->ack.safe = 9;
	m->ack.ranges[0] = (struct manifest_range){12, 12};
	m->ack.ranges[1] = (struct manifest_range){14, 20};
	m->ack.nranges = 2;
	m->ack.refused[0].seq = 8;
	strcpy(m->ack.refused[0].reason, "SIGNATURE");
	m->ack.nrefused = 1;
	m->checkpoint.size = 99;
	m->checkpoint.note = strdup("internet/intaked\n99\nAAAA\n\n\xe2\x80\x94 internet/intaked BBBB\n");
	m->checkpoint.proof = strdup("CCCC\nDDDD\n");
}

static void test_round_trip(void **state)
{
	(void)state;
	struct manifest *m = malloc(sizeof *m), *again = malloc(sizeof *again);
	assert_true(m && again);
	for (int k = MANIFEST_MESSAGES; k <= MANIFEST_TICK; k++) {
		struct buf a, b;
		struct err_note note = {.text = ""};
		buf_init(&a, MANIFEST_BYTES_MAX);
		buf_init(&b, MANIFEST_BYTES_MAX);
		fill(m, (enum manifest_kind)k);
		assert_int_equal(manifest_encode(m, &a), 0);
		if (manifest_decode(buf_view(&a), again, &note))
			fail_msg("%s", note.text);
		assert_int_equal(again->kind, k);
		assert_int_equal(again->seq, m->seq);
		assert_int_equal(again->ncounts, m->ncounts);
		assert_int_equal(again->nvoids, m->nvoids);
		assert_int_equal(again->ack.nranges, 2);
		assert_int_equal(again->ack.head.b[0], 7);
		assert_int_equal(again->ack.ranges[1].last, 20);
		assert_string_equal(again->ack.refused[0].reason, "SIGNATURE");
		assert_string_equal(again->checkpoint.note, m->checkpoint.note);
		assert_string_equal(again->checkpoint.proof, m->checkpoint.proof);
		assert_int_equal(manifest_encode(again, &b), 0);
		assert_true(view_eq(buf_view(&a), buf_view(&b)));
		manifest_fini(m);
		manifest_fini(again);
		buf_fini(&a);
		buf_fini(&b);
	}
	free(m);
	free(again);
}

/* Byte for byte what DESIGN.md shows. */
static void test_text(void **state)
{
	(void)state;
	static const char want[] =
		"{\"counts\":{\"application.submitted\":1},\"created\":\"2026-11-24T03:42:00.123Z\","
		"\"epoch\":2,\"format\":1,"
		"\"from\":\"internet\",\"key\":\"0123456789abcdef\",\"kind\":\"messages\",\"link\":\"gap\","
		"\"payload\":{\"digest\":"
		"\"2222222222222222222222222222222222222222222222222222222222222222\",\"key\":"
		"\"3333333333333333333333333333333333333333333333333333333333333333\",\"plain\":9728,"
		"\"size\":4096},"
		"\"prev\":"
		"\"1111111111111111111111111111111111111111111111111111111111111111\",\"root\":"
		"\"4444444444444444444444444444444444444444444444444444444444444444\",\"seq\":17,\"suite\":"
		"\"gm\",\"to\":"
		"\"gap-outer\"}";
	struct manifest *m = malloc(sizeof *m);
	struct buf b;
	assert_non_null(m);
	buf_init(&b, MANIFEST_BYTES_MAX);
	fill(m, MANIFEST_MESSAGES);
	m->ncounts = 1;
	m->counts[0].n = 1;
	m->ack.peer[0] = '\0';
	m->checkpoint.note[0] = '\0';
	assert_int_equal(manifest_encode(m, &b), 0);
	assert_string_equal((char *)b.p, want);
	manifest_fini(m);
	free(m);
	buf_fini(&b);
}

#define HEX44 "\"4444444444444444444444444444444444444444444444444444444444444444\""
#define HEX00 "\"0000000000000000000000000000000000000000000000000000000000000000\""
static const struct trick {
	enum manifest_kind kind;
	const char *from, *to;
	int err;
} TRICKS[] = {
	{MANIFEST_MESSAGES, "\"format\":1,", "\"format\":2,", ERR_FORMAT},
	{MANIFEST_MESSAGES, "\"format\":1,", "", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"format\":1,", "\"format\":\"1\",", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"format\":1,", "\"format\":1,\"fresh\":1,", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"format\":1,", "\"format\":1,\"format\":1,", ERR_SYNTAX},
	{MANIFEST_MESSAGES, "\"format\":1,", "\"format\":1, ", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"epoch\":2,\"format\":1,", "\"format\":1,\"epoch\":2,", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"epoch\":2,", "\"epoch\":0,", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"epoch\":2,", "\"epoch\":-2,", 0},
	{MANIFEST_MESSAGES, "\"epoch\":2,", "\"epoch\":2.0,", 0},
	{MANIFEST_MESSAGES, "\"epoch\":2,", "\"epoch\":9007199254740993,", 0},
	{MANIFEST_MESSAGES, "\"epoch\":2,", "\"epoch\":99999999999999999999999999,", 0},
	{MANIFEST_MESSAGES, "\"seq\":17", "\"seq\":0", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"seq\":17", "\"seq\":null", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"kind\":\"messages\"", "\"kind\":\"message\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"kind\":\"messages\"", "\"kind\":\"tick\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"link\":\"gap\"", "\"link\":\"../gap\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"link\":\"gap\"", "\"link\":\"\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"link\":\"gap\"", "\"link\":\"gap-gap-gap-gap-gap\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"from\":\"internet\"", "\"from\":\"Internet\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"from\":\"internet\"", "\"from\":\"inter\\u0000net\"", 0},
	{MANIFEST_MESSAGES, "\"suite\":\"gm\"", "\"suite\":\"none\"", ERR_SUITE},
	{MANIFEST_MESSAGES, "03:42:00.123Z", "25:42:00.123Z", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "03:42:00.123Z", "03:42:00Z", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"key\":\"0123456789abcdef\"", "\"key\":\"0123456789ABCDEF\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"key\":\"0123456789abcdef\"", "\"key\":\"0123456789abcde\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"root\":" HEX44, "\"root\":" HEX00, ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"root\":\"44", "\"root\":\"4G", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"size\":4096", "\"size\":-1", 0},
	{MANIFEST_MESSAGES, "\"application.submitted\":2", "\"application.submitted\":4097", ERR_LIMIT},
	{MANIFEST_MESSAGES, "\"application.submitted\":2", "\"application.submitted\":4096", ERR_LIMIT},
	{MANIFEST_MESSAGES, "\"application.submitted\":2", "\"application.submitted\":0", ERR_LIMIT},
	{MANIFEST_MESSAGES, "\"application.submitted\":2", "\"Application submitted\":2", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[11,12],[14,20]]", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[12,13],[14,20]]", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[14,20],[12,12]]", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[12,12],[20,14]]", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[12,12],[14,21]]", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"ranges\":[[12,12],[14,20]]", "\"ranges\":[[12],[14,20]]", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"known\":20", "\"known\":9", ERR_RANGE},
	{MANIFEST_MESSAGES, "\"peer\":\"extranet\"", "\"peer\":\"\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"reason\":\"SIGNATURE\"", "\"reason\":\"a b\"", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"safe\":9", "\"safe\":9,\"sane\":9", ERR_SCHEMA},
	{MANIFEST_MESSAGES, "\"to\":\"gap-outer\"", "\"to\":\"gap-outer\",\"void\":[]", ERR_SCHEMA},
	{MANIFEST_VOID, "\"seq\":16}", "\"seq\":17}", ERR_RANGE},
	{MANIFEST_VOID, "\"seq\":40}", "\"seq\":0}", ERR_RANGE},
	{MANIFEST_VOID, "\"epoch\":1,\"identity\"", "\"epoch\":3,\"identity\"", ERR_RANGE},
	{MANIFEST_EPOCH, "\"seq\":1,", "\"seq\":2,", ERR_SCHEMA},
	{MANIFEST_EPOCH, "\"previous_epoch\":1", "\"previous_epoch\":2", ERR_RANGE},
	{MANIFEST_TICK, "\"kind\":\"tick\"", "\"kind\":\"epoch\"", ERR_SCHEMA},
	{MANIFEST_TICK, "\"counts\":{}", "\"counts\":{\"application.submitted\":1}", ERR_SCHEMA},
	{MANIFEST_TICK, "\"counts\":{}", "\"counts\":[]", ERR_SCHEMA},
};

static void replace(struct view text, const struct trick *t, struct buf *out)
{
	const char *all = (const char *)text.p, *at = strstr(all, t->from);
	if (!at)
		fail_msg("%s is not in %s", t->from, all);
	assert_int_equal(buf_add(out, all, (size_t)(at - all)), 0);
	assert_int_equal(buf_add_str(out, t->to), 0);
	assert_int_equal(buf_add_str(out, at + strlen(t->from)), 0);
}

static void test_tricks(void **state)
{
	(void)state;
	struct manifest *m = malloc(sizeof *m);
	assert_non_null(m);
	for (size_t i = 0; i < sizeof TRICKS / sizeof *TRICKS; i++) {
		struct buf a, b;
		struct err_note note = {.text = ""};
		buf_init(&a, MANIFEST_BYTES_MAX);
		buf_init(&b, MANIFEST_BYTES_MAX);
		fill(m, TRICKS[i].kind);
		assert_int_equal(manifest_encode(m, &a), 0);
		manifest_fini(m);
		replace(buf_view(&a), &TRICKS[i], &b);
		int err = manifest_decode(buf_view(&b), m, &note);
		if (!err || !note.text[0] || (TRICKS[i].err && err != TRICKS[i].err))
			fail_msg("%s -> %s: %s (%s)", TRICKS[i].from, TRICKS[i].to, err_name(err), note.text);
		buf_fini(&a);
		buf_fini(&b);
	}
	free(m);
}

static void test_form(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "{}", "[]", "null", "1", "\"x\"", "{", "\xef\xbb\xbf{}", "{\"format\":1}"};
	struct manifest *m = malloc(sizeof *m);
	struct buf a;
	assert_non_null(m);
	buf_init(&a, MANIFEST_BYTES_MAX + 1);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(manifest_decode(view_str(bad[i]), m, NULL) < 0);
	fill(m, MANIFEST_MESSAGES);
	assert_int_equal(manifest_encode(m, &a), 0);
	manifest_fini(m);
	for (size_t n = 0; n < a.n; n++)
		assert_true(manifest_decode(view_of(a.p, n), m, NULL) < 0);
	assert_int_equal(buf_add(&a, "\n", 1), 0);
	assert_true(manifest_decode(buf_view(&a), m, NULL) < 0);
	/* Endless data. */
	struct buf big;
	buf_init(&big, 2 * MANIFEST_BYTES_MAX);
	while (big.n <= MANIFEST_BYTES_MAX)
		assert_int_equal(buf_add(&big, " ", 1), 0);
	assert_int_equal(manifest_decode(buf_view(&big), m, NULL), ERR_LIMIT);
	buf_fini(&big);
	buf_fini(&a);
	free(m);
}

static void test_encode_refuses(void **state)
{
	(void)state;
	struct manifest *m = malloc(sizeof *m);
	struct buf b;
	assert_non_null(m);
	buf_init(&b, MANIFEST_BYTES_MAX);
	fill(m, MANIFEST_MESSAGES);
	m->seq = 0;
	assert_int_equal(manifest_encode(m, &b), ERR_RANGE);
	m->seq = 17;
	m->payload_plain = 0;
	assert_int_equal(manifest_encode(m, &b), ERR_RANGE);
	m->payload_plain = 4096 * 101;
	assert_int_equal(manifest_encode(m, &b), ERR_BOMB);
	m->payload_plain = 1;
	strcpy(m->from, "a b");
	assert_int_equal(manifest_encode(m, &b), ERR_SCHEMA);
	assert_int_equal(b.n, 0);
	manifest_fini(m);
	/* The fullest manifest still fits. */
	fill(m, MANIFEST_VOID);
	m->seq = m->epoch = INT64_C(9007199254740991);
	for (size_t i = 0; i < MANIFEST_VOIDS_MAX; i++)
		m->voids[i] = (struct manifest_void){
			INT64_C(9007199254740990), INT64_C(9007199254740000) + (int64_t)i, m->prev};
	m->nvoids = MANIFEST_VOIDS_MAX;
	m->ack.contiguous = INT64_C(9007199254000000);
	m->ack.known = INT64_C(9007199254740991);
	for (int64_t i = 0; i < MANIFEST_RANGES_MAX; i++)
		m->ack.ranges[i] =
			(struct manifest_range){m->ack.contiguous + 2 + 2 * i, m->ack.contiguous + 2 + 2 * i};
	m->ack.nranges = MANIFEST_RANGES_MAX;
	for (size_t i = 0; i < 32; i++) {
		m->ack.refused[i].seq = INT64_C(9007199254740991);
		strcpy(m->ack.refused[i].reason, "AAAAAAAAAAAAAAA");
	}
	m->ack.nrefused = 32;
	free(m->checkpoint.note);
	m->checkpoint.note = malloc(4097);
	assert_non_null(m->checkpoint.note);
	memset(m->checkpoint.note, '\n', 4096);
	m->checkpoint.note[4096] = '\0';
	assert_int_equal(manifest_encode(m, &b), 0);
	assert_true(b.n < MANIFEST_BYTES_MAX);
	manifest_fini(m);
	free(m);
	buf_fini(&b);
}

static void test_file_name(void **state)
{
	(void)state;
	struct manifest *m = malloc(sizeof *m);
	struct digest id = {{0xde, 0xad, 0xbe, 0xef}};
	char name[128];
	assert_non_null(m);
	fill(m, MANIFEST_MESSAGES);
	manifest_file_name(m, &id, name);
	assert_string_equal(name, "gap-internet-000002-000000000017-deadbeef.swb");
	m->kind = MANIFEST_TICK;
	manifest_file_name(m, &id, name);
	assert_string_equal(
		name, "gap-internet-000002-000000000017-deadbeef-tick-2026-11-24T034200.123Z.swb");
	manifest_fini(m);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_text),
		cmocka_unit_test(test_tricks), cmocka_unit_test(test_form),
		cmocka_unit_test(test_encode_refuses), cmocka_unit_test(test_file_name)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
