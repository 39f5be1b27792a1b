#include "zones/extranet/store/notice_entry.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/flows.h"
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096

DB_STMT(notice_entry_log, "SELECT xh, djsj FROM djlog WHERE tenant = :tenant AND ywh = :number ORDER BY +xh");

bool notice_entry_due(const struct business *b)
{
	return b && strcmp(b->document, "notice-entry") == 0;
}

static const char *label_of(const struct business_field *f, const json_t *value)
{
	size_t i;
	const json_t *one;
	json_array_foreach(f->values, i,
		one) if (json_equal(json_object_get(one, "value"), value)) return json_str(one, "label");
	return NULL;
}

/* A value as people read it. */
static int value_text(const struct business_field *f, const json_t *value, struct buf *out)
{
	const char *label = label_of(f, value);
	long long n = (long long)json_integer_value(value);
	if (label)
		return buf_add_str(out, label);
	if (json_is_integer(value) && strcmp(f->type, "money") == 0)
		return buf_addf(out, "%lld.%02lld 元", n / 100, n % 100);
	if (json_is_integer(value) && strcmp(f->type, "area") == 0)
		return buf_addf(out, "%lld.%02lld 平方米", n / 10000, n / 100 % 100);
	if (json_is_integer(value))
		return buf_addf(out, "%lld", n);
	return buf_add_str(out, json_is_string(value) ? json_string_value(value)
				: json_is_true(value) ? "是"
						      : "否");
}

int notice_entry_field(const struct business *b, const char *code, const json_t *fields, struct buf *out)
{
	const json_t *value = json_object_get(fields, code);
	for (size_t i = 0; value && i < b->nfields; i++)
		if (strcmp(b->fields[i].code, code) == 0)
			return value_text(&b->fields[i], value, out);
	return 0;
}

static int field_add(const struct business_field *f, const json_t *value, json_t *to)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	int rc = value_text(f, value, &text);
	if (rc == 0 && json_array_append_new(to, json_pack("{s:s,s:s}", "name", f->zh, "value",
							 text.n ? (const char *)text.p : "")))
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc;
}

static int form_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	json_t *form = NULL, *to = json_array();
	struct buf text;
	buf_init(&text, 4 << 20);
	int rc = case_get_form(tx, r->service->vault, c->id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 4 << 20, &form, NULL);
	for (size_t i = 0; rc == 0 && b && i < b->nfields; i++) {
		const json_t *value = json_object_get(json_object_get(form, "fields"), b->fields[i].code);
		/* Where it is stands above. */
		if (value && strcmp(b->fields[i].code, "location") != 0)
			rc = field_add(&b->fields[i], value, to);
	}
	json_decref(form);
	buf_fini(&text);
	return json_object_set_new(facts, "form", to) && rc == 0 ? ERR_NOMEM : rc;
}

static int log_set(struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	struct db_query *q = db_query(tx, &notice_entry_log);
	struct buf numbers;
	char day[DAY_TEXT] = "";
	int rc;
	buf_init(&numbers, TEXT_MAX);
	db_bind_text(q, "number", c->number);
	int added = 0;
	while (added == 0 && (rc = db_step(q)) == 1) {
		if (!*day)
			day_of_instant(db_text(q, 1), day);
		added = buf_addf(&numbers, "%s%lld", numbers.n ? "、" : "", (long long)db_int(q, 0));
	}
	db_done(q);
	rc = added < 0 ? added : rc;
	if (rc == 0 && (json_object_set_new(facts, "entered", json_string(day)) ||
			       json_object_set_new(facts, "entry",
				       json_string(numbers.n ? (const char *)numbers.p : ""))))
		rc = ERR_NOMEM;
	buf_fini(&numbers);
	return rc;
}

int notice_entry_facts(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	int rc = log_set(tx, c, facts);
	return rc == 0 ? form_set(r, tx, c, facts) : rc;
}
