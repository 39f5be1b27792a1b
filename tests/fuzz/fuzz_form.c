/* What comes from an applicant's keyboard as a draft: what is taken can be merged, made into the text to be
 * signed and checked as the registry does it; the identity is never the keyboard's. */
#include "zones/internet/domain/form.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct business *business(void)
{
	static struct business_set *set;
	if (!set)
		REQUIRE(business_load("conf/businesses", &set, NULL) == 0);
	return business_find(set, "transfer-existing-flat");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct business *b = business();
	struct err_note note = {0};
	json_t *patch = NULL, *draft = NULL, *merged = NULL, *materials = json_array(), *form = NULL;
	REQUIRE(b && materials);
	if (json_parse(view_of(data, size), 1 << 16, &patch, &note) == 0 &&
		form_check_draft(b, patch, &note) == 0) {
		draft = form_new(b, "110101", "张三", "110101199001010011");
		REQUIRE(draft && form_merge(draft, patch, "张三", "110101199001010011", &merged) == 0);
		const json_t *first = json_array_get(json_object_get(merged, "parties"), 0);
		REQUIRE(strcmp(json_str(first, "id_number"), "110101199001010011") == 0);
		form = form_sign_text(b, "01890000-0000-7000-8000-000000000000", "110101", merged, materials);
		REQUIRE(form);
		REQUIRE(business_check_form(b, form, NULL, &note) == 0 || note.text[0]);
	}
	json_decref(form);
	json_decref(merged);
	json_decref(draft);
	json_decref(materials);
	json_decref(patch);
	return 0;
}
