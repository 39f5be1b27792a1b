/* 补正: items that a registrar may ask for, what they open of a form and nothing else, and when each is done.
 */
#include "common/workflow/correction.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char form_text[] =
	"{\"application\":\"a\",\"business\":\"transfer-existing-flat\",\"business_version\":1,\"division\":"
	"\"110101\","
	"\"unit_code\":\"u\",\"statement\":\"s\",\"fields\":{\"location\":\"here\",\"price_cents\":5},"
	"\"parties\":[{\"role\":\"transferor\",\"name\":\"x\"},{\"role\":\"transferee\",\"name\":\"y\"}],"
	"\"materials\":[{\"code\":\"contract\",\"digest\":\"1\"},{\"code\":\"certificate\",\"digest\":\"2\"}]"
	"}";

static json_t *form_with(const char *path, const char *to)
{
	json_t *f = json_loads(form_text, 0, NULL);
	assert_non_null(f);
	if (strcmp(path, "unit") == 0)
		json_object_set_new(f, "unit_code", json_string(to));
	else if (strcmp(path, "field") == 0)
		json_object_set_new(json_object_get(f, "fields"), "location", json_string(to));
	else if (strcmp(path, "new-field") == 0)
		json_object_set_new(json_object_get(f, "fields"), "contract_no", json_string(to));
	else if (strcmp(path, "no-field") == 0)
		json_object_del(json_object_get(f, "fields"), "price_cents");
	else if (strcmp(path, "party") == 0)
		json_object_set_new(
			json_array_get(json_object_get(f, "parties"), 1), "name", json_string(to));
	else if (strcmp(path, "material") == 0)
		json_object_set_new(
			json_array_get(json_object_get(f, "materials"), 0), "digest", json_string(to));
	else if (strcmp(path, "more") == 0)
		json_array_append_new(json_object_get(f, "materials"),
			json_pack("{s:s,s:s}", "code", "marriage", "digest", to));
	else if (strcmp(path, "gone") == 0)
		json_array_remove(json_object_get(f, "materials"), 1);
	else if (strcmp(path, "delivery") == 0)
		json_object_set_new(f, "delivery", json_pack("{s:s}", "way", to));
	else if (strcmp(path, "other-business") == 0)
		json_object_set_new(f, "business_version", json_integer(2));
	return f;
}

static void test_fits(void **state)
{
	static const struct {
		const char *change, *items;
		bool fits;
		const char *names;
	} cases[] = {
		{"none", "[]", true, ""},
		{"delivery", "[]", false, "delivery"},
		{"field", "[{\"kind\":\"field\",\"code\":\"location\"}]", true, ""},
		{"field", "[{\"kind\":\"field\",\"code\":\"price_cents\"}]", false, "fields.location"},
		{"field", "[{\"kind\":\"other\",\"code\":\"\"}]", false, "fields.location"},
		{"new-field", "[{\"kind\":\"field\",\"code\":\"location\"}]", false, "fields.contract_no"},
		{"no-field", "[{\"kind\":\"field\",\"code\":\"location\"}]", false, "fields.price_cents"},
		{"unit", "[{\"kind\":\"unit\",\"code\":\"\"}]", true, ""},
		{"unit", "[{\"kind\":\"material\",\"code\":\"contract\"}]", false, "unit_code"},
		{"party", "[{\"kind\":\"party\",\"code\":\"transferee\"}]", true, ""},
		{"party", "[{\"kind\":\"party\",\"code\":\"transferor\"}]", false, "parties.transferee"},
		{"material", "[{\"kind\":\"material\",\"code\":\"contract\"}]", true, ""},
		{"material", "[{\"kind\":\"material\",\"code\":\"certificate\"}]", false,
			"materials.contract"},
		{"gone", "[{\"kind\":\"material\",\"code\":\"contract\"}]", false, "materials.certificate"},
		{"more", "[{\"kind\":\"material\",\"code\":\"contract\"}]", false, "materials.marriage"},
		{"more", "[{\"kind\":\"other\",\"code\":\"\"}]", true, ""},
		{"other-business", "[{\"kind\":\"other\",\"code\":\"\"}]", false, "business_version"},
	};
	json_t *before = json_loads(form_text, 0, NULL);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err_note note = {0};
		json_t *after = form_with(cases[i].change, "new"),
		       *items = json_loads(cases[i].items, 0, NULL);
		assert_non_null(items);
		assert_int_equal(correction_fits(before, after, items, &note), cases[i].fits ? 0 : ERR_STATE);
		assert_int_equal(strncmp(note.text, cases[i].names, strlen(cases[i].names)), 0);
		json_decref(after);
		json_decref(items);
	}
	json_decref(before);
}

static void test_done(void **state)
{
	static const struct {
		const char *change, *item;
		bool done;
	} cases[] = {
		{"none", "{\"kind\":\"material\",\"code\":\"contract\"}", false},
		{"material", "{\"kind\":\"material\",\"code\":\"contract\"}", true},
		{"field", "{\"kind\":\"material\",\"code\":\"contract\"}", false},
		{"field", "{\"kind\":\"field\",\"code\":\"location\"}", true},
		{"none", "{\"kind\":\"field\",\"code\":\"location\"}", false},
		{"unit", "{\"kind\":\"unit\",\"code\":\"\"}", true},
		{"party", "{\"kind\":\"party\",\"code\":\"transferee\"}", true},
		{"party", "{\"kind\":\"party\",\"code\":\"transferor\"}", false},
		{"none", "{\"kind\":\"other\",\"code\":\"\"}", true},
	};
	json_t *before = json_loads(form_text, 0, NULL);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		json_t *after = form_with(cases[i].change, "new"), *item = json_loads(cases[i].item, 0, NULL);
		assert_int_equal(correction_done(before, after, item), cases[i].done);
		json_decref(after);
		json_decref(item);
	}
	json_decref(before);
}

static void test_items(void **state)
{
	static const struct {
		const char *items;
		int rc;
	} cases[] = {
		{"[{\"kind\":\"material\",\"code\":\"contract\",\"text\":\"缺第3页\"}]", 0},
		{"[{\"kind\":\"field\",\"code\":\"location\",\"text\":\"x\"},{\"kind\":\"other\",\"code\":"
		 "\"\",\"text\":\"x\"}]",
			0},
		{"[{\"kind\":\"party\",\"code\":\"transferee\",\"text\":\"x\"},{\"kind\":\"unit\",\"code\":"
		 "\"\",\"text\":\"x\"}]",
			0},
		{"[]", ERR_SCHEMA},
		{"[\"合同\"]", ERR_SCHEMA},
		{"[{\"kind\":\"material\",\"code\":\"unheard\",\"text\":\"x\"}]", ERR_SCHEMA},
		{"[{\"kind\":\"material\",\"code\":\"contract\",\"text\":\"\"}]", ERR_SCHEMA},
		{"[{\"kind\":\"other\",\"code\":\"contract\",\"text\":\"x\"}]", ERR_SCHEMA},
		{"[{\"kind\":\"unheard\",\"code\":\"\",\"text\":\"x\"}]", ERR_SCHEMA},
		{"[{\"kind\":\"unit\",\"code\":\"\",\"text\":\"x\",\"more\":1}]", ERR_SCHEMA},
	};
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	const struct business *b = business_find(s, "transfer-existing-flat");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		json_t *items = json_loads(cases[i].items, 0, NULL);
		assert_non_null(items);
		assert_int_equal(correction_check(b, items, &note), cases[i].rc);
		json_decref(items);
	}
	business_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits), cmocka_unit_test(test_done), cmocka_unit_test(test_items)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
