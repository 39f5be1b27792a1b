#include "common/workflow/business_impl.h"

#include <stdio.h>
#include <string.h>

/* Components of form-js that ask for something; what only shows is read over. */
static const struct {
	const char *component, *type;
} inputs[] = {{"textfield", "text"}, {"textarea", "text"}, {"number", "int"}, {"datetime", "date"},
	{"select", "code"}, {"radio", "code"}, {"checkbox", "bool"}};
static const char *const shown[] = {"text", "separator", "spacer", "html", NULL};
/* properties.kind makes a number money (cents) or an area (square centimetres), and a textarea a list of
 * units. */
static const char *const kinds[] = {"money", "area", NULL};

static bool listed(const char *const *list, const char *s)
{
	while (*list && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

static int values_read(const struct marked *m, const json_t *o, struct business_field *f)
{
	const json_t *list = NULL, *one;
	size_t i;
	char value[48], label[96];
	int rc = marked_list(m, o, "values", true, 64, &list);
	if (rc == 0 && json_array_size(list) < 2)
		return marked_fail(m, o, "values: at least two are expected");
	json_array_foreach(list, i, one)
	{
		static const char *const keys[] = {"value", "label", "en", NULL};
		if (rc == 0)
			rc = marked_map(m, one, keys);
		if (rc == 0)
			rc = marked_text(m, one, "value", true, value, sizeof value);
		if (rc == 0)
			rc = marked_text(m, one, "label", true, label, sizeof label);
	}
	f->max = 47;
	return rc;
}

static int validate_read(const struct marked *m, const json_t *o, struct business_field *f)
{
	static const char *const keys[] = {
		"required", "minLength", "maxLength", "min", "max", "pattern", NULL};
	const json_t *v = marked_get(o, "validate");
	bool text = strcmp(f->type, "text") == 0, code = strcmp(f->type, "code") == 0;
	if (!v)
		return text ? marked_fail(m, o, "validate.maxLength: missing") : 0;
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_bool(m, v, "required", false, &f->required);
	if (rc == 0 && marked_get(v, "pattern"))
		rc = marked_fail(m, marked_get(v, "pattern"), "pattern: write a rule instead");
	if (rc == 0 && text)
		rc = marked_int(m, v, "minLength", false, 0, 2000, &f->min);
	if (rc == 0 && text)
		rc = marked_int(m, v, "maxLength", true, 1, 2000, &f->max);
	if (rc == 0 && !text && !code)
		rc = marked_int(m, v, "min", false, 0, INT64_C(1) << 52, &f->min);
	if (rc == 0 && !text && !code)
		rc = marked_int(m, v, "max", false, 0, INT64_C(1) << 52, &f->max);
	return rc;
}

static int properties_read(const struct marked *m, const json_t *o, struct business_field *f)
{
	static const char *const keys[] = {"en", "kind", "unit", NULL};
	const json_t *v = marked_get(o, "properties");
	char kind[16] = "";
	if (!v)
		return marked_fail(m, o, "properties.en: missing");
	int rc = marked_map(m, v, keys);
	if (rc == 0)
		rc = marked_text(m, v, "en", true, f->en, sizeof f->en);
	if (rc == 0)
		rc = marked_text(m, v, "kind", false, kind, sizeof kind);
	if (rc < 0 || !*kind)
		return rc;
	if (f->lines && strcmp(kind, "units") == 0)
		snprintf(f->kind, sizeof f->kind, "%s", kind);
	else if (strcmp(f->type, "int") == 0 && listed(kinds, kind))
		snprintf(f->type, sizeof f->type, "%s", kind);
	else
		return marked_fail(
			m, marked_get(v, "kind"), "kind: money or area of a number, units of a textarea");
	return rc;
}

static int field_read(const struct marked *m, const json_t *o, size_t input, struct business *b)
{
	static const char *const keys[] = {"type", "key", "label", "id", "description", "validate", "values",
		"properties", "subtype", "dateLabel", "decimalDigits", "increment", "appearance", "layout",
		"defaultValue", "rows", NULL};
	if (b->nfields == BUSINESS_LIST_MAX)
		return marked_fail(m, o, "more than %d fields", BUSINESS_LIST_MAX);
	struct business_field *f = &b->fields[b->nfields];
	char subtype[16] = "";
	const char *type = inputs[input].type;
	snprintf(f->type, sizeof f->type, "%s", type);
	f->lines = strcmp(inputs[input].component, "textarea") == 0;
	f->max = INT64_C(1) << 52;
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = marked_code(m, o, "key", true, f->code, sizeof f->code);
	if (rc == 0)
		rc = marked_text(m, o, "label", true, f->zh, sizeof f->zh);
	if (rc == 0)
		rc = marked_text(m, o, "subtype", false, subtype, sizeof subtype);
	if (rc == 0 && strcmp(type, "date") == 0 && strcmp(subtype, "date") != 0)
		rc = marked_fail(m, o, "datetime: only the subtype date");
	if (rc == 0 && strcmp(type, "code") == 0)
		rc = values_read(m, o, f);
	if (rc == 0)
		rc = validate_read(m, o, f);
	if (rc == 0)
		rc = properties_read(m, o, f);
	for (size_t i = 0; rc == 0 && i < b->nfields; i++)
		if (strcmp(b->fields[i].code, f->code) == 0)
			rc = marked_fail(m, marked_get(o, "key"), "key %s: stands twice", f->code);
	b->nfields += rc == 0;
	return rc;
}

static int component_read(const struct marked *m, const json_t *o, struct business *b)
{
	char type[24];
	int rc = json_is_object(json_object_get(o, "v")) ? marked_text(m, o, "type", true, type, sizeof type)
							 : marked_fail(m, o, "a component is expected");
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
		if (strcmp(inputs[i].component, type) == 0)
			return field_read(m, o, i, b);
	return listed(shown, type) ? 0
				   : marked_fail(m, marked_get(o, "type"), "component %s: not taken", type);
}

/* The values of each code field, where they stand in the form: texts, whatever they look like. */
static void values_link(struct business *b, const json_t *list)
{
	size_t i;
	json_t *c;
	json_array_foreach(json_object_get(b->form, "components"), i, c)
	{
		const json_t *values = marked_get(json_array_get(list, i), "values");
		if (values)
			json_object_set_new(c, "values", marked_plain(values, false));
		for (size_t k = 0; k < b->nfields; k++)
			if (strcmp(b->fields[k].code, json_str(c, "key")) == 0)
				b->fields[k].values = json_object_get(c, "values");
	}
}

int business_read_form(const struct marked *m, const json_t *root, struct business *b)
{
	static const char *const keys[] = {"type", "id", "components", "schemaVersion", "exporter",
		"executionPlatform", "executionPlatformVersion", "versionTag", NULL};
	char type[16];
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_map(m, root, keys);
	if (rc == 0)
		rc = marked_text(m, root, "type", true, type, sizeof type);
	if (rc == 0 && strcmp(type, "default") != 0)
		rc = marked_fail(m, marked_get(root, "type"), "type: not a form-js schema");
	if (rc == 0)
		rc = marked_list(m, root, "components", true, 64, &list);
	json_array_foreach(list, i, one) if (rc == 0) rc = component_read(m, one, b);
	if (rc < 0)
		return rc;
	b->form = marked_plain(root, true);
	if (!b->form)
		return ERR_NOMEM;
	values_link(b, list);
	return 0;
}
