#include "diode/frame/missing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "{\"at\":\"2026-11-24T03:42:00.123Z\",\"format\":1,\"kind\":\"diode-missing\",\"missing\":["
#define TAIL "],\"more\":0,\"unnamed\":2}\n"
#define ONE                                                                                                  \
	"{\"k\":128,\"name\":\"one\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[[0,10],[20,30]],"   \
	"\"size\":1000,\"symbol\":1376}"
#define TWO                                                                                                  \
	"{\"k\":0,\"name\":\"二\",\"object\":\"000000000000000000000001\",\"ranges\":[[0,7]],\"size\":7,"   \
	"\"symbol\":0}"

static int decode(const char *text, struct missing **out)
{
	struct err_note note = {0};
	return missing_decode(view_of(text, strlen(text)), out, &note);
}

static void test_golden(void **state)
{
	(void)state;
	static const char want[] = HEAD ONE "," TWO TAIL;
	uint64_t range[2][2] = {{0, 10}, {20, 30}}, whole[1][2] = {{0, 7}};
	struct missing_entry one = {.id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		.name = "one",
		.size = 1000,
		.symbol = 1376,
		.k = 128,
		.n = 2,
		.range = range};
	struct missing_entry two = {.id = {{[11] = 1}}, .name = "二", .size = 7, .n = 1, .range = whole};
	struct buf b;
	json_t *list = json_array();
	buf_init(&b, 4096);
	assert_int_equal(missing_add(list, &one), 0);
	assert_int_equal(missing_add(list, &two), 0);
	assert_int_equal(missing_encode(list, "2026-11-24T03:42:00.123Z", 0, 2, &b), 0);
	assert_int_equal(b.n, strlen(want));
	assert_memory_equal(b.p, want, b.n);
	json_decref(list);
	struct missing *m = NULL;
	assert_int_equal(decode(want, &m), 0);
	assert_int_equal(missing_count(m), 2);
	assert_memory_equal(missing_at(m, 0)->id.b, two.id.b, sizeof two.id.b); /* by id */
	const struct missing_entry *e = missing_find(m, &one.id);
	assert_non_null(e);
	assert_string_equal(e->name, "one");
	assert_int_equal(e->k, 128);
	assert_int_equal(e->symbol, 1376);
	assert_int_equal(e->size, 1000);
	assert_int_equal(e->n, 2);
	assert_int_equal(e->range[1][0], 20);
	struct frame_object other = {{9}};
	assert_null(missing_find(m, &other));
	missing_free(m);
	buf_fini(&b);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int err;
	} BAD[] = {{"", ERR_SYNTAX}, {"[]", ERR_SCHEMA}, {"{}", ERR_SCHEMA},
		{"{\"at\":\"\",\"format\":1,\"kind\":\"other\",\"missing\":[],\"more\":0,\"unnamed\":0}",
			ERR_SCHEMA},
		{HEAD ONE "," ONE TAIL, ERR_SCHEMA}, {HEAD "1" TAIL, ERR_SCHEMA},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"01\",\"ranges\":[],\"size\":1,\"symbol\":1}" TAIL,
			ERR_SCHEMA},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[[5,5]],"
		      "\"size\":9,\"symbol\":1}" TAIL,
			ERR_RANGE},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[[5,6],[4,"
		      "7]],"
		      "\"size\":9,\"symbol\":1}" TAIL,
			ERR_RANGE},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[[0,10]],"
		      "\"size\":9,\"symbol\":1}" TAIL,
			ERR_RANGE},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[[0]],"
		      "\"size\":9,\"symbol\":1}" TAIL,
			ERR_SCHEMA},
		{HEAD "{\"k\":1,\"name\":\"x\",\"object\":\"0102030405060708090a0b0c\",\"ranges\":[],"
		      "\"size\":9,"
		      "\"symbol\":0}" TAIL,
			ERR_RANGE}};
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		struct missing *m = NULL;
		int err = decode(BAD[i].text, &m);
		if (err != BAD[i].err)
			fail_msg("%s: %d, not %d", BAD[i].text, err, BAD[i].err);
		assert_null(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden), cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests_name("diode/missing", tests, NULL, NULL);
}
