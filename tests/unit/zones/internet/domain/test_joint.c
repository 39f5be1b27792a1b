/* One signature under many forms: what the portal makes of a batch, the registry finds right; a form that is
 * not under it, in another place or of another business, is not. */
#include "zones/extranet/domain/consent_joint.h"
#include "zones/internet/domain/joint.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BATCH "0193a000-0000-7000-8000-0000000000b1"
#define MOST 1000

static const struct suite *suite;
static struct digest leaves[MOST];
static char forms[MOST][80];

static void forms_make(size_t n)
{
	suite = suite_by_name("gm");
	for (size_t i = 0; i < n; i++) {
		snprintf(forms[i], sizeof forms[i],
			"{\"business\":\"mortgage\",\"business_version\":2,\"n\":%zu}", i);
		merkle_leaf(suite, view_str(forms[i]), &leaves[i]);
	}
}

static void path_make(size_t n, size_t i, char out[static 2048])
{
	struct digest path[MERKLE_PATH_MAX];
	size_t k = merkle_path(suite, leaves, n, i, path), at = 0;
	out[0] = '\0';
	for (size_t j = 0; j < k; j++) {
		char hex[DIGEST_HEX];
		digest_hex(&path[j], hex);
		at += (size_t)snprintf(out + at, 2048 - at, "%s%s", j ? " " : "", hex);
	}
}

static json_t *parsed(const char *text)
{
	json_t *o = NULL;
	assert_int_equal(json_parse(view_str(text), 4096, &o, NULL), 0);
	return o;
}

static int judged(const json_t *joint, const char *form)
{
	struct uuid batch;
	struct err_note note = {0};
	json_t *o = parsed(form);
	int rc = consent_joint_check(suite, joint, view_str(form), o, &batch, &note);
	if (rc == 0)
		assert_string_equal(batch.s, BATCH);
	json_decref(o);
	return rc;
}

/* Every form of batches of every shape. */
static void test_all_stand(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 2, 3, 5, 8, 100, MOST};
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct buf text;
		const struct joint j = {BATCH, "mortgage", 2};
		buf_init(&text, 4096);
		forms_make(sizes[s]);
		assert_int_equal(joint_text(suite, &j, leaves, sizes[s], &text), 0);
		assert_true(text.n < 1024);
		for (size_t i = 0; i < sizes[s]; i++) {
			char path[2048];
			json_t *proof = NULL;
			path_make(sizes[s], i, path);
			assert_int_equal(joint_proof(suite, (const char *)text.p, view_str(forms[i]),
						 (int64_t)i, path, &proof),
				0);
			assert_true(json_array_size(json_object_get(proof, "path")) <= 10);
			assert_int_equal(judged(proof, forms[i]), 0);
			json_decref(proof);
		}
		buf_fini(&text);
	}
}

static void test_others_do_not(void **state)
{
	(void)state;
	struct buf text;
	const struct joint j = {BATCH, "mortgage", 2};
	char path[2048];
	json_t *proof = NULL;
	buf_init(&text, 4096);
	forms_make(5);
	assert_int_equal(joint_text(suite, &j, leaves, 5, &text), 0);
	const char *t = (const char *)text.p;
	path_make(5, 2, path);
	/* What was changed since, and another place, the portal itself does not send. */
	assert_int_equal(joint_proof(suite, t, view_str(forms[1]), 2, path, &proof), ERR_CONFLICT);
	assert_int_equal(joint_proof(suite, t, view_str(forms[2]), 1, path, &proof), ERR_CONFLICT);
	assert_int_equal(joint_proof(suite, t, view_str(forms[2]), 2, "xyz", &proof), ERR_SYNTAX);
	assert_int_equal(joint_proof(suite, t, view_str(forms[2]), 2, path, &proof), 0);
	assert_int_equal(judged(proof, forms[2]), 0);
	/* What a portal that is not to be believed might send. */
	assert_int_equal(judged(proof, forms[3]), ERR_SIGNATURE);
	assert_int_equal(
		judged(proof, "{\"business\":\"seizure\",\"business_version\":2,\"n\":2}"), ERR_SIGNATURE);
	assert_int_equal(
		judged(proof, "{\"business\":\"mortgage\",\"business_version\":3,\"n\":2}"), ERR_SIGNATURE);
	static const struct {
		const char *member, *value;
		int err;
	} wrong[] = {{"index", "3", ERR_SIGNATURE}, {"index", "5", ERR_SCHEMA}, {"index", "-1", ERR_SCHEMA},
		{"index", "\"2\"", ERR_SCHEMA}, {"path", "[]", ERR_SIGNATURE},
		{"path", "[\"00\"]", ERR_SCHEMA}, {"path", "[1]", ERR_SCHEMA}, {"path", "7", ERR_SIGNATURE},
		{"text", "\"\"", ERR_SYNTAX}, {"text", "\"{}\"", ERR_SCHEMA}, {"text", "9", ERR_SYNTAX}};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		json_t *bad = json_deep_copy(proof);
		json_object_set_new(bad, wrong[i].member, json_loads(wrong[i].value, JSON_DECODE_ANY, NULL));
		int rc = judged(bad, forms[2]);
		if (rc != wrong[i].err)
			fail_msg("%s=%s: %s", wrong[i].member, wrong[i].value, err_name(rc));
		json_decref(bad);
	}
	json_decref(proof);
	buf_fini(&text);
}

/* Each member of the signed text counts. */
static void test_text(void **state)
{
	(void)state;
	static const struct {
		const char *member, *value;
		int err;
	} wrong[] = {{"batch", "\"b\"", ERR_SCHEMA}, {"count", "0", ERR_SCHEMA},
		{"count", "1001", ERR_SCHEMA}, {"kind", "\"one\"", ERR_SIGNATURE},
		{"root", "\"00\"", ERR_SCHEMA}, {"more", "1", ERR_SCHEMA}};
	struct buf text;
	const struct joint j = {BATCH, "mortgage", 2};
	char path[2048];
	json_t *proof = NULL;
	buf_init(&text, 4096);
	forms_make(3);
	path_make(3, 0, path);
	assert_int_equal(joint_text(suite, &j, leaves, 3, &text), 0);
	assert_int_equal(joint_proof(suite, (const char *)text.p, view_str(forms[0]), 0, path, &proof), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		json_t *o = parsed((const char *)text.p);
		char *changed;
		json_object_set_new(o, wrong[i].member, json_loads(wrong[i].value, JSON_DECODE_ANY, NULL));
		changed = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
		json_object_set_new(proof, "text", json_string(changed));
		int rc = judged(proof, forms[0]);
		if (rc != wrong[i].err)
			fail_msg("%s=%s: %s", wrong[i].member, wrong[i].value, err_name(rc));
		free(changed);
		json_decref(o);
	}
	json_decref(proof);
	buf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_stand),
		cmocka_unit_test(test_others_do_not), cmocka_unit_test(test_text)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
