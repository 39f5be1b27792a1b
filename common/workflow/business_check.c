#include "common/base/id.h"
#include "common/message/delivery.h"
#include "common/message/format.h"
#include "common/workflow/agent.h"
#include "common/workflow/business_impl.h"
#include "common/workflow/holder.h"
#include <stdio.h>
#include <string.h>

#define SHARES_FINEST INT64_C(1000000000)

void business_finding(struct business_checking *c, const char *key, const char *zh, const char *en)
{
	if (c->n++ == 0)
		err_set(c->note, ERR_SCHEMA, "%s: %s (%s)", key, en, zh);
	if (c->findings)
		json_array_append_new(
			c->findings, json_pack("{s:s,s:s,s:s}", "key", key, "zh", zh, "en", en));
}

static void roles_check(struct business_checking *c)
{
	const json_t *parties = json_object_get(c->form, "parties"), *p;
	size_t i;
	for (size_t r = 0; r < c->b->nroles; r++) {
		const struct business_role *role = &c->b->roles[r];
		int n = 0;
		char zh[160], en[160];
		json_array_foreach(parties, i, p) n += strcmp(json_str(p, "role"), role->code) == 0;
		snprintf(zh, sizeof zh, "%s应有%d至%d人", role->zh, role->min, role->max);
		snprintf(en, sizeof en, "%s: %d to %d are needed", role->en, role->min, role->max);
		if (n < role->min || n > role->max)
			business_finding(c, "parties", zh, en);
	}
}

/* 证件号码 by its kind: those with a check character are checked. */
static bool number_good(const char *kind, const char *number)
{
	if (strcmp(kind, "1") == 0)
		return format_resident_id(number);
	if (strcmp(kind, "7") == 0)
		return format_uscc(number);
	return number[0] && strlen(number) <= 30;
}

static void party_check(struct business_checking *c, const json_t *p, const char *key)
{
	const struct business_role *role = business_role_find(c->b, json_str(p, "role"));
	const char *kind = json_str(p, "id_kind");
	if (!role)
		business_finding(c, key, "角色不在清单内", "role unknown");
	if (!json_str(p, "name")[0])
		business_finding(c, key, "请填写姓名", "the name is missing");
	if (role && !business_word_in(role->id_kinds, kind, strlen(kind)))
		business_finding(c, key, "此角色不适用该证件种类",
			"this kind of identity paper is not taken for the role");
	else if (!number_good(kind, json_str(p, "id_number")))
		business_finding(c, key, strcmp(kind, "1") == 0 ? "身份证号校验不通过" : "证件号码校验不通过",
			"the identity number does not pass its check");
}

/* A person stands once in a role (co-owners who divide stand on both sides); number and name are there and
 * pass their checks. */
static void parties_check(struct business_checking *c)
{
	const json_t *parties = json_object_get(c->form, "parties"), *p, *q;
	size_t i, k;
	json_array_foreach(parties, i, p)
	{
		char key[48];
		snprintf(key, sizeof key, "parties[%zu]", i);
		party_check(c, p, key);
		json_array_foreach(
			parties, k, q) if (k < i && strcmp(json_str(q, "role"), json_str(p, "role")) == 0 &&
					   strcmp(json_str(q, "id_number"), json_str(p, "id_number")) == 0)
			business_finding(c, key, "同一人重复填写", "the same person stands twice");
	}
}

/* Shares of the right holders sum to one. Finer than SHARES_FINEST none is written into a book: what stays
 * below it stays far below what the products hold. */
static void shares_check(struct business_checking *c)
{
	const json_t *p;
	size_t i;
	int64_t num = 0, den = 1;
	json_array_foreach(json_object_get(c->form, "parties"), i, p)
	{
		int64_t n = json_int(p, "share_num"), d = json_int(p, "share_den");
		if (strcmp(json_str(p, "role"), c->b->holder_role) != 0)
			continue;
		if (n < 1 || d < n || d > 1000000) {
			business_finding(c, "parties", "份额不正确", "a share is not between 0 and 1");
			return;
		}
		num = num * d + n * den;
		den *= d;
		int64_t a = num, b = den;
		while (b) {
			int64_t t = a % b;
			a = b;
			b = t;
		}
		num /= a;
		den /= a;
		if (den > SHARES_FINEST) {
			business_finding(c, "parties", "份额分母过大，无法登记",
				"the shares are too fine to be written");
			return;
		}
	}
	if (num != den)
		business_finding(
			c, "parties", "权利人份额之和应为100%", "the holders' shares do not sum to one");
}

bool business_field_good(const struct business_field *f, const json_t *v)
{
	if (strcmp(f->type, "text") == 0)
		return json_is_string(v) && (int64_t)json_string_length(v) <= f->max &&
		       (int64_t)json_string_length(v) >= f->min;
	if (strcmp(f->type, "date") == 0)
		return json_is_string(v) && format_date(json_string_value(v));
	if (strcmp(f->type, "code") == 0)
		return json_is_string(v) && json_find(f->values, "value", json_string_value(v));
	if (strcmp(f->type, "bool") == 0)
		return json_is_boolean(v);
	return json_is_integer(v) && json_integer_value(v) >= f->min && json_integer_value(v) <= f->max;
}

static void fields_check(struct business_checking *c)
{
	const json_t *fields = json_object_get(c->form, "fields");
	const char *key;
	json_t *v;
	for (size_t i = 0; i < c->b->nfields; i++) {
		const struct business_field *f = &c->b->fields[i];
		const json_t *value = json_object_get(fields, f->code);
		char where[80], zh[160], en[160];
		snprintf(where, sizeof where, "fields.%s", f->code);
		snprintf(zh, sizeof zh, value ? "%s填写不正确" : "请填写%s", f->zh);
		snprintf(en, sizeof en, value ? "%s: not valid" : "%s: missing", f->en);
		if (value ? !business_field_good(f, value) : f->required)
			business_finding(c, where, zh, en);
	}
	json_object_foreach((json_t *)(uintptr_t)fields, key, v)
	{
		if (!business_field_find(c->b, key))
			business_finding(
				c, "fields", "有清单外的栏目", "a field that the business does not have");
	}
}

static void materials_check(struct business_checking *c)
{
	const json_t *list = json_object_get(c->form, "materials"), *m;
	const bool guards = agent_guards(c->form);
	size_t i, k;
	for (i = 0; i < c->b->nmaterials; i++) {
		const struct business_material *want = &c->b->materials[i];
		bool there = business_paper_given(c->form, want->code) != NULL;
		char where[80], zh[160], en[160];
		there |= json_find(list, "code", want->code) != NULL;
		snprintf(where, sizeof where, "materials.%s", want->code);
		snprintf(zh, sizeof zh, "请上传%s", want->zh);
		snprintf(en, sizeof en, "%s: not uploaded", want->en);
		if (!there && (want->when_guardian ? guards : want->required))
			business_finding(c, where, zh, en);
	}
	const bool seen = agent_power_seen(c->form);
	json_array_foreach(list, k, m) if (!business_material_find(c->b, json_str(m, "code")) &&
					   (!seen || strcmp(json_str(m, "code"), AGENT_POWER_MATERIAL) != 0))
		business_finding(c, "materials", "有清单外的材料", "a material that is not on the list");
}

/* 领证方式, where it was chosen with the form. */
static void delivery_look(struct business_checking *c)
{
	const json_t *chosen = json_object_get(c->form, "delivery");
	struct delivery d;
	if (chosen && delivery_parse(chosen, NULL, &d, NULL) < 0)
		business_finding(c, "delivery", "领证方式填写不正确", "how the certificate comes: not valid");
	else if (chosen && !holder_signs(c->b, json_object_get(c->form, "parties")))
		business_finding(c, "delivery", "领证方式由本人签名的权利人选择",
			"how the certificate comes is chosen by a holder who signs");
}

int business_check_form(const struct business *b, const json_t *form, json_t *findings, struct err_note *note)
{
	struct business_checking c = {b, form, findings, note, 0};
	if (strcmp(json_str(form, "business"), b->code) != 0 ||
		json_int(form, "business_version") != b->version)
		business_finding(&c, "business", "业务版本不符", "another business or version");
	if (!uuid_valid(json_str(form, "application")))
		business_finding(&c, "application", "申请编号不正确", "not an application id");
	if (!format_unit_code(json_str(form, "unit_code")) ||
		strncmp(json_str(form, "unit_code"), json_str(form, "division"), 6) != 0)
		business_finding(&c, "unit_code", "不动产单元代码不正确", "not a unit code of this division");
	roles_check(&c);
	parties_check(&c);
	shares_check(&c);
	fields_check(&c);
	materials_check(&c);
	business_check_papers(&c);
	delivery_look(&c);
	return c.n ? ERR_SCHEMA : 0;
}
