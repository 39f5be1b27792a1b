/* What people who need no more see of a name or a number. */
#include "common/base/json.h"
#include "common/message/format.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef int mask_fn(const char *s, struct buf *out);

static void expect(mask_fn *mask, const char *in, const char *want)
{
	struct buf b;
	buf_init(&b, 1000);
	assert_int_equal(buf_add_str(&b, "<"), 0);
	assert_int_equal(mask(in, &b), 0);
	assert_int_equal(buf_add(&b, "", 1), 0);
	if (strcmp((const char *)b.p + 1, want) != 0)
		fail_msg("%s is masked as %s, not %s", in, (const char *)b.p + 1, want);
	assert_int_equal(b.p[0], '<'); /* appended */
	buf_fini(&b);
}

static void follows_the_vectors(void **state)
{
	(void)state;
	struct buf b;
	json_t *o = NULL;
	const json_t *one, *list;
	size_t i;
	buf_init(&b, 1 << 16);
	assert_int_equal(file_read(AT_FDCWD, "tests/golden/format-vectors.json", 1 << 16, &b), 0);
	assert_int_equal(json_parse(buf_view(&b), 1 << 16, &o, NULL), 0);
	list = json_object_get(o, "masks");
	assert_true(json_array_size(list) >= 6);
	json_array_foreach(list, i, one)
	{
		const char *kind = json_str(one, "kind");
		expect(strcmp(kind, "name") == 0  ? mask_name
			: strcmp(kind, "id") == 0 ? mask_id
						  : mask_phone,
			json_str(one, "in"), json_str(one, "out"));
	}
	json_decref(o);
	buf_fini(&b);
}

static void names_of_all_kinds(void **state)
{
	(void)state;
	expect(mask_name, "", "");
	expect(mask_name, "A", "*");
	expect(mask_name, "Al", "A*");
	expect(mask_name, "Alice", "A***e");
	expect(mask_name, "古丽·阿依", "古***依");
	expect(mask_name, "𠮷野家", "𠮷*家"); /* four bytes a character */
}

/* Cut in the middle of a character: masked, and not read over its end. */
static void broken_text_is_not_read_over(void **state)
{
	(void)state;
	static const char *const cut[] = {
		"\xe5", "\xe5\xbc", "张\xe4", "张\xe4\xb8", "\xff\xff\xff", "张三\xf0"};
	for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
		char *s = strdup(cut[i]);
		struct buf b;
		buf_init(&b, 100);
		assert_int_equal(mask_name(s, &b), 0);
		assert_true(b.n <= strlen(cut[i]));
		buf_fini(&b);
		free(s);
	}
}

static void short_numbers_show_nothing(void **state)
{
	(void)state;
	expect(mask_id, "", "");
	expect(mask_id, "12345678", "********");
	expect(mask_id, "123456789", "1234*6789");
	expect(mask_phone, "1234567", "*******");
	expect(mask_phone, "12345678", "123*5678");
}

static void full_buffers_are_told(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 4);
	assert_int_equal(mask_id("110101190001010014", &b), ERR_LIMIT);
	assert_int_equal(mask_phone("13800000000", &b), ERR_LIMIT);
	assert_int_equal(mask_name("欧阳娜娜", &b), ERR_LIMIT);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_vectors),
		cmocka_unit_test(names_of_all_kinds),
		cmocka_unit_test(broken_text_is_not_read_over),
		cmocka_unit_test(short_numbers_show_nothing),
		cmocka_unit_test(full_buffers_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
