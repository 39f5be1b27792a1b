#include "common/workflow/correction.h"

#include <string.h>

static bool is(const json_t *item, const char *kind)
{
	return strcmp(json_str(item, "kind"), kind) == 0;
}

const char *correction_name(const struct business *b, const json_t *item)
{
	const char *code = json_str(item, "code");
	const struct business_role *role = business_role_find(b, code);
	if (is(item, "unit"))
		return "不动产单元代码";
	if (is(item, "party"))
		return role ? role->zh : "";
	for (size_t i = 0; is(item, "field") && i < b->nfields; i++)
		if (strcmp(b->fields[i].code, code) == 0)
			return b->fields[i].zh;
	const struct business_material *m = is(item, "material") ? business_material_find(b, code) : NULL;
	return m ? m->zh : "";
}

static int item_check(const struct business *b, const json_t *item, size_t n, struct err_note *note)
{
	static const char *const keys[] = {"kind", "code", "text", NULL};
	const char *kind = "", *code = "", *text = "";
	int rc = json_only_keys(item, keys, note);
	if (rc == 0)
		rc = json_get_str(item, "kind", 15, &kind, note);
	if (rc == 0)
		rc = json_get_str(item, "code", 47, &code, note);
	if (rc == 0)
		rc = json_get_str(item, "text", CORRECTION_TEXT_MAX, &text, note);
	if (rc < 0)
		return rc;
	if (!*text)
		return err_set(note, ERR_SCHEMA, "items[%zu].text: must not be empty", n);
	if (strcmp(kind, "other") == 0 || strcmp(kind, "unit") == 0)
		return *code ? err_set(note, ERR_SCHEMA, "items[%zu].code: none for this kind", n) : 0;
	if (!*correction_name(b, item))
		return err_set(note, ERR_SCHEMA, "items[%zu]: the business has no such %s", n, kind);
	return 0;
}

int correction_check(const struct business *b, const json_t *items, struct err_note *note)
{
	size_t i;
	const json_t *item;
	if (!json_is_array(items) || json_array_size(items) < 1 ||
		json_array_size(items) > CORRECTION_ITEMS_MAX)
		return err_set(note, ERR_SCHEMA, "items: a list of 1 to %d", CORRECTION_ITEMS_MAX);
	json_array_foreach(items, i, item)
	{
		int rc = item_check(b, item, i, note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static bool opens(const json_t *items, const char *kind, const char *code)
{
	size_t i;
	const json_t *item;
	json_array_foreach(items, i,
		item) if (is(item, kind) && (!code || strcmp(json_str(item, "code"), code) == 0)) return true;
	return false;
}

bool correction_opens_material(const json_t *items, const char *code)
{
	return opens(items, "material", code) || opens(items, "other", NULL);
}

/* Entries of a list whose `key` says `code`, in their order. New reference. */
static json_t *part(const json_t *form, const char *list, const char *key, const char *code)
{
	json_t *out = json_array();
	const json_t *one;
	size_t i;
	json_array_foreach(json_object_get(form, list), i, one) if (strcmp(json_str(one, key), code) == 0)
		json_array_append(out, (json_t *)(uintptr_t)one);
	return out;
}

static bool part_same(
	const json_t *before, const json_t *after, const char *list, const char *key, const char *code)
{
	json_t *a = part(before, list, key, code), *b = part(after, list, key, code);
	bool same = json_equal(a, b) != 0;
	json_decref(a);
	json_decref(b);
	return same;
}

static bool member_same(const json_t *before, const json_t *after, const char *key)
{
	const json_t *a = json_object_get(before, key), *b = json_object_get(after, key);
	return a == b || json_equal(a, b);
}

static bool field_same(const json_t *before, const json_t *after, const char *code)
{
	return member_same(json_object_get(before, "fields"), json_object_get(after, "fields"), code);
}

/* Every part that `form` has, and that is not open, is the same in both. */
static int parts_check(const json_t *form, const json_t *before, const json_t *after, const json_t *items,
	struct err_note *note)
{
	static const char *const files[] = {"materials", "papers"}; /* uploaded, or filled in */
	const char *code;
	json_t *value;
	const json_t *one;
	size_t i;
	json_object_foreach(json_object_get(form, "fields"), code,
		value) if (!opens(items, "field", code) &&
			   !field_same(before, after, code)) return err_set(note, ERR_STATE,
		"fields.%.48s: not among the items to correct", code);
	json_array_foreach(json_object_get(form, "parties"), i, one)
	{
		code = json_str(one, "role");
		if (!opens(items, "party", code) && !part_same(before, after, "parties", "role", code))
			return err_set(
				note, ERR_STATE, "parties.%.24s: not among the items to correct", code);
	}
	for (size_t l = 0; l < 2; l++)
		json_array_foreach(json_object_get(form, files[l]), i, one)
		{
			code = json_str(one, "code");
			if (!correction_opens_material(items, code) &&
				!part_same(before, after, files[l], "code", code))
				return err_set(note, ERR_STATE, "%s.%.48s: not among the items to correct",
					files[l], code);
		}
	return 0;
}

int correction_fits(const json_t *before, const json_t *after, const json_t *items, struct err_note *note)
{
	static const char *const fixed[] = {
		"application", "business", "business_version", "division", "statement"};
	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		if (!member_same(before, after, fixed[i]))
			return err_set(note, ERR_STATE, "%s: not among the items to correct", fixed[i]);
	if (!opens(items, "unit", NULL) &&
		strcmp(json_str(before, "unit_code"), json_str(after, "unit_code")) != 0)
		return err_set(note, ERR_STATE, "unit_code: not among the items to correct");
	/* Another way is chosen apart from the form; where nobody is left who chooses, there is none in it.
	 */
	if (json_object_get(after, "delivery") && !member_same(before, after, "delivery"))
		return err_set(note, ERR_STATE, "delivery: not among the items to correct");
	int rc = parts_check(before, before, after, items, note);
	return rc == 0 ? parts_check(after, before, after, items, note) : rc;
}

bool correction_done(const json_t *before, const json_t *after, const json_t *item)
{
	const char *code = json_str(item, "code");
	if (is(item, "unit"))
		return strcmp(json_str(before, "unit_code"), json_str(after, "unit_code")) != 0;
	if (is(item, "field"))
		return !field_same(before, after, code);
	if (is(item, "party"))
		return !part_same(before, after, "parties", "role", code);
	if (is(item, "material"))
		return !part_same(before, after, "materials", "code", code) ||
		       !part_same(before, after, "papers", "code", code);
	return true;
}
