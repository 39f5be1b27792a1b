#include "common/workflow/business.h"

#include "common/config/config.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSINESSES_MAX 64

struct business_set {
	struct business *v[BUSINESSES_MAX];
	size_t n;
};

static int text(const json_t *o, const char *key, char *to, size_t size, struct err_note *note)
{
	const char *s = NULL;
	int rc = json_get_str(o, key, size - 1, &s, note);
	if (rc == 0)
		snprintf(to, size, "%s", s);
	return rc;
}

static int number(const json_t *o, const char *key, int64_t max, int64_t *out, struct err_note *note)
{
	return json_get_int(o, key, 0, max, out, note);
}

static int flag(const json_t *o, const char *key, bool *out, struct err_note *note)
{
	const json_t *v = json_object_get(o, key);
	if (!json_is_boolean(v))
		return err_set(note, ERR_SCHEMA, "%s: true or false is expected", key);
	*out = json_is_true(v);
	return 0;
}

static int names(const json_t *o, char *code, size_t ncode, char *zh, size_t nzh, char *en, size_t nen,
	struct err_note *note)
{
	int rc = text(o, "code", code, ncode, note);
	/* Codes become names of fields and parts of addresses. */
	if (rc == 0 && (!*code || code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_-")]))
		rc = err_set(note, ERR_SCHEMA, "code \"%.40s\": only a-z, 0-9, _ and -", code);
	if (rc == 0)
		rc = text(o, "zh", zh, nzh, note);
	return rc == 0 ? text(o, "en", en, nen, note) : rc;
}

static int role_read(const json_t *o, struct business *b, struct err_note *note)
{
	static const char *const keys[] = {"code", "zh", "en", "min", "max", "signs", NULL};
	struct business_role *r = &b->roles[b->nroles++];
	int64_t min = 0, max = 0;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = names(o, r->code, sizeof r->code, r->zh, sizeof r->zh, r->en, sizeof r->en, note);
	if (rc == 0)
		rc = number(o, "min", 20, &min, note);
	if (rc == 0)
		rc = number(o, "max", 20, &max, note);
	r->min = (int)min;
	r->max = (int)max;
	return rc == 0 ? flag(o, "signs", &r->signs, note) : rc;
}

static int material_read(const json_t *o, struct business *b, struct err_note *note)
{
	static const char *const keys[] = {"code", "zh", "en", "required", "size_max", NULL};
	struct business_material *m = &b->materials[b->nmaterials++];
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = names(o, m->code, sizeof m->code, m->zh, sizeof m->zh, m->en, sizeof m->en, note);
	if (rc == 0)
		rc = flag(o, "required", &m->required, note);
	return rc == 0 ? number(o, "size_max", INT64_C(1) << 32, &m->size_max, note) : rc;
}

static int field_read(const json_t *o, struct business *b, struct err_note *note)
{
	static const char *const keys[] = {"code", "zh", "en", "type", "required", "max", NULL};
	static const char *const types[] = {"text", "int", "date", "money", "area"};
	struct business_field *f = &b->fields[b->nfields++];
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = names(o, f->code, sizeof f->code, f->zh, sizeof f->zh, f->en, sizeof f->en, note);
	if (rc == 0)
		rc = text(o, "type", f->type, sizeof f->type, note);
	if (rc == 0)
		rc = flag(o, "required", &f->required, note);
	if (rc == 0)
		rc = number(o, "max", INT64_C(1) << 52, &f->max, note);
	for (size_t i = 0; rc == 0 && i < sizeof types / sizeof types[0]; i++)
		if (strcmp(f->type, types[i]) == 0)
			return 0;
	return rc == 0 ? err_set(note, ERR_SCHEMA, "fields.%s.type: unknown", f->code) : rc;
}

static int step_read(const json_t *o, struct business *b, struct err_note *note)
{
	static const char *const keys[] = {"code", "zh", "en", NULL};
	struct business_step *s = &b->steps[b->nsteps++];
	int rc = json_only_keys(o, keys, note);
	return rc == 0 ? names(o, s->code, sizeof s->code, s->zh, sizeof s->zh, s->en, sizeof s->en, note)
		       : rc;
}

static int list_read(const json_t *o, const char *key, struct business *b,
	int (*read)(const json_t *o, struct business *b, struct err_note *note), struct err_note *note)
{
	json_t *list = NULL, *one;
	size_t i;
	int rc = json_get_arr(o, key, BUSINESS_LIST_MAX, &list, note);
	json_array_foreach(list, i, one) if (rc == 0) rc = read(one, b, note);
	return rc;
}

/* What an entry does when the definition does not say it. */
static const char *entry_default(int registration_type, int right_type)
{
	static const struct {
		int registration, right;
		const char *entry;
	} defaults[] = {{100, 19, "easement"}, {400, 19, "easement-cancel"}, {100, 23, "mortgage"},
		{200, 23, "mortgage-transfer"}, {300, 23, "mortgage-change"}, {400, 23, "mortgage-cancel"},
		{100, 0, "first"}, {200, 0, "transfer"}, {300, 0, "change-unit"}, {400, 0, "cancel"},
		{500, 0, "correct"}, {600, 0, "objection"}, {700, 0, "prenotice-transfer"},
		{800, 0, "seizure"}, {900, 0, "reissue"}};
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (defaults[i].registration == registration_type &&
			(defaults[i].right == 0 || defaults[i].right == right_type))
			return defaults[i].entry;
	return "";
}

static int entry_read(const json_t *o, struct business *b, struct err_note *note)
{
	if (!json_object_get(o, "entry")) {
		snprintf(b->entry, sizeof b->entry, "%s", entry_default(b->registration_type, b->right_type));
		return b->entry[0] ? 0 : err_set(note, ERR_SCHEMA, "registration_type: unknown");
	}
	int rc = text(o, "entry", b->entry, sizeof b->entry, note);
	if (rc == 0 && (!b->entry[0] || b->entry[strspn(b->entry, "abcdefghijklmnopqrstuvwxyz-")]))
		rc = err_set(note, ERR_SCHEMA, "entry \"%s\": only a-z and -", b->entry);
	return rc;
}

static int business_read(const json_t *o, struct business *b, struct err_note *note)
{
	static const char *const keys[] = {"code", "version", "zh", "en", "registration_type", "right_type",
		"entry", "needs_tax", "needs_cadastral", "legal_days", "promised_days", "fee_dwelling_cents",
		"fee_other_cents", "fee_basis", "holder_role", "ended_role", "roles", "fields", "materials",
		"steps", NULL};
	int64_t type = 0, right = 0, legal = 0, promised = 0;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = names(o, b->code, sizeof b->code, b->zh, sizeof b->zh, b->en, sizeof b->en, note);
	const struct {
		const char *key;
		int64_t *to;
	} numbers[] = {{"version", &b->version}, {"registration_type", &type}, {"right_type", &right},
		{"legal_days", &legal}, {"promised_days", &promised},
		{"fee_dwelling_cents", &b->fee_dwelling_cents}, {"fee_other_cents", &b->fee_other_cents}};
	for (size_t i = 0; rc == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
		rc = number(o, numbers[i].key, 1000000, numbers[i].to, note);
	b->registration_type = (int)type;
	b->right_type = (int)right;
	b->legal_days = (int)legal;
	b->promised_days = (int)promised;
	if (rc == 0)
		rc = entry_read(o, b, note);
	if (rc == 0)
		rc = flag(o, "needs_tax", &b->needs_tax, note);
	if (rc == 0)
		rc = flag(o, "needs_cadastral", &b->needs_cadastral, note);
	if (rc == 0)
		rc = text(o, "fee_basis", b->fee_basis, sizeof b->fee_basis, note);
	if (rc == 0)
		rc = text(o, "holder_role", b->holder_role, sizeof b->holder_role, note);
	if (rc == 0)
		rc = text(o, "ended_role", b->ended_role, sizeof b->ended_role, note);
	if (rc == 0)
		rc = list_read(o, "roles", b, role_read, note);
	if (rc == 0)
		rc = list_read(o, "fields", b, field_read, note);
	if (rc == 0)
		rc = list_read(o, "materials", b, material_read, note);
	if (rc == 0)
		rc = list_read(o, "steps", b, step_read, note);
	if (rc == 0 && (!business_role_find(b, b->holder_role) ||
			       (b->ended_role[0] && !business_role_find(b, b->ended_role))))
		rc = err_set(note, ERR_SCHEMA, "holder_role, ended_role: not among the roles");
	return rc;
}

static int file_load(const char *dir, const char *name, struct business_set *s, struct err_note *note)
{
	char path[4200];
	json_t *o = NULL;
	struct err_note why = {0};
	struct business *b = calloc(1, sizeof *b);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	int rc = b ? config_yaml_json(path, 1 << 18, &o, note) : ERR_NOMEM;
	if (rc == 0 && (rc = business_read(o, b, &why)) < 0)
		rc = err_set(note, ERR_CONFIG, "%s: %.180s", path, why.text);
	if (rc == 0 && (business_find(s, b->code) || s->n == BUSINESSES_MAX))
		rc = err_set(note, ERR_CONFIG, "%s: this code stands twice, or too many businesses", path);
	json_decref(o);
	if (rc < 0)
		free(b);
	else
		s->v[s->n++] = b;
	return rc == ERR_SYNTAX ? ERR_CONFIG : rc;
}

static int by_code(const void *a, const void *b)
{
	const struct business *x, *y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return strcmp(x->code, y->code);
}

int business_load(const char *dir, struct business_set **out, struct err_note *note)
{
	struct business_set *s = calloc(1, sizeof *s);
	struct dirent *e;
	DIR *d = opendir(dir);
	int rc = s ? 0 : ERR_NOMEM;
	if (!d)
		rc = err_set(note, ERR_CONFIG, "%s: cannot be opened", dir);
	while (rc == 0 && (e = readdir(d))) {
		size_t n = strlen(e->d_name);
		if (n > 5 && e->d_name[0] != '.' && strcmp(e->d_name + n - 5, ".yaml") == 0)
			rc = file_load(dir, e->d_name, s, note);
	}
	if (d)
		closedir(d);
	if (rc == 0 && s->n == 0)
		rc = err_set(note, ERR_CONFIG, "%s: no business in it", dir);
	if (rc < 0) {
		business_free(s);
		return rc;
	}
	qsort(s->v, s->n, sizeof s->v[0], by_code);
	*out = s;
	return 0;
}

void business_free(struct business_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s);
}

const struct business *business_find(const struct business_set *s, const char *code)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i]->code, code) == 0)
			return s->v[i];
	return NULL;
}

const struct business *business_at(const struct business_set *s, size_t i)
{
	return i < s->n ? s->v[i] : NULL;
}

const struct business_role *business_role_find(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nroles; i++)
		if (strcmp(b->roles[i].code, code) == 0)
			return &b->roles[i];
	return NULL;
}

json_t *business_json(const struct business *b)
{
	json_t *roles = json_array(), *fields = json_array(), *materials = json_array(),
	       *steps = json_array();
	for (size_t i = 0; i < b->nroles; i++)
		json_array_append_new(
			roles, json_pack("{s:s,s:s,s:s,s:i,s:i,s:b}", "code", b->roles[i].code, "zh",
				       b->roles[i].zh, "en", b->roles[i].en, "min", b->roles[i].min, "max",
				       b->roles[i].max, "signs", b->roles[i].signs));
	for (size_t i = 0; i < b->nfields; i++)
		json_array_append_new(fields,
			json_pack("{s:s,s:s,s:s,s:s,s:b,s:I}", "code", b->fields[i].code, "zh",
				b->fields[i].zh, "en", b->fields[i].en, "type", b->fields[i].type, "required",
				b->fields[i].required, "max", (json_int_t)b->fields[i].max));
	for (size_t i = 0; i < b->nmaterials; i++)
		json_array_append_new(materials,
			json_pack("{s:s,s:s,s:s,s:b,s:I}", "code", b->materials[i].code, "zh",
				b->materials[i].zh, "en", b->materials[i].en, "required",
				b->materials[i].required, "size_max", (json_int_t)b->materials[i].size_max));
	for (size_t i = 0; i < b->nsteps; i++)
		json_array_append_new(steps, json_pack("{s:s,s:s,s:s}", "code", b->steps[i].code, "zh",
						     b->steps[i].zh, "en", b->steps[i].en));
	return json_pack(
		"{s:s,s:I,s:s,s:s,s:i,s:i,s:s,s:{s:b,s:b},s:i,s:i,s:{s:I,s:I,s:s},s:s,s:s,s:o,s:o,s:o,s:o}",
		"code", b->code, "version", (json_int_t)b->version, "zh", b->zh, "en", b->en,
		"registration_type", b->registration_type, "right_type", b->right_type, "entry", b->entry,
		"needs", "tax", b->needs_tax, "cadastral", b->needs_cadastral, "legal_days", b->legal_days,
		"promised_days", b->promised_days, "fee", "dwelling_cents", (json_int_t)b->fee_dwelling_cents,
		"other_cents", (json_int_t)b->fee_other_cents, "basis", b->fee_basis, "holder_role",
		b->holder_role, "ended_role", b->ended_role, "roles", roles, "fields", fields, "materials",
		materials, "steps", steps);
}
