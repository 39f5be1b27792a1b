#include "common/message/catalogue.h"

#include "common/config/config.h"
#include "common/crypto/suite.h"
#include "common/message/catalogue_form.h"
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATALOGUE_BYTES_MAX (1 << 20)
#define TEXT_MAX_DEFAULT 256

struct catalogue {
	json_t *types; /* as read, checked once: the specification is walked directly */
};

int catalogue_load(const char *yaml_file, struct catalogue **out, struct err_note *note)
{
	static const char *const keys[] = {"types", NULL};
	json_t *root = NULL;
	struct catalogue *c = calloc(1, sizeof *c);
	int rc = c ? config_yaml_json(yaml_file, CATALOGUE_BYTES_MAX, &root, note) : ERR_NOMEM;
	if (rc == 0 &&
		(json_only_keys(root, keys, note) < 0 || !json_is_object(json_object_get(root, "types"))))
		rc = err_set(note, ERR_CONFIG, "%s: only \"types\", a mapping, is expected", yaml_file);
	if (rc == 0)
		rc = catalogue_form_check(json_object_get(root, "types"), note);
	if (rc == 0) {
		c->types = json_incref(json_object_get(root, "types"));
		*out = c;
		c = NULL;
	}
	json_decref(root);
	catalogue_free(c);
	if (rc == ERR_SYNTAX && note)
		note->err = ERR_CONFIG;
	return rc == ERR_SYNTAX ? ERR_CONFIG : rc;
}

void catalogue_free(struct catalogue *c)
{
	if (!c)
		return;
	json_decref(c->types);
	free(c);
}

void catalogue_digest(const struct catalogue *c, struct digest *out)
{
	struct buf b;
	buf_init(&b, 4 * CATALOGUE_BYTES_MAX);
	REQUIRE(json_canon(c->types, &b) == 0);
	digest_of(suite_by_name("intl"), buf_view(&b), out);
	buf_fini(&b);
}

/* ---- messages */

static int value_check(const char *path, const json_t *spec, const json_t *v, struct err_note *note);

static int wrong(const char *path, const char *want, struct err_note *note)
{
	return err_set(note, ERR_SCHEMA, "%s: not %s", path, want);
}

static int object_check(const char *path, json_t *fields, json_t *v, struct err_note *note)
{
	const char *key;
	json_t *spec, *value;
	char sub[200];
	if (!json_is_object(v))
		return wrong(path, "an object", note);
	json_object_foreach(v, key, value)
	{
		spec = json_object_get(fields, key);
		snprintf(sub, sizeof sub, "%s.%.48s", path, key);
		if (!spec)
			return err_set(note, ERR_SCHEMA, "%s: unknown field", sub);
		int rc = value_check(sub, spec, value, note);
		if (rc < 0)
			return rc;
	}
	json_object_foreach(fields, key, spec)
	{
		const json_t *required = json_object_get(spec, "required");
		if (!json_is_false(required) && !json_object_get(v, key))
			return err_set(note, ERR_SCHEMA, "%s.%.48s: missing", path, key);
	}
	return 0;
}

/* Fields that the business defines: short names, texts and whole numbers. */
static int map_check(const char *path, json_t *v, struct err_note *note)
{
	const char *key;
	json_t *value;
	if (!json_is_object(v) || json_object_size(v) > 64)
		return wrong(path, "an object of at most 64 fields", note);
	json_object_foreach(v, key, value)
	{
		if (strlen(key) > 48 || key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_")])
			return err_set(note, ERR_SCHEMA, "%s: a field name that is none", path);
		if (!json_is_integer(value) && !(json_is_string(value) && json_string_length(value) <= 2000))
			return err_set(note, ERR_SCHEMA,
				"%s.%.48s: not a text of at most 2000 bytes or a whole number", path, key);
	}
	return 0;
}

static int text_check(const char *path, const json_t *spec, const json_t *v, int form, struct err_note *note)
{
	const json_t *max = json_object_get(spec, "max");
	size_t limit = max ? (size_t)json_integer_value(max) : TEXT_MAX_DEFAULT;
	if (!json_is_string(v) || strlen(json_string_value(v)) != json_string_length(v))
		return wrong(path, catalogue_form_what(form), note);
	if (json_string_length(v) > limit)
		return err_set(note, ERR_SCHEMA, "%s: longer than %zu bytes", path, limit);
	if ((int64_t)json_string_length(v) < json_int(spec, "min"))
		return err_set(note, ERR_SCHEMA, "%s: shorter than %lld bytes", path,
			(long long)json_int(spec, "min"));
	return catalogue_form_ok(form, json_string_value(v)) ? 0
							     : wrong(path, catalogue_form_what(form), note);
}

static int code_check(const char *path, const json_t *spec, const json_t *v, struct err_note *note)
{
	size_t i;
	const json_t *one;
	json_array_foreach(json_object_get(spec, "values"), i, one) if (json_equal(one, v)) return 0;
	return wrong(path, "one of the listed codes", note);
}

static int list_check(const char *path, const json_t *spec, const json_t *v, struct err_note *note)
{
	size_t i;
	const json_t *one;
	char sub[200];
	if (!json_is_array(v) || (int64_t)json_array_size(v) > json_int(spec, "max") ||
		(int64_t)json_array_size(v) < json_int(spec, "min"))
		return wrong(path, "a list within its bounds", note);
	json_array_foreach(v, i, one)
	{
		snprintf(sub, sizeof sub, "%.180s[%zu]", path, i);
		int rc = value_check(sub, json_object_get(spec, "of"), one, note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int value_check(const char *path, const json_t *spec, const json_t *v, struct err_note *note)
{
	const char *type = json_str(spec, "type");
	json_t *value = (json_t *)(uintptr_t)v;
	int form = catalogue_form_find(type);
	if (form >= 0)
		return text_check(path, spec, v, form, note);
	if (strcmp(type, "object") == 0)
		return object_check(path, json_object_get(spec, "fields"), value, note);
	if (strcmp(type, "list") == 0)
		return list_check(path, spec, v, note);
	if (strcmp(type, "code") == 0)
		return code_check(path, spec, v, note);
	if (strcmp(type, "map") == 0)
		return map_check(path, value, note);
	if (strcmp(type, "bool") == 0)
		return json_is_boolean(v) ? 0 : wrong(path, "true or false", note);
	const json_t *min = json_object_get(spec, "min"), *max = json_object_get(spec, "max");
	if (!json_is_integer(v) || (min && json_integer_value(v) < json_integer_value(min)) ||
		(max && json_integer_value(v) > json_integer_value(max)))
		return wrong(path, "a whole number within its bounds", note);
	return 0;
}

static int link_check(
	const json_t *t, const struct message *m, const char *link, const char *from, struct err_note *note)
{
	size_t i;
	const json_t *l;
	json_array_foreach(json_object_get(t, "links"), i,
		l) if (strcmp(json_str(l, "link"), link) == 0 &&
		       strcmp(json_str(l, "from"), from) == 0) return strcmp(m->origin, from) == 0
		? 0
		: err_set(note, ERR_LINK, "origin %s, came from %s", m->origin, from);
	return err_set(note, ERR_TYPE, "%s: not allowed on link %s from %s", m->type, link, from);
}

static int attachments_check(const json_t *a, const struct message *m, struct err_note *note)
{
	if ((int64_t)m->nattachments > json_int(a, "max") || (int64_t)m->nattachments < json_int(a, "min"))
		return err_set(note, ERR_LIMIT, "attachments: %zu, allowed %lld to %lld", m->nattachments,
			(long long)json_int(a, "min"), (long long)json_int(a, "max"));
	for (size_t n = 0; n < m->nattachments; n++) {
		const json_t *one;
		size_t i;
		bool known = false;
		json_array_foreach(json_object_get(a, "media"), i, one) known |=
			strcmp(json_string_value(one), m->attachments[n].media) == 0;
		if (!known)
			return err_set(note, ERR_MEDIA, "attachments[%zu]: %s is not allowed", n,
				m->attachments[n].media);
		if (m->attachments[n].size > json_int(a, "size"))
			return err_set(note, ERR_LIMIT, "attachments[%zu]: larger than %lld bytes", n,
				(long long)json_int(a, "size"));
	}
	return 0;
}

static int transient_check(const json_t *t, const struct message *m, struct err_note *note)
{
	if (json_is_true(json_object_get(t, "transient"))) {
		if (!m->deadline[0] || m->nkeys || m->nattachments)
			return err_set(note, ERR_SCHEMA,
				"%s: a transient message has a deadline, no keys and no attachments",
				m->type);
		return 0;
	}
	/* What was refused may have been a request. */
	if (m->deadline[0] && strcmp(m->type, "message.refused") != 0)
		return err_set(note, ERR_SCHEMA, "deadline: %s is not transient", m->type);
	return 0;
}

int catalogue_check(const struct catalogue *c, const struct message *m, const char *link, const char *from,
	struct err_note *note)
{
	const json_t *t = json_object_get(c->types, m->type);
	if (!t)
		return err_set(note, ERR_TYPE, "%s: unknown type", m->type);
	if (m->version != json_int(t, "version"))
		return err_set(note, ERR_FORMAT, "%s: version %lld, known is %lld", m->type,
			(long long)m->version, (long long)json_int(t, "version"));
	int rc = link_check(t, m, link, from, note);
	if (rc == 0)
		rc = transient_check(t, m, note);
	if (rc == 0)
		rc = object_check("body", json_object_get(t, "fields"), m->body, note);
	return rc == 0 ? attachments_check(json_object_get(t, "attachments"), m, note) : rc;
}

int catalogue_check_attachment(const struct catalogue *c, const struct message *m, size_t index,
	struct view content, struct err_note *note)
{
	const char *declared = m->attachments[index].media, *spatial = NULL;
	REQUIRE(json_object_get(c->types, m->type) && index < m->nattachments);
	const char *found = media_type(content, &spatial);
	if (spatial)
		return err_set(note, ERR_SPATIAL, "attachments[%zu]: %s", index, spatial);
	if (strcmp(found, declared) != 0)
		return err_set(
			note, ERR_MEDIA, "attachments[%zu]: declared %s, is %s", index, declared, found);
	struct err_note why = {0};
	int rc = media_inner_check(content, found, &why);
	return rc < 0 ? err_set(note, rc, "attachments[%zu]: %s", index, why.text) : 0;
}

bool catalogue_follows_refused(const struct catalogue *c, const char *type)
{
	return json_is_true(json_object_get(json_object_get(c->types, type), "follows_refused"));
}

bool catalogue_transient(const struct catalogue *c, const char *type)
{
	return json_is_true(json_object_get(json_object_get(c->types, type), "transient"));
}

const char *catalogue_reply(const struct catalogue *c, const char *type)
{
	return json_string_value(json_object_get(json_object_get(c->types, type), "reply"));
}

int catalogue_priority(const struct catalogue *c, const char *type)
{
	return catalogue_form_priority(json_str(json_object_get(c->types, type), "priority"));
}
