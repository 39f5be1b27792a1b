/* What a compromised portal may hand to the registry beside a signature: a form, the answers of a party, a
 * place under a batch; and the items of a correction. Nothing of it is believed before these say yes, and
 * what they say yes to keeps its promises. Input: {"form","record","party","joint","items"}, each as it
 * comes. */
#include "common/audit/merkle.h"
#include "common/workflow/business.h"
#include "common/workflow/correction.h"
#include "common/workflow/record.h"
#include "zones/extranet/domain/consent_joint.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct business *business(void)
{
	static struct business_set *set;
	if (!set)
		REQUIRE(business_load("conf/businesses", &set, NULL) == 0);
	return business_find(set, "transfer-existing-flat");
}

/* The version of the business moves on; the corpus does not. */
static json_t *form_of(const json_t *o, const struct business *b)
{
	json_t *form = json_deep_copy(json_object_get(o, "form"));
	if (json_is_object(form) && json_object_get(form, "business_version"))
		json_object_set_new(form, "business_version", json_integer(b->version));
	return form;
}

static void answers(const struct business *b, const json_t *o, const json_t *form)
{
	const json_t *record = json_object_get(o, "record"), *one = json_array_get(record, 0);
	size_t n = (size_t)(json_int(o, "party") & 3);
	struct err_note note = {0};
	struct buf text;
	json_t *findings = json_array(), *again = NULL;
	int rc = record_check_answers(b, NULL, json_object_get(one, "answers"), &note);
	REQUIRE(rc == 0 || note.text[0]);
	rc = record_check(b, form, record, n, findings, NULL);
	REQUIRE((rc == 0) == (json_array_size(findings) == 0));
	buf_init(&text, 1 << 20);
	/* What is signed says what was checked, to whoever reads it later. */
	if (rc == 0 && record_text(form, record, &text) == 0) {
		REQUIRE(json_parse(buf_view(&text), 1 << 20, &again, &note) == 0);
		REQUIRE(json_array_size(record) == 0 || json_equal(json_object_get(again, "record"), record));
	}
	buf_fini(&text);
	json_decref(again);
	json_decref(findings);
}

/* The place as it came; then under a root over this form alone, which has to hold, and over another, which
 * may not. */
static void place(const json_t *o, const json_t *form)
{
	const struct suite *s = suite_by_name("gm");
	json_t *joint = json_deep_copy(json_object_get(o, "joint")), *text = NULL;
	struct err_note note = {0};
	struct uuid batch;
	struct digest leaf;
	struct buf canonical, canon;
	char hex[DIGEST_HEX];
	buf_init(&canonical, 1 << 20);
	buf_init(&canon, 1 << 20);
	if (json_is_object(joint) && json_canon(form, &canonical) == 0 &&
		consent_joint_check(s, joint, buf_view(&canonical), form, &batch, &note) == 0)
		REQUIRE(uuid_valid(batch.s));
	if (canonical.n && json_parse(view_str(json_str(joint, "text")), 1024, &text, &note) == 0 &&
		json_is_object(text)) {
		merkle_leaf(s, buf_view(&canonical), &leaf);
		digest_hex(&leaf, hex);
		json_object_set_new(text, "root", json_string(hex));
		json_object_set_new(text, "count", json_integer(1));
		json_object_set_new(joint, "index", json_integer(0));
		json_object_set_new(joint, "path", json_array());
		REQUIRE(json_canon(text, &canon) == 0);
		json_object_set_new(joint, "text", json_stringn((const char *)canon.p, canon.n));
		int rc = consent_joint_check(s, joint, buf_view(&canonical), form, &batch, &note);
		REQUIRE(rc == 0 || note.text[0]);
		REQUIRE(consent_joint_check(s, joint, view_str("another"), form, &batch, &note) < 0);
	}
	json_decref(text);
	json_decref(joint);
	buf_fini(&canonical);
	buf_fini(&canon);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct business *b = business();
	struct err_note note = {0};
	json_t *o = NULL;
	if (json_parse(view_of(data, size), 1 << 16, &o, &note) < 0 || !json_is_object(o)) {
		json_decref(o);
		return 0;
	}
	json_t *form = form_of(o, b);
	if (json_is_object(form) && business_check_form(b, form, NULL, &note) == 0) {
		json_object_set_new(form, "statement", json_string(b->pledge_zh));
		answers(b, o, form);
		place(o, form);
		const json_t *items = json_object_get(o, "items");
		if (correction_check(b, items, &note) == 0) {
			REQUIRE(correction_fits(form, form, items, &note) == 0);
			REQUIRE(json_array_size(items) <= CORRECTION_ITEMS_MAX);
		}
	}
	json_decref(form);
	json_decref(o);
	return 0;
}
