/* A business as pages see it. */
#include "common/workflow/business.h"
#include <string.h>

static json_t *roles_json(const struct business *b)
{
	json_t *list = json_array();
	for (size_t i = 0; i < b->nroles; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:i,s:i,s:b,s:s}", "code", b->roles[i].code, "zh",
				      b->roles[i].zh, "en", b->roles[i].en, "min", b->roles[i].min, "max",
				      b->roles[i].max, "signs", b->roles[i].signs, "id_kinds",
				      b->roles[i].id_kinds));
	return list;
}

static json_t *fields_json(const struct business *b)
{
	json_t *list = json_array();
	for (size_t i = 0; i < b->nfields; i++) {
		const struct business_field *f = &b->fields[i];
		json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:b,s:I,s:I}", "code", f->code, "zh", f->zh, "en",
			f->en, "type", f->type, "required", f->required, "min", (json_int_t)f->min, "max",
			(json_int_t)f->max);
		if (f->lines)
			json_object_set_new(o, "lines", json_true());
		if (*f->kind)
			json_object_set_new(o, "kind", json_string(f->kind));
		if (f->values)
			json_object_set(o, "values", (json_t *)(uintptr_t)f->values);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *materials_json(const struct business *b)
{
	json_t *list = json_array();
	for (size_t i = 0; i < b->nmaterials; i++) {
		const struct business_material *m = &b->materials[i];
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:b,s:s,s:I,s:s,s:s,s:s}", "code", m->code, "zh", m->zh,
				      "en", m->en, "required", m->required, "when",
				      m->when_guardian ? "guardian" : "", "size_max", (json_int_t)m->size_max,
				      "formats", m->formats, "sample", m->sample, "shared", m->shared));
	}
	return list;
}

static json_t *named_json(const struct business *b, bool steps)
{
	json_t *list = json_array();
	for (size_t i = 0; steps && i < b->nsteps; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "code", b->steps[i].code, "zh",
						    b->steps[i].zh, "en", b->steps[i].en));
	for (size_t i = 0; !steps && i < b->nnotices; i++)
		json_array_append_new(list, json_pack("{s:s,s:s}", "event", b->notices[i].event, "template",
						    b->notices[i].template));
	return list;
}

static json_t *question_json(const struct business_question *q)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:b,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", q->f.code,
		"zh", q->zh, "en", q->en, "type", q->f.type, "required", q->f.required, "min",
		(json_int_t)q->f.min, "max", (json_int_t)q->f.max, "roles", q->roles, "when", q->when, "is",
		q->is, "stops", q->stops, "leads", q->leads, "note_zh", q->note_zh, "note_en", q->note_en);
	if (q->values)
		json_object_set(o, "values", q->values);
	return o;
}

static json_t *papers_json(const struct business *b)
{
	json_t *list = json_array();
	for (size_t i = 0; i < b->npapers; i++) {
		const struct business_paper *p = &b->papers[i];
		json_t *asked = json_array();
		for (size_t k = 0; k < b->nquestions; k++)
			if (b->questions[k].paper == i)
				json_array_append_new(asked, question_json(&b->questions[k]));
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:b,s:s,s:o}", "code", p->code, "zh", p->zh, "en",
				      p->en, "each", p->each, "template", p->template, "questions", asked));
	}
	return list;
}

/* What one piece costs on that day, as a dwelling or as another unit; 0 when no fee is due then. */
static int64_t fee_sum(const struct business *b, const struct fee_table *fees, const char *today,
	bool dwelling, struct fee_line *first)
{
	struct fee_line lines[FEE_LINES_MAX];
	const struct fee_facts f = {b->code, today, 1, 1, dwelling, NULL};
	size_t n = 0;
	int64_t sum = 0;
	if (fee_reckon(fees, b->fees, b->nfees, &f, lines, &n, NULL) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++)
		sum += lines[i].amount_cents;
	memset(first, 0, sizeof *first);
	if (n)
		*first = lines[0];
	return sum;
}

json_t *business_json(const struct business *b, const struct fee_table *fees, const char *today)
{
	struct fee_line first;
	json_t *fee = json_object(), *codes = json_array(), *rules = json_array();
	json_object_set_new(fee, "other_cents", json_integer(fee_sum(b, fees, today, false, &first)));
	json_object_set_new(fee, "dwelling_cents", json_integer(fee_sum(b, fees, today, true, &first)));
	json_object_set_new(fee, "basis", json_string(first.basis));
	for (size_t i = 0; i < b->nfees; i++)
		json_array_append_new(codes, json_string(b->fees[i]));
	json_object_set_new(fee, "codes", codes);
	json_object_set_new(fee, "first", json_boolean(b->fee_first));
	for (size_t i = 0; i < b->nrules; i++)
		json_array_append_new(rules, json_string(b->rules[i]));
	json_t *o = json_pack("{s:s,s:I,s:s,s:s,s:i,s:i,s:s,s:{s:b,s:b},s:i,s:i,s:i,s:o,s:s,s:s,s:s,s:s,s:s}",
		"code", b->code, "version", (json_int_t)b->version, "zh", b->zh, "en", b->en,
		"registration_type", b->registration_type, "right_type", b->right_type, "entry", b->entry,
		"needs", "tax", b->needs_tax, "cadastral", b->needs_cadastral, "legal_days", b->legal_days,
		"promised_days", b->promised_days, "notice_days", b->notice_days, "fee", fee, "certificate",
		b->certificate, "document", b->document, "process", b->process, "holder_role", b->holder_role,
		"ended_role", b->ended_role);
	json_object_set_new(o, "channels",
		json_pack("{s:b,s:b,s:b}", "portal", b->portal, "window", b->window, "department",
			b->department));
	json_object_set_new(o, "roles", roles_json(b));
	json_object_set_new(o, "fields", fields_json(b));
	json_object_set_new(o, "materials", materials_json(b));
	json_object_set_new(o, "papers", papers_json(b));
	json_object_set_new(o, "pledge", json_pack("{s:s,s:s}", "zh", b->pledge_zh, "en", b->pledge_en));
	json_object_set_new(o, "steps", named_json(b, true));
	json_object_set_new(o, "notices", named_json(b, false));
	json_object_set_new(o, "rules", rules);
	json_object_set(o, "form", b->form);
	return o;
}
