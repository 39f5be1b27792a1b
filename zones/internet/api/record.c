/* 询问笔录: what a person is asked before signing, kept until the signature takes it along. */
#include "zones/internet/api/record.h"

#include "common/workflow/agent.h"
#include "common/workflow/record.h"
#include "zones/internet/store/answers.h"
#include "zones/internet/store/party.h"
#include <stdio.h>
#include <string.h>

static int form_load(struct portal *p, struct db_tx *tx, const struct application *a, struct api_asked *out)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = application_form_digest(tx, p->service->vault, p->service->suite, a->id, &text, out->digest);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &out->form, NULL);
	buf_fini(&text);
	return rc;
}

int api_asked_load(struct portal *p, struct db_tx *tx, const struct application *a,
	const struct http_account *who, struct api_asked *out)
{
	struct vault_lookup person;
	memset(out, 0, sizeof *out);
	out->b = offer_find(p->offer, a->business, a->business_version);
	int rc = form_load(p, tx, a, out);
	if (rc == 0)
		rc = vault_find(p->service->vault, "id-number", who->id_number, &person);
	if (rc == 0)
		rc = party_signs_for(tx, a->id, &person, out->own, &out->nown);
	if (rc == 0 && out->nown) {
		rc = answers_get(tx, p->service->vault, a->id, out->own[0], who->id_number, out->digest,
			&out->record, &out->same);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	return rc;
}

void api_asked_fini(struct api_asked *a)
{
	json_decref(a->form);
	json_decref(a->record);
}

bool api_asked_of(const struct api_asked *a, size_t i)
{
	const json_t *p = json_array_get(json_object_get(a->form, "parties"), (size_t)a->own[i]);
	return a->b && record_asks(a->b, json_str(p, "role"));
}

int api_asked_check(const struct api_asked *a, json_t *findings, bool *ready)
{
	bool asked = false;
	for (size_t i = 0; i < a->nown; i++)
		asked |= api_asked_of(a, i);
	*ready = !asked || a->same;
	for (size_t i = 0; asked && i < a->nown; i++) {
		int rc = record_check(a->b, a->form, a->record, (size_t)a->own[i], findings, NULL);
		if (rc < 0 && rc != ERR_SCHEMA)
			return rc;
		*ready &= rc == 0;
	}
	return 0;
}

int api_asked_text(const struct api_asked *a, struct buf *out)
{
	return record_text(a->form, a->same ? a->record : NULL, out);
}

/* ---- PUT */
struct answering {
	struct portal *p;
	const char *id;
	const struct http_account *who;
	const json_t *record;
	struct err_note note;
};

/* Exactly the asked parties of this person, each once. */
static int record_shape(struct answering *g, const struct api_asked *a)
{
	static const char *const keys[] = {"party", "answers", NULL};
	size_t i, asked = 0;
	const json_t *one;
	if (!json_is_array(g->record))
		return err_set(&g->note, ERR_SCHEMA, "record: a list");
	for (i = 0; i < a->nown; i++) {
		const json_t *answers = record_of(g->record, (size_t)a->own[i]);
		int rc = api_asked_of(a, i) ? record_check_answers(a->b, NULL, answers, &g->note) : 0;
		if (rc < 0)
			return rc;
		asked += api_asked_of(a, i);
	}
	if (json_array_size(g->record) != asked || asked == 0)
		return err_set(&g->note, ERR_SCHEMA, "record: of the own parties that are asked, each once");
	json_array_foreach(g->record, i, one)
	{
		int rc = json_only_keys(one, keys, &g->note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int not_signed(struct answering *g, struct db_tx *tx, const struct api_asked *a)
{
	json_t *marks = NULL;
	const json_t *m;
	size_t i;
	bool signed_already = false;
	int rc = party_list(tx, g->id, &marks);
	json_array_foreach(marks, i, m) for (size_t k = 0; k < a->nown; k++) signed_already |=
		json_int(m, "n") == a->own[k] && *json_str(m, "signed_at");
	json_decref(marks);
	return rc == 0 && signed_already ? err_set(&g->note, ERR_STATE, "signed already") : rc;
}

static int record_run(struct db_tx *tx, void *arg)
{
	struct answering *g = arg;
	struct api_asked a = {.form = NULL};
	struct application row;
	int party = -1;
	int rc = application_get(tx, g->id, &row);
	if (rc == 0)
		rc = api_may_see(g->p->service, tx, g->who, &row, &party);
	if (rc == 0 && strcmp(row.state, "signing") != 0)
		rc = err_set(&g->note, ERR_STATE, "nothing is to be answered now");
	if (rc == 0)
		rc = api_asked_load(g->p, tx, &row, g->who, &a);
	if (rc == 0)
		rc = record_shape(g, &a);
	if (rc == 0)
		rc = not_signed(g, tx, &a);
	for (size_t i = 0; rc == 0 && i < a.nown; i++)
		rc = answers_put(
			tx, g->p->service->vault, row.id, a.own[i], g->who->id_number, a.digest, g->record);
	if (rc == 0)
		rc = audit_record(tx, g->who->user, "application.answered", row.id, NULL);
	api_asked_fini(&a);
	return rc;
}

int api_record_save(struct http_request *r)
{
	static const char *const keys[] = {"record", NULL};
	struct answering g = {.p = api_portal(r),
		.id = http_param(r, "id"),
		.who = http_user(r),
		.record = json_object_get(http_body(r), "record")};
	int rc = json_only_keys(http_body(r), keys, &g.note);
	if (rc == 0)
		rc = offer_sync(g.p->offer);
	if (rc == 0)
		rc = account_write(r, record_run, &g);
	if (rc < 0)
		return g.note.err == rc ? http_fail_note(r, &g.note) : rc;
	return api_application_reply(r, 200);
}
