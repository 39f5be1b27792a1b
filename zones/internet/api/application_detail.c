/* One application as its owner or a party sees it. */
#include "common/message/format.h"
#include "common/workflow/agent.h"
#include "zones/internet/api/record.h"
#include "zones/internet/api/withdrawal.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/added.h"
#include "zones/internet/store/amend.h"
#include "zones/internet/store/certificate.h"
#include "zones/internet/store/delivery.h"
#include "zones/internet/store/due.h"
#include "zones/internet/store/fee.h"
#include "zones/internet/store/material.h"
#include "zones/internet/store/party.h"
#include "zones/internet/store/payment.h"
#include "zones/internet/store/progress.h"
#include "zones/internet/transfer/submit.h"
#include <stdio.h>
#include <string.h>

struct detail {
	struct portal *p;
	struct service *s;
	const char *id;
	const struct http_account *who;
	json_t *out;
};

static int person_mask(json_t *p)
{
	struct buf name, id;
	buf_init(&name, 256);
	buf_init(&id, 64);
	int rc = mask_name(json_str(p, "name"), &name);
	if (rc == 0)
		rc = mask_id(json_str(p, "id_number"), &id);
	if (rc == 0) {
		json_object_set_new(p, "name", json_string(name.p ? (const char *)name.p : ""));
		json_object_set_new(p, "id_number", json_string(id.p ? (const char *)id.p : ""));
	}
	buf_fini(&name);
	buf_fini(&id);
	return rc;
}

/* Other people's names and numbers are masked, except to the owner while it is a draft he types himself, and
 * to who acts for them or is acted for. */
static int parties_mask(json_t *parties, const struct http_account *who, bool own_draft)
{
	size_t i;
	json_t *p;
	int rc = 0;
	json_array_foreach(parties, i, p)
	{
		json_t *agent = json_object_get(p, "agent");
		if (own_draft || strcmp(json_str(p, "id_number"), who->id_number) == 0 ||
			strcmp(json_str(agent, "id_number"), who->id_number) == 0)
			continue;
		if (rc == 0)
			rc = person_mask(p);
		if (rc == 0 && agent)
			rc = person_mask(agent);
	}
	return rc;
}

static void parties_signed(json_t *parties, const json_t *marks)
{
	size_t i;
	const json_t *m;
	json_array_foreach(marks, i, m)
	{
		json_t *p = json_array_get(parties, (size_t)json_int(m, "n"));
		json_object_set(p, "signed_at", json_object_get(m, "signed_at"));
		json_object_set(p, "signs", json_object_get(m, "signs"));
	}
}

/* What this person is asked before signing, what of it is answered, and the text that the person then signs:
 * nothing is signed before everything is answered. */
static int record_add(struct detail *d, const struct api_asked *asked)
{
	json_t *findings = json_array(), *parties = json_array();
	struct buf text;
	char hex[DIGEST_HEX];
	bool ready = false;
	buf_init(&text, 2 << 20);
	int rc = findings && parties ? api_asked_check(asked, findings, &ready) : ERR_NOMEM;
	for (size_t i = 0; i < asked->nown; i++)
		if (api_asked_of(asked, i))
			json_array_append_new(parties, json_integer(asked->own[i]));
	if (rc == 0 && ready)
		rc = api_asked_text(asked, &text);
	if (rc == 0 && ready) {
		digest_hex_of(d->s->suite, buf_view(&text), hex);
		json_object_set_new(d->out, "canonical", json_string((const char *)text.p));
		json_object_set_new(d->out, "digest", json_string(hex));
	}
	if (rc == 0)
		rc = json_object_set_new(d->out, "asked",
			json_pack("{s:O,s:O,s:O}", "parties", parties, "record",
				asked->record ? asked->record : json_null(), "findings", findings));
	json_decref(findings);
	json_decref(parties);
	buf_fini(&text);
	return rc < 0 ? ERR_NOMEM : 0;
}

static int frozen_add(struct detail *d, struct db_tx *tx, const struct application *a)
{
	struct api_asked asked;
	if (!a->frozen)
		return 0;
	int rc = api_asked_load(d->p, tx, a, d->who, &asked);
	if (rc == 0)
		rc = record_add(d, &asked);
	api_asked_fini(&asked);
	return rc;
}

static int certificate_note(struct detail *d, struct db_tx *tx, const char *id)
{
	struct certificate c;
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = certificate_get(tx, d->s->vault, id, &c, &text);
	if (rc == 0)
		json_object_set_new(d->out, "certificate", json_pack("{s:s}", "number", c.number));
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* What is to be put right, item by item, and what of it has been changed already. */
static int correction_add(
	struct detail *d, struct db_tx *tx, const struct application *a, const json_t *draft)
{
	const struct business *b = offer_find(d->p->offer, a->business, a->business_version);
	json_t *materials = NULL, *form = NULL, *tasks = NULL, *replaced = NULL;
	char text[601];
	if (!b)
		return 0;
	int rc = submit_materials(tx, a->id, false, &materials);
	if (rc == 0 &&
		!(form = form_sign_text(b, a->id, form_division(draft, d->s->tenants), draft, materials)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = amend_tasks(tx, d->s->vault, a, draft, form, &tasks, text);
	if (rc == 0)
		rc = material_replaced(tx, a->id, a->round, &replaced);
	if (rc == 0)
		json_object_set_new(d->out, "correction",
			json_pack("{s:s,s:O,s:O}", "text", text, "items", tasks, "replaced", replaced));
	json_decref(materials);
	json_decref(form);
	json_decref(tasks);
	json_decref(replaced);
	return rc;
}

static int fee_note(struct detail *d, struct db_tx *tx, const char *id)
{
	json_t *fee = NULL, *tax = NULL, *payment = NULL;
	int rc = fee_order_get(tx, id, &fee);
	if (rc == 0 && json_object_set_new(d->out, "fee", fee))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = due_tax_get(tx, id, &tax);
	if (rc == 0 && json_object_set_new(d->out, "tax", tax))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = payment_json(tx, id, &payment);
	return rc == 0 && json_object_set_new(d->out, "payment", payment) ? ERR_NOMEM : rc;
}

static int delivery_note(struct detail *d, struct db_tx *tx, const char *id)
{
	json_t *delivery = NULL;
	int rc = delivery_json(tx, id, &delivery);
	if (rc == ERR_NOTFOUND)
		return 0;
	return rc == 0 && json_object_set_new(d->out, "delivery", delivery) ? ERR_NOMEM : rc;
}

static int added_note(struct detail *d, struct db_tx *tx, const char *id)
{
	json_t *added = NULL;
	int rc = added_list(tx, id, &added);
	return rc == 0 && json_object_set_new(d->out, "added", added) ? ERR_NOMEM : rc;
}

/* 撤回 as it stands: who has to sign it and has, and the text for who still has to. */
static int withdrawal_note(struct detail *d, struct db_tx *tx, const struct application *a)
{
	struct api_withdrawal w = {.form = NULL};
	json_t *list = json_array(), *mark;
	size_t i;
	int rc = application_handed_in(a) ? api_withdrawal_load(d->p, tx, a, &w) : ERR_NOTFOUND;
	json_t *parties = json_object_get(w.form, "parties");
	if (rc == 0)
		rc = parties_mask(parties, d->who, false);
	json_array_foreach(w.marks, i, mark)
	{
		if (rc < 0 || !json_is_true(json_object_get(mark, "signs")))
			continue;
		const json_t *party = json_array_get(parties, i), *signer = agent_signer(party);
		json_object_set(mark, "name", json_object_get(party, "name"));
		json_object_set_new(mark, "own",
			json_boolean(strcmp(json_str(signer, "id_number"), d->who->id_number) == 0));
		json_object_del(mark, "signs");
		json_array_append(list, mark);
	}
	if (rc == 0 && json_object_set_new(d->out, "withdrawal",
			       json_pack("{s:s,s:s,s:s,s:s,s:O}", "state", w.w.state, "at", w.w.at, "reason",
				       w.w.reason, "text", w.w.text, "parties", list)) < 0)
		rc = ERR_NOMEM;
	json_decref(list);
	api_withdrawal_fini(&w);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int detail_run(struct db_tx *tx, void *arg)
{
	struct detail *d = arg;
	struct application a;
	json_t *draft = NULL, *materials = NULL, *progress = NULL, *marks = NULL;
	int party;
	int rc = application_get(tx, d->id, &a);
	if (rc == 0)
		rc = api_may_see(d->s, tx, d->who, &a, &party);
	if (rc == 0)
		rc = application_draft(tx, d->s->vault, a.id, &draft);
	if (rc == 0)
		rc = submit_materials(tx, a.id, true, &materials);
	if (rc == 0)
		rc = progress_list(tx, a.id, &progress);
	if (rc == 0)
		rc = party_list(tx, a.id, &marks);
	if (rc == 0)
		rc = parties_mask(json_object_get(draft, "parties"), d->who,
			strcmp(a.owner, d->who->id) == 0 && strcmp(a.state, "draft") == 0);
	if (rc == 0) {
		parties_signed(json_object_get(draft, "parties"), marks);
		d->out = json_pack("{s:s,s:s,s:s,s:I,s:s,s:I,s:O,s:O,s:O,s:O,s:O,s:s,s:s,s:s,s:b,s:i,s:I}",
			"id", a.id, "division", form_division(draft, d->s->tenants), "business", a.business,
			"business_version", (json_int_t)a.business_version, "state", a.state, "version",
			(json_int_t)a.version, "unit_code", json_object_get(draft, "unit_code"), "form",
			json_object_get(draft, "fields"), "parties", json_object_get(draft, "parties"),
			"materials", materials, "progress", progress, "business_number", a.number, "reason",
			a.reason, "updated", a.updated_at, "mine", strcmp(a.owner, d->who->id) == 0,
			"my_party", party, "round", (json_int_t)a.round);
		if (json_object_get(draft, "papers"))
			json_object_set(d->out, "papers", json_object_get(draft, "papers"));
		if (json_is_object(json_object_get(draft, "delivery")) &&
			(strcmp(a.owner, d->who->id) == 0 || strcmp(a.state, "signing") == 0))
			json_object_set(d->out, "delivery_asked", json_object_get(draft, "delivery"));
		rc = d->out && json_object_set_new(
				       d->out, "offer", json_string(api_offer_state(d->p->offer, &a))) == 0
			     ? frozen_add(d, tx, &a)
			     : ERR_NOMEM;
	}
	if (rc == 0)
		rc = certificate_note(d, tx, a.id);
	if (rc == 0 && a.round)
		rc = correction_add(d, tx, &a, draft);
	if (rc == 0)
		rc = fee_note(d, tx, a.id);
	if (rc == 0)
		rc = added_note(d, tx, a.id);
	if (rc == 0)
		rc = delivery_note(d, tx, a.id);
	if (rc == 0)
		rc = withdrawal_note(d, tx, &a);
	json_decref(draft);
	json_decref(materials);
	json_decref(progress);
	json_decref(marks);
	return rc;
}

int api_application_reply(struct http_request *r, int status)
{
	struct detail d = {api_portal(r), http_arg(r), http_param(r, "id"), http_user(r), NULL};
	int rc = offer_sync(d.p->offer);
	if (rc == 0)
		rc = account_read(r, detail_run, &d);
	if (rc < 0) {
		json_decref(d.out);
		return rc;
	}
	return http_reply_json(r, status, d.out);
}

int api_application_get(struct http_request *r)
{
	return api_application_reply(r, 200);
}
