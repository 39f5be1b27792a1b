/* 询问笔录, 承诺书, 合同 as PDF: made anew from what was answered, for who answered it. */
#include "common/document/document.h"
#include "common/document/layout_paper.h"
#include "common/message/format.h"
#include "common/workflow/record.h"
#include "zones/internet/api/record.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/party.h"
#include "zones/internet/transfer/submit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printing {
	struct portal *p;
	const char *id, *code;
	int64_t party; /* -1: not named */
	const struct http_account *who;
	const struct business *b;
	const struct business_paper *paper;
	json_t *form, *answers;
	char signed_at[600];
	struct err_note note;
};

static void instant_words(const char *at, char out[static 20])
{
	snprintf(out, 20, "%.10s %.5s", at, strlen(at) > 16 ? at + 11 : "");
}

/* When the party, or everybody, has signed; nothing as long as somebody has not. */
static int signed_words(struct printing *x, struct db_tx *tx)
{
	json_t *marks = NULL;
	const json_t *m;
	size_t i, n = 0;
	bool all = true;
	int rc = party_list(tx, x->id, &marks);
	json_array_foreach(marks, i, m)
	{
		const json_t *p = json_array_get(json_object_get(x->form, "parties"), i);
		char at[20];
		if ((x->paper->each && json_int(m, "n") != x->party) ||
			!json_is_true(json_object_get(m, "signs")))
			continue;
		instant_words(json_str(m, "signed_at"), at);
		all &= *json_str(m, "signed_at") != '\0';
		if (n + 140 < sizeof x->signed_at)
			n += (size_t)snprintf(x->signed_at + n, sizeof x->signed_at - n, "%s%.90s %s UTC",
				n ? "；" : "", json_str(p, "name"), at);
	}
	if (!all || !n)
		x->signed_at[0] = '\0';
	json_decref(marks);
	return rc;
}

/* Of a party for which this person signs, the first when none is named. */
static int party_answers(struct printing *x, struct db_tx *tx, const struct application *a)
{
	struct api_asked asked;
	bool own = false;
	int rc = a->frozen ? api_asked_load(x->p, tx, a, x->who, &asked) : ERR_NOTFOUND;
	if (rc < 0 && !a->frozen)
		return rc;
	if (rc == 0 && x->party < 0 && asked.nown)
		x->party = asked.own[0];
	for (size_t i = 0; rc == 0 && i < asked.nown; i++)
		own |= asked.own[i] == x->party;
	if (rc == 0 && !own)
		rc = ERR_NOTFOUND;
	if (rc == 0) {
		x->form = json_incref(asked.form);
		x->answers =
			asked.same
				? json_incref((json_t *)(uintptr_t)record_of(asked.record, (size_t)x->party))
				: NULL;
	}
	api_asked_fini(&asked);
	return rc;
}

/* The paper of a draft as if it were filled in here, with what is answered of it so far. */
static int paper_set(json_t *draft, const char *code)
{
	json_t *one = (json_t *)(uintptr_t)business_paper_given(draft, code),
	       *list = json_object_get(draft, "papers");
	if (one)
		return json_object_set_new(one, "online", json_true()) ? ERR_NOMEM : 0;
	one = json_pack("{s:s,s:b,s:{}}", "code", code, "online", 1, "answers");
	if (list)
		return json_array_append_new(list, one) ? ERR_NOMEM : 0;
	return json_object_set_new(draft, "papers", json_pack("[o]", one)) ? ERR_NOMEM : 0;
}

/* Of all: as it stands to be signed; of a draft, whose owner asks, as it would be if it were filled in here.
 */
static int common_answers(struct printing *x, struct db_tx *tx, const struct application *a)
{
	struct buf text;
	json_t *draft = NULL, *materials = NULL;
	buf_init(&text, 1 << 20);
	int rc = a->frozen ? application_form(tx, x->p->service->vault, a->id, &text)
			   : application_draft(tx, x->p->service->vault, a->id, &draft);
	if (rc == 0 && a->frozen)
		rc = json_parse(buf_view(&text), 1 << 20, &x->form, NULL);
	if (rc == 0 && !a->frozen)
		rc = submit_materials(tx, a->id, false, &materials);
	if (rc == 0 && !a->frozen)
		rc = paper_set(draft, x->code);
	if (rc == 0 && !a->frozen &&
		!(x->form = form_sign_text(
			  x->b, a->id, form_division(draft, x->p->service->tenants), draft, materials)))
		rc = ERR_NOMEM;
	const json_t *given = business_paper_given(x->form, x->code);
	if (rc == 0 && !given)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		x->answers = json_incref(json_object_get(given, "answers"));
	json_decref(draft);
	json_decref(materials);
	buf_fini(&text);
	return rc;
}

static void printing_fini(struct printing *x)
{
	json_decref(x->form);
	json_decref(x->answers);
	x->form = x->answers = NULL;
}

static int answers_read(struct db_tx *tx, void *arg)
{
	struct printing *x = arg;
	struct application a;
	int party = -1;
	printing_fini(x);
	int rc = application_get(tx, x->id, &a);
	if (rc == 0)
		rc = api_may_see(x->p->service, tx, x->who, &a, &party);
	if (rc == 0)
		x->b = offer_find(x->p->offer, a.business, a.business_version);
	if (rc == 0 && !(x->paper = x->b ? business_paper_find(x->b, x->code) : NULL))
		rc = ERR_NOTFOUND;
	if (rc == 0)
		rc = x->paper->each ? party_answers(x, tx, &a) : common_answers(x, tx, &a);
	return rc == 0 ? signed_words(x, tx) : rc;
}

static int sheet_make(struct printing *x, struct buf *pdf)
{
	const struct layout *l = NULL;
	const char *office = format_division_name(json_str(x->form, "division"));
	struct document *d = NULL;
	json_t *facts = NULL;
	char date[11], number[96];
	time_date_cst(time_now_ms(), date);
	snprintf(number, sizeof number, "%s-%s", x->id, x->code);
	const struct paper_source s = {.b = x->b,
		.paper = x->paper,
		.form = x->form,
		.answers = x->answers,
		.party = x->party < 0 ? 0 : (size_t)x->party,
		.number = number,
		.office = office ? office : "",
		.date = date,
		.signed_at = x->signed_at};
	int rc = layout_paper_facts(x->p->layouts, &s, &l, &facts, &x->note);
	if (rc == 0)
		rc = document_new(l, facts, x->p->service->suite, &d, &x->note);
	if (rc == 0)
		rc = document_pdf(d, pdf);
	document_free(d);
	json_decref(facts);
	return rc;
}

/* "": none named, -1. */
static int party_number(const char *text, int64_t *out)
{
	*out = -1;
	if (!text || !*text)
		return 0;
	if (strlen(text) > 2 || text[strspn(text, "0123456789")])
		return ERR_SCHEMA;
	*out = atoi(text);
	return 0;
}

int api_paper_pdf(struct http_request *r)
{
	struct printing x = {.p = api_portal(r),
		.id = http_param(r, "id"),
		.code = http_param(r, "code"),
		.who = http_user(r)};
	struct buf pdf;
	buf_init(&pdf, 16 << 20);
	int rc = party_number(http_query(r, "party"), &x.party);
	if (rc == 0)
		rc = offer_sync(x.p->offer);
	if (rc == 0)
		rc = account_read(r, answers_read, &x);
	if (rc == 0)
		rc = sheet_make(&x, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", "paper.pdf", buf_view(&pdf));
	printing_fini(&x);
	buf_fini(&pdf);
	return rc < 0 && x.note.err == rc ? http_fail_note(r, &x.note) : rc;
}
