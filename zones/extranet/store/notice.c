#include "zones/extranet/store/notice.h"

#include "zones/extranet/store/consult_sheet.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/notice_entry.h"
#include "zones/extranet/store/notice_facts.h"
#include "zones/extranet/store/public_notice.h"
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
	{"notice-withdrawal", "CH", CASE_WITHDRAWN},
	{"notice-suspension", "ZZ", CASE_STATE_COUNT},
	{"notice-public", "GG", CASE_STATE_COUNT},
	{"notice-fee", "JF", CASE_STATE_COUNT},
	{"approval-sheet", "SP", CASE_STATE_COUNT},
	{"check-sheet", "HY", CASE_STATE_COUNT},
};
#define NKINDS (sizeof notices / sizeof notices[0])

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
	struct document_row *d, struct notice_words *w)
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
		rc = notice_facts_make(r, tx, c, d->kind, w, &facts);
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
	struct notice_words w = {.note = note, .ground = c->ground, .items = items};
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
static int put_words(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const char *who, struct notice_words *w, struct document_row *d)
{
	size_t k = 0;
	while (strcmp(notices[k].kind, kind) != 0)
		k++;
	snprintf(d->who, sizeof d->who, "%s", who);
	w->who = d->who;
	return put(r, tx, c, k, d, w);
}

static int put_kind(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const char *who, const char *note, struct document_row *d)
{
	struct notice_words w = {.note = note, .ground = c->ground};
	return put_words(r, tx, c, kind, who, &w, d);
}

int notice_put_sheet(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *kind,
	const char *who, char *number, size_t size)
{
	struct document_row d = {.number = ""};
	int rc = put_kind(r, tx, c, kind, who, "", &d);
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

int notice_put_public(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *from,
	const char *until, char number[static DOCUMENT_NUMBER])
{
	struct notice_words w = {.note = "", .ground = "", .from = from, .until = until};
	struct document_row d = {.number = ""};
	int rc = put_words(r, tx, c, "notice-public", "system", &w, &d);
	memcpy(number, d.number, DOCUMENT_NUMBER);
	return rc;
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

/* A notice from before grounds were picked, or remedies told, has none. */
static void earlier_then(const json_t *is, json_t *now)
{
	static const char *const later[] = {
		"ground", "basis", "review_office", "review_until", "court", "suit_until"};
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
		if (!json_object_get(is, later[i]))
			json_object_del(now, later[i]);
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
	char from[11] = "", until[11] = "";
	struct notice_words w = {.number = d->number,
		.note = json_str(step, "note"),
		.ground = json_str(step, "ground"),
		.items = json_object_get(is, "items"),
		.at = d->at,
		.who = d->who,
		.from = from,
		.until = until};
	snprintf(w.date, sizeof w.date, "%s", json_str(is, "date"));
	if (rc == 0 && strcmp(d->kind, "notice-public") == 0)
		rc = public_notice_days(tx, d->number, from, until);
	if (rc == 0)
		rc = notice_facts_make(r, tx, &c, d->kind, &w, out);
	if (rc == 0 && strcmp(d->kind, "approval-sheet") == 0)
		sheet_then(is, *out);
	if (rc == 0)
		consult_sheet_then(is, *out);
	if (rc == 0)
		earlier_then(is, *out);
	json_decref(step);
	return rc;
}
