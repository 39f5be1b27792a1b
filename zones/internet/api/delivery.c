/* 领证方式: the text that a holder signs, and its way to the registry. Nothing of who receives it is kept
 * here but masks. */
#include "zones/internet/transfer/delivery.h"

#include "common/message/delivery.h"
#include "common/workflow/holder.h"
#include "zones/internet/api/api.h"
#include "zones/internet/store/party.h"
#include <string.h>

struct choosing {
	struct portal *p;
	const char *id, *text;
	const struct http_account *who;
	const json_t *consent;
	int party;
	char hex[DIGEST_HEX];
	struct err_note note;
};

/* The holder of the certificate for whom this person signs, itself or as a guardian. */
static int holder_find(struct choosing *c, struct db_tx *tx, const struct application *a, const json_t *form)
{
	const struct business *b = offer_find(c->p->offer, a->business, a->business_version);
	struct vault_lookup person;
	int own[PARTIES_MAX];
	size_t n = 0;
	if (!b || strcmp(b->certificate, "none") == 0)
		return err_set(&c->note, ERR_STATE, "this business makes no certificate");
	int rc = vault_find(c->p->service->vault, "id-number", c->who->id_number, &person);
	if (rc == 0)
		rc = party_signs_for(tx, a->id, &person, own, &n);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const json_t *party = json_array_get(json_object_get(form, "parties"), (size_t)own[i]);
		if (holder_chooses(b, party)) {
			c->party = own[i];
			return 0;
		}
	}
	return rc < 0 ? rc
		      : err_set(&c->note, ERR_DENIED,
				"for who holds the certificate; who acts by a power of attorney chooses at "
				"the window");
}

static int may_choose(struct choosing *c, struct db_tx *tx, struct application *a)
{
	struct buf text;
	json_t *form = NULL;
	int party = -1;
	buf_init(&text, 1 << 20);
	int rc = application_get(tx, c->id, a);
	if (rc == 0)
		rc = api_may_see(c->p->service, tx, c->who, a, &party);
	if (rc == 0 && (!application_handed_in(a) || strcmp(a->state, "signing") == 0 ||
			       strcmp(a->state, "correction") == 0 || strcmp(a->state, "withdrawn") == 0 ||
			       strcmp(a->state, "refused") == 0 || strcmp(a->state, "rejected") == 0))
		rc = err_set(&c->note, ERR_STATE, "not possible while the application is %s", a->state);
	if (rc == 0)
		rc = application_standing(tx, c->p->service->vault, a, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &form, NULL);
	if (rc == 0)
		rc = holder_find(c, tx, a, form);
	json_decref(form);
	buf_fini(&text);
	return rc;
}

static int ask_run(struct db_tx *tx, void *arg)
{
	struct application a;
	return may_choose(arg, tx, &a);
}

int api_delivery_text(struct http_request *r)
{
	struct choosing c = {.p = api_portal(r), .id = http_param(r, "id"), .who = http_user(r)};
	struct delivery d;
	struct buf text;
	buf_init(&text, DELIVERY_TEXT);
	int rc = offer_sync(c.p->offer);
	if (rc == 0)
		rc = delivery_parse(http_body(r), NULL, &d, &c.note);
	if (rc == 0 && strcmp(d.way, "post") == 0 && !c.p->config->post)
		rc = err_set(&c.note, ERR_SCHEMA, "way: nothing is sent by post here");
	if (rc == 0)
		rc = account_read(r, ask_run, &c);
	if (rc == 0)
		rc = delivery_text(c.id, &d, &text);
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:s#}", "text", (const char *)text.p, (int)text.n));
	buf_fini(&text);
	return rc < 0 && c.note.err == rc ? http_fail_note(r, &c.note) : rc;
}

static int send_run(struct db_tx *tx, void *arg)
{
	struct choosing *c = arg;
	struct application a;
	int rc = may_choose(c, tx, &a);
	if (rc == 0)
		rc = api_token_check(c->who, c->consent, "text", c->hex, &c->note);
	if (rc == 0)
		rc = delivery_send(c->p, tx, &a, c->party, c->text, c->consent, &c->note);
	return rc == 0 ? audit_record(tx, c->who->user, "delivery.chosen", a.id, NULL) : rc;
}

int api_delivery_choose(struct http_request *r)
{
	static const char *const keys[] = {"text", "consent", NULL};
	struct choosing c = {.p = api_portal(r), .id = http_param(r, "id"), .who = http_user(r)};
	json_t *consent = NULL;
	int rc = json_only_keys(http_body(r), keys, &c.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "text", DELIVERY_TEXT, &c.text, &c.note);
	if (rc == 0)
		rc = json_get_obj(http_body(r), "consent", &consent, &c.note);
	if (rc == 0)
		rc = api_signature_check(consent, &c.note);
	if (rc == 0)
		rc = offer_sync(c.p->offer);
	if (rc == 0) {
		c.consent = consent;
		digest_hex_of(c.p->service->suite, view_str(c.text), c.hex);
		rc = account_write(r, send_run, &c);
	}
	if (rc < 0)
		return c.note.err == rc ? http_fail_note(r, &c.note) : rc;
	return api_application_reply(r, 200);
}
