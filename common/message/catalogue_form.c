#include "common/message/catalogue_form.h"

#include "common/crypto/suite.h"
#include "common/message/format.h"
#include "common/message/message.h"
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 8

static bool b64_ok(const char *s)
{
	struct buf b;
	buf_init(&b, MESSAGE_BYTES_MAX);
	bool ok = b64_parse(view_str(s), &b) == 0;
	buf_fini(&b);
	return ok;
}

static bool digest_ok(const char *s)
{
	struct digest d;
	return digest_parse(s, &d) == 0;
}

static bool time_ok(const char *s)
{
	int64_t ms;
	return time_parse(s, &ms) == 0;
}

static bool pem_ok(const char *s)
{
	return strncmp(s, "-----BEGIN CERTIFICATE-----\n", 28) == 0;
}

static bool canon_ok(const char *s)
{
	return json_is_canon(view_str(s));
}

static bool any_ok(const char *s)
{
	(void)s;
	return true;
}

/* Text types with their form. */
static const struct {
	const char *name;
	bool (*ok)(const char *s);
	const char *what;
} forms[] = {
	{"text", any_ok, "a text"},
	{"date", format_date, "a date YYYY-MM-DD"},
	{"time", time_ok, "a time"},
	{"uuid", uuid_valid, "a UUID"},
	{"digest", digest_ok, "a digest of 64 hex digits"},
	{"division", format_division, "a known division code"},
	{"resident_id", format_resident_id, "a resident identity number"},
	{"uscc", format_uscc, "a unified social credit code"},
	{"identity_no", format_identity_no, "a resident identity number or a unified social credit code"},
	{"unit_code", format_unit_code, "a unit code of 28 characters"},
	{"mobile", format_mobile, "a mobile number"},
	{"certificate_no", format_certificate_no, "a certificate number"},
	{"base64", b64_ok, "base64"},
	{"pem", pem_ok, "a PEM certificate"},
	{"canonical", canon_ok, "canonical JSON as text"},
};
#define NFORMS (sizeof forms / sizeof forms[0])

int catalogue_form_find(const char *type)
{
	for (size_t i = 0; i < NFORMS; i++)
		if (strcmp(forms[i].name, type) == 0)
			return (int)i;
	return -1;
}

bool catalogue_form_ok(int form, const char *s)
{
	return forms[form].ok(s);
}

const char *catalogue_form_what(int form)
{
	return forms[form].what;
}

static int spec_check(const char *path, const json_t *spec, int depth, struct err_note *note);

static int fields_spec_check(const char *path, json_t *fields, int depth, struct err_note *note)
{
	const char *key;
	json_t *v;
	if (!json_is_object(fields))
		return err_set(note, ERR_CONFIG, "%s: fields: not a mapping", path);
	json_object_foreach(fields, key, v)
	{
		char sub[256];
		snprintf(sub, sizeof sub, "%s.%s", path, key);
		int rc = spec_check(sub, v, depth + 1, note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int spec_check(const char *path, const json_t *spec, int depth, struct err_note *note)
{
	static const char *const keys[] = {
		"type", "min", "max", "required", "personal", "values", "fields", "of", "zh", NULL};
	struct err_note why = {0};
	const char *type = json_str(spec, "type");
	if (json_only_keys(spec, keys, &why) < 0)
		return err_set(note, ERR_CONFIG, "%s: %.150s", path, why.text);
	if (depth > DEPTH_MAX)
		return err_set(note, ERR_CONFIG, "%s: nested too deep", path);
	if (strcmp(type, "object") == 0)
		return fields_spec_check(path, json_object_get(spec, "fields"), depth, note);
	if (strcmp(type, "list") == 0) {
		char sub[256];
		snprintf(sub, sizeof sub, "%s[]", path);
		return json_is_integer(json_object_get(spec, "max"))
			       ? spec_check(sub, json_object_get(spec, "of"), depth + 1, note)
			       : err_set(note, ERR_CONFIG, "%s: a list needs max", path);
	}
	if (strcmp(type, "code") == 0)
		return json_array_size(json_object_get(spec, "values"))
			       ? 0
			       : err_set(note, ERR_CONFIG, "%s: a code needs values", path);
	if (strcmp(type, "int") == 0 || strcmp(type, "bool") == 0 || strcmp(type, "map") == 0 ||
		catalogue_form_find(type) >= 0)
		return 0;
	return err_set(note, ERR_CONFIG, "%s: type \"%.40s\" unknown", path, type);
}

int catalogue_form_priority(const char *name)
{
	static const char *const names[] = {"first", "normal", "bulk"};
	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return *name ? -1 : 1;
}

static int type_check(const char *name, json_t *t, struct err_note *note)
{
	static const char *const keys[] = {"version", "zh", "en", "links", "fields", "attachments",
		"follows_refused", "transient", "reply", "priority", NULL};
	static const char *const attachment_keys[] = {"max", "min", "size", "media", NULL};
	struct err_note why = {0};
	json_t *a = json_object_get(t, "attachments");
	if (json_only_keys(t, keys, &why) < 0 || (a && json_only_keys(a, attachment_keys, &why) < 0))
		return err_set(note, ERR_CONFIG, "%s: %.150s", name, why.text);
	if (json_int(t, "version") < 1 || json_array_size(json_object_get(t, "links")) == 0)
		return err_set(note, ERR_CONFIG, "%s: version and links are needed", name);
	if (catalogue_form_priority(json_str(t, "priority")) < 0)
		return err_set(note, ERR_CONFIG, "%s: priority: first, normal or bulk", name);
	if (json_is_true(json_object_get(t, "transient")) && a)
		return err_set(note, ERR_CONFIG, "%s: a transient message has no attachments", name);
	return fields_spec_check(name, json_object_get(t, "fields"), 0, note);
}

/* A reply is a transient type of its own. */
static int reply_check(const char *name, const json_t *types, const json_t *t, struct err_note *note)
{
	const char *reply = json_str(t, "reply");
	if (!json_object_get(t, "reply"))
		return 0;
	if (json_is_true(json_object_get(t, "transient")) &&
		json_is_true(json_object_get(json_object_get(types, reply), "transient")))
		return 0;
	return err_set(
		note, ERR_CONFIG, "%s: reply: \"%.48s\" is not transient, or this is not", name, reply);
}

int catalogue_form_check(json_t *types, struct err_note *note)
{
	const char *name;
	json_t *t;
	if (!json_is_object(types))
		return err_set(note, ERR_CONFIG, "types: not a mapping");
	json_object_foreach(types, name, t)
	{
		int rc = type_check(name, t, note);
		if (rc == 0)
			rc = reply_check(name, types, t, note);
		if (rc < 0)
			return rc;
	}
	return 0;
}
