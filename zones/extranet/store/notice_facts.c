#include "zones/extranet/store/notice_facts.h"

#include "common/message/format.h"
#include "common/workflow/agent.h"
#include "common/workflow/correction.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/ground.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/consult_sheet.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/notice_entry.h"
#include "zones/extranet/store/public_notice.h"
#include "zones/extranet/store/rules.h"
#include <stdio.h>
#include <string.h>

#define FORM_MAX (1 << 20)

/* Each with who acts for it. */
static int applicants(struct registry *r, struct db_tx *tx, const char *case_id, struct buf *out)
{
	struct buf text;
	json_t *form = NULL;
	const json_t *p;
	size_t n;
	buf_init(&text, FORM_MAX);
	int rc = case_get_form(tx, r->service->vault, case_id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), FORM_MAX, &form, NULL);
	json_array_foreach(json_object_get(form, "parties"), n, p)
	{
		const json_t *agent = agent_of(p);
		if (rc == 0)
			rc = buf_addf(out, "%s%s", n ? "、" : "", json_str(p, "name"));
		if (rc == 0 && agent)
			rc = buf_addf(out, "（%s %s）", agent_title(p), json_str(agent, "name"));
	}
	json_decref(form);
	buf_fini(&text);
	return rc;
}

/* What every document of a case says. */
static int base_facts(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *number,
	const char *date, json_t **out)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	struct buf names;
	char received[DAY_TEXT];
	buf_init(&names, 4096);
	day_of_instant(c->received_at, received);
	int rc = applicants(r, tx, c->id, &names);
	if (rc == 0) {
		*out = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "number", number, "office",
			registry_office(r, tx)->name, "date", date, "case", c->number, "applicants",
			names.n ? (const char *)names.p : "", "business", b ? b->zh : c->business,
			"unit_code", c->unit_code, "location", c->location, "received", received);
		rc = *out ? 0 : ERR_NOMEM;
	}
	buf_fini(&names);
	return rc;
}

static int materials_set(struct db_tx *tx, const char *case_id, bool digest, json_t *facts)
{
	json_t *rows = NULL, *to = json_array();
	const json_t *m;
	size_t i;
	int rc = case_materials(tx, case_id, &rows);
	json_array_foreach(rows, i, m)
	{
		if (json_is_true(json_object_get(m, "replaced")))
			continue;
		json_t *one =
			json_pack("{s:s,s:s}", "name", json_str(m, "name"), "code", json_str(m, "code"));
		if (digest)
			json_object_set_new(one, "digest", json_string(json_str(m, "digest")));
		json_array_append_new(to, one);
	}
	json_decref(rows);
	return json_object_set_new(facts, "materials", to) && rc == 0 ? ERR_NOMEM : rc;
}

/* What each item is about stands before its sentence; a sentence taken from a document has it already. */
static int items_set(const struct business *b, const json_t *items, json_t *facts)
{
	json_t *to = json_array();
	const json_t *one;
	size_t i;
	json_array_foreach(items, i, one)
	{
		const char *name = correction_name(b, one);
		json_array_append_new(
			to, json_pack("{s:s++}", "text", name, *name ? "：" : "", json_str(one, "text")));
	}
	return json_object_set_new(facts, "items", to) ? ERR_NOMEM : 0;
}

static int parties_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	json_t *to = json_array();
	struct case_party p;
	int rc = 0;
	for (int n = 0; rc == 0 && (rc = case_get_party(tx, r->service->vault, c->id, n, &p)) == 0; n++) {
		const struct business_role *role = b ? business_role_find(b, p.role) : NULL;
		struct buf mask;
		char share[48], at[DAY_MINUTE];
		buf_init(&mask, 64);
		snprintf(share, sizeof share, "%lld/%lld", (long long)p.share_num, (long long)p.share_den);
		day_minute(p.signed_at, at);
		rc = mask_id(p.id_number, &mask);
		if (rc == 0)
			json_array_append_new(
				to, json_pack("{s:s,s:s,s:s,s:s,s:s}", "role", role ? role->zh : p.role,
					    "name", p.name, "id_number", (const char *)mask.p, "share", share,
					    "signed", p.person_certificate[0] ? at : "—"));
		buf_fini(&mask);
	}
	buf_wipe(&p, sizeof p);
	return json_object_set_new(facts, "parties", to) ? ERR_NOMEM : rc == ERR_NOTFOUND ? 0 : rc;
}

static int checks_set(struct db_tx *tx, const char *case_id, json_t *facts)
{
	json_t *rows = NULL, *to = json_array();
	const json_t *v, *f;
	size_t i, k;
	int rc = rules_verdicts(tx, case_id, &rows);
	json_array_foreach(rows, i, v)
	{
		char at[DAY_MINUTE];
		day_minute(json_str(v, "at"), at);
		json_array_foreach(json_object_get(json_object_get(v, "verdict"), "findings"), k, f)
			json_array_append_new(to,
				json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "at", at, "who", json_str(v, "who"),
					"stage", json_str(v, "stage"), "rule", json_str(f, "rule"),
					"severity", json_str(f, "severity"), "text", json_str(f, "zh")));
	}
	json_decref(rows);
	return json_object_set_new(facts, "checks", to) && rc == 0 ? ERR_NOMEM : rc;
}

static int steps_set(struct db_tx *tx, const char *case_id, json_t *facts)
{
	json_t *rows = NULL, *to = json_array();
	const json_t *s;
	size_t i;
	int rc = case_steps(tx, case_id, &rows);
	json_array_foreach(rows, i, s)
	{
		char at[DAY_MINUTE];
		day_minute(json_str(s, "at"), at);
		json_array_append_new(
			to, json_pack("{s:s,s:s,s:s,s:s}", "at", at, "who", json_str(s, "by"), "state",
				    json_str(s, "state_zh"), "opinion", json_str(s, "note")));
	}
	json_decref(rows);
	return json_object_set_new(facts, "steps", to) && rc == 0 ? ERR_NOMEM : rc;
}

static int tax_set(struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	json_t *tax = NULL;
	char text[200] = "";
	int rc = case_tax(tx, c->id, &tax);
	if (rc == 0 && json_is_object(tax))
		snprintf(text, sizeof text, "%s %lld.%02lld 元 %s", json_str(tax, "voucher_no"),
			(long long)(json_int(tax, "amount_cents") / 100),
			(long long)(json_int(tax, "amount_cents") % 100), json_str(tax, "paid_on"));
	json_decref(tax);
	if (json_object_set_new(facts, "tax", json_string(text)) ||
		json_object_set_new(facts, "cadastral", json_string(c->has_cadastral ? "通过 passed" : "")))
		return rc < 0 ? rc : ERR_NOMEM;
	return rc;
}

static int sheet_facts(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	int rc = tax_set(tx, c, facts);
	if (rc == 0)
		rc = parties_set(r, tx, c, facts);
	if (rc == 0)
		rc = materials_set(tx, c->id, true, facts);
	if (rc == 0)
		rc = checks_set(tx, c->id, facts);
	return rc == 0 ? steps_set(tx, c->id, facts) : rc;
}

/* 缴费: the lines as they were reckoned. */
static int charge_facts_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	const char *gate = b && b->fee_first ? "缴费或者减免前不予登簿。" : "";
	struct charge ch;
	char yuan[32], table[24];
	json_t *to = json_array();
	const json_t *l;
	size_t i;
	int rc = charge_get(tx, c->id, &ch);
	json_array_foreach(ch.lines, i, l)
	{
		char count[24], each[32], sum[32];
		snprintf(count, sizeof count, "%lld", (long long)json_int(l, "count"));
		charge_yuan(json_int(l, "each_cents"), each, sizeof each);
		charge_yuan(json_int(l, "amount_cents"), sum, sizeof sum);
		json_array_append_new(
			to, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "name", json_str(l, "zh"), "count", count,
				    "each", each, "relief", json_str(l, "relief_zh"), "sum", sum, "basis",
				    json_str(l, "basis")));
	}
	if (rc == 0) {
		charge_yuan(ch.amount_cents, yuan, sizeof yuan);
		snprintf(table, sizeof table, "%lld", (long long)ch.fees_version);
		if (json_object_set_new(facts, "amount", json_string(yuan)) ||
			json_object_set_new(facts, "table", json_string(table)) ||
			json_object_set_new(facts, "reckoned", json_string(ch.reckoned_on)) ||
			json_object_set_new(facts, "gate", json_string(gate)))
			rc = ERR_NOMEM;
	}
	charge_fini(&ch);
	return json_object_set_new(facts, "lines", to) && rc == 0 ? ERR_NOMEM : rc;
}

/* 救济: where the decision may be contested and until when, when the notice is delivered on its day
 * (行政复议法 第二十条 六十日; 行政诉讼法 第四十六条 六个月). */
static int remedy_set(const struct office *o, const char *date, json_t *facts)
{
	char review[DAY_TEXT], suit[DAY_TEXT];
	day_add(date, 60, review);
	day_add_months(date, 6, suit);
	return json_object_set_new(facts, "review_office", json_string(o->review)) ||
			       json_object_set_new(facts, "court", json_string(o->court)) ||
			       json_object_set_new(facts, "review_until", json_string(review)) ||
			       json_object_set_new(facts, "suit_until", json_string(suit))
		       ? ERR_NOMEM
		       : 0;
}

/* Decisions that may be contested. */
static bool has_remedy(const char *kind)
{
	static const char *const kinds[] = {
		"notice-rejection", "notice-refusal", "notice-suspension", "notice-withdrawal"};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

/* 法定事由 and the articles it rests on, as the registry lists them. */
static int ground_set(struct registry *r, const char *code, json_t *facts)
{
	const json_t *g = ground_find(r->grounds, NULL, code);
	return json_object_set_new(facts, "ground", json_string(g ? json_str(g, "zh") : "")) ||
			       json_object_set_new(facts, "basis", json_string(g ? json_str(g, "basis") : ""))
		       ? ERR_NOMEM
		       : 0;
}

int notice_facts_make(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const struct notice_words *w, json_t **out)
{
	json_t *f = NULL;
	int rc = base_facts(r, tx, c, w->number, w->date, &f);
	if (rc == 0 && strcmp(kind, "notice-acceptance") == 0)
		rc = materials_set(tx, c->id, false, f);
	else if (rc == 0 && strcmp(kind, "approval-sheet") == 0)
		rc = sheet_facts(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "check-sheet") == 0)
		rc = consult_sheet_facts(r, tx, c, w->who, f);
	else if (rc == 0 && strcmp(kind, "notice-entry") == 0)
		rc = notice_entry_facts(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "notice-fee") == 0)
		rc = charge_facts_set(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "notice-correction") == 0)
		rc = json_object_set_new(f, "text", json_string(w->note))
			     ? ERR_NOMEM
			     : items_set(flows_business(r->flows, c->business, c->business_version), w->items,
				       f);
	else if (rc == 0 && strcmp(kind, "notice-public") == 0)
		rc = public_notice_facts(r, tx, c, w->at, w->from, w->until, f);
	else if (rc == 0 && strcmp(kind, "notice-withdrawal") == 0)
		rc = json_object_set_new(f, "reason", json_string(*w->note ? w->note : "申请人申请撤回"))
			     ? ERR_NOMEM
			     : 0;
	else if (rc == 0)
		rc = json_object_set_new(f, "reason", json_string(w->note)) ? ERR_NOMEM
									    : ground_set(r, w->ground, f);
	if (rc == 0 && has_remedy(kind))
		rc = remedy_set(registry_office(r, tx), w->date, f);
	if (rc == 0 && (strcmp(kind, "notice-acceptance") == 0 || strcmp(kind, "approval-sheet") == 0) &&
		json_object_set_new(f, "deadline", json_string(c->deadline)))
		rc = ERR_NOMEM;
	if (rc == 0)
		*out = f;
	else
		json_decref(f);
	return rc;
}
