/* The real conf/messages.yaml: a sample of every type is made from its specification, then every field of it
 * is left out, made wrong, made too long. */
#include "common/config/config.h"
#include "common/message/catalogue.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define YAML "conf/messages.yaml"

struct all {
	struct catalogue *c;
	json_t *spec;
	int fields; /* seen by the walk */
};

static int set_up(void **state)
{
	struct all *a = calloc(1, sizeof *a);
	struct err_note note = {0};
	assert_non_null(a);
	if (catalogue_load(YAML, &a->c, &note) < 0)
		fail_msg("%s", note.text);
	assert_int_equal(config_yaml_json(YAML, 1 << 20, &a->spec, NULL), 0);
	*state = a;
	return 0;
}

static int tear_down(void **state)
{
	struct all *a = *state;
	catalogue_free(a->c);
	json_decref(a->spec);
	free(a);
	return 0;
}

static json_t *sample(const json_t *spec);

static json_t *sample_text(const char *type, const json_t *spec)
{
	static const struct {
		const char *type, *text;
	} texts[] = {{"date", "2026-11-24"}, {"time", "2026-11-24T03:42:00.123Z"},
		{"uuid", "01935d2c-7a10-7000-8000-000000000001"},
		{"digest", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
		{"division", "110101"}, {"resident_id", "110101190001010014"}, {"uscc", "91110101MA0000007T"},
		{"identity_no", "91110101MA0000007T"}, {"unit_code", "110101001001GB00001F00010001"},
		{"mobile", "13800000000"}, {"certificate_no", "京(2024)东城区不动产权第0000001号"},
		{"base64", "AAAA"}, {"pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
		{"canonical", "{\"a\":1}"}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(texts[i].type, type) == 0)
			return json_string(texts[i].text);
	char fill[64];
	int64_t n = json_int(spec, "min") > 1 ? json_int(spec, "min") : 1;
	assert_true(strcmp(type, "text") == 0 && n < (int64_t)sizeof fill);
	memset(fill, 'x', sizeof fill);
	return json_stringn(fill, (size_t)n);
}

static json_t *sample_object(json_t *fields)
{
	json_t *o = json_object(), *spec;
	const char *key;
	json_object_foreach(fields, key, spec) json_object_set_new(o, key, sample(spec));
	return o;
}

static json_t *sample(const json_t *spec)
{
	const char *type = json_str(spec, "type");
	if (strcmp(type, "object") == 0)
		return sample_object(json_object_get(spec, "fields"));
	if (strcmp(type, "code") == 0)
		return json_deep_copy(json_array_get(json_object_get(spec, "values"), 0));
	if (strcmp(type, "bool") == 0)
		return json_true();
	if (strcmp(type, "int") == 0)
		return json_integer(json_int(spec, "min"));
	if (strcmp(type, "map") == 0)
		return json_pack("{s:s,s:i}", "a_1", "text", "b", 7);
	if (strcmp(type, "list") != 0)
		return sample_text(type, spec);
	json_t *list = json_array();
	for (int64_t i = 0; i < json_int(spec, "min") || i < 1; i++)
		json_array_append_new(list, sample(json_object_get(spec, "of")));
	return list;
}

/* A good message of the type, as its first link carries it. */
static void make(const struct all *a, const char *type, struct message *m, const char **link)
{
	const json_t *t = json_object_get(json_object_get(a->spec, "types"), type);
	const json_t *l = json_array_get(json_object_get(t, "links"), 0);
	const json_t *at = json_object_get(t, "attachments");
	assert_non_null(t);
	message_init(m);
	m->id = uuid_new();
	m->version = json_int(t, "version");
	m->epoch = 1;
	snprintf(m->type, sizeof m->type, "%s", type);
	snprintf(m->origin, sizeof m->origin, "%s", json_str(l, "from"));
	*link = json_str(l, "link");
	m->nattachments = (size_t)json_int(at, "min");
	for (size_t i = 0; i < m->nattachments; i++) {
		const json_t *media = json_array_get(json_object_get(at, "media"), 0);
		snprintf(m->attachments[i].name, sizeof m->attachments[i].name, "a%zu", i);
		snprintf(m->attachments[i].media, sizeof m->attachments[i].media, "%s",
			json_string_value(media));
		m->attachments[i].size = 1;
	}
	if (json_is_true(json_object_get(t, "transient")))
		snprintf(m->deadline, sizeof m->deadline, "2026-11-24T03:42:10.123Z");
	m->body = sample_object(json_object_get(t, "fields"));
}

static void expect(
	const struct all *a, const struct message *m, const char *link, int want, const char *place)
{
	struct err_note note = {0};
	int rc = catalogue_check(a->c, m, link, m->origin, &note);
	size_t n = strlen(place);
	if (rc != want)
		fail_msg("%s %s: %s, wanted %s: %s", m->type, place, err_name(rc), err_name(want), note.text);
	/* The place is named first, and not a longer one that begins the same. */
	if (want < 0 && (strncmp(note.text, place, n) != 0 || note.text[n] != ':'))
		fail_msg("%s: \"%s\" does not name %s", m->type, note.text, place);
}

struct walk {
	struct all *a;
	const struct message *m;
	const char *link;
};

static void put(json_t *parent, const char *key, size_t i, json_t *v)
{
	if (key)
		json_object_set_new(parent, key, v);
	else
		json_array_set_new(parent, i, v);
}

static void spoil_form(
	const struct walk *w, json_t *parent, const char *key, size_t i, const json_t *spec, const char *path)
{
	const char *type = json_str(spec, "type");
	json_t *max = json_object_get(spec, "max");
	bool is_text = strcmp(type, "text") == 0;
	if (strcmp(type, "int") == 0) {
		static const char *const ends[] = {"min", "max"};
		for (int e = 0; e < 2; e++) {
			json_t *end = json_object_get(spec, ends[e]);
			if (!end)
				fail_msg("%s has no %s", path, ends[e]);
			put(parent, key, i, json_integer(json_integer_value(end)));
			expect(w->a, w->m, w->link, 0, path);
			put(parent, key, i, json_integer(json_integer_value(end) + (e ? 1 : -1)));
			expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		}
	} else if (strcmp(type, "code") == 0) {
		put(parent, key, i, json_string("no such code"));
		expect(w->a, w->m, w->link, ERR_SCHEMA, path);
	} else if (json_is_string(key ? json_object_get(parent, key) : json_array_get(parent, i))) {
		size_t n = max ? (size_t)json_integer_value(max) : 256;
		char *s = malloc(n + 2);
		assert_non_null(s);
		memset(s, 'x', n + 1);
		put(parent, key, i, json_stringn(s, n));
		expect(w->a, w->m, w->link, is_text ? 0 : ERR_SCHEMA, path);
		put(parent, key, i, json_stringn(s, n + 1));
		expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		free(s);
		put(parent, key, i, json_stringn("a\0b", 3));
		expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		if (json_int(spec, "min") > 0) {
			put(parent, key, i,
				json_stringn("xxxxxxxxxxxxxxxxxxxxxxx", (size_t)json_int(spec, "min") - 1));
			expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		}
	}
}

static void spoil(
	struct walk *w, json_t *parent, const char *key, size_t i, const json_t *spec, const char *path);

static void spoil_list(struct walk *w, json_t *list, const json_t *spec, const char *path)
{
	json_t *of = json_object_get(spec, "of"), *first = json_array_get(list, 0);
	char sub[200];
	size_t was = json_array_size(list), max = (size_t)json_int(spec, "max");
	while (json_array_size(list) < max)
		json_array_append(list, first);
	expect(w->a, w->m, w->link, 0, path);
	json_array_append(list, first);
	expect(w->a, w->m, w->link, ERR_SCHEMA, path);
	while (json_array_size(list) > was)
		json_array_remove(list, json_array_size(list) - 1);
	if (json_int(spec, "min") > 0) {
		json_t *one = json_incref(first);
		json_array_remove(list, 0);
		expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		json_array_insert_new(list, 0, one);
	}
	snprintf(sub, sizeof sub, "%s[0]", path);
	spoil(w, list, NULL, 0, of, sub);
}

static void spoil_fields(struct walk *w, json_t *o, json_t *fields, const char *path)
{
	const char *key;
	json_t *spec;
	char sub[200];
	json_object_foreach(fields, key, spec)
	{
		json_t *was = json_incref(json_object_get(o, key));
		snprintf(sub, sizeof sub, "%s.%s", path, key);
		json_object_del(o, key);
		expect(w->a, w->m, w->link, json_is_false(json_object_get(spec, "required")) ? 0 : ERR_SCHEMA,
			sub);
		json_object_set_new(o, key, was);
		spoil(w, o, key, 0, spec, sub);
	}
	snprintf(sub, sizeof sub, "%s.no_such_field", path);
	json_object_set_new(o, "no_such_field", json_true());
	expect(w->a, w->m, w->link, ERR_SCHEMA, sub);
	json_object_del(o, "no_such_field");
}

static void spoil_map(const struct walk *w, json_t *map, const char *path)
{
	char sub[200], key[8];
	static const char *const bad_keys[] = {
		"A", "a-b", "a b", "一", "a234567890123456789012345678901234567890123456789"};
	snprintf(sub, sizeof sub, "%s.a_1", path);
	for (int kind = 0; kind < 3; kind++) {
		json_object_set_new(map, "a_1",
			kind == 0   ? json_true()
			: kind == 1 ? json_object()
				    : json_real(1.5));
		expect(w->a, w->m, w->link, ERR_SCHEMA, sub);
	}
	json_object_set_new(map, "a_1", json_string("text"));
	for (size_t i = 0; i < sizeof bad_keys / sizeof bad_keys[0]; i++) {
		json_object_set_new(map, bad_keys[i], json_integer(1));
		expect(w->a, w->m, w->link, ERR_SCHEMA, path);
		json_object_del(map, bad_keys[i]);
	}
	json_t *many = json_object();
	for (int i = 0; i < 65; i++) {
		snprintf(key, sizeof key, "k%d", i);
		json_object_set_new(many, key, json_integer(i));
	}
	json_object_update(map, many);
	expect(w->a, w->m, w->link, ERR_SCHEMA, path);
	json_object_clear(map);
	json_decref(many);
}

static void spoil(
	struct walk *w, json_t *parent, const char *key, size_t i, const json_t *spec, const char *path)
{
	const char *type = json_str(spec, "type");
	json_t *was = json_incref(key ? json_object_get(parent, key) : json_array_get(parent, i));
	w->a->fields++;
	/* Another type of JSON. */
	put(parent, key, i, json_is_string(was) ? json_integer(1) : json_string("1"));
	expect(w->a, w->m, w->link, ERR_SCHEMA, path);
	put(parent, key, i, json_null());
	expect(w->a, w->m, w->link, ERR_SCHEMA, path);
	spoil_form(w, parent, key, i, spec, path);
	put(parent, key, i, json_incref(was));
	if (strcmp(type, "list") == 0)
		spoil_list(w, was, spec, path);
	if (strcmp(type, "object") == 0)
		spoil_fields(w, was, json_object_get(spec, "fields"), path);
	if (strcmp(type, "map") == 0)
		spoil_map(w, was, path);
	json_decref(was);
	expect(w->a, w->m, w->link, 0, path);
}

static void every_field_of_every_type(void **state)
{
	struct all *a = *state;
	const char *type;
	json_t *t;
	json_object_foreach(json_object_get(a->spec, "types"), type, t)
	{
		struct message m;
		struct walk w = {.a = a, .m = &m};
		make(a, type, &m, &w.link);
		expect(a, &m, w.link, 0, "body");
		spoil_fields(&w, m.body, json_object_get(t, "fields"), "body");
		expect(a, &m, w.link, 0, "body");
		message_fini(&m);
	}
	assert_true(a->fields > 60);
}

/* Written out here and not read from the file: who may say what to whom. */
static const struct {
	const char *type, *link, *from;
} whitelist[] = {
	{"application.submitted", "gap", "internet"},
	{"application.withdrawn", "gap", "internet"},
	{"delivery.chosen", "gap", "internet"},
	{"delivery.told", "gap", "extranet"},
	{"application.progress", "gap", "extranet"},
	{"certificate.issued", "gap", "extranet"},
	{"graphics.submitted", "diode", "extranet"},
	{"case.ended", "diode", "extranet"},
	{"register.entry", "diode", "extranet"},
	{"fee.order", "gap", "extranet"},
	{"fee.paid", "gap", "internet"},
	{"document.issued", "gap", "extranet"},
	{"definition.published", "gap", "extranet"},
	{"query.asked", "gap", "internet"},
	{"query.answered", "gap", "extranet"},
	{"appointment.hours", "gap", "extranet"},
	{"appointment.requested", "gap", "internet"},
	{"appointment.cancelled", "gap", "internet"},
	{"appointment.decided", "gap", "extranet"},
	{"fee.refund", "gap", "extranet"},
	{"tax.order", "gap", "extranet"},
	{"material.added", "gap", "internet"},
	{"material.taken", "gap", "extranet"},
	{"blank.issued", "diode", "extranet"},
	{"cadastral.result", "disc", "intranet"},
	{"copy.missing", "disc", "intranet"},
	{"message.refused", "gap", "internet"},
	{"message.refused", "gap", "extranet"},
	{"message.refused", "diode", "extranet"},
	{"message.refused", "disc", "intranet"},
	{"keys.revoked", "gap", "internet"},
	{"keys.revoked", "gap", "extranet"},
	{"keys.revoked", "diode", "extranet"},
	{"keys.revoked", "disc", "intranet"},
	{"order.closing", "gap", "internet"},
	{"order.closing", "gap", "extranet"},
	{"order.closing", "diode", "extranet"},
	{"order.closing", "disc", "intranet"},
	{"order.closed", "gap", "internet"},
	{"order.closed", "gap", "extranet"},
	{"order.closed", "diode", "extranet"},
	{"order.closed", "disc", "intranet"},
	{"link.beyond", "gap", "internet"},
	{"link.beyond", "gap", "extranet"},
	{"link.beyond", "diode", "extranet"},
	{"link.beyond", "disc", "intranet"},
};

static bool allowed(const char *type, const char *link, const char *from)
{
	for (size_t i = 0; i < sizeof whitelist / sizeof whitelist[0]; i++)
		if (strcmp(whitelist[i].type, type) == 0 && strcmp(whitelist[i].link, link) == 0 &&
			strcmp(whitelist[i].from, from) == 0)
			return true;
	return false;
}

static void only_listed_directions(void **state)
{
	struct all *a = *state;
	static const char *const links[] = {"gap", "diode", "disc", ""};
	static const char *const zones[] = {"internet", "extranet", "intranet", ""};
	const char *type, *link;
	json_t *t;
	json_object_foreach(json_object_get(a->spec, "types"), type, t)
	{
		struct message m;
		make(a, type, &m, &link);
		for (int l = 0; l < 4; l++)
			for (int z = 0; z < 4; z++) {
				snprintf(m.origin, sizeof m.origin, "%s", zones[z]);
				int rc = catalogue_check(a->c, &m, links[l], zones[z], NULL);
				if (rc != (allowed(type, links[l], zones[z]) ? 0 : ERR_TYPE))
					fail_msg("%s on %s from %s: %s", type, links[l], zones[z],
						err_name(rc));
			}
		message_fini(&m);
	}
}

static void origin_type_and_version(void **state)
{
	struct all *a = *state;
	const char *link;
	struct message m;
	struct err_note note = {0};
	make(a, "application.withdrawn", &m, &link);
	snprintf(m.origin, sizeof m.origin, "extranet");
	assert_int_equal(catalogue_check(a->c, &m, "gap", "internet", &note), ERR_LINK);
	snprintf(m.origin, sizeof m.origin, "internet");
	assert_int_equal(catalogue_check(a->c, &m, "gap", "internet", &note), 0);
	for (m.version = 0; m.version < 4; m.version += m.version == 0 ? 2 : 1)
		assert_int_equal(catalogue_check(a->c, &m, "gap", "internet", &note), ERR_FORMAT);
	m.version = 1;
	snprintf(m.type, sizeof m.type, "application");
	assert_int_equal(catalogue_check(a->c, &m, "gap", "internet", &note), ERR_TYPE);
	assert_non_null(strstr(note.text, "application"));
	message_fini(&m);
	assert_true(catalogue_follows_refused(a->c, "application.progress"));
	assert_true(catalogue_follows_refused(a->c, "message.refused"));
	assert_true(catalogue_follows_refused(a->c, "application.submitted"));
	assert_false(catalogue_follows_refused(a->c, "graphics.submitted"));
	assert_false(catalogue_follows_refused(a->c, "no.such"));
}

/* A long foreign field name is cut in the note, not in the middle of a character. */
static void names_fields_in_whole_characters(void **state)
{
	struct all *a = *state;
	static const char name[] = "a一二三四五六七八九十一二三四五六七八九十";
	const char *link;
	for (size_t cut = 0; cut < 3; cut++) {
		struct message m, r;
		struct err_note note = {0};
		char key[sizeof name + 3];
		snprintf(key, sizeof key, "%.*s%s", (int)cut, "bb", name);
		make(a, "application.withdrawn", &m, &link);
		json_object_set_new(m.body, key, json_true());
		int rc = catalogue_check(a->c, &m, link, m.origin, &note);
		assert_int_equal(rc, ERR_SCHEMA);
		assert_int_equal(message_make_refusal(&m, rc, note.text, "gap-inner", &r), 0);
		assert_string_equal(json_str(r.body, "where"), note.text);
		message_fini(&r);
		message_fini(&m);
	}
}

static void counts_attachments(void **state)
{
	struct all *a = *state;
	const char *link, *type;
	json_t *t;
	json_object_foreach(json_object_get(a->spec, "types"), type, t)
	{
		struct message m;
		make(a, type, &m, &link);
		const json_t *at = json_object_get(t, "attachments");
		size_t max = (size_t)json_int(at, "max"), min = (size_t)json_int(at, "min");
		for (size_t i = 0; i <= max; i++) {
			const json_t *media = json_array_get(json_object_get(at, "media"), 0);
			m.attachments[i].size = json_int(at, "size");
			snprintf(m.attachments[i].media, sizeof m.attachments[i].media, "%s",
				media ? json_string_value(media) : "application/pdf");
		}
		m.nattachments = max;
		expect(a, &m, link, 0, "attachments");
		m.nattachments = max + 1;
		/* A question or answer carries none at all. */
		if (json_is_true(json_object_get(t, "transient")))
			expect(a, &m, link, ERR_SCHEMA, type);
		else
			expect(a, &m, link, ERR_LIMIT, "attachments");
		m.nattachments = min - 1;
		if (min)
			expect(a, &m, link, ERR_LIMIT, "attachments");
		m.nattachments = max;
		if (max) {
			m.attachments[max - 1].size++;
			char place[40];
			snprintf(place, sizeof place, "attachments[%zu]", max - 1);
			expect(a, &m, link, ERR_LIMIT, place);
			m.attachments[max - 1].size--;
			snprintf(m.attachments[max - 1].media, sizeof m.attachments[0].media, "text/plain");
			expect(a, &m, link, ERR_MEDIA, place);
		}
		message_fini(&m);
	}
}

static void content_is_what_is_declared(void **state)
{
	struct all *a = *state;
	const char *link;
	struct message m;
	struct err_note note = {0};
	struct view pdf = view_str("%PDF-1.4\nstartxref\n0\n%%EOF\n");
	make(a, "application.submitted", &m, &link);
	m.nattachments = 2;
	snprintf(m.attachments[0].media, sizeof m.attachments[0].media, "application/pdf");
	snprintf(m.attachments[1].media, sizeof m.attachments[1].media, "image/png");
	assert_int_equal(catalogue_check_attachment(a->c, &m, 0, pdf, &note), 0);
	assert_int_equal(catalogue_check_attachment(a->c, &m, 1, pdf, &note), ERR_MEDIA);
	assert_non_null(strstr(note.text, "attachments[1]"));
	assert_int_equal(catalogue_check_attachment(a->c, &m, 0,
				 view_str("{\"type\":\"FeatureCollection\",\"features\":[]}"), &note),
		ERR_SPATIAL);
	assert_non_null(strstr(note.text, "attachments[0]: GeoJSON"));
	assert_int_equal(catalogue_check_attachment(a->c, &m, 0, view_str(""), &note), ERR_MEDIA);
	message_fini(&m);
}

static int load_text(const char *text, struct catalogue **c, struct err_note *note)
{
	const char *tmp = getenv("TMPDIR");
	char path[256];
	snprintf(path, sizeof path, "%s/sw-catalogue.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(file_write(AT_FDCWD, path, 0600, view_str(text), "t"), 0);
	int rc = catalogue_load(path, c, note);
	unlink(path);
	return rc;
}

#define HEAD "types:\n  a.b:\n    version: 1\n    links: [{link: gap, from: internet}]\n"

#define REQUEST                                                                                              \
	HEAD "    transient: true\n    reply: a.c\n    priority: first\n    fields: {x: {type: int}}\n"      \
	     "  a.c: {version: 1, links: [{link: gap, from: extranet}], transient: true, fields: {}}\n"      \
	     "  a.d: {version: 1, links: [{link: gap, from: extranet}], priority: bulk, fields: {}}\n"       \
	     "  a.e: {version: 1, links: [{link: gap, from: extranet}], fields: {}}\n"

/* A request has a deadline and nothing that would keep others waiting. */
static void requests_and_priorities(void **state)
{
	(void)state;
	struct catalogue *c = NULL;
	struct err_note note = {0};
	struct message m;
	if (load_text(REQUEST, &c, &note) < 0)
		fail_msg("%s", note.text);
	assert_true(catalogue_transient(c, "a.b"));
	assert_false(catalogue_transient(c, "a.d"));
	assert_false(catalogue_transient(c, "no.such"));
	assert_string_equal(catalogue_reply(c, "a.b"), "a.c");
	assert_null(catalogue_reply(c, "a.c"));
	assert_int_equal(catalogue_priority(c, "a.b"), 0);
	assert_int_equal(catalogue_priority(c, "a.c"), 1);
	assert_int_equal(catalogue_priority(c, "a.d"), 2);

	message_init(&m);
	m.version = 1;
	m.body = json_pack("{s:i}", "x", 1);
	snprintf(m.origin, sizeof m.origin, "internet");
	snprintf(m.type, sizeof m.type, "a.b");
	assert_int_equal(catalogue_check(c, &m, "gap", "internet", &note), ERR_SCHEMA);
	snprintf(m.deadline, sizeof m.deadline, "2026-11-24T03:42:00.123Z");
	assert_int_equal(catalogue_check(c, &m, "gap", "internet", &note), 0);
	m.nkeys = 1;
	assert_int_equal(catalogue_check(c, &m, "gap", "internet", &note), ERR_SCHEMA);
	m.nkeys = 0;
	json_object_clear(m.body);
	snprintf(m.origin, sizeof m.origin, "extranet");
	snprintf(m.type, sizeof m.type, "a.e");
	assert_int_equal(catalogue_check(c, &m, "gap", "extranet", &note), ERR_SCHEMA);
	m.deadline[0] = 0;
	assert_int_equal(catalogue_check(c, &m, "gap", "extranet", &note), 0);
	message_fini(&m);
	catalogue_free(c);
}

static void refuses_a_wrong_catalogue(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", NULL},
		{"types: 1\n", "types"},
		{"typos: {}\n", "types"},
		{HEAD, "fields"},
		{HEAD "    fields: {x: {type: nothing}}\n", "a.b.x"},
		{HEAD "    fields: {x: {max: 3}}\n", "a.b.x"},
		{HEAD "    fields: {x: {type: text, maximum: 3}}\n", "maximum"},
		{HEAD "    fields: {x: {type: list, of: {type: text}}}\n", "a.b.x"},
		{HEAD "    fields: {x: {type: list, max: 3}}\n", "a.b.x[]"},
		{HEAD "    fields: {x: {type: code}}\n", "a.b.x"},
		{HEAD "    fields: {x: {type: object}}\n", "a.b.x"},
		{HEAD "    fields: {}\n    priority: soon\n", "priority"},
		{HEAD "    fields: {}\n    reply: a.b\n", "reply"},
		{HEAD "    transient: true\n    fields: {}\n    reply: a.z\n", "reply"},
		{HEAD "    transient: true\n    fields: {}\n    attachments: {max: 1}\n", "transient"},
		{HEAD "    fields: {}\n    attachment: {max: 1}\n", "attachment"},
		{HEAD "    fields: {}\n    attachments: {maximum: 1}\n", "maximum"},
		{"types:\n  a.b:\n    version: 0\n    links: [{link: gap, from: internet}]\n    fields: {}\n",
			"version"},
		{"types:\n  a.b:\n    version: 1\n    links: []\n    fields: {}\n", "links"},
		{"types:\n  a.b: {version: 1\n", NULL},
		{HEAD "    fields: {}\n  a.b: {}\n", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct catalogue *c = NULL;
		struct err_note note = {0};
		int rc = load_text(cases[i].text, &c, &note);
		if (rc != ERR_CONFIG || c)
			fail_msg("%s: %s", cases[i].text, err_name(rc));
		if (cases[i].says && !strstr(note.text, cases[i].says))
			fail_msg("%s: \"%s\" does not say %s", cases[i].text, note.text, cases[i].says);
	}
	struct catalogue *c = NULL;
	assert_true(catalogue_load("/absent/messages.yaml", &c, NULL) < 0);
	assert_null(c);
}

static void digest_is_over_the_content(void **state)
{
	struct all *a = *state;
	struct digest one, two;
	struct catalogue *c = NULL, *d = NULL;
	catalogue_digest(a->c, &one);
	assert_int_equal(catalogue_load(YAML, &c, NULL), 0);
	catalogue_digest(c, &two);
	assert_true(digest_eq(&one, &two));
	catalogue_free(c);
	/* Neither comments nor the order of keys count, values do. */
	assert_int_equal(load_text(HEAD "    fields: {x: {type: text, max: 3}}\n", &c, NULL), 0);
	assert_int_equal(
		load_text("# c\n" HEAD "    fields:\n      x: {max: 3, type: text} # c\n", &d, NULL), 0);
	catalogue_digest(c, &one);
	catalogue_digest(d, &two);
	assert_true(digest_eq(&one, &two));
	catalogue_free(d);
	assert_int_equal(load_text(HEAD "    fields: {x: {type: text, max: 4}}\n", &d, NULL), 0);
	catalogue_digest(d, &two);
	assert_false(digest_eq(&one, &two));
	catalogue_free(c);
	catalogue_free(d);
	catalogue_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_field_of_every_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_listed_directions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(origin_type_and_version, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_fields_in_whole_characters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_attachments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(content_is_what_is_declared, set_up, tear_down),
		cmocka_unit_test(requests_and_priorities),
		cmocka_unit_test(refuses_a_wrong_catalogue),
		cmocka_unit_test_setup_teardown(digest_is_over_the_content, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
