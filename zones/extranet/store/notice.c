#include "zones/extranet/store/notice.h"

#include "common/message/format.h"
#include "common/workflow/correction.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/ground.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/notice_entry.h"
#include "zones/extranet/store/rules.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *kind, *mark;
	enum case_state state;
} notices[] = {
	{"notice-acceptance", "SL", CASE_ACCEPTED},
	{"notice-correction", "BZ", CASE_CORRECTION},
	{"notice-rejection", "BSL", CASE_REJECTED},
	{"notice-refusal", "BDJ", CASE_REFUSED},
	{"notice-entry", "DB", CASE_ENTRY},
	{"notice-suspension", "ZZ", CASE_STATE_COUNT},
	{"notice-fee", "JF", CASE_STATE_COUNT},
	{"approval-sheet", "SP", CASE_STATE_COUNT},
};
#define NKINDS (sizeof notices / sizeof notices[0])

static int applicants(struct registry *r, struct db_tx *tx, const char *case_id, struct buf *out)
{
	struct case_party p;
	int rc = 0;
	for (int n = 0; rc == 0; n++) {
		rc = case_get_party(tx, r->service->vault, case_id, n, &p);
		if (rc == 0)
			rc = buf_addf(out, "%s%s", n ? "、" : "", p.name);
	}
	buf_wipe(&p, sizeof p);
	return rc == ERR_NOTFOUND ? 0 : rc;
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

static void instant_words(const char *at, char out[static 24])
{
	char day[DAY_TEXT];
	int64_t ms = 0;
	day_of_instant(at, day);
	if (time_parse(at, &ms) < 0)
		ms = 0;
	int64_t s = ms / 1000 + 8 * 3600; /* China Standard Time */
	snprintf(out, 24, "%s %02d:%02d", day, (int)(s / 3600 % 24), (int)(s / 60 % 60));
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
		char share[48], at[24];
		buf_init(&mask, 64);
		snprintf(share, sizeof share, "%lld/%lld", (long long)p.share_num, (long long)p.share_den);
		instant_words(p.signed_at, at);
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
		char at[24];
		instant_words(json_str(v, "at"), at);
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
		char at[24];
		instant_words(json_str(s, "at"), at);
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

/* 法定事由 and the articles it rests on, as the registry lists them. */
static int ground_set(struct registry *r, const char *code, json_t *facts)
{
	const json_t *g = ground_find(r->grounds, NULL, code);
	return json_object_set_new(facts, "ground", json_string(g ? json_str(g, "zh") : "")) ||
			       json_object_set_new(facts, "basis", json_string(g ? json_str(g, "basis") : ""))
		       ? ERR_NOMEM
		       : 0;
}

struct words {
	const char *number, *note, *ground;
	char date[11];
	const json_t *items;
};

static int facts_make(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const struct words *w, json_t **out)
{
	json_t *f = NULL;
	int rc = base_facts(r, tx, c, w->number, w->date, &f);
	if (rc == 0 && strcmp(kind, "notice-acceptance") == 0)
		rc = materials_set(tx, c->id, false, f);
	else if (rc == 0 && strcmp(kind, "approval-sheet") == 0)
		rc = sheet_facts(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "notice-entry") == 0)
		rc = notice_entry_facts(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "notice-fee") == 0)
		rc = charge_facts_set(r, tx, c, f);
	else if (rc == 0 && strcmp(kind, "notice-correction") == 0)
		rc = json_object_set_new(f, "text", json_string(w->note))
			     ? ERR_NOMEM
			     : items_set(flows_business(r->flows, c->business, c->business_version), w->items,
				       f);
	else if (rc == 0)
		rc = json_object_set_new(f, "reason", json_string(w->note)) ? ERR_NOMEM
									    : ground_set(r, w->ground, f);
	if (rc == 0 && (strcmp(kind, "notice-rejection") == 0 || strcmp(kind, "notice-refusal") == 0))
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

/* Who did the newest step. */
static int by_whom(struct db_tx *tx, const char *case_id, char *out, size_t size)
{
	json_t *steps = NULL;
	int rc = case_steps(tx, case_id, &steps);
	snprintf(out, size, "%s",
		rc == 0 ? json_str(json_array_get(steps, json_array_size(steps) - 1), "by") : "");
	json_decref(steps);
	return rc;
}

static int put(struct registry *r, struct db_tx *tx, const struct case_row *c, size_t k,
	struct document_row *d, struct words *w)
{
	json_t *facts = NULL;
	int64_t n = 0;
	time_date_cst(time_now_ms(), w->date);
	snprintf(d->kind, sizeof d->kind, "%s", notices[k].kind);
	snprintf(d->case_id, sizeof d->case_id, "%s", c->id);
	snprintf(d->unit_code, sizeof d->unit_code, "%s", c->unit_code);
	int rc = document_count(tx, d->kind, c->id, &n);
	snprintf(d->number, sizeof d->number, "%s-%s%lld", c->number, notices[k].mark, (long long)n + 1);
	w->number = d->number;
	if (rc == 0)
		rc = facts_make(r, tx, c, d->kind, w, &facts);
	if (rc == 0)
		rc = document_add(tx, r->service->vault, d, facts);
	json_decref(facts);
	return rc;
}

int notice_put(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *note, const json_t *items)
{
	size_t k = 0;
	int64_t n = 0;
	struct document_row d = {.number = ""};
	struct words w = {.note = note, .ground = c->ground, .items = items};
	while (k < NKINDS && notices[k].state != c->state)
		k++;
	if (k == NKINDS || (c->state == CASE_ENTRY && !notice_entry_due(flows_business(
							      r->flows, c->business, c->business_version))))
		return 0;
	int rc = document_count(tx, notices[k].kind, c->id, &n);
	/* Told again of the same state (a hold, a result): its notice stands. Corrections come with items. */
	if (rc < 0 || (n && (c->state != CASE_CORRECTION || !items)))
		return rc;
	rc = by_whom(tx, c->id, d.who, sizeof d.who);
	return rc == 0 ? put(r, tx, c, k, &d, &w) : rc;
}

/* One that follows no state of the case. */
static int put_kind(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const char *who, const char *note, struct document_row *d)
{
	struct words w = {.note = note, .ground = c->ground};
	size_t k = 0;
	while (strcmp(notices[k].kind, kind) != 0)
		k++;
	snprintf(d->who, sizeof d->who, "%s", who);
	return put(r, tx, c, k, d, &w);
}

int notice_put_sheet(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	char *number, size_t size)
{
	struct document_row d = {.number = ""};
	int rc = put_kind(r, tx, c, "approval-sheet", who, "", &d);
	snprintf(number, size, "%s", rc == 0 ? d.number : "");
	return rc;
}

int notice_put_charge(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who)
{
	struct document_row d = {.number = ""};
	return put_kind(r, tx, c, "notice-fee", who, "", &d);
}

int notice_put_suspension(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who, const char *reason)
{
	struct document_row d = {.number = ""};
	return put_kind(r, tx, c, "notice-suspension", who, reason, &d);
}

/* Is it the step that the notice tells of? A suspension is told by its ground, the others by their state. */
static bool tells_of(const json_t *step, const char *kind, enum case_state s)
{
	return strcmp(kind, "notice-suspension") == 0
		       ? strncmp(json_str(step, "ground"), "suspend-", 8) == 0
		       : strcmp(json_str(step, "state"), case_state_code(s)) == 0;
}

/* The step itself, from the case's own rows; a new reference, NULL none. */
static int step_of(struct db_tx *tx, const struct document_row *d, enum case_state s, json_t **out)
{
	json_t *steps = NULL, *one;
	size_t i;
	int64_t seen = 0;
	int rc = case_steps(tx, d->case_id, &steps);
	json_array_foreach(steps, i, one)
	{
		if (tells_of(one, d->kind, s) && ++seen == d->n) {
			json_decref(*out);
			*out = json_incref(one);
		}
	}
	json_decref(steps);
	return rc;
}

/* A sheet shows the case as it stood: what came after it is left out. */
static void sheet_then(const json_t *is, json_t *now)
{
	static const char *const lists[] = {"steps", "checks"}, *const texts[] = {
									"tax", "cadastral", "deadline"};
	for (size_t i = 0; i < 2; i++) {
		json_t *list = json_object_get(now, lists[i]);
		while (json_array_size(list) > json_array_size(json_object_get(is, lists[i])))
			json_array_remove(list, json_array_size(list) - 1);
	}
	for (size_t i = 0; i < 3; i++)
		if (!*json_str(is, texts[i]))
			json_object_set_new(now, texts[i], json_string(""));
}

int notice_facts_again(
	struct registry *r, struct db_tx *tx, const struct document_row *d, const json_t *is, json_t **out)
{
	struct case_row c;
	size_t k = 0;
	json_t *step = NULL;
	while (k < NKINDS && strcmp(notices[k].kind, d->kind) != 0)
		k++;
	int rc = k < NKINDS ? case_get(tx, d->case_id, &c) : ERR_NOTFOUND;
	if (rc == 0)
		rc = step_of(tx, d, notices[k].state < CASE_STATE_COUNT ? notices[k].state : CASE_SUBMITTED,
			&step);
	struct words w = {.number = d->number,
		.note = json_str(step, "note"),
		.ground = json_str(step, "ground"),
		.items = json_object_get(is, "items")};
	snprintf(w.date, sizeof w.date, "%s", json_str(is, "date"));
	if (rc == 0)
		rc = facts_make(r, tx, &c, d->kind, &w, out);
	if (rc == 0 && strcmp(d->kind, "approval-sheet") == 0)
		sheet_then(is, *out);
	/* A notice from before grounds were picked has none. */
	if (rc == 0 && !json_object_get(is, "ground")) {
		json_object_del(*out, "ground");
		json_object_del(*out, "basis");
	}
	json_decref(step);
	return rc;
}
