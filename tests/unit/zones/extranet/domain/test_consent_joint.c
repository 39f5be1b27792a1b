/* What one signature under many forms proves: this form, at this place, for who acts by a power; and nothing
 * a portal in other hands could put in its stead. */
#include "zones/extranet/domain/consent_joint.h"

#include "common/audit/merkle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FORMS 3
static const char *const forms[FORMS] = {"{\"business\":\"mortgage\",\"business_version\":1,\"n\":0}",
	"{\"business\":\"mortgage\",\"business_version\":1,\"n\":1}",
	"{\"business\":\"mortgage\",\"business_version\":1,\"n\":2}"};

struct batch {
	const struct suite *suite;
	json_t *form, *by_power, *itself;
	struct digest leaf[FORMS], pair, root;
	char text[1024];
};

static json_t *json_of(const char *text)
{
	json_t *o = NULL;
	assert_int_equal(json_parse(view_str(text), 4096, &o, NULL), 0);
	return o;
}

/* Over `count` forms, whatever their root. */
static void text_make(struct batch *b, const char *business, const struct digest *root, int count)
{
	char hex[DIGEST_HEX];
	digest_hex(root, hex);
	(void)snprintf(b->text, sizeof b->text,
		"{\"batch\":\"01930000-0000-7000-8000-000000000000\",\"business\":\"%s\",\"business_"
		"version\":1,"
		"\"count\":%d,\"kind\":\"batch\",\"root\":\"%s\",\"statement\":\"x\"}",
		business, count, hex);
}

static int begin(void **state)
{
	static struct batch b;
	memset(&b, 0, sizeof b);
	b.suite = suite_by_name("gm");
	for (int i = 0; i < FORMS; i++)
		merkle_leaf(b.suite, view_str(forms[i]), &b.leaf[i]);
	merkle_node(b.suite, &b.leaf[0], &b.leaf[1], &b.pair);
	merkle_node(b.suite, &b.pair, &b.leaf[2], &b.root);
	text_make(&b, "mortgage", &b.root, FORMS);
	b.form = json_of(forms[2]);
	b.by_power = json_of("{\"agent\":{\"kind\":\"power\"},\"name\":\"示例银行\"}");
	b.itself = json_of("{\"name\":\"赵一\"}");
	*state = &b;
	return 0;
}

static int end(void **state)
{
	struct batch *b = *state;
	json_decref(b->form);
	json_decref(b->by_power);
	json_decref(b->itself);
	return 0;
}

/* The form `canonical` at place `index` with this path. */
static int check(const struct batch *b, const char *canonical, int index, const struct digest *path, size_t n)
{
	struct err_note note = {.text = ""};
	struct uuid batch;
	json_t *list = json_array(), *joint = NULL;
	for (size_t i = 0; i < n; i++) {
		char hex[DIGEST_HEX];
		digest_hex(&path[i], hex);
		assert_int_equal(json_array_append_new(list, json_string(hex)), 0);
	}
	joint = json_pack("{s:s,s:i,s:o}", "text", b->text, "index", index, "path", list);
	assert_non_null(joint);
	int rc = consent_joint_check(b->suite, joint, view_str(canonical), b->form, &batch, &note);
	json_decref(joint);
	assert_true(rc == 0 || note.text[0]);
	return rc;
}

static void test_a_form_of_the_batch(void **state)
{
	const struct batch *b = *state;
	const struct digest second[] = {b->leaf[0], b->leaf[2]};
	assert_int_equal(check(b, forms[2], 2, &b->pair, 1), 0);
	assert_int_equal(check(b, forms[1], 1, second, 2), 0);
}

/* A person who acts for itself would sign a digest that stands over whatever the portal likes. */
static void test_who_acts_for_itself(void **state)
{
	const struct batch *b = *state;
	json_t *guarded = json_of("{\"agent\":{\"kind\":\"guardian\"},\"name\":\"赵二\"}");
	assert_int_equal(consent_joint_signer(b->by_power, NULL), 0);
	assert_int_equal(consent_joint_signer(b->itself, NULL), ERR_SIGNATURE);
	assert_int_equal(consent_joint_signer(guarded, NULL), ERR_SIGNATURE);
	json_decref(guarded);
}

static void test_another_place_or_form(void **state)
{
	const struct batch *b = *state;
	uint8_t both[2 * sizeof b->pair.b];
	assert_int_equal(check(b, forms[2], 1, &b->pair, 1), ERR_SIGNATURE);
	assert_int_equal(check(b, forms[1], 2, &b->pair, 1), ERR_SIGNATURE);
	assert_int_equal(check(b, forms[2], 2, &b->leaf[0], 1), ERR_SIGNATURE);
	assert_int_equal(check(b, forms[2], 2, NULL, 0), ERR_SIGNATURE);
	assert_true(check(b, forms[2], FORMS, &b->pair, 1) < 0);
	assert_true(check(b, forms[2], -1, &b->pair, 1) < 0);
	/* A node is no leaf: what hashes to it as a pair of digests is no form. */
	memcpy(both, b->leaf[0].b, sizeof b->leaf[0].b);
	memcpy(both + sizeof b->leaf[0].b, b->leaf[1].b, sizeof b->leaf[1].b);
	struct digest as_leaf;
	merkle_leaf(b->suite, view_of(both, sizeof both), &as_leaf);
	assert_false(digest_eq(&as_leaf, &b->pair));
}

/* The same signed root of fewer or more forms, or of another business, is another text. */
static void test_another_text(void **state)
{
	struct batch b = *(struct batch *)*state;
	text_make(&b, "mortgage", &b.root, 2);
	assert_true(check(&b, forms[2], 2, &b.pair, 1) < 0);
	assert_int_equal(check(&b, forms[2], 0, &b.pair, 1), ERR_SIGNATURE);
	text_make(&b, "transfer", &b.root, FORMS);
	assert_int_equal(check(&b, forms[2], 2, &b.pair, 1), ERR_SIGNATURE);
	text_make(&b, "mortgage", &b.pair, FORMS);
	assert_int_equal(check(&b, forms[2], 2, &b.pair, 1), ERR_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_form_of_the_batch, begin, end),
		cmocka_unit_test_setup_teardown(test_who_acts_for_itself, begin, end),
		cmocka_unit_test_setup_teardown(test_another_place_or_form, begin, end),
		cmocka_unit_test_setup_teardown(test_another_text, begin, end),
	};
	return cmocka_run_group_tests_name("consent_joint", tests, NULL, NULL);
}
