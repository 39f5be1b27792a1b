/* 领证方式 chosen at a portal: signed by a holder of the certificate, so that a portal in other hands sends
 * nobody's certificate elsewhere. */
#include "common/workflow/agent.h"
#include "common/workflow/holder.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/store/delivery.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/mailing.h"
#include "zones/extranet/transfer/receive.h"
#include <string.h>

struct choosing {
	struct registry *r;
	const struct message *m;
	struct case_row c;
	struct case_form form;
	struct delivery d;
};

static int signer(struct choosing *w, const json_t **out, struct err_note *note)
{
	const struct business *b = flows_business(w->r->flows, w->c.business, w->c.business_version);
	const json_t *party = json_array_get(
		json_object_get(w->form.json, "parties"), (size_t)json_int(w->m->body, "party"));
	REQUIRE(b);
	if (!party || !holder_chooses(b, party))
		return err_set(note, ERR_REFUSED,
			"body.party: not a holder of the certificate, or one who acts by a power of attorney "
			"and "
			"chooses at the window");
	*out = agent_signer(party);
	return 0;
}

static int signature_check(struct choosing *w, struct db_tx *tx, struct err_note *note)
{
	const json_t *by = NULL;
	const struct consent_signature sig = consent_signature_of(w->m->body);
	struct uuid nonce;
	struct digest cert;
	int rc = case_form_read(tx, w->r->service->vault, w->r->service->suite, &w->c, &w->form, note);
	if (rc == 0)
		rc = signer(w, &by, note);
	if (rc < 0)
		return rc;
	const struct consent_person person = {
		json_str(by, "name"), json_str(by, "id_kind"), json_str(by, "id_number")};
	rc = consent_check(w->r->identity, view_str(json_str(w->m->body, "text")), &sig, &person,
		w->m->created, &nonce, &cert, note);
	if (rc == 0)
		rc = consent_fresh(w->m->created, time_now_ms(), note);
	if (rc == 0 && (rc = case_take_nonce(tx, nonce.s, w->c.id)) == ERR_EXISTS)
		rc = err_set(note, ERR_REFUSED, "body.token: was used before");
	return rc;
}

static int judge(struct choosing *w, struct db_tx *tx, struct err_note *note)
{
	int rc = receive_case_of_portal(tx, w->m, &w->c, note);
	if (rc < 0)
		return rc;
	rc = delivery_read(view_str(json_str(w->m->body, "text")), w->c.id, &w->d, note);
	if (rc == 0 && strcmp(w->d.way, "post") == 0 && !w->r->courier)
		return err_set(note, ERR_REFUSED, "body.text.way: this office sends nothing by post");
	if (rc == 0)
		rc = signature_check(w, tx, note);
	if (rc == 0 && (rc = mailing_may_choose(w->r, tx, &w->c, note)) == ERR_STATE)
		rc = note->err = ERR_REFUSED;
	return rc;
}

static int take(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct delivery *d)
{
	json_t *detail = json_pack("{s:s}", "way", d->way);
	int rc = detail ? delivery_put(tx, r->service->vault, c->id, d, "portal") : ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(tx, "portal", "delivery.chosen", c->number, detail);
	json_decref(detail);
	return rc == 0 ? mailing_tell_choice(r, tx, c, d->way) : rc;
}

int receive_delivery_form(struct registry *r, struct db_tx *tx, const struct case_row *c, const json_t *form,
	struct err_note *note)
{
	const json_t *chosen = json_object_get(form, "delivery");
	struct delivery d;
	int rc = chosen ? delivery_parse(chosen, NULL, &d, note) : ERR_NOTFOUND;
	if (rc == 0 && strcmp(d.way, "post") == 0 && !r->courier)
		rc = audit_record(tx, "system", "delivery.not-offered", c->number, NULL);
	else if (rc == 0)
		rc = take(r, tx, c, &d);
	buf_wipe(&d, sizeof d);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int receive_delivery(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct choosing w = {.r = registry_of(arg), .m = m};
	(void)attachments;
	int rc = judge(&w, tx, note);
	if (rc == 0)
		rc = take(w.r, tx, &w.c, &w.d);
	case_form_fini(&w.form);
	buf_wipe(&w.d, sizeof w.d);
	return rc;
}
