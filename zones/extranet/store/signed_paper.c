#include "zones/extranet/store/signed_paper.h"

#include "common/document/layout_paper.h"
#include "common/workflow/agent.h"
#include "common/workflow/record.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/party_signature.h"
#include "zones/extranet/store/resubmission.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM_MAX (1 << 20)

struct putting {
	struct registry *r;
	struct db_tx *tx;
	const struct case_row *c;
	struct paper_source s; /* of the paper in hand */
	struct err_note *note;
};

/* NUMBER OF THE CASE-PAPER-PARTY-HOW MANY, parties from one; of a paper of all none. */
static int put(struct putting *p)
{
	struct document_row d;
	json_t *facts = NULL;
	int64_t n = 0;
	memset(&d, 0, sizeof d);
	snprintf(d.kind, sizeof d.kind, "%s", p->s.paper->template);
	snprintf(d.case_id, sizeof d.case_id, "%s", p->c->id);
	snprintf(d.unit_code, sizeof d.unit_code, "%s", p->c->unit_code);
	snprintf(d.who, sizeof d.who, "%s", "system");
	int rc = document_count(p->tx, d.kind, p->c->id, &n);
	snprintf(d.number, sizeof d.number, "%s-%s-%zu-%lld", p->c->number, p->s.paper->code,
		p->s.paper->each ? p->s.party + 1 : 0, (long long)n + 1);
	struct paper_source s = p->s;
	s.number = d.number;
	if (rc == 0)
		rc = layout_paper_facts(p->r->layouts, &s, NULL, &facts, p->note);
	if (rc == 0)
		rc = document_add(p->tx, p->r->service->vault, &d, facts);
	json_decref(facts);
	return rc;
}

static int put_each(struct putting *p, const json_t *signatures)
{
	size_t n;
	const json_t *party;
	int rc = 0;
	json_array_foreach(json_object_get(p->s.form, "parties"), n, party)
	{
		const json_t *s = consent_find(signatures, n);
		if (rc < 0 || !s)
			continue;
		p->s.party = n;
		p->s.answers = record_of(json_object_get(s, "record"), n);
		rc = put(p);
	}
	return rc;
}

static int put_one(struct putting *p)
{
	const json_t *given = business_paper_given(p->s.form, p->s.paper->code);
	if (!given)
		return 0;
	p->s.answers = json_object_get(given, "answers");
	return put(p);
}

int signed_paper_put(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct business *b,
	const json_t *form, const json_t *signatures, struct err_note *note)
{
	char date[11], at[TIME_TEXT];
	int64_t now = time_now_ms();
	time_date_cst(now, date);
	time_text(now, at);
	struct putting p = {r, tx, c,
		{.b = b, .form = form, .office = registry_office(r, tx)->name, .date = date, .signed_at = at},
		note};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->npapers; i++) {
		p.s.paper = &b->papers[i];
		p.s.answers = NULL;
		rc = p.s.paper->each ? put_each(&p, signatures) : put_one(&p);
	}
	return rc;
}

/* ---- again */

/* Paper and party that the number of a document names; NULL: it is no such document. */
static const struct business_paper *paper_of(
	const struct business *b, const struct case_row *c, const struct document_row *d, size_t *party)
{
	size_t n = strlen(c->number);
	if (!b || strncmp(d->number, c->number, n) != 0 || d->number[n] != '-')
		return NULL;
	const char *code = d->number + n + 1;
	for (size_t i = 0; i < b->npapers; i++) {
		size_t k = strlen(b->papers[i].code);
		if (strncmp(code, b->papers[i].code, k) != 0 || code[k] != '-' ||
			strcmp(d->kind, b->papers[i].template) != 0)
			continue;
		unsigned long place = strtoul(code + k + 1, NULL, 10);
		*party = place ? place - 1 : 0;
		return &b->papers[i];
	}
	return NULL;
}

static int case_of(struct registry *r, struct db_tx *tx, const struct document_row *d, struct case_row *c,
	const struct business **b)
{
	int rc = *d->case_id ? case_get(tx, d->case_id, c) : ERR_NOTFOUND;
	*b = rc == 0 ? flows_business(r->flows, c->business, c->business_version) : NULL;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int signed_paper_is(struct registry *r, struct db_tx *tx, const struct document_row *d, bool *is)
{
	struct case_row c;
	const struct business *b = NULL;
	size_t party;
	int rc = case_of(r, tx, d, &c, &b);
	*is = rc == 0 && paper_of(b, &c, d, &party);
	return rc;
}

/* The form that stood at an instant. */
static int form_then(struct registry *r, struct db_tx *tx, const char *id, const char *at, json_t **out)
{
	struct buf text;
	json_t *rounds = NULL;
	const json_t *one;
	size_t i;
	buf_init(&text, FORM_MAX);
	int rc = resubmission_list(tx, id, &rounds);
	json_array_foreach(rounds, i, one)
	{
		if (rc < 0 || text.n || strcmp(json_str(one, "answered_at"), at) <= 0)
			continue;
		rc = resubmission_form(tx, r->service->vault, id, json_int(one, "round"), &text);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (rc == 0 && !text.n)
		rc = case_get_form(tx, r->service->vault, id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), FORM_MAX, out, NULL);
	json_decref(rounds);
	buf_fini(&text);
	return rc;
}

/* What was answered for a party at an instant: of its newest signature then. Borrowed of the list. */
static const json_t *answers_then(const json_t *signatures, size_t party, const char *at)
{
	const json_t *found = NULL, *s;
	size_t i;
	json_array_foreach(signatures, i, s)
	{
		const json_t *answers = record_of(json_object_get(s, "record"), party);
		if (answers && strcmp(json_str(s, "at"), at) <= 0)
			found = answers;
	}
	return found;
}

int signed_paper_facts_again(
	struct registry *r, struct db_tx *tx, const struct document_row *d, const json_t *is, json_t **out)
{
	struct case_row c;
	json_t *form = NULL, *signatures = NULL;
	struct paper_source s = {.number = d->number,
		.office = registry_office(r, tx)->name,
		.date = json_str(is, "date"),
		.signed_at = json_str(is, "signed")};
	int rc = case_of(r, tx, d, &c, &s.b);
	if (rc == 0 && !(s.paper = paper_of(s.b, &c, d, &s.party)))
		rc = ERR_NOTFOUND;
	if (rc == 0)
		rc = form_then(r, tx, c.id, d->at, &form);
	if (rc == 0)
		rc = party_signature_list(tx, r->service->vault, c.id, &signatures);
	if (rc == 0) {
		s.form = form;
		s.answers = s.paper->each
				    ? answers_then(signatures, s.party, d->at)
				    : json_object_get(business_paper_given(form, s.paper->code), "answers");
		rc = layout_paper_facts(r->layouts, &s, NULL, out, NULL);
	}
	json_decref(form);
	json_decref(signatures);
	return rc;
}
