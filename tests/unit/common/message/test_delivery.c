/* 领证方式: the text that a holder signs is read as it was written and in no other way. */
#include "common/message/delivery.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define APPLICATION "01936000-0000-7000-8000-000000000001"
static const struct delivery by_post = {"post", "王五", "13800000001", "示例市东城区示例路2号"};

static void there_and_back(void **state)
{
	static const struct delivery all[] = {{"post", "王五", "13800000001", "示例市东城区示例路2号"},
		{"window", "", "", ""}, {"electronic", "", "", ""}};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buf text;
		struct delivery d;
		struct err_note note = {0};
		buf_init(&text, DELIVERY_TEXT);
		assert_int_equal(delivery_text(APPLICATION, &all[i], &text), 0);
		assert_int_equal(delivery_read(buf_view(&text), APPLICATION, &d, &note), 0);
		assert_string_equal(d.way, all[i].way);
		assert_string_equal(d.address, all[i].address);
		assert_string_equal(d.phone, all[i].phone);
		assert_string_equal(d.name, all[i].name);
		assert_int_equal(
			delivery_read(buf_view(&text), "01936000-0000-7000-8000-000000000002", &d, &note),
			ERR_SCHEMA);
		buf_fini(&text);
	}
}

static void refused(void **state)
{
	struct err_note note = {0};
	struct delivery d = by_post;
	(void)state;
	assert_int_equal(delivery_check(&d, &note), 0);
	strcpy(d.phone, "1380000000");
	assert_int_equal(delivery_check(&d, &note), ERR_SCHEMA);
	d = by_post;
	strcpy(d.address, "x");
	assert_int_equal(delivery_check(&d, &note), ERR_SCHEMA);
	d = by_post;
	strcpy(d.name, "a\nb");
	assert_int_equal(delivery_check(&d, &note), ERR_SCHEMA);
	d = by_post;
	strcpy(d.way, "window");
	assert_int_equal(delivery_check(&d, &note), ERR_SCHEMA);
	strcpy(d.way, "pigeon");
	assert_int_equal(delivery_check(&d, &note), ERR_SCHEMA);
}

static void only_as_written(void **state)
{
	static const char *const texts[] = {
		"{\"act\":\"deliver\", \"address\":\"\",\"application\":\"" APPLICATION
		"\",\"name\":\"\",\"phone\":\"\",\"way\":\"window\"}",
		"{\"act\":\"withdraw\",\"address\":\"\",\"application\":\"" APPLICATION
		"\",\"name\":\"\",\"phone\":\"\",\"way\":\"window\"}",
		"{\"act\":\"deliver\",\"address\":\"\",\"application\":\"" APPLICATION
		"\",\"more\":1,\"name\":\"\",\"phone\":\"\",\"way\":\"window\"}",
		"{\"act\":\"deliver\",\"application\":\"" APPLICATION "\"}", "[]", "{"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct delivery d;
		struct err_note note = {0};
		assert_true(delivery_read(view_str(texts[i]), APPLICATION, &d, &note) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(refused),
		cmocka_unit_test(only_as_written)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
