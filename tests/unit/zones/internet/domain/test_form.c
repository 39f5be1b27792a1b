/* The draft and the form that is signed: unknown keys are refused, identity never comes from the keyboard,
 * what is not filled in is not signed. */
#include "zones/internet/domain/form.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct business_set *set;
static const struct business *b;

static int setup(void **state)
{
	(void)state;
	if (business_load("conf/businesses", &set, NULL) < 0)
		return -1;
	b = business_find(set, "transfer-existing-flat");
	return b ? 0 : -1;
}
static int teardown(void **state)
{
	(void)state;
	business_free(set);
	return 0;
}
static json_t *parsed(const char *text)
{
	json_t *o = NULL;
	assert_int_equal(json_parse(view_str(text), 65536, &o, NULL), 0);
	return o;
}

static void refuse(const char *const *bad)
{
	for (size_t i = 0; bad[i]; i++) {
		struct err_note note = {0};
		json_t *o = parsed(bad[i]);
		if (form_check_draft(b, o, &note) != ERR_SCHEMA)
			fail_msg("taken: %s", bad[i]);
		assert_true(note.text[0]);
		json_decref(o);
	}
}

#define PARTY                                                                                                  \
	"{\"role\":\"transferor\",\"name\":\"张三\",\"id_kind\":\"1\",\"id_number\":\"110101199001010011\"," \
	"\"share_num\":1,\"share_den\":2}"

static void test_draft(void **state)
{
	(void)state;
	static const char *const good[] = {"{}", "{\"version\":3}", "{\"unit_code\":\"\"}",
		"{\"parties\":[" PARTY "]}", "{\"fields\":{}}"};
	static const char *const bad[] = {"{\"owner\":\"x\"}", "{\"unit_code\":7}",
		"{\"unit_code\":\"12345678901234567890123456789\"}", "{\"parties\":[]}",
		"{\"parties\":{\"a\":1}}", "{\"parties\":[7]}", "{\"parties\":[{\"role\":\"transferor\"}]}",
		"{\"fields\":[]}", "{\"fields\":{\"unheard\":1}}", "{\"fields\":{\"price_cents\":{}}}",
		"{\"fields\":{\"price_cents\":true}}", NULL};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		json_t *o = parsed(good[i]);
		struct err_note note = {0};
		if (form_check_draft(b, o, &note) != 0)
			fail_msg("refused: %s: %s", good[i], note.text);
		json_decref(o);
	}
	refuse(bad);
	json_t *half = json_pack("{s:{s:f}}", "fields", "price_cents", 1.5);
	assert_int_equal(form_check_draft(b, half, NULL), ERR_SCHEMA);
	json_decref(half);
	/* Each member of a party: missing, of another type, out of bounds, one too many. */
	static const char *const members[] = {"role", "name", "id_number", "share_num", "share_den"};
	for (size_t i = 0; i < 5; i++) {
		json_t *p = parsed(PARTY), *o = json_pack("{s:[O]}", "parties", p);
		json_object_set_new(p, members[i], json_true());
		assert_true(form_check_draft(b, o, NULL) < 0);
		json_object_del(p, members[i]);
		assert_true(form_check_draft(b, o, NULL) < 0);
		json_decref(o);
		json_decref(p);
	}
	json_t *p = parsed(PARTY), *o = json_pack("{s:[O]}", "parties", p);
	json_object_set_new(p, "share_den", json_integer(0));
	assert_true(form_check_draft(b, o, NULL) < 0);
	json_object_set_new(p, "share_den", json_integer(1000001));
	assert_true(form_check_draft(b, o, NULL) < 0);
	json_object_set_new(p, "share_den", json_integer(2));
	json_object_set_new(p, "admin", json_true());
	assert_int_equal(form_check_draft(b, o, NULL), ERR_SCHEMA);
	json_decref(o);
	json_decref(p);
	o = json_pack("{s:[]}", "parties");
	for (int i = 0; i < 21; i++)
		json_array_append_new(json_object_get(o, "parties"), parsed(PARTY));
	assert_int_equal(form_check_draft(b, o, NULL), ERR_SCHEMA);
	json_decref(o);
}

static void test_identity_is_not_typed(void **state)
{
	(void)state;
	json_t *draft = form_new(b, "110101", "王小丰", "110101199001010038"), *out = NULL;
	json_t *patch = parsed("{\"unit_code\":\"110101001001GB00001F00010001\",\"fields\":{\"note\":\"x\"},"
			       "\"parties\":[{\"role\":\"transferor\",\"name\":\"别人\",\"id_kind\":\"3\","
			       "\"id_number\":\"E1\",\"share_num\":1,\"share_den\":1,\"signed_at\":\"now\"},"
			       "{\"role\":\"transferee\",\"name\":\"李四\",\"id_kind\":\"1\","
			       "\"id_number\":\"110101199001010011\",\"share_num\":1,\"share_den\":1}]}");
	assert_int_equal(form_check_draft(b, draft, NULL), 0);
	assert_int_equal(form_merge(draft, patch, "王小丰", "110101199001010038", &out), 0);
	json_t *first = json_array_get(json_object_get(out, "parties"), 0),
	       *second = json_array_get(json_object_get(out, "parties"), 1);
	assert_string_equal(json_string_value(json_object_get(first, "name")), "王小丰");
	assert_string_equal(json_string_value(json_object_get(first, "id_number")), "110101199001010038");
	assert_string_equal(json_string_value(json_object_get(first, "id_kind")), "1");
	assert_null(json_object_get(first, "signed_at"));
	assert_string_equal(json_string_value(json_object_get(second, "name")), "李四");
	/* What was handed in stays as it was. */
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(patch, "parties"), 0), "name")),
		"别人");
	assert_string_equal(json_string_value(json_object_get(draft, "unit_code")), "");
	json_decref(out);
	json_decref(patch);
	json_decref(draft);
}

static void test_what_the_definition_answers(void **state)
{
	(void)state;
	static const struct {
		const char *business, *reason;
	} rows[] = {{"reissue", "遗失补发"}, {"gift-transfer", "赠与"}, {"transfer-existing-flat", NULL}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct business *own = business_find(set, rows[i].business);
		json_t *draft = form_new(own, "110101", "王小丰", "110101199001010038");
		const char *reason =
			json_string_value(json_object_get(json_object_get(draft, "fields"), "reason"));
		assert_int_equal(form_check_draft(own, draft, NULL), 0);
		if (rows[i].reason)
			assert_string_equal(reason, rows[i].reason);
		else
			assert_null(reason);
		json_decref(draft);
	}
}

static void test_what_is_signed(void **state)
{
	(void)state;
	json_t *draft = parsed("{\"unit_code\":\"u\",\"parties\":[],\"fields\":{\"a\":\"\",\"b\":null,\"c\":"
			       "0,\"d\":\"x\"}}"),
	       *materials = json_array();
	json_t *form = form_sign_text(b, "id", "110101", draft, materials);
	assert_non_null(form);
	json_t *fields = json_object_get(form, "fields");
	assert_int_equal(json_object_size(fields), 2);
	assert_int_equal(json_integer_value(json_object_get(fields, "c")), 0);
	assert_string_equal(json_string_value(json_object_get(fields, "d")), "x");
	assert_int_equal(json_integer_value(json_object_get(form, "business_version")), b->version);
	assert_non_null(strstr(json_string_value(json_object_get(form, "statement")), "真实"));
	assert_null(json_object_get(form, "papers"));
	json_decref(form);
	json_decref(materials);
	json_decref(draft);
}

/* A contract filled in here is signed, without answers to what is no longer asked; one that is uploaded is
 * not. */
static void test_papers(void **state)
{
	(void)state;
	json_t *draft = parsed("{\"unit_code\":\"u\",\"parties\":[],\"fields\":{},\"papers\":[{\"code\":"
			       "\"contract\",\"online\":true,"
			       "\"answers\":{\"dispute\":\"court\",\"arbitrator\":\"x\",\"more\":\"\","
			       "\"breach_rate\":5}}]}"),
	       *materials = json_array();
	json_t *form = form_sign_text(b, "id", "110101", draft, materials),
	       *want = parsed(
		       "[{\"code\":\"contract\",\"answers\":{\"dispute\":\"court\",\"breach_rate\":5}}]");
	assert_true(json_equal(json_object_get(form, "papers"), want));
	json_decref(form);
	json_object_set_new(json_array_get(json_object_get(draft, "papers"), 0), "online", json_false());
	form = form_sign_text(b, "id", "110101", draft, materials);
	assert_null(json_object_get(form, "papers"));
	json_decref(form);
	static const char *const refused[] = {
		"{\"papers\":[{\"code\":\"inquiry\",\"online\":true,\"answers\":{}}]}",
		"{\"papers\":[{\"code\":\"contract\",\"answers\":{}}]}",
		"{\"papers\":[{\"code\":\"contract\",\"online\":true,\"answers\":{\"voluntary\":\"yes\"}}]}",
		"{\"papers\":[{\"code\":\"contract\",\"online\":true,\"answers\":{\"breach_rate\":11}}]}",
		NULL};
	refuse(refused);
	json_decref(want);
	json_decref(materials);
	json_decref(draft);
}

/* 领证方式: signed where a holder signs it, with nobody's address unless it is by post. */
static void test_delivery(void **state)
{
	static const char *const refused[] = {"{\"delivery\":{\"way\":\"pigeon\"}}",
		"{\"delivery\":\"post\"}", "{\"delivery\":{\"way\":\"post\",\"name\":\"王五\"}}",
		"{\"delivery\":{\"way\":\"window\",\"phone\":\"13800000001\"}}",
		"{\"delivery\":{\"way\":\"window\",\"more\":1}}", NULL};
	struct err_note note = {0};
	json_t *patch = parsed("{\"delivery\":{\"way\":\"post\",\"name\":\"王五\",\"phone\":\"13800000001\","
			       "\"address\":\"示例市示例路2号\"},\"parties\":[{\"role\":\"transferor\","
			       "\"name\":\"x\","
			       "\"id_number\":\"1\",\"share_num\":1,\"share_den\":1},{\"role\":"
			       "\"transferee\",\"name\":"
			       "\"y\",\"id_number\":\"2\",\"share_num\":1,\"share_den\":1}]}"),
	       *draft = form_new(b, "110101", "王小丰", "110101199001010038"), *merged = NULL, *form, *none,
	       *materials = json_array();
	(void)state;
	assert_int_equal(form_check_draft(b, patch, &note), 0);
	assert_int_equal(form_merge(draft, patch, "王小丰", "110101199001010038", &merged), 0);
	form = form_sign_text(b, "id", "110101", merged, materials);
	assert_true(json_equal(json_object_get(form, "delivery"), json_object_get(patch, "delivery")));
	json_decref(form);
	/* Whoever holds the certificate acts by a power: nobody chooses in the form. */
	json_object_set_new(json_array_get(json_object_get(merged, "parties"), 1), "agent",
		json_pack("{s:s}", "kind", "power"));
	form = form_sign_text(b, "id", "110101", merged, materials);
	assert_null(json_object_get(form, "delivery"));
	json_decref(form);
	json_object_del(json_array_get(json_object_get(merged, "parties"), 1), "agent");
	json_object_set_new(merged, "delivery", json_pack("{s:s,s:s}", "way", "window", "name", ""));
	form = form_sign_text(b, "id", "110101", merged, materials);
	assert_int_equal(json_object_size(json_object_get(form, "delivery")), 1);
	json_decref(form);
	none = parsed("{\"delivery\":null}");
	assert_int_equal(form_check_draft(b, none, &note), 0);
	json_decref(draft);
	draft = merged;
	assert_int_equal(form_merge(draft, none, "王小丰", "110101199001010038", &merged), 0);
	form = form_sign_text(b, "id", "110101", merged, materials);
	assert_null(json_object_get(form, "delivery"));
	json_decref(form);
	json_decref(none);
	refuse(refused);
	json_decref(merged);
	json_decref(draft);
	json_decref(patch);
	json_decref(materials);
}

/* A draft of an older version: what the newer one does not ask for goes, by name; the person stays. */
static void test_renewed(void **state)
{
	(void)state;
	json_t *draft = parsed("{\"unit_code\":\"u\",\"fields\":{\"location\":\"here\",\"colour\":\"red\"},"
			       "\"parties\":[{\"role\":\"owner\",\"name\":\"张三\"},{\"role\":\"witness\","
			       "\"name\":\"李四\"},{\"role\":\"transferee\",\"name\":\"王五\"}]}"),
	       *materials = parsed("[\"contract\",\"photo\"]"), *out = NULL, *dropped = NULL;
	assert_int_equal(form_renew(b, draft, materials, &out, &dropped), 0);
	json_t *parties = json_object_get(out, "parties");
	assert_int_equal(json_array_size(parties), 2);
	assert_string_equal(json_str(json_array_get(parties, 0), "role"), b->roles[0].code);
	assert_string_equal(json_str(json_array_get(parties, 0), "name"), "张三");
	assert_string_equal(json_str(json_array_get(parties, 1), "name"), "王五");
	assert_string_equal(json_str(json_object_get(out, "fields"), "location"), "here");
	assert_null(json_object_get(json_object_get(out, "fields"), "colour"));
	static const char *const gone[][2] = {
		{"party", "owner"}, {"party", "witness"}, {"field", "colour"}, {"material", "photo"}};
	assert_int_equal(json_array_size(dropped), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(json_str(json_array_get(dropped, i), "kind"), gone[i][0]);
		assert_string_equal(json_str(json_array_get(dropped, i), "code"), gone[i][1]);
	}
	/* The older draft is as it was. */
	assert_non_null(json_object_get(json_object_get(draft, "fields"), "colour"));
	json_decref(out);
	json_decref(dropped);
	json_decref(materials);
	json_decref(draft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_draft),
		cmocka_unit_test(test_identity_is_not_typed),
		cmocka_unit_test(test_what_the_definition_answers), cmocka_unit_test(test_what_is_signed),
		cmocka_unit_test(test_renewed), cmocka_unit_test(test_papers),
		cmocka_unit_test(test_delivery)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
